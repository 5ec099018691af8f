"""delete_identity against a server."""

from uuid import uuid4

import pytest
from returns.result import Failure, Success

from supabase_gotrue import Client, Error, Session, User
from supabase_gotrue.admin import create_user, delete_identity, get_user_by_id, list_identities
from tests.server.server import PASSWORD, Server, new_email, new_phone, skip_if_disabled


@pytest.fixture
def user(client: Client) -> User:
    """A user with two identities, who can sign in."""
    return create_user(
        client,
        {
            "email": new_email(),
            "phone": new_phone(),
            "password": PASSWORD,
            "email_confirm": True,
            "phone_confirm": True,
        },
    ).unwrap()


@pytest.fixture
def session(server: Server, user: User) -> Session:
    return server.session_by_link(user)


def identity_id(user: User, provider: str) -> str:
    [found] = [each for each in user.identities or () if each.provider == provider]
    assert found.identity_id is not None
    return found.identity_id


class TestDeleteIdentity:
    def test_explains_that_the_admin_route_is_missing(self, client: Client, user: User) -> None:
        match delete_identity(client, user.id, identity_id(user, "email")):
            case Failure(Error("not_found", message) as error):
                assert error.error_code is None
                assert "no admin route" in message
                assert "session=" in message
            case other:
                pytest.fail(f"this server has the admin route: {other}")
        assert len(list_identities(client, user.id).unwrap()) == 2

    @pytest.mark.parametrize("as_token", [False, True])
    def test_deletes_the_phone_identity(
        self, client: Client, user: User, session: Session, as_token: bool
    ) -> None:
        token_or_session = session.access_token if as_token else session
        phone = identity_id(user, "phone")
        assert skip_if_disabled(
            delete_identity(client, user.id, phone, session=token_or_session)
        ) == Success(None)
        left = get_user_by_id(client, user.id).unwrap()
        assert [each.provider for each in left.identities or ()] == ["email"]
        assert (left.phone, left.phone_confirmed_at) == (None, None)
        assert left.app_metadata["providers"] == ["email"]

    def test_deletes_the_email_identity(self, client: Client, user: User, session: Session) -> None:
        email = identity_id(user, "email")
        assert skip_if_disabled(
            delete_identity(client, user.id, email, session=session)
        ) == Success(None)
        left = get_user_by_id(client, user.id).unwrap()
        assert [each.provider for each in left.identities or ()] == ["phone"]
        assert left.email is None

    def test_rejects_to_delete_the_last_identity(
        self, client: Client, user: User, session: Session
    ) -> None:
        phone, email = identity_id(user, "phone"), identity_id(user, "email")
        skip_if_disabled(delete_identity(client, user.id, phone, session=session)).unwrap()
        error = delete_identity(client, user.id, email, session=session).failure()
        assert (error.code, error.error_code) == (
            "unprocessable_entity",
            "single_identity_not_deletable",
        )
        assert len(list_identities(client, user.id).unwrap()) == 1

    def test_unknown_ids_are_not_found(self, client: Client, user: User, session: Session) -> None:
        unknown = skip_if_disabled(
            delete_identity(client, user.id, uuid4(), session=session)
        ).failure()
        assert (unknown.status, unknown.error_code) == (422, "identity_not_found")
        invalid = delete_identity(client, user.id, "x", session=session).failure()
        assert (invalid.status, invalid.error_code) == (404, "validation_failed")
        user_id = delete_identity(client, user.id, user.id, session=session).failure()
        assert user_id.error_code == "identity_not_found"

    def test_rejects_the_session_of_another_user(
        self, client: Client, user: User, session: Session
    ) -> None:
        other = create_user(client, {"email": new_email()}).unwrap()
        for value in (session, session.access_token, Session(access_token=session.access_token)):
            error = delete_identity(client, other.id, identity_id(user, "email"), session=value)
            assert error.failure().errors == {"session": ("belongs to another user",)}
        assert len(list_identities(client, user.id).unwrap()) == 2

    def test_rejects_a_service_key_as_session(self, client: Client, user: User) -> None:
        email = identity_id(user, "email")
        result = delete_identity(client, user.id, email, session=client.api_key)
        assert skip_if_disabled(result).failure().error_code == "bad_jwt"
