"""Responses: errors in every format, pages, deletions, sign-outs."""

import json
from typing import Any

import pytest
from returns.result import Failure, Success

from supabase_gotrue import Error, Pagination, User, UserPage, admin
from tests.canned import Canned

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
def test_reads_every_error_format(body: object, message: str, error_code: str | None) -> None:
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


@pytest.mark.parametrize("status", [200, 201, 299])
def test_every_2xx_is_a_success(status: int) -> None:
    client = Canned(status, json.dumps(USER).encode()).client()
    assert admin.get_user_by_id(client, ID).map(lambda user: user.id) == Success(ID)


@pytest.mark.parametrize("body", [b"", b"{}", b" {}\n"])
def test_delete_user_without_a_user_in_the_response(body: bytes) -> None:
    assert admin.delete_user(Canned(200, body).client(), ID) == Success(None)


def test_delete_user_with_a_user_in_the_response() -> None:
    client = Canned(200, json.dumps(USER).encode()).client()
    assert admin.delete_user(client, ID) == User.parse(USER)
    assert admin.delete_user(Canned(200, b'{"id": 1}').client(), ID).failure().status == 200


def test_missing_identities_and_factors() -> None:
    [listed] = User.parse_list([USER]).unwrap()
    assert (listed.identities, listed.factors) == (None, None)
    user = admin.get_user_by_id(Canned(200, json.dumps(USER).encode()).client(), ID).unwrap()
    assert (user.identities, user.factors) == ((), ())
    client = Canned(200, json.dumps(USER).encode()).client()
    assert admin.list_identities(client, ID) == Success(())


def test_list_identities() -> None:
    user = {**USER, "identities": [{"id": "1", "provider": "email"}]}
    client = Canned(200, json.dumps(user).encode()).client()
    identities = admin.list_identities(client, ID).unwrap()
    assert [(identity.id, identity.provider) for identity in identities] == [("1", "email")]


def test_users_of_a_page_share_strings() -> None:
    identity = {"id": ID, "user_id": ID, "provider": "email"}
    stranger = {"id": "1", "user_id": "2", "provider": "google"}
    listed = {**USER, "role": "authenticated", "identities": [identity, stranger]}
    body = json.dumps({"users": [listed, {**listed, "role": "editor"}, USER]}).encode()
    page = admin.list_users(Canned(200, body).client()).unwrap()
    assert page == UserPage(
        User.parse_list([listed, {**listed, "role": "editor"}, USER]).unwrap(), Pagination()
    )
    first, second, third = page.users
    assert first.identities is not None
    assert first.aud is second.aud is third.aud is first.role
    assert first.identities[0].id is first.identities[0].user_id is first.id
    assert [identity.user_id for identity in first.identities] == [ID, "2"]
    assert (second.role, third.role) == ("editor", None)


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


SESSION_NOT_FOUND = {"code": "session_not_found", "message": "Session not found"}
USER_NOT_FOUND = {"code": "user_not_found", "message": "User not found"}
BAD_JWT = {"code": "bad_jwt", "message": "expired"}


@pytest.mark.parametrize(
    ("status", "body", "scope", "succeeds"),
    [
        (204, None, "global", True),
        (200, {}, "others", True),
        (403, SESSION_NOT_FOUND, "local", True),
        (403, SESSION_NOT_FOUND, "global", False),
        (403, SESSION_NOT_FOUND, "others", False),
        (403, USER_NOT_FOUND, "global", True),
        (403, USER_NOT_FOUND, "local", True),
        (403, BAD_JWT, "local", False),
        (401, {"code": "no_authorization", "message": "m"}, "local", False),
        (401, None, "global", False),
        (404, None, "local", False),
        (500, None, "local", False),
    ],
)
def test_sign_out(status: int, body: object, scope: Any, succeeds: bool) -> None:
    text = b"" if body is None else json.dumps(body).encode()
    result = admin.sign_out(Canned(status, text).client(), "a.b.c", scope)
    assert isinstance(result, Success) == succeeds
    assert not succeeds or result == Success(None)
    if body is SESSION_NOT_FOUND and not succeeds:
        assert result.failure().message == (
            "Session not found; other sessions of this user may still exist"
        )


def test_delete_identity_explains_a_missing_route() -> None:
    client = Canned(404, b"404 page not found\n", {"content-type": "text/plain"}).client()
    missing = admin.delete_identity(client, ID, ID).failure()
    assert missing.message == (
        "404 page not found: this server has no admin route to delete an identity;"
        " pass session= to delete it with the user's own token"
    )
    body = {"code": "identity_not_found", "message": "Identity not found"}
    known = Canned(404, json.dumps(body).encode()).client()
    assert admin.delete_identity(known, ID, ID).failure().message == "Identity not found"
    refused = Canned(422, b"no").client()
    assert admin.delete_identity(refused, ID, ID).failure().message == "no"
    owned = admin.delete_identity(client, ID, ID, session="a.b.c").failure()
    assert owned.message == "404 page not found"
