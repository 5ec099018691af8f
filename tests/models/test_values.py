"""Values that users get: immutable, with a repr for rich, and with messages for options."""

from collections.abc import Iterator, Mapping
from itertools import count
from types import MappingProxyType
from typing import Any

import pytest
from msgspec import structs
from msgspec.json import encode

from supabase_gotrue import (
    AdminUserParams,
    Error,
    Factor,
    GenerateLinkParams,
    Identity,
    InviteUserParams,
    LinkProperties,
    Pagination,
    PaginationParams,
    Request,
    Response,
    Session,
    User,
    UserPage,
    init_client,
)
from supabase_gotrue.request import Headers

USER = User.parse(b'{"id": "1", "aud": "a", "created_at": "2026-08-20T10:00:00Z"}').unwrap()
LINK = LinkProperties("http://a", "1", "2", "http://b", "signup", USER)
KEYWORD_ONLY: list[Any] = [
    init_client("http://localhost", "service-key").unwrap(),
    AdminUserParams(email="a"),
    GenerateLinkParams(type="signup", email="a"),
    InviteUserParams(),
    PaginationParams(),
    Session(access_token="a.b.c"),
    USER,
    Identity(id="1", provider="email"),
    Factor(id="1", factor_type="totp", status="verified"),
]
POSITIONAL: list[Any] = [
    Request("GET", "http://localhost/", {}),
    Response(200, {}, b""),
    Pagination(),
    UserPage((), Pagination()),
    LINK,
]


@pytest.mark.parametrize(
    "value", [*KEYWORD_ONLY, *POSITIONAL], ids=lambda value: type(value).__name__
)
def test_fields_cannot_be_set_or_deleted(value: Any) -> None:
    for name in getattr(value, "_fields", ()) or value.__struct_fields__:
        with pytest.raises(AttributeError):
            setattr(value, name, None)
        with pytest.raises((AttributeError, TypeError)):
            delattr(value, name)


@pytest.mark.parametrize("value", KEYWORD_ONLY, ids=lambda value: type(value).__name__)
def test_fields_are_keyword_only(value: Any) -> None:
    assert type(value)(**structs.asdict(value)) == value
    with pytest.raises(TypeError):
        type(value)(*structs.astuple(value))


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
            [("access_token", "[redacted]"), ("expires_in", 5), ("token_type", "bearer")],
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


def test_absent_fields_are_not_sent() -> None:
    assert encode(AdminUserParams(email="a")) == b'{"email":"a"}'
    assert encode(GenerateLinkParams(type="invite", email="a")) == b'{"type":"invite","email":"a"}'


@pytest.mark.parametrize(
    "name", ["__traceback__", "__cause__", "__context__", "__suppress_context__"]
)
def test_interpreter_can_set_exception_attributes(name: str) -> None:
    error = Error("timeout")
    value: Any = True if name == "__suppress_context__" else None
    setattr(error, name, value)
    assert getattr(error, name) is value
    assert error == Error("timeout")


ADDRESS = "http or https and a host; no user, query or fragment"


@pytest.mark.parametrize(
    ("option", "invalid", "hint"),
    [
        ("base_url", "ftp://a", f" ({ADDRESS})"),
        ("auth_url", "ftp://a", f" ({ADDRESS})"),
        ("api_key", "a b", " (visible ASCII)"),
        ("access_token", "a b", " (visible ASCII)"),
        ("headers", 1, " (visible ASCII, without names that the library or the transport sets)"),
        ("timeout", 0, " (seconds, more than 0)"),
        ("verify", 1, " (a bool, or a path that exists)"),
        ("max_retries", -1, ""),
        ("pool_size", 0, ""),
        ("max_response_bytes", 0, ""),
        ("transport", 1, ""),
    ],
)
def test_validation_message_explains_the_option(option: str, invalid: Any, hint: str) -> None:
    options: dict[str, Any] = {"base_url": "http://localhost", "api_key": "key", option: invalid}
    assert init_client(**options).failure().message == f"{option} is invalid{hint}"


class EndlessMapping(Mapping[str, object]):
    """A Mapping whose keys never end."""

    def __getitem__(self, name: str) -> object:
        return name

    def __iter__(self) -> Iterator[str]:
        return map(str, count())

    def __len__(self) -> int:
        return 1


def test_parse_accepts_any_finite_mapping() -> None:
    payload = {"id": "1", "aud": "a", "created_at": "2026-08-20T10:11:12Z"}
    metadata = {str(number): number for number in range(2**16)}
    user = User.parse(MappingProxyType({**payload, "user_metadata": MappingProxyType(metadata)}))
    assert user.unwrap().user_metadata == metadata
    for mapping in (EndlessMapping(), {**payload, "user_metadata": EndlessMapping()}):
        assert User.parse(mapping).failure().errors == {"payload": ("is not valid JSON",)}
