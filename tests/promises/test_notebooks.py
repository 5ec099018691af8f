"""What Jupyter shows: small tables, escaped, without secrets."""

from html.parser import HTMLParser
from operator import methodcaller

import pytest
from returns.result import Failure

from supabase_gotrue import Error, LinkProperties, Pagination, Session, User, UserPage, admin
from supabase_gotrue.emulator import Emulator

EVIL = "<script>alert('&')</script>"


def html_of(value: object) -> str:
    """Ask for a table as Jupyter does."""
    return str(methodcaller("_repr_html_")(value))


class Cells(HTMLParser):
    """The texts of the cells of a table, row by row; any other element is an error."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.caption = ""
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        assert tag in {"table", "caption", "tr", "th", "td"}
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in {"th", "td"}:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1] == "caption":
            self.caption += data
        else:
            self.rows[-1][-1] += data


def user(**fields: object) -> User:
    known = {"id": "1", "aud": "authenticated", "created_at": "2026-01-01T00:00:00.5Z"}
    return User.parse({**known, **fields}).unwrap()


def test_user() -> None:
    shown = Cells(html_of(user(user_metadata={"name": EVIL})))
    assert (shown.caption, shown.rows[0]) == ("User", ["id", "1"])
    assert ["created_at", "2026-01-01T00:00:00Z"] in shown.rows
    assert ["user_metadata", str({"name": EVIL})] in shown.rows
    assert "deleted_at" not in {name for name, *_ in shown.rows}


def test_long_values_are_cut() -> None:
    shown = Cells(html_of(user(email="a" * 1000)))
    assert ["email", "a" * 200 + "…"] in shown.rows


@pytest.mark.parametrize(("count", "rows"), [(0, 1), (20, 21), (21, 22), (1000, 22)])
def test_page_shows_the_first_users(count: int, rows: int) -> None:
    page = UserPage(
        tuple(user(id=str(n), email=EVIL) for n in range(count)), Pagination(total=5000)
    )
    shown = Cells(html_of(page))
    assert (shown.caption, len(shown.rows)) == (f"{count} users of 5000", rows)


def test_page_without_a_total() -> None:
    assert Cells(html_of(UserPage((), Pagination()))).caption == "0 users"


def test_error() -> None:
    shown = Cells(html_of(Error("not_found", EVIL, status=404)))
    assert shown.rows == [["code", "not_found"], ["message", EVIL], ["status", "404"]]


def test_session_is_masked() -> None:
    html = html_of(Session(access_token="a.b.c", refresh_token="secret", user=user()))
    assert Cells(html).rows[:2] == [["access_token", "[redacted]"], ["refresh_token", "[redacted]"]]
    assert "secret" not in html


def test_link_is_masked() -> None:
    client = Emulator().client()
    link: LinkProperties = admin.generate_link(
        client, {"type": "invite", "email": "ada@example.com"}
    ).unwrap()
    html = html_of(link)
    assert link.email_otp not in html
    assert link.hashed_token not in html


def test_plain_user_is_short() -> None:
    client = Emulator().client()
    admin.create_user(client, {"email": "ada@example.com", "email_confirm": True}).unwrap()
    [listed] = admin.list_users(client).unwrap().users
    assert len(repr(listed)) < 400
    assert "created_at=20" in repr(listed)


def test_absent_user_is_an_error_that_shows_itself() -> None:
    missing = admin.get_user_by_id(Emulator().client(), "1")
    assert isinstance(missing, Failure)
    assert Cells(html_of(missing.failure())).caption == "Error"
