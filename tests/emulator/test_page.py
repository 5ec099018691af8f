"""The page of a served emulator: what it shows, and to whom."""

from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import pytest
import requests
from returns.result import Success

import supabase_gotrue.emulator
from supabase_gotrue import Request, Response, admin
from supabase_gotrue.emulator import Emulator
from supabase_gotrue.emulator.page import page_response
from supabase_gotrue.emulator.serving import running
from tests.emulator.helpers import EMAIL, PHONE, post

FOLDER = Path(supabase_gotrue.emulator.__file__).parent
HOST = "localhost:9999"
OWN = {"host": HOST, "origin": f"http://{HOST}", "sec-fetch-site": "same-origin"}
VOID = {"meta", "br"}


class Page(HTMLParser):
    """Reads a page: its tables by heading, its links, and what could run or load."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.forms: list[dict[str, str | None]] = []
        self._path: list[str] = []
        self._heading = ""
        self.feed(html)
        self.close()
        assert self._path == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        attributes = dict(attrs)
        assert not [name for name in attributes if name.startswith("on")]
        if tag == "a":
            self.links.append(str(attributes["href"]))
        if tag == "form":
            self.forms.append(attributes)
        if tag == "h2":
            self._heading = ""
        if tag == "tbody":
            self.tables[self._heading.split()[0]] = []
        if tag == "tr" and "tbody" in self._path:
            self.tables[self._heading.split()[0]].append([])
        if tag == "td":
            self._rows[-1].append("")
        if tag not in VOID:
            self._path.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._path.pop() == tag

    def handle_data(self, data: str) -> None:
        if "h2" in self._path:
            self._heading += data
        if "td" in self._path:
            self._rows[-1][-1] += data

    @property
    def _rows(self) -> list[list[str]]:
        return self.tables[self._heading.split()[0]]


def ask(emulator: Emulator, method: str, headers: dict[str, str], path: str = "") -> Response:
    request = Request(method, f"http://emulator/_emulator{path}", headers, None)
    response = page_response(emulator, request)
    assert response is not None
    return response


def read(emulator: Emulator) -> Page:
    response = ask(emulator, "GET", OWN)
    assert (response.status, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return Page(response.body.decode())


def column(page: Page, table: str, index: int) -> list[str]:
    return [row[index] for row in page.tables[table]]


def test_shows_users_with_their_state() -> None:
    emulator = Emulator()
    client = emulator.client()
    ada = admin.create_user(client, {"email": EMAIL, "email_confirm": True}).unwrap()
    admin.create_user(client, {"phone": PHONE}).unwrap()
    admin.invite_user_by_email(client, "invited@example.com").unwrap()
    banned = admin.create_user(client, {"email": "banned@example.com"}).unwrap()
    admin.update_user_by_id(client, banned.id, {"ban_duration": "1h"}).unwrap()
    gone = admin.create_user(client, {"email": "gone@example.com"}).unwrap()
    admin.delete_user(client, gone.id, True).unwrap()
    post(emulator, "/signup", {})
    page = read(emulator)
    states = [state.partition(", banned until ")[::2] for state in column(page, "Users", 1)]
    assert [state for state, _ in states] == [
        *("anonymous", "deleted", "unconfirmed", "invited", "unconfirmed", "confirmed")
    ]
    assert [bool(until) for _, until in states] == [False, False, True, False, False, False]
    names = column(page, "Users", 0)
    assert (names[0][:10], names[-1]) == ("no address", f"{EMAIL}{ada.id}")
    assert column(page, "Users", 2) == ["", "email", "email", "email", "phone", "email"]
    signed_in = [bool(time) for time in column(page, "Users", 4)]
    assert signed_in == [True, False, False, False, False, False]


def test_shows_mails_with_code_and_link() -> None:
    emulator = Emulator()
    post(emulator, "/signup", {"email": EMAIL, "password": "Correct-horse-1"})
    post(emulator, "/otp", {"phone": PHONE})
    mail, text = emulator.outbox
    page = read(emulator)
    assert [row[:4] for row in page.tables["Mails"]] == [
        [PHONE, "sms", text.otp, ""],
        [EMAIL, "signup", mail.otp, mail.link],
    ]
    assert page.links == ["/_emulator", mail.link]


def test_shows_requests_newest_first() -> None:
    emulator = Emulator()
    post(emulator, "/signup", {})
    emulator(Request("GET", "http://localhost/nothing?token=secret", {}, None))
    emulator.fail_next(503)
    emulator(Request("GET", "http://localhost/health", {}, None))
    assert [row[1:] for row in read(emulator).tables["Requests"]] == [
        ["GET", "/health", "503"],
        ["GET", "/nothing", "404"],
        ["POST", "/signup", "200"],
    ]


def test_says_that_there_is_nothing() -> None:
    page = read(Emulator())
    assert (page.tables, page.tags >= {"main", "header", "h1"}) == ({}, True)


def test_escapes_what_requests_contain() -> None:
    emulator = Emulator(external_url='http://h/"><script>')
    for path in ("/<script>alert(1)</script>", "/%3Cimg%20src=x%3E", "/\ud800"):
        emulator(Request("<b>", f"http://localhost{path}", {}, None))
    admin.invite_user_by_email(emulator.client(), EMAIL).unwrap()
    page = read(emulator)
    assert "/<script>alert(1)</script>" in column(page, "Requests", 2)
    assert "<b>" in column(page, "Requests", 1)
    assert page.links[1] == emulator.outbox[0].link
    assert page.tags & {"script", "img", "b", "link", "iframe", "object"} == set()


def test_page_and_template_are_short() -> None:
    lines = [len((FOLDER / name).read_text().splitlines()) for name in ("page.py", "page.html")]
    assert sum(lines) <= 250


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"host": HOST}, 200, id="no browser"),
        pytest.param({"host": "127.0.0.1:80", "sec-fetch-site": "none"}, 200, id="typed URL"),
        pytest.param({"host": "[::1]:80"}, 200, id="IPv6"),
        pytest.param({"host": "LOCALHOST"}, 200, id="capitals"),
        pytest.param(OWN, 200, id="own page"),
        pytest.param({}, 403, id="no host"),
        pytest.param({"host": "evil.test"}, 403, id="name that points at this machine"),
        pytest.param({"host": "localhost.evil.test"}, 403, id="name that begins alike"),
        pytest.param({"host": "192.168.0.7:9999"}, 403, id="address in the network"),
        pytest.param({"host": "[x"}, 403, id="invalid host"),
        pytest.param({**OWN, "origin": "http://evil.test"}, 403, id="foreign origin"),
        pytest.param({**OWN, "origin": "http://localhost:3000"}, 403, id="other port"),
        pytest.param({**OWN, "origin": "null"}, 403, id="opaque origin"),
        pytest.param({"host": HOST, "sec-fetch-site": "cross-site"}, 403, id="foreign link"),
        pytest.param({"host": HOST, "sec-fetch-site": "same-site"}, 403, id="other port's link"),
    ],
)
def test_page_is_for_its_own_origin(headers: dict[str, str], status: int) -> None:
    response = ask(Emulator(), "GET", headers)
    assert response.status == status
    assert "access-control-allow-origin" not in response.headers
    assert response.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param(OWN, 303, id="own page"),
        pytest.param({"host": HOST, "origin": f"http://{HOST}"}, 303, id="older browser"),
        pytest.param({"host": HOST, "sec-fetch-site": "same-origin"}, 303, id="without origin"),
        pytest.param({"host": HOST}, 403, id="no sign of the page"),
        pytest.param({"host": HOST, "sec-fetch-site": "none"}, 403, id="no page"),
        pytest.param({**OWN, "origin": "null"}, 403, id="opaque origin"),
        pytest.param({**OWN, "sec-fetch-site": "cross-site"}, 403, id="foreign page"),
    ],
)
def test_button_is_for_the_page_itself(headers: dict[str, str], status: int) -> None:
    emulator = Emulator()
    admin.invite_user_by_email(emulator.client(), EMAIL).unwrap()
    assert ask(emulator, "POST", headers).status == status
    forgotten = status == 303
    assert (emulator.users == (), emulator.outbox == ()) == (forgotten, forgotten)


def test_other_methods_are_not_allowed() -> None:
    response = ask(Emulator(), "DELETE", OWN)
    assert (response.status, response.headers["allow"]) == (405, "GET, POST")


def test_page_needs_a_socket() -> None:
    emulator = Emulator()
    request = Request("GET", "http://localhost/_emulator", OWN, None)
    assert emulator(request).unwrap().status == 404
    assert page_response(emulator, Request("GET", "http://localhost/health", OWN, None)) is None


@pytest.fixture
def served() -> Iterator[tuple[Emulator, str]]:
    with closing(Emulator()) as emulator, running(emulator) as url:
        yield emulator, url


def test_is_served_and_its_button_works(served: tuple[Emulator, str]) -> None:
    emulator, url = served
    admin.invite_user_by_email(emulator.client(), EMAIL).unwrap()
    page = Page(requests.get(f"{url}/_emulator", timeout=60).text)
    assert column(page, "Mails", 0) == [EMAIL]
    (form,) = page.forms
    assert form == {"method": "post", "action": "/_emulator"}
    pressed = requests.post(f"{url}/_emulator", headers={"origin": url}, timeout=60)
    assert (pressed.status_code, pressed.history[0].status_code) == (200, 303)
    assert Page(pressed.text).tables == {}
    assert isinstance(admin.list_users(emulator.client()), Success)
