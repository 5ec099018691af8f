"""Access to the routes of administrators: by their key alone."""

import time

import pytest
from returns.result import Success

from supabase_gotrue import Client, Error, User, with_options
from supabase_gotrue.admin import get_user_by_id
from tests.calls import CALLS, Call, call_id, outcomes
from tests.canned import KEY
from tests.server.server import Server

# The others are authorized by a session.
CALLS_OF_ADMINISTRATORS = [call for call in CALLS if call.sends and call.bearer == KEY]


def refusal(call: Call, client: Client) -> Error:
    """Return the Error of a call; an import has it for its row, and again for its end."""
    errors: list[Error] = [result.failure() for result in outcomes(call(client))]
    error, *others = errors
    assert others == [error] * (call.name == "bulk.import_users")
    return error


@pytest.fixture(params=CALLS_OF_ADMINISTRATORS, ids=call_id)
def call(request: pytest.FixtureRequest) -> Call:
    row: Call = request.param
    return row


class TestAccess:
    def test_rejects_a_publishable_key(self, server: Server, call: Call) -> None:
        error = refusal(call, server.client_with_token(server.token(role="anon")))
        assert (error.code, error.error_code) == ("forbidden", "not_admin")

    def test_rejects_the_session_of_a_user(self, server: Server, user: User, call: Call) -> None:
        session = server.session_by_link(user)
        error = refusal(call, server.client_with_token(session.access_token))
        assert (error.code, error.error_code) == ("forbidden", "not_admin")

    def test_rejects_invalid_and_expired_tokens(self, server: Server, call: Call) -> None:
        for token in (
            "abc",
            server.token(role="service_role", exp=int(time.time()) - 5),
            server.token(role="service_role", secret="another secret, of thirty-two bytes"),
        ):
            error = refusal(call, server.client_with_token(token))
            assert (error.code, error.error_code) == ("forbidden", "bad_jwt")
            assert token not in f"{error!r} {error}"

    def test_rejects_requests_without_a_token(self, server: Server, call: Call) -> None:
        client = with_options(server.client, api_key="sb_secret_1", access_token=None).unwrap()
        error = refusal(call, client)
        assert (error.code, error.error_code) == ("unauthorized", "no_authorization")

    def test_accepts_the_role_supabase_admin(self, server: Server, user: User) -> None:
        admin = server.client_with_token(server.token(role="supabase_admin"))
        assert isinstance(get_user_by_id(admin, user.id), Success)
