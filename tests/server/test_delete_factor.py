"""delete_factor against a server."""

from uuid import UUID, uuid4

import pytest
from returns.result import Success

from supabase_gotrue import Client, Factor, User
from supabase_gotrue.admin import create_user, delete_factor, get_user_by_id
from tests.server.server import Server, new_email, new_phone


def factors(client: Client, user: User) -> tuple[Factor, ...] | None:
    return get_user_by_id(client, user.id).unwrap().factors


@pytest.fixture
def factor_id(server: Server, user: User) -> str:
    return server.enroll_factor(server.session_by_link(user))


class TestDeleteFactor:
    def test_deletes_a_factor_once(self, client: Client, user: User, factor_id: str) -> None:
        assert [factor.id for factor in factors(client, user) or ()] == [factor_id]
        assert delete_factor(client, UUID(user.id), UUID(factor_id)) == Success(None)
        assert factors(client, user) == ()
        again = delete_factor(client, user.id, factor_id).failure()
        assert (again.code, again.error_code) == ("not_found", "mfa_factor_not_found")

    def test_deletes_one_of_two_factors(self, server: Server, user: User) -> None:
        session = server.session_by_link(user)
        totp = server.enroll_factor(session)
        phone = server.enroll_factor(
            session, factor_type="phone", friendly_name="cell", phone=new_phone()
        )
        assert delete_factor(server.client, user.id, phone) == Success(None)
        assert [factor.id for factor in factors(server.client, user) or ()] == [totp]

    def test_rejects_the_factor_of_another_user(
        self, client: Client, user: User, factor_id: str
    ) -> None:
        other = create_user(client, {"email": new_email()}).unwrap()
        error = delete_factor(client, other.id, factor_id).failure()
        assert error.error_code == "mfa_factor_not_found"
        assert len(factors(client, user) or ()) == 1

    @pytest.mark.parametrize("factor_id", ["..", ".", "", "../", "x/..", "%2e%2e", "x?y", "x#y"])
    def test_rejects_ids_that_would_leave_their_path_segment(
        self, client: Client, user: User, factor_id: str
    ) -> None:
        error = delete_factor(client, user.id, factor_id).failure()
        assert (error.code, list(error.errors)) == ("validation", ["factor_id"])
        assert get_user_by_id(client, user.id).unwrap().email == user.email

    def test_unknown_ids_are_not_found(self, client: Client, user: User) -> None:
        unknown = delete_factor(client, user.id, uuid4()).failure()
        assert (unknown.status, unknown.error_code) == (404, "mfa_factor_not_found")
        invalid = delete_factor(client, user.id, "totp-factor").failure()
        assert (invalid.status, invalid.error_code) == (404, "validation_failed")
        other_user = delete_factor(client, uuid4(), uuid4()).failure()
        assert (other_user.status, other_user.error_code) == (404, "user_not_found")
