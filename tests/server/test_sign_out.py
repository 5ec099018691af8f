"""sign_out against a server."""

import time
from uuid import uuid4

import pytest
from returns.result import Failure, Success

from supabase_gotrue import Error, Scope, Session, User
from supabase_gotrue.admin import delete_user, sign_out, update_user_by_id
from tests.server.server import Server

SCOPES: tuple[Scope, ...] = ("global", "local", "others")


@pytest.fixture
def pair(server: Server, user: User) -> tuple[Session, Session]:
    """Two sessions of one user."""
    return server.session_by_link(user), server.session_by_link(user)


class TestSignOut:
    @pytest.mark.parametrize(
        ("scope", "signed_in"),
        [("global", (False, False)), ("local", (False, True)), ("others", (True, False))],
    )
    def test_scope_decides_which_sessions_end(
        self,
        server: Server,
        pair: tuple[Session, Session],
        scope: Scope,
        signed_in: tuple[bool, bool],
    ) -> None:
        assert sign_out(server.client, pair[0], scope) == Success(None)
        assert (server.is_signed_in(pair[0]), server.is_signed_in(pair[1])) == signed_in

    def test_default_scope_ends_all_sessions(
        self, server: Server, pair: tuple[Session, Session]
    ) -> None:
        assert sign_out(server.client, pair[0].access_token) == Success(None)
        assert not server.is_signed_in(pair[1])

    def test_ends_the_refresh_token_of_the_session_only(
        self, server: Server, pair: tuple[Session, Session]
    ) -> None:
        sign_out(server.client, pair[0], "local").unwrap()
        refreshed = [
            server.send(
                "POST", "/token?grant_type=refresh_token", {"refresh_token": each.refresh_token}
            )
            for each in pair
        ]
        assert [isinstance(each, Success) for each in refreshed] == [False, True]

    def test_ended_session_with_scope_local_succeeds(
        self, server: Server, pair: tuple[Session, Session]
    ) -> None:
        sign_out(server.client, pair[0], "local").unwrap()
        assert sign_out(server.client, pair[0], "local") == Success(None)

    @pytest.mark.parametrize("scope", ["global", "others"])
    def test_ended_session_with_another_scope_fails(
        self, server: Server, pair: tuple[Session, Session], scope: Scope
    ) -> None:
        sign_out(server.client, pair[0], "local").unwrap()
        match sign_out(server.client, pair[0], scope):
            case Failure(Error("forbidden", message) as error):
                assert error.error_code == "session_not_found"
                assert "other sessions" in message
            case other:
                pytest.fail(f"another session may be active: {other}")
        assert server.is_signed_in(pair[1])

    @pytest.mark.parametrize("scope", SCOPES)
    def test_session_of_a_deleted_user_succeeds(
        self, server: Server, user: User, pair: tuple[Session, Session], scope: Scope
    ) -> None:
        delete_user(server.client, user.id).unwrap()
        assert sign_out(server.client, pair[0], scope) == Success(None)

    @pytest.mark.parametrize("scope", SCOPES)
    def test_rejects_the_session_of_a_banned_user(
        self, server: Server, user: User, pair: tuple[Session, Session], scope: Scope
    ) -> None:
        update_user_by_id(server.client, user.id, {"ban_duration": "10h"}).unwrap()
        error = sign_out(server.client, pair[0], scope).failure()
        assert (error.code, error.error_code) == ("forbidden", "user_banned")

    @pytest.mark.parametrize("scope", SCOPES)
    def test_rejects_tokens_that_are_not_of_a_session(
        self, server: Server, user: User, scope: Scope
    ) -> None:
        of_user = {"sub": user.id, "role": "authenticated", "aud": "authenticated"}
        for token in (
            "abc",
            server.client.api_key,
            server.token(role="anon"),
            server.token(**of_user, exp=int(time.time()) - 5),
            server.token(**of_user, secret="another secret, of thirty-two bytes"),
        ):
            match sign_out(server.client, token, scope):
                case Failure(Error("forbidden") as error):
                    assert error.error_code == "bad_jwt"
                    assert token not in repr(error)
                case other:
                    pytest.fail(f"unexpected: {other}")

    def test_session_that_never_existed(self, server: Server, user: User) -> None:
        token = server.token(
            sub=user.id,
            role="authenticated",
            aud="authenticated",
            session_id=str(uuid4()),
        )
        assert sign_out(server.client, token).failure().error_code == "session_not_found"
        assert sign_out(server.client, token, "local") == Success(None)
