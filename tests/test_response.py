"""Responses: errors in several formats, pages, and what a failed change may have done."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from returns.result import Failure, Result, Success

from supabase_gotrue import Client, Error, Pagination, UserPage, admin
from tests.canned import Canned
from tests.promises.test_total import check_result

ID = "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"
USER = {"id": ID, "aud": "authenticated", "created_at": "2026-08-20T10:00:00Z"}


def error(status: int, body: object = b"", headers: dict[str, str] | None = None) -> Error:
    """Return the Error for a response."""
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return admin.get_user_by_id(Canned(status, text, headers or {}).client(), ID).failure()


@pytest.mark.parametrize(
    ("body", "message", "error_code"),
    [
        ({"code": "user_banned", "message": "Banned"}, "Banned", "user_banned"),
        ({"code": 403, "error_code": "user_banned", "msg": "Banned"}, "Banned", "user_banned"),
        ({"error": "invalid_grant", "error_description": "No"}, "No", "invalid_grant"),
        ({"error": "plain words"}, "plain words", None),
        ({"error": {"message": "inside"}}, "inside", None),
        ({"message": "no Route matched"}, "no Route matched", None),
        ({"msg": " ", "message": "second"}, "second", None),
        ({"msg": 5, "code": "23505"}, "Forbidden", None),
        ({"code": "22P02", "message": "raw"}, "raw", None),
        ({"code": 7, "error_code": ["x"]}, "Forbidden", None),
        ("quoted words", "quoted words", None),
        (["a list"], "Forbidden", None),
        (None, "Forbidden", None),
        (b"404 page not found\n", "404 page not found", None),
        (b"  <html>gateway</html>", "Forbidden", None),
        (b"\xff broken", "\ufffd broken", None),
        (b"", "Forbidden", None),
        (b'{"msg": ', '{"msg":', None),
    ],
)
def test_reads_error_formats(body: object, message: str, error_code: str | None) -> None:
    failure = error(403, body)
    assert (failure.message, failure.error_code) == (message, error_code)
    assert (failure.status, failure.code) == (403, "forbidden")


def test_reads_the_error_code_from_the_header() -> None:
    assert error(403, b"", {"x-sb-error-code": "user_banned"}).error_code == "user_banned"
    body = {"code": "email_exists", "message": "m"}
    assert error(422, body, {"x-sb-error-code": "other"}).error_code == "email_exists"


def test_reads_the_reasons_of_a_weak_password() -> None:
    weak = {"code": "weak_password", "weak_password": {"reasons": ["length", 1, "pwned"]}}
    assert error(422, weak).reasons == ("length", "pwned")
    for broken in ({"weak_password": None}, {"weak_password": {"reasons": "length"}}):
        assert error(422, broken).reasons == ()


@pytest.mark.parametrize(
    ("status", "value", "seconds"),
    [
        (429, "7", 7),
        (503, "0", 0),
        (429, " 12 ", 12),
        (500, "7", None),
        (429, "-1", None),
        (429, "1.5", None),
        (429, "soon", None),
        (429, "9" * 10, None),
        (429, "999999999", 999_999_999),
        (429, "Thu, 20 Aug 2026 10:00:30 GMT", 30),
        (429, "Thu, 20 Aug 2026 09:00:00 GMT", 0),
        (429, "Thu, 20 Aug 2026 12:00:05 +0200", 5),
        (429, "Thu, 99 Aug 2026 10:00:30 GMT", None),
        (429, "Thu, 20 Aug 99999999999999999999 10:00:30 GMT", None),
        (429, "Thu, 20 Aug 2026 10:00:30 +" + "9" * 20, None),
    ],
)
def test_reads_retry_after(status: int, value: str, seconds: int | None) -> None:
    headers = {"retry-after": value, "date": "Thu, 20 Aug 2026 10:00:00 GMT"}
    assert error(status, b"", headers).retry_after == seconds


def test_ignores_a_retry_after_date_without_a_date_header() -> None:
    headers = {"retry-after": "Thu, 20 Aug 2026 10:00:30 GMT"}
    assert error(429, b"", headers).retry_after is None


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://evil.example/x?y#z", "evil.example"),
        ("//evil.example/", "evil.example"),
        ("/elsewhere", "another path"),
        ("http://[broken", "another path"),
    ],
)
def test_redirects_are_not_followed(location: str, target: str) -> None:
    failure = error(302, b"see there", {"location": location})
    assert failure.message == f"the server redirects to {target}, and redirects are not followed"
    assert (failure.code, failure.status) == ("unexpected", 302)
    for status in (300, 399):
        assert error(status, b"", {"location": location}).message == failure.message
    assert error(302).message == "Unexpected"
    assert error(400, b"", {"location": location}).message == "Bad Request"


def test_metadata_of_an_error() -> None:
    body = {"code": 500, "msg": "m", "error_id": "7e9f"}
    assert error(500, body, {"sb-request-id": "r-2"}).metadata == {
        "method": "GET",
        "route": "/admin/users/{user_id}",
        "path": f"/auth/v1/admin/users/{ID}",
        "resp_status": 500,
        "request_id": "r-2",
        "error_id": "7e9f",
        "resp_body": body,
    }
    both = {"x-request-id": "r-1", "sb-request-id": "r-2"}
    assert error(500, b"plain", both).metadata["request_id"] == "r-1"
    assert error(500, b"plain").metadata["resp_body"] == "plain"
    assert "error_id" not in error(500, b"{}").metadata


def test_truncates_long_bodies() -> None:
    assert error(500, b"x" * 2048).metadata["resp_body"] == "x" * 2048
    assert error(500, b"x" * 5000).metadata["resp_body"] == "x" * 2048
    assert len(error(500, {"msg": "x" * 5000}).message) == 2048
    short = {"msg": "x" * 2038}
    assert error(500, short).metadata["resp_body"] == short
    truncated = error(500, {"msg": "x" * 2039}).metadata["resp_body"]
    assert truncated == '{"msg":"' + "x" * 2039 + '"'
    assert len(str(error(500, {"code": "c" * 5000}).error_code)) == 2048


def test_reads_only_the_beginning_of_a_huge_body() -> None:
    short = {"msg": "m", "more": ["x"] * 13_000}
    assert 60_000 < len(json.dumps(short)) < 2**16
    assert error(500, short).message == "m"
    huge = error(500, {"msg": "m", "more": ["x"] * 2_000_000, "code": "never_read"})
    assert huge.error_code is None
    assert huge.message.startswith('{"msg": "m", "more": ["x", "x"')
    assert huge.metadata["resp_body"] == huge.message


@pytest.mark.parametrize(("depth", "kind"), [(50, list), (51, str), (100_000, str)])
def test_deeply_nested_bodies_stay_text(depth: int, kind: type) -> None:
    body = b"[" * depth + b"]" * depth
    assert isinstance(error(500, body).metadata["resp_body"], kind)
    nested = b'{"a":' * depth + b"1" + b"}" * depth
    assert isinstance(error(500, nested).metadata["resp_body"], dict if kind is list else str)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "payload is not valid JSON"),
        (b"null", "payload is invalid"),
        (b"[]", "payload is invalid"),
        (b"{}", "id can't be blank; aud can't be blank; created_at can't be blank"),
        (b'{"id": "1", "aud": "a", "created_at": 5}', "created_at is invalid"),
        (b'{"id": "1", "aud": "a", "created_at": "2026-01-01T00:00:00Z", "email": 5}', "email is"),
        (b'{"id": 5, nonsense', "payload is not valid JSON"),
        (b"[" * 100_000, "payload is not valid JSON"),
    ],
)
def test_rejects_an_invalid_success_body(body: bytes, field: str) -> None:
    match admin.get_user_by_id(Canned(200, body).client(), ID):
        case Failure(Error("invalid_response", message) as error):
            assert message.startswith(f"the server's response cannot be decoded: {field}")
            assert error.status == 200
            assert error.metadata["resp_length"] == len(body)
            assert "resp_body" not in error.metadata
        case other:
            pytest.fail(f"{other}")


@pytest.mark.parametrize("status", [199, 300, 304])
def test_other_statuses_than_2xx_are_failures(status: int) -> None:
    assert error(status, USER).status == status


@pytest.mark.parametrize("status", range(200, 300))
def test_every_2xx_is_a_success(status: int) -> None:
    client = Canned(status, json.dumps(USER).encode()).client()
    assert admin.get_user_by_id(client, ID).map(lambda user: user.id) == Success(ID)


def test_empty_page() -> None:
    for body in (b'{"users": null}', b'{"users": []}'):
        assert admin.list_users(Canned(200, body).client()) == Success(UserPage((), Pagination()))
    assert admin.list_users(Canned(200, b"{}").client()).failure().code == "invalid_response"


@pytest.mark.parametrize(
    ("link", "pages"),
    [
        ("", (None, None)),
        ('<http://x/?page=2>; rel="next"', (2, None)),
        ("<http://x/?page=2>; rel=next", (2, None)),
        ('<http://x/?page=2>;rel="next" , <http://x/?page=9>; rel="last"', (2, 9)),
        ('<http://x/?page=>; rel="next"', (None, None)),
        ('<http://x/?page=x>; rel="next"', (None, None)),
        ('<http://x/?page=-1>; rel="next"', (None, None)),
        ('<http://x/?page=1&page=2>; rel="next"', (12, None)),
        ('<http://x/?cursor=abc>; rel="next"', (None, None)),
        ('<http://x/?page=2>; rel="nextish"', (None, None)),
        ('<http://x/?page=2>; rel="first"', (None, None)),
        ('<http://[x/?page=2#page=3>; rel="next"', (2, None)),
        ('<http://x/?page=2&filter=a?b>; rel="next"', (2, None)),
        ("<" * 60_000 + 'http://x/?page=2>; rel="next"', (2, None)),
    ],
)
def test_reads_pages_from_the_link_header(link: str, pages: tuple[int | None, int | None]) -> None:
    client = Canned(200, b'{"users": []}', {"link": link}).client()
    pagination = admin.list_users(client).unwrap().pagination
    assert (pagination.next_page, pagination.last_page) == pages


BY_METHOD: Mapping[str, Callable[[Client], Result[Any, Error]]] = {
    "GET": lambda client: admin.get_user_by_id(client, "1"),
    "POST": lambda client: admin.create_user(client, {"email": "ada@example.com"}),
    "PUT": lambda client: admin.update_user_by_id(client, "1", {"role": "editor"}),
    "DELETE": lambda client: admin.delete_user(client, "1"),
}
CHANGES = ("POST", "PUT", "DELETE")
CODED = b'{"code": "unexpected_failure", "message": "Database error"}'
PAGE = b"<html>Bad Gateway</html>"


@pytest.mark.parametrize("method", CHANGES)
@pytest.mark.parametrize(
    ("status", "body", "outcome_unknown", "retryable"),
    [
        pytest.param(200, b"nonsense", True, False, id="unreadable success"),
        pytest.param(302, b"", False, False, id="redirect"),
        pytest.param(400, CODED, False, False, id="bad request"),
        pytest.param(429, CODED, False, True, id="too many requests"),
        pytest.param(500, CODED, False, False, id="GoTrue's own 500"),
        pytest.param(500, PAGE, True, False, id="a gateway's 500"),
        pytest.param(502, PAGE, True, False, id="bad gateway"),
        pytest.param(503, CODED, True, False, id="unavailable"),
        pytest.param(504, CODED, True, False, id="gateway timeout"),
        pytest.param(520, CODED, True, False, id="unknown error of a gateway"),
        pytest.param(530, PAGE, True, False, id="gateway without an address"),
        pytest.param(540, CODED, True, False, id="paused project"),
    ],
)
def test_change(
    method: str, status: int, body: bytes, outcome_unknown: bool, retryable: bool
) -> None:
    error = BY_METHOD[method](Canned(status, body).client()).failure()
    assert (error.outcome_unknown, error.retryable) == (outcome_unknown, retryable)


@pytest.mark.parametrize(
    ("status", "retryable"),
    [(200, False), (302, False), (404, False), (429, True), (500, False)]
    + [(status, True) for status in (502, 503, 504, 520, 525, 530, 540)]
    + [(status, False) for status in (505, 519, 531, 541)],
)
def test_read_has_no_unknown_outcome(status: int, retryable: bool) -> None:
    error = BY_METHOD["GET"](Canned(status, PAGE).client()).failure()
    assert (error.outcome_unknown, error.retryable) == (False, retryable)


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
