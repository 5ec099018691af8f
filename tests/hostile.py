"""Arguments that nobody should pass: whatever they do, a Result comes back."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn
from uuid import UUID

HOOKS = (
    "__bool__",
    "__bytes__",
    "__call__",
    "__contains__",
    "__eq__",
    "__float__",
    "__format__",
    "__fspath__",
    "__getitem__",
    "__hash__",
    "__index__",
    "__int__",
    "__iter__",
    "__len__",
    "__repr__",
    "__str__",
    "get",
    "items",
    "keys",
    "lower",
    "strip",
)


class HostileError(Exception):
    """What hostile arguments raise."""


def _refuse(*_args: object, **_named: object) -> NoReturn:
    raise HostileError("secret words of a hostile object")


def _one(_self: object) -> int:
    return 1


def hostile(*bases: type, **attributes: Any) -> type:
    """A type whose instances raise at whatever is done with them."""
    hooks: dict[str, Any] = (
        dict.fromkeys(HOOKS, _refuse) | {"__class__": property(_refuse)} | attributes
    )
    return type("Hostile", bases, hooks)


class Lying(Mapping[str, object]):
    """A Mapping of email addresses without end to its keys."""

    def __getitem__(self, key: str) -> object:
        return key

    def __iter__(self) -> Iterator[str]:
        raise HostileError

    def __len__(self) -> int:
        return -1


def cyclic() -> dict[str, object]:
    around: dict[str, object] = {}
    around["again"] = [around]
    return around


def deep(levels: int) -> dict[str, object]:
    value: dict[str, object] = {}
    for _ in range(levels):
        value = {"in": value}
    return value


def objects() -> list[Any]:
    """One of each kind, made anew so that no test spoils another's."""
    return [
        hostile()(),
        hostile(str)("ada@example.com"),
        hostile(int)(1),
        hostile(float)(1.5),
        hostile(bytes)(b"x"),
        hostile(dict)(email="ada@example.com"),
        hostile(list)([1]),
        hostile(tuple)((1,)),
        hostile(UUID)("13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"),
        hostile(Mapping, __len__=_one)(),
        hostile(Exception)(),
        Lying(),
        cyclic(),
        deep(5_000),
        {"email": hostile()()},
        {1: "x", None: "y", ("a",): "z"},
        {"email": "a@example.com", "user_metadata": cyclic()},
        {"email": "a@example.com", "user_metadata": deep(5_000)},
        {"email": "a@example.com", "user_metadata": {"at": math.nan}},
        {"email": "a@example.com", "user_metadata": {"s": {1, 2}, "b": b"x"}},
        {"type": hostile(str)("signup"), "email": hostile(str)("x"), "password": 1},
        {"page": 10**5_000, "per_page": -(10**5_000)},
        {"data": {"\ud800": "\udfff"}},
        None,
        True,
        0,
        -1,
        10**5_000,
        1e308,
        math.nan,
        math.inf,
        1j,
        "",
        " ",
        "\x00",
        "\ud800",
        "a\r\nb: c",
        "..",
        "x" * 100_000,
        b"",
        b"\xff",
        bytearray(b"x"),
        memoryview(b"x"),
        (),
        [],
        set(),
        frozenset({1}),
        range(3),
        iter([1]),
        (part for part in "ab"),
        object(),
        object,
        str,
        print,
        lambda: None,
        Exception("secret words"),
        NotImplemented,
        ...,
    ]
