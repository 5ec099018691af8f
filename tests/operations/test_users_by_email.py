"""`get_user_by_email`: one exact match among the users that the server's search finds."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from returns.result import Failure, Result, Success

from supabase_gotrue import Client, Error, Request, Response, User, admin, init_client
from supabase_gotrue.emulator import Emulator

TIME = "2026-08-20T10:00:00Z"
ADA = "ada@example.com"


def user(id: str, email: str | None) -> dict[str, object]:
    return {"id": id, "aud": "authenticated", "created_at": TIME, "email": email or ""}


@dataclass
class Pages:
    """A server whose search finds these pages."""

    pages: list[list[dict[str, object]]]
    headers: Mapping[str, str] | None = None
    queries: list[dict[str, list[str]]] = field(default_factory=list[dict[str, list[str]]])

    def __call__(self, request: Request) -> Result[Response, Error]:
        query = parse_qs(urlsplit(request.url).query)
        self.queries.append(query)
        [number] = map(int, query["page"])
        following = f'</admin/users?page={number + 1}>; rel="next", ' * (number < len(self.pages))
        link = f'{following}</admin/users?page={len(self.pages)}>; rel="last"'
        body = json.dumps({"users": self.pages[number - 1]}).encode()
        return Success(Response(200, self.headers or {"link": link}, body))

    def client(self) -> Client:
        return init_client("http://localhost", "service-key", transport=self).unwrap()


@pytest.mark.parametrize(
    ("email", "pattern"),
    [
        pytest.param(ADA, ADA, id="plain"),
        pytest.param("Ada@Example.COM", ADA, id="capitals"),
        pytest.param("a_da%x\\@example.com", "a\\_da\\%x\\\\@example.com", id="wildcards"),
    ],
)
def test_searches_literal_in_lower_case(email: str, pattern: str) -> None:
    server = Pages([[user("1", email.lower())]])
    assert admin.get_user_by_email(server.client(), email).unwrap().id == "1"
    assert server.queries == [{"page": ["1"], "per_page": ["1000"], "filter": [pattern]}]


def test_drops_users_who_only_contain_the_address() -> None:
    found = [user("1", "n" + ADA), user("2", ADA), user("3", ADA + ".org"), user("4", None)]
    assert admin.get_user_by_email(Pages([found]).client(), ADA).unwrap().id == "2"


@pytest.mark.parametrize("place", [0, 1, 2])
def test_reads_all_pages(place: int) -> None:
    pages = [[user(f"{number}", f"{number}{ADA}")] for number in range(3)]
    pages[place].append(user("ada", ADA))
    server = Pages(pages)
    assert admin.get_user_by_email(server.client(), ADA).unwrap().id == "ada"
    assert [query["page"] for query in server.queries] == [["1"], ["2"], ["3"]]


def test_not_found_is_the_failure_of_get_user_by_id() -> None:
    client = Emulator().client()
    by_id = admin.get_user_by_id(client, "13b6d1ec-8963-4b7c-9528-5439ad3042cb").failure()
    by_email = admin.get_user_by_email(client, ADA).failure()
    seen = [(e.code, e.message, e.error_code, e.status) for e in (by_id, by_email)]
    assert seen == [("not_found", "User not found", "user_not_found", 404)] * 2
    assert by_email.metadata["route"] == "/admin/users"


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param([[user("1", ADA), user("2", ADA)]], id="one page"),
        pytest.param([[user("1", ADA)], [user("2", ADA)]], id="two pages"),
    ],
)
def test_several_matches_are_a_failure_with_all_ids(pages: Any) -> None:
    error = admin.get_user_by_email(Pages(pages).client(), ADA).failure()
    assert error.code == "unexpected"
    assert error.message == "several users have this email address: 1, 2"
    assert error.metadata["user_ids"] == ["1", "2"]


def test_user_whom_a_new_one_pushed_to_the_next_page_is_one_match() -> None:
    pages = Pages([[user("1", ADA)], [user("1", ADA)]])
    assert admin.get_user_by_email(pages.client(), ADA).unwrap().id == "1"


def test_server_that_repeats_its_page_is_asked_twice_at_most() -> None:
    link = '</admin/users?page=2>; rel="next"'
    server = Pages([[user("1", ADA)]] * 9, {"link": link})
    assert admin.get_user_by_email(server.client(), ADA).unwrap().id == "1"
    assert len(server.queries) == 2


def test_failure_of_a_later_page_is_the_result() -> None:
    server = Pages([[user("1", ADA)], []])
    emulator = Emulator()

    def transport(request: Request) -> Result[Response, Error]:
        return server(request) if "page=1&" in request.url else emulator(request)

    client = init_client("http://localhost", "wrong", transport=transport).unwrap()
    assert isinstance(admin.get_user_by_email(client, ADA), Failure)


@pytest.mark.parametrize("email", ["", " ", None, 5])
def test_checks_the_address(email: Any) -> None:
    server = Pages([[]])
    error = admin.get_user_by_email(server.client(), email).failure()
    assert (error.code, set(error.errors)) == ("validation", {"email"})
    assert server.queries == []


def test_finds_users_of_the_emulator() -> None:
    client = Emulator().client()
    emails = ["a_b@example.com", "aXb@example.com", "b@example.com"]
    made = [admin.create_user(client, {"email": email}).unwrap() for email in emails]
    admin.create_user(client, {"email": "c@x.org", "user_metadata": {"full_name": emails[2]}})
    found = [admin.get_user_by_email(client, email) for email in emails]
    assert [each.map(lambda one: one.id) for each in found] == [Success(one.id) for one in made]
    only: Result[User, Error] = found[2]
    assert only.unwrap().identities is None
