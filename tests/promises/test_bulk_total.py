"""No argument makes a bulk function raise, neither when it is called nor when it is iterated."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final

import pytest
from returns.result import Failure, Result

from supabase_gotrue import Error
from supabase_gotrue.bulk import (
    ImportedRow,
    delete_users,
    export_users,
    import_users,
    map_concurrent,
    readers,
    stream_users,
)
from supabase_gotrue.emulator import Emulator
from tests.hostile import objects


def delete_nobody(_: object) -> Result[None, Error]:
    return Failure(Error("not_found"))


CALLS: Final[dict[str, tuple[Callable[..., Iterator[Any]], dict[str, Any]]]] = {
    "stream_users": (
        stream_users,
        {"client": None, "per_page": 5, "filter": None, "resume": None},
    ),
    "map_concurrent": (
        map_concurrent,
        {"function": delete_nobody, "items": [1], "max_concurrency": 2, "ordered": True},
    ),
    "import_users": (
        import_users,
        {"client": None, "rows": [], "max_concurrency": 2, "unguessable_passwords": True},
    ),
    "export_users": (export_users, {"client": None, "filter": None}),
    "delete_users": (
        delete_users,
        {"client": None, "user_ids": [], "should_soft_delete": False, "max_concurrency": 2},
    ),
    "jsonl": (readers.jsonl, {"lines": ["{}"]}),
    "csv": (readers.csv, {"lines": ["email", "a@b.c"]}),
    "firebase": (readers.firebase, {"file": ["[]"], "hash_config": {}}),
    "auth0": (readers.auth0, {"lines": ["{}"], "password_lines": []}),
    "django": (readers.django, {"lines": ["{}"], "email_confirm": True}),
    "cognito": (readers.cognito, {"lines": ["email", "a@b.c"]}),
}
PARAMETERS: Final = [
    pytest.param(call, arguments, name, id=f"{function}-{name}")
    for function, (call, arguments) in CALLS.items()
    for name in arguments
]


def is_result(item: Any) -> bool:
    return isinstance(item[-1] if type(item) is tuple else item, (Result, ImportedRow))


@pytest.mark.parametrize(("call", "arguments", "name"), PARAMETERS)
def test_any_argument(call: Callable[..., Any], arguments: dict[str, Any], name: str) -> None:
    given = dict(arguments)
    if "client" in given:
        given["client"] = Emulator().client()
    for value in objects():
        for item in islice(call(**{**given, name: value}), 20):
            assert is_result(item)


@pytest.mark.parametrize(
    "value", [pytest.param(value, id=f"{n}") for n, value in enumerate(objects())]
)
def test_any_row_and_id(value: Any) -> None:
    client = Emulator().client()
    ((_, deleted),) = delete_users(client, [value])
    assert isinstance(deleted, Failure)
    (row,) = import_users(client, [value])
    assert (row.number, row.outcome) in ((1, "failed"), (1, "created"))
    ((_, mapped),) = map_concurrent(delete_nobody, [value])
    assert mapped == Failure(Error("not_found"))
