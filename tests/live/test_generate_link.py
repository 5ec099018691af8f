"""generate_link against a server."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from returns.result import Failure, Success

from supabase_gotrue import Client, Error, GenerateLinkAttrs, LinkProperties, LinkType, User
from supabase_gotrue.admin import generate_link, get_user_by_id
from tests.live.server import PASSWORD, WELCOME, Server, claims, new_email, recent


def in_link(link: LinkProperties) -> dict[str, str]:
    """The query of an action link."""
    return {name: said[-1] for name, said in parse_qs(urlsplit(link.action_link).query).items()}


class TestGenerateLink:
    @pytest.mark.parametrize("type", ["signup", "invite", "magiclink"])
    def test_makes_a_user(self, server: Server, type: LinkType) -> None:
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
        assert in_link(link)["type"] == link.verification_type
        assert in_link(link)["token"] == link.hashed_token
        assert link.email_otp.isdecimal()
        session = server.verify(link.verification_type, link.hashed_token).unwrap()
        assert claims(session)["sub"] == link.user.id
        assert recent(get_user_by_id(server.client, link.user.id).unwrap().email_confirmed_at)

    @pytest.mark.parametrize("type", ["magiclink", "magicLink", "recovery"])
    def test_signs_its_user_in(
        self, server: Server, user: User, email: str, type: LinkType
    ) -> None:
        link = generate_link(server.client, {"type": type, "email": email.upper()}).unwrap()
        assert link.verification_type == type.lower()
        assert link.user.id == user.id
        assert recent(link.user.recovery_sent_at)
        session = server.verify(link.verification_type, link.hashed_token).unwrap()
        assert claims(session)["sub"] == user.id
        again = server.verify(link.verification_type, link.hashed_token).failure()
        assert again.error_code == "otp_expired"

    def test_code_signs_its_user_in(self, server: Server, user: User, email: str) -> None:
        link = generate_link(server.client, {"type": "magiclink", "email": email}).unwrap()
        body = {"type": "email", "email": email, "token": link.email_otp}
        assert server.send("POST", "/verify", body).unwrap()["user"]["id"] == user.id

    @pytest.mark.parametrize("type", ["email_change_current", "email_change_new"])
    def test_change_of_address(
        self, client: Client, user: User, email: str, type: LinkType
    ) -> None:
        to = new_email("moved")
        link = generate_link(client, {"type": type, "email": email, "new_email": to}).unwrap()
        assert link.verification_type == type
        assert in_link(link)["type"] == "email_change"
        assert (link.user.id, link.user.email, link.user.new_email) == (user.id, email, to)
        assert recent(link.user.email_change_sent_at)

    def test_token_of_a_change_stands_in_its_link(
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
            "POST", "/verify", {"type": "email_change", "token_hash": in_link(link)["token"]}
        )
        assert isinstance(by_link, Success)

    def test_data_for_an_old_user(self, client: Client, user: User, email: str) -> None:
        attrs: GenerateLinkAttrs = {"type": "magiclink", "email": email, "data": {"n": 1}}
        assert generate_link(client, attrs).unwrap().user.id == user.id

    def test_redirect(self, client: Client, user: User, email: str) -> None:
        attrs: GenerateLinkAttrs = {"type": "recovery", "email": email}
        link = generate_link(client, {**attrs, "redirect_to": WELCOME}).unwrap()
        if link.redirect_to != WELCOME:
            pytest.skip("this server's allow list lacks https://example.com/**")
        assert in_link(link)["redirect_to"] == WELCOME
        spelled = generate_link(client, {**attrs, "redirect_to": "HTTPS://Example.COM/Ü?a=b&c=d"})
        assert spelled.unwrap().redirect_to == "https://example.com/%C3%9C?a=b&c=d"

    def test_redirect_that_is_not_allowed(self, client: Client, user: User, email: str) -> None:
        attrs: GenerateLinkAttrs = {"type": "recovery", "email": email}
        site = generate_link(client, attrs).unwrap().redirect_to
        evil = generate_link(client, {**attrs, "redirect_to": "https://evil.test/x"}).unwrap()
        assert evil.redirect_to == site

    @pytest.mark.parametrize("type", ["signup", "invite"])
    def test_taken(self, client: Client, user: User, email: str, type: LinkType) -> None:
        attrs: GenerateLinkAttrs = {"type": type, "email": email, "password": PASSWORD}
        match generate_link(client, attrs):
            case Failure(Error("unprocessable_entity") as error):
                assert error.error_code == "email_exists"
            case other:
                pytest.fail(f"a second user: {other}")

    def test_change_to_a_taken_address(self, client: Client, user: User, email: str) -> None:
        attrs: Any = {"type": "email_change_new", "email": email, "new_email": email}
        error = generate_link(client, attrs).failure()
        assert (error.status, error.error_code) == (422, "email_exists")

    @pytest.mark.parametrize("type", ["recovery", "email_change_new", "email_change_current"])
    def test_nobody(self, client: Client, type: LinkType) -> None:
        attrs: Any = {"type": type, "email": new_email("nobody"), "new_email": new_email()}
        error = generate_link(client, attrs).failure()
        assert (error.code, error.error_code) == ("not_found", "user_not_found")

    def test_no_address(self, client: Client) -> None:
        error = generate_link(client, {"type": "magiclink", "email": "nobody"}).failure()
        assert (error.code, error.error_code) == ("bad_request", "validation_failed")

    def test_weak_password(self, client: Client) -> None:
        attrs: GenerateLinkAttrs = {"type": "signup", "email": new_email(), "password": "abc"}
        error = generate_link(client, attrs).failure()
        assert (error.status, error.error_code) == (422, "weak_password")
        assert "length" in error.reasons
