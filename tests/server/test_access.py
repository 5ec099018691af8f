"""Access to the admin routes, all but those that take a session."""

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from returns.result import Failure, Result, Success

from supabase_gotrue import Client, Error, User, with_options
from supabase_gotrue.admin import (
    create_user,
    delete_factor,
    delete_user,
    generate_link,
    get_user_by_id,
    invite_user_by_email,
    list_identities,
    list_users,
    update_user_by_id,
)
from tests.server.server import Server, new_email

Call = Callable[[Client, User], Result[Any, Error]]

CALLS: dict[str, Call] = {
    "create_user": lambda client, _: create_user(client, {"email": new_email()}),
    "update_user_by_id": lambda client, user: update_user_by_id(client, user.id, {"role": "x"}),
    "get_user_by_id": lambda client, user: get_user_by_id(client, user.id),
    "delete_user": lambda client, user: delete_user(client, user.id),
    "list_users": lambda client, _: list_users(client),
    "invite_user_by_email": lambda client, _: invite_user_by_email(client, new_email()),
    "generate_link": lambda client, user: generate_link(
        client, {"type": "recovery", "email": user.email or ""}
    ),
    "delete_factor": lambda client, user: delete_factor(client, user.id, uuid4()),
    "list_identities": lambda client, user: list_identities(client, user.id),
}


@pytest.fixture(params=CALLS.values(), ids=list(CALLS))
def call(request: pytest.FixtureRequest) -> Call:
    function: Call = request.param
    return function


class TestAccess:
    def test_rejects_a_publishable_key(self, server: Server, user: User, call: Call) -> None:
        error = call(server.client_with_token(server.token(role="anon")), user).failure()
        assert (error.code, error.error_code) == ("forbidden", "not_admin")
        assert get_user_by_id(server.client, user.id).unwrap().role == user.role

    def test_rejects_the_session_of_a_user(self, server: Server, user: User, call: Call) -> None:
        session = server.session_by_link(user)
        match call(server.client_with_token(session.access_token), user):
            case Failure(Error("forbidden") as error):
                assert error.error_code == "not_admin"
            case other:
                pytest.fail(f"a user acted as an administrator: {other}")

    def test_rejects_invalid_and_expired_tokens(
        self, server: Server, user: User, call: Call
    ) -> None:
        for token in (
            "abc",
            server.token(role="service_role", exp=int(time.time()) - 5),
            server.token(role="service_role", secret="another secret, of thirty-two bytes"),
        ):
            error = call(server.client_with_token(token), user).failure()
            assert (error.code, error.error_code) == ("forbidden", "bad_jwt")
            assert token not in f"{error!r} {error}"

    def test_rejects_requests_without_a_token(self, server: Server, user: User, call: Call) -> None:
        client = with_options(server.client, api_key="sb_secret_1", access_token=None).unwrap()
        error = call(client, user).failure()
        assert (error.code, error.error_code) == ("unauthorized", "no_authorization")

    def test_accepts_the_role_supabase_admin(self, server: Server, user: User) -> None:
        admin = server.client_with_token(server.token(role="supabase_admin"))
        assert isinstance(get_user_by_id(admin, user.id), Success)
