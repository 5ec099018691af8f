"""The tables of the code are those of the docs, row by row and both ways."""

import re

from supabase_gotrue.redaction import SECRET_NAMES
from supabase_gotrue.request import LIBRARY_HEADERS
from supabase_gotrue.schemas import admin_user, cast, generate_link, invite_user, pagination
from supabase_gotrue.schemas.client_options import RESERVED_HEADERS
from supabase_gotrue.schemas.json_object import cast_json_object
from supabase_gotrue.schemas.redirect import cast_redirect
from supabase_gotrue.transports.failure import FAILURE_ERRORS
from supabase_gotrue.transports.retries import RETRY_STATUSES
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "tables.md").read_text()
CASTS: dict[cast.Caster, str] = {
    cast.cast_str: "text",
    cast.cast_id: "ID",
    cast.cast_bool: "boolean",
    cast.cast_positive_int: "whole number",
    cast_json_object: "JSON object",
    generate_link.cast_link_type: "link type",
    cast_redirect: "URL",
}


def rows(title: str) -> list[tuple[str, ...]]:
    """The cells of a table, by the words of its head, without marks of code."""
    _, _, after = PAGE.partition(f"| {title} |\n")
    table = after.partition("\n\n")[0].replace("`", "").splitlines()[1:]
    return [tuple(cell.strip() for cell in row.strip("|").split("|")) for row in table]


def test_casts() -> None:
    assert [name for name, _ in rows("cast | takes")] == list(CASTS.values())
    tables = (
        ("create_user", admin_user.CREATE_FIELDS),
        ("update_user_by_id", admin_user.UPDATE_FIELDS),
        ("generate_link", cast.casters_of(generate_link.GenerateLinkParams)),
        ("invite_user_by_email", cast.casters_of(invite_user.InviteUserParams)),
        ("list_users", cast.casters_of(pagination.PaginationParams)),
    )
    known = {(f, name, CASTS[by]) for f, casts in tables for name, by in casts.items()}
    assert known == {
        (function, name, by)
        for functions, name, by in rows("function | name | cast")
        for function in functions.split(", ")
    }


def test_what_a_link_needs() -> None:
    said = {kind: tuple(needs.split()) for kind, needs in rows("type | needs, beside `email`")}
    assert said == dict(generate_link.REQUIRED_BY_TYPE)


def test_faults() -> None:
    assert rows("code | message") == [row[:2] for row in FAILURE_ERRORS.values()]


def test_repeats() -> None:
    said = {int(status): tuple(methods.split(", ")) for status, methods in rows("status | methods")}
    assert said == dict(RETRY_STATUSES)


def test_headers() -> None:
    said = rows("name | set by")
    assert {name for name, _ in said} == RESERVED_HEADERS
    assert tuple(name for name, by in said if by == "the library") == LIBRARY_HEADERS


def test_secrets() -> None:
    assert [name for (name,) in rows("name")] == sorted(SECRET_NAMES)


def test_booleans() -> None:
    (takes,) = [takes for by, takes in rows("cast | takes") if by == "boolean"]
    said = re.findall(r'"(\w+)"', takes)
    assert [cast.cast_bool(value) for value in said] == [True, True, False, False]
