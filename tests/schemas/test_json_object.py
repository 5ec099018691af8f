"""JSON in arguments: what is sent, the path of what is not JSON, and the limits."""

import json
from collections import OrderedDict
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest

from supabase_gotrue import AdminUserParams
from tests.validation import errors

ID = "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"


def create(**attrs: Any) -> Any:
    """Return one attribute after its cast, or None if it is invalid."""
    parsed = AdminUserParams.parse({"email": "a", **attrs})
    [name] = attrs
    return parsed.map(lambda params: getattr(params, name)).value_or(None)


@pytest.mark.parametrize("name", ["app_metadata", "user_metadata"])
def test_casts_metadata(name: str) -> None:
    value: dict[str, Any] = {
        "null": None,
        "bool": True,
        "int": -(2**63),
        "large": 2**64 - 1,
        "float": 1.5,
        "str": "ü",
        "list": [1, [2]],
        "tuple": (1, {"a": ()}),
        "mapping": OrderedDict(a=MappingProxyType({"b": 1})),
        "": "",
    }
    result = create(**{name: value})
    assert result == {**value, "tuple": [1, {"a": []}], "mapping": {"a": {"b": 1}}}
    assert type(result["mapping"]) is dict
    assert create(**{name: {}}) == {}
    assert json.loads(json.dumps(result)) == result


@pytest.mark.parametrize(
    ("metadata", "field", "message"),
    [
        pytest.param({1: "a"}, "", "has a key that is not a string: int", id="int key"),
        pytest.param({None: "a"}, "", "has a key that is not a string: NoneType", id="None key"),
        pytest.param({"\ud800": "a"}, "", "has a key that is not a string: str", id="key"),
        pytest.param({"a": {1: 2}}, ".a", "has a key that is not a string: int", id="deep key"),
        pytest.param({"a": float("nan")}, ".a", "is nan: use None for absent", id="nan"),
        pytest.param({"a": float("-inf")}, ".a", "is not JSON: -inf", id="infinity"),
        pytest.param({"a": 2**64}, ".a", "is not JSON: integer out of range", id="large"),
        pytest.param({"a": -(2**63) - 1}, ".a", "is not JSON: integer out of range", id="small"),
        pytest.param({"a": b"x"}, ".a", "is not JSON: bytes", id="bytes"),
        pytest.param({"a": {1, 2}}, ".a", "is not JSON: set", id="set"),
        pytest.param({"a": object()}, ".a", "is not JSON: object", id="object"),
        pytest.param({"a": "\ud800"}, ".a", "is not JSON: lone surrogate", id="surrogate"),
        pytest.param({"a": UUID(ID)}, ".a", "is not JSON: UUID", id="uuid"),
        pytest.param({"born": date(1815, 12, 10)}, ".born", "is not JSON: date", id="date"),
        pytest.param({"a": [1, {"b": (range(3),)}]}, ".a[1].b[0]", "is not JSON: range", id="in"),
        pytest.param({"k" * 100: 1j}, "." + "k" * 64, "is not JSON: complex", id="long key"),
        pytest.param([("a", 1)], "", "is invalid", id="pairs"),
        pytest.param("{}", "", "is invalid", id="str"),
        pytest.param(1, "", "is invalid", id="int"),
    ],
)
def test_invalid_metadata_is_named_by_its_path(metadata: object, field: str, message: str) -> None:
    assert errors(AdminUserParams.parse({"email": "a", "app_metadata": metadata})) == {
        "app_metadata" + field: (message,)
    }


def nested(levels: int) -> dict[str, object]:
    value: dict[str, object] = {}
    for _ in range(levels):
        value = {"in": value}
    return value


def test_limits_the_depth_and_size_of_metadata() -> None:
    assert create(user_metadata=nested(100)) == nested(100)
    assert create(user_metadata=nested(101)) is None
    lists: list[Any] = []
    for _ in range(99):
        lists = [lists]
    assert create(user_metadata={"a": lists}) == {"a": lists}
    assert create(user_metadata={"a": [lists]}) is None
    shared = {"a": 1}
    assert create(user_metadata={"x": shared, "y": shared}) == {"x": {"a": 1}, "y": {"a": 1}}
    assert create(user_metadata={"x": [None] * (2**20 - 2)}) is not None
    assert create(user_metadata={"x": [None] * (2**20 - 1)}) is None


def test_copies_metadata() -> None:
    value: dict[str, Any] = {"list": [1], "in": {"a": 1}}
    params = AdminUserParams.parse({"email": "a", "user_metadata": value}).unwrap()
    value["list"].append(2)
    value["in"]["a"] = 2
    assert params.user_metadata == {"list": [1], "in": {"a": 1}}
