"""delete_user against a server."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from returns.result import Success

from supabase_gotrue import Client, User
from supabase_gotrue.admin import create_user, delete_user, get_user_by_id, list_users
from tests.server.server import PASSWORD, Server, is_recent

HARD: list[Any] = [False, "false", "0", {}, {"should_soft_delete": False}]
SOFT: list[Any] = [True, "true", "1", {"should_soft_delete": True}, {"should_soft_delete": "true"}]
INVALID: list[Any] = [
    None,
    "",
    "yes",
    "TRUE",
    1,
    0,
    [],
    {"should_soft_delete": None},
    {"soft": True},
    {"should_soft_delete": True, "reason": "x"},
]


class TestDeleteUser:
    def test_deletes_a_user_once(self, client: Client, user: User) -> None:
        assert delete_user(client, user.id) == Success(None)
        assert get_user_by_id(client, user.id).failure().error_code == "user_not_found"
        assert delete_user(client, user.id).failure().error_code == "user_not_found"

    @pytest.mark.parametrize("flag", HARD, ids=repr)
    def test_values_that_delete(self, client: Client, user: User, flag: Any) -> None:
        assert delete_user(client, user.id, flag) == Success(None)
        assert get_user_by_id(client, user.id).failure().status == 404

    @pytest.mark.parametrize("flag", SOFT, ids=repr)
    def test_values_that_delete_softly(self, client: Client, user: User, flag: Any) -> None:
        assert delete_user(client, UUID(user.id), flag) == Success(None)
        assert is_recent(get_user_by_id(client, user.id).unwrap().deleted_at)

    @pytest.mark.parametrize("flag", INVALID, ids=repr)
    def test_rejects_other_values_and_deletes_nothing(
        self, client: Client, user: User, flag: Any
    ) -> None:
        assert delete_user(client, user.id, flag).failure().code == "validation"
        assert get_user_by_id(client, user.id).unwrap().deleted_at is None

    def test_soft_delete_obfuscates_the_user(self, client: Client, user: User) -> None:
        assert delete_user(client, user.id, should_soft_delete=True) == Success(None)
        deleted = get_user_by_id(client, user.id).unwrap()
        assert deleted.email not in (None, user.email)
        assert deleted.user_metadata == deleted.app_metadata == {}
        assert [identity.identity_data for identity in deleted.identities or ()] == [{}]

    def test_soft_delete_frees_the_email(self, client: Client, user: User, email: str) -> None:
        delete_user(client, user.id, should_soft_delete=True).unwrap()
        assert list_users(client, {"filter": email}).unwrap().users == ()
        assert create_user(client, {"email": email}).unwrap().id != user.id

    def test_deletes_a_softly_deleted_user(self, client: Client, user: User) -> None:
        assert delete_user(client, user.id, should_soft_delete=True) == Success(None)
        assert delete_user(client, user.id, should_soft_delete=True) == Success(None)
        assert delete_user(client, user.id) == Success(None)
        assert get_user_by_id(client, user.id).failure().error_code == "user_not_found"

    @pytest.mark.parametrize("softly", [False, True])
    def test_ends_sessions(self, server: Server, user: User, email: str, softly: bool) -> None:
        session = server.session_by_link(user)
        delete_user(server.client, user.id, softly).unwrap()
        assert not server.is_signed_in(session)
        error = server.sign_in(email, PASSWORD).failure()
        assert error.error_code == "invalid_credentials"

    @pytest.mark.parametrize(
        ("user_id", "error_code"), [(uuid4(), "user_not_found"), ("1", "validation_failed")]
    )
    def test_unknown_ids_are_not_found(
        self, client: Client, user_id: UUID | str, error_code: str
    ) -> None:
        error = delete_user(client, user_id).failure()
        assert (error.code, error.error_code) == ("not_found", error_code)
