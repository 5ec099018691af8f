"""update_user_by_id against a server."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import pytest
from returns.result import Failure

from supabase_gotrue import AdminUserAttrs, AdminUserParams, Client, Error, User
from supabase_gotrue.admin import create_user, get_user_by_id, update_user_by_id
from tests.live.server import PASSWORD, Server, claims, new_email, new_phone, recent

OTHER: Final = "Another-horse-2"


class TestUpdateUser:
    def test_nothing(self, client: Client, user: User) -> None:
        same = update_user_by_id(client, user.id, {}).unwrap()
        assert (same.id, same.email, same.role) == (user.id, user.email, user.role)
        assert same.user_metadata == get_user_by_id(client, user.id).unwrap().user_metadata

    def test_takes_a_uuid_and_a_struct(self, client: Client, user: User) -> None:
        params = AdminUserParams(role="editor")
        assert update_user_by_id(client, UUID(user.id), params).unwrap().role == "editor"

    def test_user_metadata_merge_at_the_top(self, client: Client, user: User) -> None:
        update_user_by_id(client, user.id, {"user_metadata": {"a": 1, "b": {"x": 1}}}).unwrap()
        changes: AdminUserAttrs = {"user_metadata": {"a": None, "b": {"y": 2}, "c": 3}}
        changed = update_user_by_id(client, user.id, changes).unwrap()
        assert changed.user_metadata == {"b": {"y": 2}, "c": 3, "email_verified": True}
        assert get_user_by_id(client, user.id).unwrap().user_metadata == changed.user_metadata

    def test_app_metadata_merge_at_the_top(self, client: Client, user: User) -> None:
        update_user_by_id(client, user.id, {"app_metadata": {"plan": "pro", "n": 1}}).unwrap()
        changed = update_user_by_id(client, user.id, {"app_metadata": {"plan": None}}).unwrap()
        assert changed.app_metadata == {"n": 1, "provider": "email", "providers": ["email"]}

    def test_email_unconfirmed_keeps_its_confirmation(self, client: Client, user: User) -> None:
        email = new_email("changed")
        before = get_user_by_id(client, user.id).unwrap().email_confirmed_at
        changed = update_user_by_id(client, user.id, {"email": email}).unwrap()
        assert changed.email == email
        assert changed.email_confirmed_at == before

    def test_email_confirmed_anew(self, server: Server, user: User) -> None:
        email = new_email("changed")
        before = get_user_by_id(server.client, user.id).unwrap().email_confirmed_at
        changes: AdminUserAttrs = {"email": email.upper(), "email_confirm": True}
        changed = update_user_by_id(server.client, user.id, changes).unwrap()
        assert changed.email == email
        assert changed.email_confirmed_at is not None
        assert before is not None
        assert changed.email_confirmed_at > before
        assert claims(server.sign_in(email).unwrap())["sub"] == user.id

    def test_email_taken(self, client: Client, user: User) -> None:
        other = create_user(client, {"email": new_email()}).unwrap()
        match update_user_by_id(client, other.id, {"email": user.email}):
            case Failure(Error("server_error", "Error updating user") as error):
                assert error.error_code == "unexpected_failure"
            case unexpected:
                pytest.fail(f"taken twice: {unexpected}")
        assert get_user_by_id(client, other.id).unwrap().email == other.email

    def test_phone(self, client: Client, user: User) -> None:
        phone = new_phone()
        changes: AdminUserAttrs = {"phone": f"+{phone}", "phone_confirm": True}
        changed = update_user_by_id(client, user.id, changes).unwrap()
        assert changed.phone == phone
        assert recent(changed.phone_confirmed_at)

    def test_blank_changes_nothing(self, client: Client, user: User) -> None:
        changed = update_user_by_id(client, user.id, {"email": " ", "phone": "", "role": None})
        assert changed.unwrap().email == user.email

    def test_password_ends_sessions(self, server: Server, user: User, email: str) -> None:
        session = server.session_of(user)
        update_user_by_id(server.client, user.id, {"password": OTHER}).unwrap()
        assert not server.alive(session)
        assert server.sign_in(email).failure().error_code == "invalid_credentials"
        assert claims(server.sign_in(email, OTHER).unwrap())["sub"] == user.id

    def test_short_password(self, client: Client, user: User) -> None:
        match update_user_by_id(client, user.id, {"password": "a"}):
            case Failure(Error("unprocessable_entity", message) as error):
                assert error.error_code == "weak_password"
                assert "length" in error.reasons
                assert message.startswith("Password should be at least")
            case other:
                pytest.fail(f"one letter is a password: {other}")

    def test_password_without_the_characters_asked_for(self, client: Client, user: User) -> None:
        match update_user_by_id(client, user.id, {"password": "a" * 40}):
            case Failure(Error() as error):
                assert (error.status, error.error_code) == (422, "weak_password")
                assert error.reasons == ("characters",)
            case _:
                pytest.skip("this server asks for no characters in passwords")

    def test_password_over_72_bytes(self, client: Client, user: User) -> None:
        error = update_user_by_id(client, user.id, {"password": f"{PASSWORD}{'x' * 60}"}).failure()
        assert (error.code, error.error_code) == ("bad_request", "validation_failed")

    def test_ban_and_its_end(self, server: Server, user: User, email: str) -> None:
        session = server.session_of(user)
        banned = update_user_by_id(server.client, user.id, {"ban_duration": "100h"}).unwrap()
        assert banned.banned_until is not None
        assert recent(banned.banned_until - timedelta(hours=100))
        assert server.sign_in(email).failure().error_code == "user_banned"
        refused = server.send("GET", "/user", session=session).failure()
        assert refused.error_code == "user_banned"
        free = update_user_by_id(server.client, user.id, {"ban_duration": "none"}).unwrap()
        assert free.banned_until is None or free.banned_until < datetime.now(UTC)
        assert server.alive(session)

    def test_role_stands_in_new_tokens(self, server: Server, user: User) -> None:
        update_user_by_id(server.client, user.id, {"role": "supervisor"}).unwrap()
        assert claims(server.session_of(user))["role"] == "supervisor"

    def test_service_role_makes_an_administrator(self, server: Server, user: User) -> None:
        update_user_by_id(server.client, user.id, {"role": "service_role"}).unwrap()
        acting = server.acting_as(server.session_of(user).access_token)
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
    def test_refused(self, client: Client, user: User, changes: AdminUserAttrs, words: str) -> None:
        error = update_user_by_id(client, user.id, changes).failure()
        assert (error.code, error.error_code) == ("bad_request", "validation_failed")
        assert words in error.message

    @pytest.mark.parametrize(
        ("user_id", "error_code"), [(uuid4(), "user_not_found"), ("1", "validation_failed")]
    )
    def test_unknown(self, client: Client, user_id: UUID | str, error_code: str) -> None:
        error = update_user_by_id(client, user_id, {"role": "editor"}).failure()
        assert (error.code, error.error_code) == ("not_found", error_code)
