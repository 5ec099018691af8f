"""Properties of results, for any response."""

import json
from operator import attrgetter
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from returns.result import Failure, Success

from supabase_gotrue import Error, Identity, Pagination, Session, User, admin
from tests import strategies as draw
from tests.canned import Canned
from tests.promises.test_total import CALLS, check_result


@given(draw.users)
def test_user_survives_to_dict_and_parse(user: User) -> None:
    assert User.parse(user.to_dict()) == Success(user)
    assert User.parse(msgspec.json.encode(user)) == Success(user)
    assert User.parse(json.dumps(user.to_dict()).encode()) == Success(user)


@given(st.lists(draw.users, max_size=3))
def test_list_keeps_its_order(users: list[User]) -> None:
    payload = [user.to_dict() for user in users]
    assert User.parse_list(payload) == Success(tuple(users))
    body = json.dumps({"users": payload, "aud": "authenticated"}).encode()
    page = admin.list_users(Canned(body=body).client()).unwrap()
    assert page.users == tuple(users)


@given(st.lists(draw.identities, max_size=3))
def test_identities_survive_to_dict_and_parse(identities: list[Identity]) -> None:
    payload = [identity.to_dict() for identity in identities]
    assert Identity.parse_list(payload) == Success(tuple(identities))


@given(draw.texts, st.none() | st.integers(0, 2**40), draw.users)
def test_session_survives_to_dict_and_parse(token: str, seconds: int | None, user: User) -> None:
    session = Session(access_token=token, expires_in=seconds, user=user)
    parsed = Session.parse(session.to_dict(), now=lambda: 0.9).unwrap()
    assert parsed.expires_at == seconds
    assert parsed == Session(access_token=token, expires_in=seconds, expires_at=seconds, user=user)


@pytest.mark.parametrize("name", CALLS)
@given(
    status=st.integers(100, 999),
    body=st.binary() | draw.json_values.map(lambda value: json.dumps(value).encode()),
    headers=st.dictionaries(
        st.sampled_from(
            ["link", "x-total-count", "retry-after", "location", "date", "x-sb-error-code"]
        ),
        st.text(),
    ),
)
def test_any_response_gives_a_result(
    name: str, status: int, body: bytes, headers: dict[str, str]
) -> None:
    result = check_result(
        attrgetter(name)(admin)(Canned(status, body, headers).client(), *CALLS[name])
    )
    match result:
        case Failure(Error() as error):
            assert error.status == status
            assert error.metadata["resp_status"] == status
        case _:
            assert 200 <= status < 300 or name == "sign_out"


@given(
    *(st.none() | st.integers(0, 10**300) for _ in range(3)),
    st.sampled_from(["page={}&per_page=", "per_page=50&page={}", "filter=a%26page%3D7&page={}"]),
)
def test_pagination_is_read_from_headers(
    next_page: int | None, last: int | None, total: int | None, query: str
) -> None:
    pages = {"next": next_page, "last": last}
    link = ", ".join(
        f'<http://localhost/admin/users?{query.format(page)}>; rel="{rel}"'
        for rel, page in pages.items()
        if page is not None
    )
    headers = {"link": link} | ({} if total is None else {"x-total-count": str(total)})
    page = admin.list_users(Canned(body=b'{"users": []}', headers=headers).client()).unwrap()
    assert page.pagination == Pagination(next_page, last, total)


links_and_text = st.text() | st.text('<>[]:/?&#;,=" pagenxtl12\u2100', max_size=60)


@given(links_and_text | links_and_text.map('<http://{}>; rel="next"'.format), st.text())
def test_any_link_header_gives_a_page(link: str, total: str) -> None:
    headers = {"link": link, "x-total-count": total}
    result: Any = admin.list_users(Canned(body=b'{"users": []}', headers=headers).client())
    check_result(result).unwrap()


dates = st.builds(
    "{}, {} Aug {} {}:00:{} {}".format,
    st.sampled_from(["Thu", "", "x"]),
    *(st.integers(0, 99) | st.integers(0, 10**30) for _ in range(4)),
    st.sampled_from(["GMT", "", "+0200", "-9999", "+" + "9" * 30]),
)


@given(dates | st.text(), dates | st.text())
def test_any_retry_after_gives_seconds_or_none(retry_after: str, date: str) -> None:
    headers = {"retry-after": retry_after, "date": date}
    error = check_result(admin.get_user_by_id(Canned(429, headers=headers).client(), "1")).failure()
    assert error.retry_after is None or error.retry_after >= 0
