"""The method, URL, body and token that each function sends."""

from collections.abc import Callable
from typing import Any

import pytest
from returns.result import Result

from supabase_gotrue import Client, Error, admin
from tests.canned import KEY, Canned

ROOT = "http://localhost/auth/v1"
USER = f"{ROOT}/admin/users/u-1"
Call = Callable[[Client], Result[Any, Error]]
CALLS: dict[tuple[str, str, bytes | None, str], Call] = {
    ("POST", f"{ROOT}/admin/users", b'{"email":"a@b.c"}', KEY): lambda client: admin.create_user(
        client, {"email": "a@b.c", "phone": " "}
    ),
    ("PUT", USER, b'{"app_metadata":{"team":null}}', KEY): lambda client: admin.update_user_by_id(
        client, "u-1", {"app_metadata": {"team": None}}
    ),
    ("PUT", USER, b"{}", KEY): lambda client: admin.update_user_by_id(client, "u-1", {}),
    ("GET", USER, None, KEY): lambda client: admin.get_user_by_id(client, "u-1"),
    ("GET", f"{ROOT}/admin/users/%C3%BC%26", None, KEY): lambda client: admin.list_identities(
        client, "ü&"
    ),
    ("DELETE", USER, b'{"should_soft_delete":false}', KEY): lambda client: admin.delete_user(
        client, "u-1"
    ),
    ("DELETE", USER, b'{"should_soft_delete":true}', KEY): lambda client: admin.delete_user(
        client, "u-1", True
    ),
    ("GET", f"{ROOT}/admin/users?page=1", None, KEY): admin.list_users,
    (
        "GET",
        f"{ROOT}/admin/users?page=2&per_page=3&filter=a%20b%2F%25%2B&sort=created_at%20asc",
        None,
        KEY,
    ): lambda client: admin.list_users(
        client, {"page": 2, "per_page": 3, "filter": "a b/%+", "sort": "created_at asc"}
    ),
    ("POST", f"{ROOT}/invite", b'{"email":"a@b.c"}', KEY): lambda client: (
        admin.invite_user_by_email(client, "a@b.c")
    ),
    (
        "POST",
        f"{ROOT}/invite?redirect_to=https%3A%2F%2Fa.b%2F%3Fc%3Dd",
        b'{"email":"a@b.c","data":{"n":1}}',
        KEY,
    ): lambda client: admin.invite_user_by_email(
        client, "a@b.c", {"data": {"n": 1}, "redirect_to": "https://a.b/?c=d"}
    ),
    (
        "POST",
        f"{ROOT}/admin/generate_link",
        b'{"type":"magiclink","email":"a@b.c"}',
        KEY,
    ): lambda client: admin.generate_link(client, {"type": "magicLink", "email": "a@b.c"}),
    ("POST", f"{ROOT}/logout?scope=global", None, "a.b.c"): lambda client: admin.sign_out(
        client, "a.b.c"
    ),
    ("DELETE", f"{USER}/factors/f-1", None, KEY): lambda client: admin.delete_factor(
        client, "u-1", "f-1"
    ),
    ("DELETE", f"{USER}/identities/i-1", None, KEY): lambda client: admin.delete_identity(
        client, "u-1", "i-1"
    ),
    ("DELETE", f"{ROOT}/user/identities/i-1", None, "a.b.c"): lambda client: admin.delete_identity(
        client, "u-1", "i-1", session="a.b.c"
    ),
}


@pytest.mark.parametrize("expected", CALLS, ids=lambda expected: " ".join(expected[:2]))
def test_sends(expected: tuple[str, str, bytes | None, str]) -> None:
    canned = Canned(404)
    CALLS[expected](canned.client())
    [request] = canned.sent
    bearer = request.headers["authorization"].removeprefix("Bearer ")
    assert (request.method, request.url, request.body, bearer) == expected
    assert request.headers["apikey"] == KEY
    assert ("content-type" in request.headers) == (request.body is not None)
