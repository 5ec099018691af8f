"""invite_user_by_email against a server."""

import pytest
from returns.result import Failure

from supabase_gotrue import Client, Error, InviteUserParams, User
from supabase_gotrue.admin import get_user_by_id, invite_user_by_email
from tests.server.server import WELCOME, is_recent, new_email, skip_if_disabled


class TestInviteUser:
    def test_creates_an_invited_user(self, client: Client) -> None:
        email = new_email("guest")
        guest = skip_if_disabled(invite_user_by_email(client, email)).unwrap()
        assert guest.email == email
        assert is_recent(guest.invited_at)
        assert is_recent(guest.confirmation_sent_at)
        assert guest.email_confirmed_at is None
        assert [identity.provider for identity in guest.identities or ()] == ["email"]
        assert get_user_by_id(client, guest.id).unwrap().email == email

    def test_stores_data(self, client: Client) -> None:
        options = InviteUserParams(data={"team": "core", "n": 1}, redirect_to=WELCOME)
        guest = skip_if_disabled(invite_user_by_email(client, new_email("guest"), options)).unwrap()
        assert guest.user_metadata == {"team": "core", "n": 1}

    def test_invites_again_before_the_user_accepts(self, client: Client) -> None:
        email = new_email("guest")
        first = skip_if_disabled(invite_user_by_email(client, email)).unwrap()
        second = skip_if_disabled(invite_user_by_email(client, email.upper())).unwrap()
        assert (second.id, second.email) == (first.id, email)

    def test_rejects_an_existing_email(self, client: Client, user: User, email: str) -> None:
        match invite_user_by_email(client, email):
            case Failure(Error("unprocessable_entity") as error):
                assert error.error_code == "email_exists"
            case other:
                pytest.fail(f"an existing user was invited: {other}")

    def test_rejects_an_invalid_email(self, client: Client) -> None:
        error = invite_user_by_email(client, "nobody").failure()
        assert (error.code, error.error_code) == ("bad_request", "validation_failed")

    def test_too_many_emails_are_rate_limited(self, client: Client) -> None:
        results = [invite_user_by_email(client, new_email("guest")) for _ in range(3)]
        match results[-1]:
            case Failure(Error() as error):
                assert (error.code, error.status) == ("too_many_requests", 429)
                assert error.error_code == "over_email_send_rate_limit"
            case _:
                pytest.skip("this server sends more than two emails an hour")
