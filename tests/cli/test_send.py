"""`send`: the server's emails, one outcome for each address."""

from supabase_gotrue import User, admin
from tests.cli.conftest import Server
from tests.cli.driver import CommandLine
from tests.cli.test_lists import ada

__all__ = ["ada"]


def sent(server: Server) -> list[tuple[str, str]]:
    return [(mail.type, mail.to) for mail in server.emulator.outbox]


def test_sends_an_email_to_each_address(cli: CommandLine, server: Server, ada: User) -> None:
    admin.create_user(server.client, {"email": "grace@example.com"}).unwrap()
    finished = cli("send", "recovery", "ADA@example.com", "grace@example.com")
    assert finished.status == 0
    assert finished.err == f"emailed 2 of 2 users of {server.url[7:]}\n"
    assert [record["sent"] for record in finished.records] == ["recovery", "recovery"]
    expected = {("recovery", "ada@example.com"), ("recovery", "grace@example.com")}
    assert set(sent(server)) == expected


def test_link_is_not_shown(cli: CommandLine, server: Server, ada: User) -> None:
    shown = cli.on_terminal("send", "magiclink", "ada@example.com").out
    [mail] = server.emulator.outbox
    assert mail.link not in shown
    assert mail.otp not in shown


def test_redirect_is_sent_along(cli: CommandLine, server: Server, ada: User) -> None:
    redirect = "http://localhost:3000/welcome"
    cli("send", "magiclink", "ada@example.com", "--redirect-to", redirect)
    assert "welcome" in server.emulator.outbox[0].link


def test_invitation_creates_the_user(cli: CommandLine, server: Server) -> None:
    assert cli("send", "invite", "new@example.com").status == 0
    assert sent(server) == [("invite", "new@example.com")]
    assert admin.get_user_by_email(server.client, "new@example.com").unwrap().invited_at


def test_missing_user_is_reported(cli: CommandLine, server: Server, ada: User) -> None:
    for kind in ("recovery", "magiclink"):
        finished = cli("send", kind, "nobody@example.com", "ada@example.com")
        assert (finished.status, len(finished.records)) == (3, 1)
        assert "nobody@example.com: User not found" in finished.err
    assert len(admin.list_users(server.client).unwrap().users) == 1


def test_invalid_redirect_is_reported(cli: CommandLine, server: Server, ada: User) -> None:
    finished = cli("send", "recovery", "ada@example.com", "--redirect-to", "not a URL")
    assert (finished.status, "redirect_to is invalid" in finished.err) == (2, True)
    assert sent(server) == []


def test_needs_a_connection(offline: CommandLine) -> None:
    assert offline("send", "recovery", "ada@example.com").status == 2
