"""delete_user against a server."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from returns.result import Success

from supabase_gotrue import Client, User
from supabase_gotrue.admin import create_user, delete_user, get_user_by_id, list_users
from tests.live.server import PASSWORD, Server, recent

HARD: list[Any] = [False, "false", "0", {}, {"should_soft_delete": False}]
SOFT: list[Any] = [True, "true", "1", {"should_soft_delete": True}, {"should_soft_delete": "true"}]
UNCLEAR: list[Any] = [
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
    def test_for_good(self, client: Client, user: User) -> None:
        assert delete_user(client, user.id) == Success(None)
        assert get_user_by_id(client, user.id).failure().error_code == "user_not_found"
        assert delete_user(client, user.id).failure().error_code == "user_not_found"

    @pytest.mark.parametrize("flag", HARD, ids=repr)
    def test_flags_for_good(self, client: Client, user: User, flag: Any) -> None:
        assert delete_user(client, user.id, flag) == Success(None)
        assert get_user_by_id(client, user.id).failure().status == 404

    @pytest.mark.parametrize("flag", SOFT, ids=repr)
    def test_flags_for_soft(self, client: Client, user: User, flag: Any) -> None:
        assert delete_user(client, UUID(user.id), flag) == Success(None)
        assert recent(get_user_by_id(client, user.id).unwrap().deleted_at)

    @pytest.mark.parametrize("flag", UNCLEAR, ids=repr)
    def test_unclear_flags_delete_nobody(self, client: Client, user: User, flag: Any) -> None:
        assert delete_user(client, user.id, flag).failure().code == "validation"
        assert get_user_by_id(client, user.id).unwrap().deleted_at is None

    def test_softly_keeps_a_hash(self, client: Client, user: User) -> None:
        assert delete_user(client, user.id, should_soft_delete=True) == Success(None)
        gone = get_user_by_id(client, user.id).unwrap()
        assert gone.email not in (None, user.email)
        assert gone.user_metadata == gone.app_metadata == {}
        assert [identity.identity_data for identity in gone.identities or ()] == [{}]

    def test_softly_frees_the_address(self, client: Client, user: User, email: str) -> None:
        delete_user(client, user.id, should_soft_delete=True).unwrap()
        assert list_users(client, {"filter": email}).unwrap().users == ()
        assert create_user(client, {"email": email}).unwrap().id != user.id

    def test_softly_then_for_good(self, client: Client, user: User) -> None:
        assert delete_user(client, user.id, should_soft_delete=True) == Success(None)
        assert delete_user(client, user.id, should_soft_delete=True) == Success(None)
        assert delete_user(client, user.id) == Success(None)
        assert get_user_by_id(client, user.id).failure().error_code == "user_not_found"

    @pytest.mark.parametrize("softly", [False, True])
    def test_ends_sessions(self, server: Server, user: User, email: str, softly: bool) -> None:
        session = server.session_of(user)
        delete_user(server.client, user.id, softly).unwrap()
        assert not server.alive(session)
        refused = server.sign_in(email, PASSWORD).failure()
        assert refused.error_code == "invalid_credentials"

    @pytest.mark.parametrize(
        ("user_id", "error_code"), [(uuid4(), "user_not_found"), ("1", "validation_failed")]
    )
    def test_unknown(self, client: Client, user_id: UUID | str, error_code: str) -> None:
        error = delete_user(client, user_id).failure()
        assert (error.code, error.error_code) == ("not_found", error_code)
