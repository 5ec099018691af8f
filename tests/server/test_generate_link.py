"""generate_link against a server."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from returns.result import Failure, Success

from supabase_gotrue import Client, Error, GenerateLinkAttrs, LinkProperties, LinkType, User
from supabase_gotrue.admin import generate_link, get_user_by_id
from tests.server.server import PASSWORD, WELCOME, Server, claims, is_recent, new_email


def query_of(link: LinkProperties) -> dict[str, str]:
    """Return the query parameters of an action link."""
    return dict(parse_qsl(urlsplit(link.action_link).query))


class TestGenerateLink:
    @pytest.mark.parametrize("type", ["signup", "invite", "magiclink"])
    def test_creates_an_unconfirmed_user(self, server: Server, type: LinkType) -> None:
        email = new_email("link")
        attrs: GenerateLinkAttrs = {"type": type, "email": email, "data": {"team": "core"}}
        if type == "signup":
            attrs["password"] = PASSWORD
        link = generate_link(server.client, attrs).unwrap()
        assert link.verification_type == ("signup" if type == "magiclink" else type)
        assert link.user.email == email
        assert link.user.email_confirmed_at is None
        assert link.user.user_metadata == {"team": "core"}
        assert (link.user.invited_at is not None) == (type == "invite")
        assert query_of(link)["type"] == link.verification_type
        assert query_of(link)["token"] == link.hashed_token
        assert link.email_otp.isdecimal()
        session = server.verify(link.verification_type, link.hashed_token).unwrap()
        assert claims(session)["sub"] == link.user.id
        assert is_recent(get_user_by_id(server.client, link.user.id).unwrap().email_confirmed_at)

    @pytest.mark.parametrize("type", ["magiclink", "magicLink", "recovery"])
    def test_link_signs_in_once(
        self, server: Server, user: User, email: str, type: LinkType
    ) -> None:
        link = generate_link(server.client, {"type": type, "email": email.upper()}).unwrap()
        assert link.verification_type == type.lower()
        assert link.user.id == user.id
        assert is_recent(link.user.recovery_sent_at)
        session = server.verify(link.verification_type, link.hashed_token).unwrap()
        assert claims(session)["sub"] == user.id
        again = server.verify(link.verification_type, link.hashed_token).failure()
        assert again.error_code == "otp_expired"

    def test_one_time_code_signs_in(self, server: Server, user: User, email: str) -> None:
        link = generate_link(server.client, {"type": "magiclink", "email": email}).unwrap()
        body = {"type": "email", "email": email, "token": link.email_otp}
        assert server.send("POST", "/verify", body).unwrap()["user"]["id"] == user.id

    @pytest.mark.parametrize("type", ["email_change_current", "email_change_new"])
    def test_creates_a_link_for_an_email_change(
        self, client: Client, user: User, email: str, type: LinkType
    ) -> None:
        new = new_email("moved")
        link = generate_link(client, {"type": type, "email": email, "new_email": new}).unwrap()
        assert link.verification_type == type
        assert query_of(link)["type"] == "email_change"
        assert (link.user.id, link.user.email, link.user.new_email) == (user.id, email, new)
        assert is_recent(link.user.email_change_sent_at)

    def test_token_of_an_email_change_is_in_the_link(
        self, server: Server, user: User, email: str
    ) -> None:
        attrs: GenerateLinkAttrs = {
            "type": "email_change_new",
            "email": email,
            "new_email": new_email("moved"),
        }
        link = generate_link(server.client, attrs).unwrap()
        by_hash = server.send(
            "POST", "/verify", {"type": "email_change", "token_hash": link.hashed_token}
        )
        assert by_hash.failure().error_code == "otp_expired"
        by_link = server.send(
            "POST", "/verify", {"type": "email_change", "token_hash": query_of(link)["token"]}
        )
        assert isinstance(by_link, Success)

    def test_accepts_data_for_an_existing_user(
        self, client: Client, user: User, email: str
    ) -> None:
        attrs: GenerateLinkAttrs = {"type": "magiclink", "email": email, "data": {"n": 1}}
        assert generate_link(client, attrs).unwrap().user.id == user.id

    def test_redirects_to_an_allowed_url(self, client: Client, user: User, email: str) -> None:
        attrs: GenerateLinkAttrs = {"type": "recovery", "email": email}
        link = generate_link(client, {**attrs, "redirect_to": WELCOME}).unwrap()
        if link.redirect_to != WELCOME:
            pytest.skip("this server's allow list lacks https://example.com/**")
        assert query_of(link)["redirect_to"] == WELCOME
        encoded = generate_link(client, {**attrs, "redirect_to": "HTTPS://Example.COM/Ü?a=b&c=d"})
        assert encoded.unwrap().redirect_to == "https://example.com/%C3%9C?a=b&c=d"

    def test_redirects_to_the_site_instead_of_a_forbidden_url(
        self, client: Client, user: User, email: str
    ) -> None:
        attrs: GenerateLinkAttrs = {"type": "recovery", "email": email}
        site = generate_link(client, attrs).unwrap().redirect_to
        link = generate_link(client, {**attrs, "redirect_to": "https://evil.test/x"}).unwrap()
        assert link.redirect_to == site

    @pytest.mark.parametrize("type", ["signup", "invite"])
    def test_rejects_an_existing_email(
        self, client: Client, user: User, email: str, type: LinkType
    ) -> None:
        attrs: GenerateLinkAttrs = {"type": type, "email": email, "password": PASSWORD}
        match generate_link(client, attrs):
            case Failure(Error("unprocessable_entity") as error):
                assert error.error_code == "email_exists"
            case other:
                pytest.fail(f"the email exists twice: {other}")

    def test_rejects_a_change_to_an_existing_email(
        self, client: Client, user: User, email: str
    ) -> None:
        attrs: Any = {"type": "email_change_new", "email": email, "new_email": email}
        error = generate_link(client, attrs).failure()
        assert (error.status, error.error_code) == (422, "email_exists")

    @pytest.mark.parametrize("type", ["recovery", "email_change_new", "email_change_current"])
    def test_unknown_user_is_not_found(self, client: Client, type: LinkType) -> None:
        attrs: Any = {"type": type, "email": new_email("nobody"), "new_email": new_email()}
        error = generate_link(client, attrs).failure()
        assert (error.code, error.error_code) == ("not_found", "user_not_found")

    def test_rejects_an_invalid_email(self, client: Client) -> None:
        error = generate_link(client, {"type": "magiclink", "email": "nobody"}).failure()
        assert (error.code, error.error_code) == ("bad_request", "validation_failed")

    def test_rejects_a_weak_password(self, client: Client) -> None:
        attrs: GenerateLinkAttrs = {"type": "signup", "email": new_email(), "password": "abc"}
        error = generate_link(client, attrs).failure()
        assert (error.status, error.error_code) == (422, "weak_password")
        assert "length" in error.reasons
