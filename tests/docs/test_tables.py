"""The tables of docs/tables.md: each row is true, and no row is missing."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, get_args, get_type_hints
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest

from supabase_gotrue import (
    NameIDFormat,
    admin,
    init_client,
)
from supabase_gotrue.json_types import is_object
from supabase_gotrue.redaction import REDACTED, SECRET_NAMES, redact_json, redactor
from supabase_gotrue.schemas.client_options import RESERVED_HEADERS
from supabase_gotrue.transports.failure import FAILURE_ERRORS
from supabase_gotrue.transports.retries import RETRY_FAILURES, RETRY_STATUSES
from tests.calls import ADMIN, Call
from tests.canned import Canned
from tests.docs.pages import table

rows = partial(table, "tables.md")

ID = "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"
# Names that exclude one of the valid arguments in `tests/calls.py`, which they replace.
REPLACES = {"metadata_xml": "metadata_url", "resource_id_prefix": "resource_id"}


def mapping_argument(row: Call) -> str | None:
    """Return the name of the argument that is a mapping."""
    return next((name for name, value in row.arguments.items() if is_object(value)), None)


def known_names(row: Call) -> frozenset[str]:
    """Return the keys of the TypedDict that a function accepts."""
    hints = get_args(get_type_hints(row.function)[mapping_argument(row) or ""])
    [attrs] = [hint for hint in hints if hasattr(hint, "__required_keys__")]
    names: frozenset[str] = attrs.__required_keys__ | attrs.__optional_keys__
    return names


FUNCTIONS = {call.name.removeprefix("admin."): call for call in ADMIN if mapping_argument(call)}
# By cast: pairs of a valid value and what is sent for it, and invalid values.
CASTS: dict[str, tuple[Sequence[tuple[object, object]], Sequence[object]]] = {
    "text": ([("x", "x")], [1, True, b"x", ["x"]]),
    "ID": ([(ID, ID), (UUID(ID), ID)], [1, b"x"]),
    "boolean": (
        [
            *[(value, True) for value in (True, "true", "1")],
            *[(value, False) for value in (False, "false", "0")],
        ],
        ["yes", "True", 1, 0],
    ),
    "whole number": ([(1, "1"), ("3", "3")], [0, "0", "x", 1.5, True]),
    "JSON object": ([({"a": [1, None]}, {"a": [1, None]})], ["{}", [], {"a": object()}, {1: 2}]),
    "link type": ([("signup", "signup"), ("magicLink", "magiclink")], ["sms", 1]),
    "URL": ([("https://a.b/ü", "https://a.b/%C3%BC")], ["https://a.b/ c", 1]),
    "texts": ([(["a"], ["a"]), (("a", "b"), ["a", "b"])], ["a", [" "], [1], {"a": 1}]),
    "audit query": (
        [(query, query) for query in ("author:a", "action:", "type:a b")],
        ["login", "actor:a", 1],
    ),
    "redirect URLs": (
        [(("https://a.b",), ["https://a.b"]), (["a://b"] * 10, ["a://b"] * 10)],
        ["https://a.b", [], ["https://a.b/,"], ["https://a.b"] * 11],
    ),
    "text of 1,024 bytes": ([("ü" * 512, "ü" * 512)], ["ü" * 512 + "a", 1]),
    "text of 2,048 bytes": ([("ü" * 1024, "ü" * 1024)], ["ü" * 1024 + "a", 1]),
    "grant types": (
        [(["authorization_code", "refresh_token"], ["authorization_code", "refresh_token"])],
        ["refresh_token", ["password"]],
    ),
    "client type": ([("confidential", "confidential"), ("public", "public")], ["x", 1]),
    "authentication method": (
        [(method, method) for method in ("client_secret_basic", "client_secret_post", "none")],
        ["client_secret", 1],
    ),
    "provider type": ([("oauth2", "oauth2"), ("oidc", "oidc")], ["saml", 1]),
    "identifier": (
        [(f"custom:{name}", f"custom:{name}") for name in ("a", "0:-z", "a" * 43)],
        ["a", "custom:", "custom:A", "custom:a-", "custom:a:", f"custom:{'a' * 44}", 1],
    ),
    "text of 100 characters": ([("ü" * 100, "ü" * 100)], ["a" * 101, 1]),
    "text of 512 characters": ([("ü" * 512, "ü" * 512)], ["a" * 513, 1]),
    "https URL": (
        [(url, url) for url in ("https://a.b", "https://a.b/".ljust(2048, "a"))],
        ["http://a.b", "a", "https://a.b/".ljust(2049, "a"), 1],
    ),
    "mapping of claims": ([({"name": {"a": 1}}, {"name": {"a": 1}})], [{"role": "a"}, "{}", []]),
    "URL parameters": ([({"a": "b"}, {"a": "b"})], [{"state": "a"}, {"a": 1}, "a=b"]),
    "SSO type": ([("saml", "saml")], ["oidc", 1]),
    "metadata URL": ([("https://a.b", "https://a.b")], ["http://a.b", 1]),
    "mapping of SAML": (
        [
            (
                {"keys": {"a": {"name": "b", "names": ("c",), "default": 1, "array": "1"}}},
                {"keys": {"a": {"name": "b", "names": ["c"], "default": 1, "array": True}}},
            )
        ],
        [{"a": {}}, {"keys": {"a": "b"}}, {"keys": {"a": {"b": 1}}}, "{}"],
    ),
    "name ID format": ([(name, name) for name in get_args(NameIDFormat)], ["persistent", 1]),
}
ARGUMENTS = [
    (function, name, cast)
    for functions, name, cast in rows("function | name | cast")
    for function in functions.split(", ")
]


def call(function: str, arguments: Mapping[str, object]) -> tuple[Any, dict[str, Any]]:
    """Return the result of a call with other arguments of the mapping, and what it sent."""
    canned = Canned()
    row = FUNCTIONS[function]
    name = mapping_argument(row) or ""
    replaced = {REPLACES.get(name) for name in arguments}
    given = {key: value for key, value in row.arguments[name].items() if key not in replaced}
    result = row(canned.client(), **{name: {**given, **arguments}})
    sent: dict[str, Any] = {}
    for request in canned.sent:
        sent |= dict(parse_qsl(urlsplit(request.url).query)) | json.loads(request.body or b"{}")
    return result, sent


def test_each_cast_has_a_row() -> None:
    assert [cast for cast, _ in rows("cast | accepts")] == list(CASTS)


@pytest.mark.parametrize(("function", "name", "cast"), ARGUMENTS)
def test_argument_has_the_cast_of_its_row(function: str, name: str, cast: str) -> None:
    valid, invalid = CASTS[cast]
    for value, expected in valid:
        assert call(function, {name: value})[1][name] == expected
    for value in invalid:
        result, sent = call(function, {name: value})
        assert name in " ".join(result.failure().errors)
        assert sent == {}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_other_names_are_unknown(function: str) -> None:
    listed = {name for other, name, _ in ARGUMENTS if other == function}
    known = known_names(FUNCTIONS[function])
    assert listed <= known
    for name in known - listed:
        assert call(function, {name: "x"})[0].failure().errors[name][0].startswith("is unknown")


def test_row_of_booleans_names_every_accepted_string() -> None:
    [accepted] = [accepts for cast, accepts in rows("cast | accepts") if cast == "boolean"]
    strings = [value for value, _ in CASTS["boolean"][0] if isinstance(value, str)]
    assert [string for string in strings if f'"{string}"' not in accepted] == []


@pytest.mark.parametrize(("type", "needs"), rows("type | required in addition to `email`"))
def test_link_needs_what_its_row_names(type: Any, needs: str) -> None:
    attrs: Any = {"type": type}
    errors = admin.generate_link(Canned().client(), attrs).failure().errors
    assert set(errors) == {"email", *needs.split()}


def test_each_failure_of_the_transport_has_a_row() -> None:
    failures = [
        (code, message, "maybe" if may_be_applied else "no")
        for code, message, may_be_applied in FAILURE_ERRORS.values()
    ]
    assert rows("code | message | carried out?") == failures


def test_each_retry_has_a_row() -> None:
    methods = {int(status): tuple(cell.split(", ")) for status, cell in rows("status | methods")}
    assert methods == dict(RETRY_STATUSES)
    by_message = {FAILURE_ERRORS[kind].message: ", ".join(m) for kind, m in RETRY_FAILURES.items()}
    assert rows("failure | methods") == list(by_message.items())


def test_library_sends_the_headers_that_it_sets() -> None:
    canned = Canned()
    admin.create_user(canned.client(), {"email": "ada@example.com"})
    sent = set(canned.sent[0].headers)
    assert sent == {name for name, by in rows("name | set by") if by == "the library"}


def test_each_reserved_header_has_a_row() -> None:
    assert {name for name, _ in rows("name | set by")} == RESERVED_HEADERS


@pytest.mark.parametrize("name", [name for name, _ in rows("name | set by")])
def test_client_cannot_set_a_reserved_header(name: str) -> None:
    for spelling in (name, name.upper(), name.replace("-", "_")):
        error = init_client("http://localhost", "key", headers={spelling: "x"}).failure()
        assert list(error.errors) == ["headers"]


def test_each_secret_name_has_a_row() -> None:
    assert [name for (name,) in rows("name")] == sorted(SECRET_NAMES)


@pytest.mark.parametrize("name", [name for (name,) in rows("name")])
def test_value_under_a_secret_name_is_redacted(name: str) -> None:
    assert redact_json({name: "x"}, redactor([])) == {name: REDACTED}
