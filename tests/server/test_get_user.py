"""get_user_by_id and list_identities against a server."""

from uuid import UUID, uuid4

import pytest
from returns.result import Success

from supabase_gotrue import Client, User
from supabase_gotrue.admin import create_user, get_user_by_id, list_identities
from tests.server.server import Server, is_recent, new_email, new_phone, skip_if_disabled


class TestGetUser:
    def test_returns_all_fields(self, client: Client) -> None:
        created = create_user(
            client,
            {
                "email": new_email(),
                "phone": new_phone(),
                "email_confirm": True,
                "user_metadata": {"name": "Ada"},
            },
        ).unwrap()
        user = get_user_by_id(client, created.id).unwrap()
        assert (user.id, user.email, user.phone) == (created.id, created.email, created.phone)
        assert user.user_metadata == {"name": "Ada", "email_verified": True}
        assert user.app_metadata == {"provider": "email", "providers": ["email", "phone"]}
        assert user.confirmed_at == user.email_confirmed_at
        assert is_recent(user.email_confirmed_at)
        assert user.phone_confirmed_at is None
        assert user.last_sign_in_at is None
        assert user.factors == ()
        assert user.identities is not None
        assert {identity.provider for identity in user.identities} == {"email", "phone"}

    def test_user_survives_to_dict_and_parse(self, client: Client, user: User) -> None:
        read = get_user_by_id(client, user.id).unwrap()
        assert User.parse(read.to_dict()) == Success(read)

    def test_accepts_any_spelling_of_a_uuid(self, client: Client, user: User) -> None:
        read = get_user_by_id(client, user.id).unwrap()
        for spelling in (UUID(user.id), user.id.upper(), user.id.replace("-", "")):
            assert get_user_by_id(client, spelling).unwrap() == read

    def test_returns_the_time_of_the_last_sign_in(
        self, server: Server, user: User, email: str
    ) -> None:
        server.sign_in(email).unwrap()
        assert is_recent(get_user_by_id(server.client, user.id).unwrap().last_sign_in_at)

    def test_returns_an_anonymous_user(self, server: Server) -> None:
        signup = skip_if_disabled(server.send("POST", "/signup", {})).unwrap()
        user = get_user_by_id(server.client, signup["user"]["id"]).unwrap()
        assert user.is_anonymous
        assert user.email is user.phone is None
        assert user.identities == ()

    def test_returns_factors(self, server: Server, user: User) -> None:
        session = server.session_by_link(user)
        totp = server.enroll_factor(session)
        phone = server.enroll_factor(
            session, factor_type="phone", friendly_name="cell", phone=new_phone()
        )
        factors = get_user_by_id(server.client, user.id).unwrap().factors or ()
        assert {factor.id: (factor.factor_type, factor.friendly_name) for factor in factors} == {
            totp: ("totp", "laptop"),
            phone: ("phone", "cell"),
        }
        assert {factor.status for factor in factors} == {"unverified"}
        assert [factor.phone for factor in factors if factor.id == totp] == [None]

    @pytest.mark.parametrize(
        ("user_id", "error_code"), [(uuid4(), "user_not_found"), ("123", "validation_failed")]
    )
    def test_unknown_ids_are_not_found(
        self, client: Client, user_id: UUID | str, error_code: str
    ) -> None:
        for error in (
            get_user_by_id(client, user_id).failure(),
            list_identities(client, user_id).failure(),
        ):
            assert (error.code, error.status) == ("not_found", 404)
            assert error.error_code == error_code
            assert error.metadata["method"] == "GET"
            assert str(error.metadata["path"]).endswith(f"/admin/users/{user_id}")


class TestListIdentities:
    def test_returns_the_identities_of_the_user(self, client: Client) -> None:
        user = create_user(client, {"email": new_email(), "phone": new_phone()}).unwrap()
        identities = list_identities(client, user.id).unwrap()
        assert identities == get_user_by_id(client, user.id).unwrap().identities
        by_provider = {identity.provider: identity for identity in identities}
        assert by_provider["email"].identity_data["email"] == user.email
        assert by_provider["phone"].identity_data["phone"] == user.phone
        assert by_provider["phone"].email is None
        assert {identity.user_id for identity in identities} == {user.id}

    def test_returns_an_empty_tuple_for_an_anonymous_user(self, server: Server) -> None:
        signup = skip_if_disabled(server.send("POST", "/signup", {})).unwrap()
        assert list_identities(server.client, signup["user"]["id"]).unwrap() == ()
