"""Measure decoding against plain msgspec Structs, and checks of metadata against encoding it."""

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

import msgspec
from returns.result import Success

from supabase_gotrue import (
    AdminUserParams,
    Factor,
    Identity,
    Response,
    User,
    admin,
    init_client,
)
from tests.bench.figures import OURS, ROUNDS, Figure, ratios, show, transposed
from tests.bench.server import page

PLAIN: Final = "plain msgspec"
KEYS: Final = 2_000
METADATA: Final[Mapping[str, dict[str, object]]] = {
    "strings": {f"key{n}": f"value {n}" for n in range(KEYS)},
    "numbers": {f"key{n}": n * 1.5 if n % 2 else n for n in range(KEYS)},
    "lists": {f"key{n}": ["a", "b"] for n in range(KEYS)},
    "nested": {f"key{n}": {"id": n, "tags": ["é"], "seen": None} for n in range(KEYS)},
}


def measure() -> Iterator[Figure]:
    """Print the times, and yield each ratio with its goal, if it has one."""
    body = page(1000).partition(b"\r\n\r\n")[2]
    client = init_client(
        "http://localhost", "key", transport=lambda _: Success(Response(200, {}, body))
    ).unwrap()
    decoder = msgspec.json.Decoder(plain_page())
    rows = transposed(
        {OURS: cpu(lambda: admin.list_users(client)), PLAIN: cpu(lambda: decoder.decode(body))}
        for _ in range(ROUNDS)
    )
    show("decoding a page of 1,000 users", "ms", rows)
    yield Figure("decoding / plain msgspec Structs", ratios(rows, theirs=PLAIN), 1.35)
    for name, metadata in METADATA.items():
        attrs = {"email": "ada@example.com", "app_metadata": metadata}
        rows = transposed(
            {
                OURS: cpu(partial(AdminUserParams.parse, attrs)),
                PLAIN: cpu(partial(encode_and_decode, metadata)),
            }
            for _ in range(ROUNDS)
        )
        show(f"metadata of {KEYS:,} keys: {name}", "ms", rows)
        yield Figure(f"metadata, {name} / msgspec round trip", ratios(rows, theirs=PLAIN))


def plain_page() -> type[msgspec.Struct]:
    """Return a Struct with the fields of a page, without checks and shared values."""
    lists = {
        "identities": optional_tuple(plain_struct(Identity)),
        "factors": optional_tuple(plain_struct(Factor)),
    }
    users = optional_tuple(plain_struct(User, lists))
    return msgspec.defstruct("Page", [("users", users)], frozen=True)


def plain_struct(
    model: type[msgspec.Struct], types: Mapping[str, object] | None = None
) -> type[msgspec.Struct]:
    """Return a Struct with the fields of a model, some of them with other types."""
    fields = [
        (each.name, (types or {}).get(each.name, each.type), None)
        for each in msgspec.structs.fields(model)
    ]
    return msgspec.defstruct(model.__name__, fields, frozen=True, gc=False)


def optional_tuple(item: type) -> Any:
    return tuple.__class_getitem__((item, ...)) | None


def encode_and_decode(metadata: object) -> object:
    return msgspec.json.decode(msgspec.json.encode(metadata))


def cpu(call: Callable[[], object], repeats: int = 10) -> float:
    """Return the CPU time of a call in milliseconds: the least of some repetitions."""
    call()
    measured: list[float] = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        measured.append(time.process_time() - start)
    return min(measured) * 1000
