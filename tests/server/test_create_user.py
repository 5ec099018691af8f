"""create_user against a server."""

from datetime import timedelta
from uuid import uuid4

import argon2
import bcrypt
import pytest
from returns.result import Failure, Success

from supabase_gotrue import AdminUserAttrs, AdminUserParams, Client, Error, Json, User
from supabase_gotrue.admin import create_user, get_user_by_id, list_users
from supabase_gotrue.json_types import is_object
from tests.server.server import PASSWORD, Server, claims, is_recent, new_email, new_phone


class TestCreateUser:
    def test_creates_a_user_with_an_email_alone(self, client: Client) -> None:
        email = new_email()
        user = create_user(client, {"email": email}).unwrap()
        assert user.email == email
        assert user.phone is None
        assert user.aud == user.role == "authenticated"
        assert user.email_confirmed_at is None
        assert user.user_metadata == {}
        assert user.app_metadata == {"provider": "email", "providers": ["email"]}
        assert user.factors == ()
        assert not user.is_anonymous
        assert is_recent(user.created_at)
        (identity,) = user.identities or [None]
        assert identity is not None
        assert identity.provider == "email"
        assert identity.identity_id != identity.id == identity.user_id == user.id
        assert identity.identity_data["email"] == identity.email == email

    def test_returns_what_get_user_returns_later(self, client: Client) -> None:
        user = create_user(client, {"email": new_email(), "phone": new_phone()}).unwrap()
        match get_user_by_id(client, user.id):
            case Success(User() as read):
                assert (read.id, read.email, read.phone) == (user.id, user.email, user.phone)
                assert read.app_metadata == user.app_metadata
            case other:
                pytest.fail(str(other))

    def test_accepts_params(self, client: Client) -> None:
        params = AdminUserParams(email=new_email(), user_metadata={"name": "Ada"})
        user = create_user(client, params).unwrap()
        assert (user.email, user.user_metadata) == (params.email, {"name": "Ada"})

    def test_accepts_a_row_of_a_form(self, client: Client) -> None:
        row = {
            "email": new_email(),
            "email_confirm": "1",
            "phone": " ",
            "role": "",
            "password": None,
        }
        user = AdminUserParams.parse(row).bind(lambda params: create_user(client, params)).unwrap()
        assert is_recent(user.email_confirmed_at)
        assert user.phone is None
        assert user.role == "authenticated"

    def test_unconfirmed_user_cannot_sign_in(self, server: Server) -> None:
        email = new_email()
        create_user(server.client, {"email": email, "password": PASSWORD}).unwrap()
        assert server.sign_in(email).failure().error_code == "email_not_confirmed"

    def test_confirmed_user_can_sign_in(self, server: Server) -> None:
        email = new_email()
        attrs: AdminUserAttrs = {"email": email, "password": PASSWORD, "email_confirm": True}
        user = create_user(server.client, attrs).unwrap()
        assert is_recent(user.email_confirmed_at)
        assert claims(server.sign_in(email).unwrap())["sub"] == user.id

    def test_creates_a_user_with_a_phone(self, client: Client) -> None:
        phone = new_phone()
        user = create_user(client, {"phone": f"+{phone}", "phone_confirm": True}).unwrap()
        assert (user.phone, user.email) == (phone, None)
        assert is_recent(user.phone_confirmed_at)
        assert user.app_metadata["provider"] == "phone"

    def test_creates_a_user_with_email_and_phone(self, client: Client) -> None:
        user = create_user(client, {"email": new_email(), "phone": new_phone()}).unwrap()
        assert user.identities is not None
        assert {identity.provider for identity in user.identities} == {"email", "phone"}

    def test_email_is_converted_to_lower_case(self, client: Client) -> None:
        email = new_email()
        user = create_user(client, {"email": email.upper()}).unwrap()
        assert user.email == email

    def test_stores_metadata(self, client: Client) -> None:
        user_metadata: dict[str, Json] = {
            "name": "Ada",
            "tags": ["a", 1, None],
            "deep": {"pi": 3.5, "é": "\U0001f600"},
        }
        app_metadata: dict[str, Json] = {"plan": "pro", "seats": 7, "trial": False}
        attrs: AdminUserAttrs = {
            "email": new_email(),
            "user_metadata": user_metadata,
            "app_metadata": app_metadata,
        }
        user = create_user(client, attrs).unwrap()
        assert user.user_metadata == user_metadata
        assert user.app_metadata == app_metadata | {"provider": "email", "providers": ["email"]}

    def test_token_contains_the_role(self, server: Server) -> None:
        attrs: AdminUserAttrs = {"email": new_email(), "email_confirm": True, "role": "editor"}
        user = create_user(server.client, attrs).unwrap()
        assert user.role == claims(server.session_by_link(user))["role"] == "editor"

    @pytest.mark.parametrize(
        "password_hash",
        [
            bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode(),
            argon2.PasswordHasher(time_cost=1, memory_cost=32, parallelism=1).hash(PASSWORD),
        ],
        ids=["bcrypt", "argon2"],
    )
    def test_user_with_an_imported_hash_can_sign_in(
        self, server: Server, password_hash: str
    ) -> None:
        email = new_email()
        attrs: AdminUserAttrs = {
            "email": email,
            "password_hash": password_hash,
            "email_confirm": True,
        }
        user = create_user(server.client, attrs).unwrap()
        assert claims(server.sign_in(email).unwrap())["sub"] == user.id

    def test_uses_the_given_id(self, client: Client) -> None:
        user_id = str(uuid4())
        assert create_user(client, {"email": new_email(), "id": user_id}).unwrap().id == user_id
        again = create_user(client, {"email": new_email(), "id": user_id}).failure()
        assert (again.code, again.error_code) == ("server_error", "unexpected_failure")

    def test_user_of_another_audience_is_not_listed(self, client: Client) -> None:
        email = new_email()
        user = create_user(client, {"email": email, "aud": "another"}).unwrap()
        assert user.aud == "another"
        assert get_user_by_id(client, user.id).unwrap().email == email
        assert list_users(client, {"filter": email}).unwrap().users == ()

    @pytest.mark.parametrize(
        ("duration", "length"),
        [
            ("24h", timedelta(hours=24)),
            ("1h30m5.5s", timedelta(hours=1, minutes=30, seconds=5.5)),
            ("-1h", timedelta(hours=-1)),
        ],
    )
    def test_bans(self, client: Client, duration: str, length: timedelta) -> None:
        user = create_user(client, {"email": new_email(), "ban_duration": duration}).unwrap()
        assert user.banned_until is not None
        assert is_recent(user.banned_until - length)
        assert user.banned_until.utcoffset() == timedelta(0)

    def test_ban_duration_none_does_not_ban(self, client: Client) -> None:
        user = create_user(client, {"email": new_email(), "ban_duration": "none"}).unwrap()
        assert user.banned_until is None

    def test_accepts_a_weak_password(self, client: Client) -> None:
        assert isinstance(create_user(client, {"email": new_email(), "password": "abc"}), Success)

    def test_nonce_is_ignored(self, client: Client) -> None:
        assert isinstance(create_user(client, {"email": new_email(), "nonce": "n-1"}), Success)

    @pytest.mark.parametrize(
        ("attrs", "code", "error_code", "words"),
        [
            ({"email": "nobody"}, "bad_request", "validation_failed", "email address"),
            ({"email": f"{'a' * 250}@example.com"}, "bad_request", "validation_failed", "too long"),
            ({"phone": "abc"}, "bad_request", "validation_failed", "E.164"),
            ({"ban_duration": "two days"}, "bad_request", "validation_failed", "ban duration"),
            ({"id": "123"}, "bad_request", "validation_failed", "uuid"),
            (
                {"password": PASSWORD, "password_hash": "$2y$04$x"},
                "bad_request",
                "validation_failed",
                "Only a password or a password hash",
            ),
            ({"password_hash": "nonsense"}, "server_error", "unexpected_failure", ""),
            ({"password": "x" * 73}, "server_error", "unexpected_failure", ""),
            (
                {"user_metadata": {"x": "y" * 1_100_000}},
                "content_too_large",
                "request_entity_too_large",
                "1048576",
            ),
        ],
        ids=lambda value: next(iter(value)) if is_object(value) else "",
    )
    def test_rejects_invalid_attributes(
        self, client: Client, attrs: AdminUserAttrs, code: str, error_code: str, words: str
    ) -> None:
        error = create_user(client, {"email": new_email(), **attrs}).failure()
        assert (error.code, error.error_code) == (code, error_code)
        assert words in error.message
        assert PASSWORD not in repr(error)

    def test_rejects_an_existing_email(self, client: Client, user: User) -> None:
        match create_user(client, {"email": user.email}):
            case Failure(Error("unprocessable_entity", message) as error):
                assert error.status == 422
                assert error.error_code == "email_exists"
                assert "already been registered" in message
            case other:
                pytest.fail(f"the email exists twice: {other}")

    def test_rejects_an_existing_phone(self, client: Client) -> None:
        phone = new_phone()
        create_user(client, {"phone": phone}).unwrap()
        error = create_user(client, {"phone": f"+{phone}"}).failure()
        assert (error.status, error.error_code) == (422, "phone_exists")
