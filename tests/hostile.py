"""Values that no caller should pass: wrong types, and objects that raise on any use."""

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
    """The exception that hostile objects raise."""


def _raise(*_args: object, **_named: object) -> NoReturn:
    raise HostileError("secret words of a hostile object")


def _one(_self: object) -> int:
    return 1


def hostile(*bases: type, **attributes: Any) -> type:
    """Return a type whose instances raise on any use."""
    hooks: dict[str, Any] = (
        dict.fromkeys(HOOKS, _raise) | {"__class__": property(_raise)} | attributes
    )
    return type("Hostile", bases, hooks)


class InvalidMapping(Mapping[str, object]):
    """A Mapping that raises when it is iterated and has a negative length."""

    def __getitem__(self, key: str) -> object:
        return key

    def __iter__(self) -> Iterator[str]:
        raise HostileError

    def __len__(self) -> int:
        return -1


def cyclic_mapping() -> dict[str, object]:
    mapping: dict[str, object] = {}
    mapping["self"] = [mapping]
    return mapping


def nested_mapping(levels: int) -> dict[str, object]:
    value: dict[str, object] = {}
    for _ in range(levels):
        value = {"in": value}
    return value


def objects() -> list[Any]:
    """Return one value of each kind, new for each test because some can be used up."""
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
        InvalidMapping(),
        cyclic_mapping(),
        nested_mapping(5_000),
        {"email": hostile()()},
        {1: "x", None: "y", ("a",): "z"},
        {"email": "a@example.com", "user_metadata": cyclic_mapping()},
        {"email": "a@example.com", "user_metadata": nested_mapping(5_000)},
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
