"""update_user_by_id against a server."""

from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

import pytest
from returns.result import Failure

from supabase_gotrue import AdminUserAttrs, AdminUserParams, Client, Error, User
from supabase_gotrue.admin import create_user, get_user_by_id, update_user_by_id
from tests.server.server import PASSWORD, Server, claims, is_recent, new_email, new_phone

NEW_PASSWORD: Final = "Another-horse-2"


class TestUpdateUser:
    def test_empty_attributes_change_nothing(self, client: Client, user: User) -> None:
        unchanged = update_user_by_id(client, user.id, {}).unwrap()
        assert (unchanged.id, unchanged.email, unchanged.role) == (user.id, user.email, user.role)
        assert unchanged.user_metadata == get_user_by_id(client, user.id).unwrap().user_metadata

    def test_accepts_a_uuid_and_params(self, client: Client, user: User) -> None:
        params = AdminUserParams(role="editor")
        assert update_user_by_id(client, UUID(user.id), params).unwrap().role == "editor"

    def test_user_metadata_is_merged_at_the_top_level(self, client: Client, user: User) -> None:
        update_user_by_id(client, user.id, {"user_metadata": {"a": 1, "b": {"x": 1}}}).unwrap()
        changes: AdminUserAttrs = {"user_metadata": {"a": None, "b": {"y": 2}, "c": 3}}
        changed = update_user_by_id(client, user.id, changes).unwrap()
        assert changed.user_metadata == {"b": {"y": 2}, "c": 3, "email_verified": True}
        assert get_user_by_id(client, user.id).unwrap().user_metadata == changed.user_metadata

    def test_app_metadata_is_merged_at_the_top_level(self, client: Client, user: User) -> None:
        update_user_by_id(client, user.id, {"app_metadata": {"plan": "pro", "n": 1}}).unwrap()
        changed = update_user_by_id(client, user.id, {"app_metadata": {"plan": None}}).unwrap()
        assert changed.app_metadata == {"n": 1, "provider": "email", "providers": ["email"]}

    def test_new_email_keeps_the_confirmation_of_the_old(self, client: Client, user: User) -> None:
        email = new_email("changed")
        before = get_user_by_id(client, user.id).unwrap().email_confirmed_at
        changed = update_user_by_id(client, user.id, {"email": email}).unwrap()
        assert changed.email == email
        assert changed.email_confirmed_at == before

    def test_new_email_is_confirmed(self, server: Server, user: User) -> None:
        email = new_email("changed")
        before = get_user_by_id(server.client, user.id).unwrap().email_confirmed_at
        changes: AdminUserAttrs = {"email": email.upper(), "email_confirm": True}
        changed = update_user_by_id(server.client, user.id, changes).unwrap()
        assert changed.email == email
        assert changed.email_confirmed_at is not None
        assert before is not None
        assert changed.email_confirmed_at > before
        assert claims(server.sign_in(email).unwrap())["sub"] == user.id

    def test_rejects_an_existing_email(self, client: Client, user: User) -> None:
        other = create_user(client, {"email": new_email()}).unwrap()
        match update_user_by_id(client, other.id, {"email": user.email}):
            case Failure(Error("server_error", "Error updating user") as error):
                assert error.error_code == "unexpected_failure"
            case unexpected:
                pytest.fail(f"the email exists twice: {unexpected}")
        assert get_user_by_id(client, other.id).unwrap().email == other.email

    def test_changes_the_phone(self, client: Client, user: User) -> None:
        phone = new_phone()
        changes: AdminUserAttrs = {"phone": f"+{phone}", "phone_confirm": True}
        changed = update_user_by_id(client, user.id, changes).unwrap()
        assert changed.phone == phone
        assert is_recent(changed.phone_confirmed_at)

    def test_blank_attributes_change_nothing(self, client: Client, user: User) -> None:
        changed = update_user_by_id(client, user.id, {"email": " ", "phone": "", "role": None})
        assert changed.unwrap().email == user.email

    def test_new_password_ends_sessions(self, server: Server, user: User, email: str) -> None:
        session = server.session_by_link(user)
        update_user_by_id(server.client, user.id, {"password": NEW_PASSWORD}).unwrap()
        assert not server.is_signed_in(session)
        assert server.sign_in(email).failure().error_code == "invalid_credentials"
        assert claims(server.sign_in(email, NEW_PASSWORD).unwrap())["sub"] == user.id

    def test_rejects_a_short_password(self, client: Client, user: User) -> None:
        match update_user_by_id(client, user.id, {"password": "a"}):
            case Failure(Error("unprocessable_entity", message) as error):
                assert error.error_code == "weak_password"
                assert "length" in error.reasons
                assert message.startswith("Password should be at least")
            case other:
                pytest.fail(f"a short password was accepted: {other}")

    def test_rejects_a_password_without_required_characters(
        self, client: Client, user: User
    ) -> None:
        match update_user_by_id(client, user.id, {"password": "a" * 40}):
            case Failure(Error() as error):
                assert (error.status, error.error_code) == (422, "weak_password")
                assert error.reasons == ("characters",)
            case _:
                pytest.skip("this server requires no characters in passwords")

    def test_rejects_a_password_over_72_bytes(self, client: Client, user: User) -> None:
        error = update_user_by_id(client, user.id, {"password": f"{PASSWORD}{'x' * 60}"}).failure()
        assert (error.code, error.error_code) == ("bad_request", "validation_failed")

    def test_bans_and_unbans(self, server: Server, user: User, email: str) -> None:
        session = server.session_by_link(user)
        banned = update_user_by_id(server.client, user.id, {"ban_duration": "100h"}).unwrap()
        assert banned.banned_until is not None
        assert is_recent(banned.banned_until - timedelta(hours=100))
        assert server.sign_in(email).failure().error_code == "user_banned"
        error = server.send("GET", "/user", session=session).failure()
        assert error.error_code == "user_banned"
        unbanned = update_user_by_id(server.client, user.id, {"ban_duration": "none"}).unwrap()
        assert unbanned.banned_until is None
        assert server.is_signed_in(session)

    def test_new_tokens_contain_the_role(self, server: Server, user: User) -> None:
        update_user_by_id(server.client, user.id, {"role": "supervisor"}).unwrap()
        assert claims(server.session_by_link(user))["role"] == "supervisor"

    def test_role_service_role_makes_an_administrator(self, server: Server, user: User) -> None:
        update_user_by_id(server.client, user.id, {"role": "service_role"}).unwrap()
        acting = server.client_with_token(server.session_by_link(user).access_token)
        assert get_user_by_id(acting, user.id).unwrap().role == "service_role"

    def test_nonce_is_ignored(self, client: Client, user: User) -> None:
        assert update_user_by_id(client, user.id, {"nonce": "n-1"}).unwrap().email == user.email

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"email": "nobody"}, "email address"),
            ({"phone": "abc"}, "E.164"),
            ({"ban_duration": "forever"}, "ban duration"),
        ],
    )
    def test_rejects_invalid_attributes(
        self, client: Client, user: User, changes: AdminUserAttrs, words: str
    ) -> None:
        error = update_user_by_id(client, user.id, changes).failure()
        assert (error.code, error.error_code) == ("bad_request", "validation_failed")
        assert words in error.message

    @pytest.mark.parametrize(
        ("user_id", "error_code"), [(uuid4(), "user_not_found"), ("1", "validation_failed")]
    )
    def test_unknown_ids_are_not_found(
        self, client: Client, user_id: UUID | str, error_code: str
    ) -> None:
        error = update_user_by_id(client, user_id, {"role": "editor"}).failure()
        assert (error.code, error.error_code) == ("not_found", error_code)
