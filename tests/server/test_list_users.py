"""list_users against a server."""

from uuid import uuid4

import pytest
from returns.result import Failure

from supabase_gotrue import (
    Client,
    Error,
    Pagination,
    PaginationOptions,
    PaginationParams,
    User,
    UserPage,
)
from supabase_gotrue.admin import create_user, list_users


@pytest.fixture
def tag() -> str:
    return uuid4().hex


@pytest.fixture
def five(client: Client, tag: str) -> list[User]:
    """Five users whose addresses share a tag, oldest first."""
    emails = [f"list-{tag}-{number}@example.com" for number in range(5)]
    return [create_user(client, {"email": email}).unwrap() for email in emails]


def emails(page: UserPage) -> list[str | None]:
    return [user.email for user in page.users]


class TestListUsers:
    def test_returns_the_first_page_by_default(self, client: Client, five: list[User]) -> None:
        users, pagination = list_users(client).unwrap()
        assert 5 <= len(users) <= 50
        assert five[-1].email in [user.email for user in users]
        assert pagination.total is not None
        assert pagination.last_page is not None

    def test_returns_the_newest_user_first(
        self, client: Client, five: list[User], tag: str
    ) -> None:
        page = list_users(client, {"filter": tag}).unwrap()
        assert emails(page) == [user.email for user in reversed(five)]
        assert page.pagination == Pagination(next_page=None, last_page=1, total=5)

    def test_does_not_load_identities_and_factors(
        self, client: Client, five: list[User], tag: str
    ) -> None:
        newest = list_users(client, {"filter": tag, "per_page": 1}).unwrap().users[0]
        assert (newest.id, newest.app_metadata) == (five[-1].id, five[-1].app_metadata)
        assert (newest.identities, newest.factors) == (None, None)

    def test_next_page_leads_through_all_pages(
        self, client: Client, five: list[User], tag: str
    ) -> None:
        params: PaginationOptions = {"filter": tag, "per_page": 2}
        read: list[str | None] = []
        pages: list[int | None] = [1]
        while (number := pages[-1]) is not None:
            page = list_users(client, {**params, "page": number}).unwrap()
            read += emails(page)
            pages.append(page.pagination.next_page)
            assert (page.pagination.last_page, page.pagination.total) == (3, 5)
        assert pages == [1, 2, 3, None]
        assert read == [user.email for user in reversed(five)]

    def test_reads_page_numbers_of_several_digits(self, client: Client, five: list[User]) -> None:
        _, pagination = list_users(client, {"page": 1_000_000_000, "per_page": 1}).unwrap()
        assert pagination.total is not None
        assert pagination.last_page == pagination.total >= 5
        assert pagination.next_page is None

    def test_page_beyond_the_last_is_empty(
        self, client: Client, five: list[User], tag: str
    ) -> None:
        page = list_users(client, {"filter": tag, "page": 9, "per_page": 2}).unwrap()
        assert page.users == ()
        assert (page.pagination.next_page, page.pagination.total) == (None, 5)

    def test_filter_without_a_match_gives_an_empty_page(self, client: Client, tag: str) -> None:
        page = list_users(client, {"filter": tag}).unwrap()
        assert page == UserPage((), Pagination(next_page=None, last_page=0, total=0))

    def test_accepts_params_parsed_from_strings(
        self, client: Client, five: list[User], tag: str
    ) -> None:
        row = {"filter": tag, "page": "2", "per_page": "4"}
        page = PaginationParams.parse(row).bind(lambda params: list_users(client, params)).unwrap()
        assert emails(page) == [five[0].email]

    @pytest.mark.parametrize(
        ("sort", "oldest_first"),
        [("created_at asc", True), ("created_at desc", False), ("created_at", False)],
    )
    def test_sorts(
        self, client: Client, five: list[User], tag: str, sort: str, oldest_first: bool
    ) -> None:
        page = list_users(client, {"filter": tag, "sort": sort}).unwrap()
        assert emails(page) == [user.email for user in (five if oldest_first else five[::-1])]

    @pytest.mark.parametrize(
        ("pattern", "found"),
        [
            ("list-{tag}-3@example.com", [3]),
            ("{tag}-3", [3]),
            ("list%{tag}-_@", [4, 3, 2, 1, 0]),
            ("{tag}_3@", [3]),
            (r"{tag}\_3@", []),
            (r"{tag}\%", []),
            ("LIST-{tag}", []),
            ("' or 1=1 --{tag}", []),
        ],
    )
    def test_filter_is_a_sql_pattern(
        self, client: Client, five: list[User], tag: str, pattern: str, found: list[int]
    ) -> None:
        page = list_users(client, {"filter": pattern.format(tag=tag)}).unwrap()
        assert emails(page) == [five[number].email for number in found]

    def test_filter_matches_full_names(self, client: Client, tag: str) -> None:
        name = {"full_name": f"Ada {tag} Lovelace"}
        email = f"{uuid4().hex}@example.com"
        created = create_user(client, {"email": email, "user_metadata": name}).unwrap()
        (found,) = list_users(client, {"filter": f"aDA {tag} love"}).unwrap().users
        assert found.id == created.id

    def test_filter_may_contain_any_characters(self, client: Client, tag: str) -> None:
        name = f"Zoë & Co+{tag} 50 = ?#/"
        email = f"{uuid4().hex}@example.com"
        created = create_user(
            client, {"email": email, "user_metadata": {"full_name": name}}
        ).unwrap()
        page = list_users(client, {"filter": name, "per_page": 1}).unwrap()
        assert [user.id for user in page.users] == [created.id]
        assert page.pagination == Pagination(next_page=None, last_page=1, total=1)

    def test_rejects_an_unknown_sort_order(self, client: Client) -> None:
        match list_users(client, {"sort": "email asc"}):
            case Failure(Error("bad_request", message) as error):
                assert error.error_code == "validation_failed"
                assert "email" in message
            case other:
                pytest.fail(f"unexpected: {other}")
