"""Values that users get: immutable, keyword-only where that is clearer, with a repr for rich."""

from inspect import Parameter, isclass, signature
from typing import Any

import msgspec
import pytest
from returns.result import Failure

import supabase_gotrue
from supabase_gotrue import (
    LinkProperties,
    Pagination,
    Request,
    RequestsTransport,
    Response,
    Session,
    Transport,
    User,
    UserPage,
    init_client,
)
from supabase_gotrue.request import Headers
from tests.hostile import InvalidMapping
from tests.in_event_loop import aiohttp_transport

USER = User.parse(b'{"id": "1", "aud": "a", "created_at": "2026-08-20T10:00:00Z"}').unwrap()
LINK = LinkProperties("http://a", "1", "2", "http://b", "signup", USER)
PUBLIC: list[type[Any]] = [
    kind
    for kind in (getattr(supabase_gotrue, name) for name in supabase_gotrue.__all__)
    if isclass(kind) and issubclass(kind, (msgspec.Struct, tuple))
]
# What they have is known by its place, as in a tuple.
POSITIONAL = {LinkProperties, Pagination, Request, Response}


OF_OTHER_TYPES: list[Any] = [None, 5, 0.5, [1], {1: 2}, object(), InvalidMapping()]


@pytest.mark.parametrize("kind", PUBLIC)
def test_fields_cannot_be_set(kind: type[Any]) -> None:
    assert issubclass(kind, tuple) or kind.__struct_config__.frozen


@pytest.mark.parametrize("value", [USER, UserPage((), Pagination())], ids=["Struct", "tuple"])
def test_fields_cannot_be_deleted(value: Any) -> None:
    for name in getattr(value, "_fields", ()) or value.__struct_fields__:
        with pytest.raises((AttributeError, TypeError)):
            delattr(value, name)


@pytest.mark.parametrize("kind", PUBLIC)
def test_fields_are_keyword_only(kind: type[Any]) -> None:
    kinds = {parameter.kind for parameter in signature(kind).parameters.values()}
    is_positional = issubclass(kind, tuple) or kind in POSITIONAL
    assert is_positional or kinds == {Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            Request("GET", "http://localhost/a?b=c", {"accept": "*/*"}, b"{}"),
            [("method", "GET"), ("url", "http://localhost/a"), ("headers", {"accept": "*/*"})],
        ),
        (Response(200, {}, b"12"), [("status", 200), ("body", "<2 bytes>")]),
        (
            Session(access_token="a", expires_in=5),
            [("access_token", "[redacted]"), ("expires_in", 5)],
        ),
        (
            LINK,
            [
                ("action_link", "[redacted]"),
                ("email_otp", "[redacted]"),
                ("hashed_token", "[redacted]"),
                ("redirect_to", "http://b"),
                ("verification_type", "signup"),
                ("user", USER),
            ],
        ),
        (
            init_client("http://localhost", "key", headers={"x-a": "b"}).unwrap(),
            [
                ("base_url", "http://localhost"),
                ("auth_url", "http://localhost/auth/v1"),
                ("api_key", "[redacted]"),
                ("headers", Headers({"x-a": "b"})),
                ("transport", init_client("http://localhost", "key").unwrap().transport),
            ],
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_rich_repr(value: Any, expected: list[tuple[str, object]]) -> None:
    assert value.__rich_repr__() == expected


@pytest.mark.parametrize("field", Request.__struct_fields__)
def test_request_of_anything_has_a_repr_and_is_a_failure(field: str) -> None:
    valid: dict[str, Any] = {"method": "GET", "url": "http://127.0.0.1:1/", "headers": {}}
    transports: list[Transport] = [
        RequestsTransport(max_retries=0),
        aiohttp_transport("asyncio", max_retries=0),
    ]
    for value in OF_OTHER_TYPES:
        request = Request(**{**valid, field: value})
        assert repr(request).startswith("Request(")
        assert isinstance(request.path, str)
        for transport in transports:
            assert isinstance(transport(request), Failure)


@pytest.mark.parametrize("field", Response.__struct_fields__)
def test_response_of_anything_has_a_repr(field: str) -> None:
    valid: dict[str, Any] = {"status": 200, "headers": {}, "body": b""}
    for value in OF_OTHER_TYPES:
        assert repr(Response(**{**valid, field: value})).startswith("Response(")


def test_headers_that_are_no_mapping_are_not_shown() -> None:
    headers: Any = "apikey: s3cret-key"
    assert "s3cret" not in repr(Request("GET", "http://localhost/", headers))
