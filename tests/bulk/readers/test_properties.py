"""Properties of all readers, for generated texts and records."""

import io
import json
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supabase_gotrue.bulk import readers
from tests.bulk.readers.shown import READERS as PUBLIC_READERS
from tests.bulk.readers.shown import SAMPLES, Reader, rows, shown

READERS: Final[Mapping[str, Reader]] = {
    **PUBLIC_READERS,
    "auth0 hashes": partial(readers.auth0, []),
}


class Pieces:
    """A file whose `read` returns pieces of its own choice."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)

    def read(self, _size: int, /) -> bytes:
        return next(self._pieces, b"")


TEXTS: Final = st.text() | st.text(alphabet='{}[]",:;\\\n\r\t ae1.@')


@pytest.mark.parametrize("name", READERS)
@given(text=TEXTS)
def test_any_text_is_read_without_raising(name: str, text: str) -> None:
    for row in READERS[name](io.StringIO(text)):
        assert isinstance(shown(row), (dict, str))


@pytest.mark.parametrize("name", READERS)
@given(data=st.binary())
def test_any_bytes_are_read_without_raising(name: str, data: bytes) -> None:
    for row in READERS[name](io.BytesIO(data)):
        assert isinstance(shown(row), (dict, str))


SAMPLE_OF: Final = {
    "csv": "users.csv",
    "supabase": "supabase.csv",
    "firebase": "firebase.json",
    "auth0": "auth0.ndjson",
    "django": "django.json",
    "cognito": "cognito-list-users.json",
    "clerk": "clerk.json",
    "keycloak": "keycloak.json",
}


@settings(max_examples=10)
@pytest.mark.parametrize("name", SAMPLE_OF)
@given(data=st.data())
def test_text_split_anywhere_gives_the_same_rows(name: str, data: st.DataObject) -> None:
    whole = (SAMPLES / SAMPLE_OF[name]).read_bytes()
    garbled = data.draw(st.integers(0, len(whole) - 1))
    for sample in (whole, whole[:garbled] + data.draw(st.binary(max_size=2)) + whole[garbled:]):
        cuts = sorted(data.draw(st.lists(st.integers(0, len(sample)), max_size=20)))
        ends = [*cuts, len(sample)]
        pieces = [sample[a:b] for a, b in zip([0, *cuts], ends, strict=True) if a < b]
        assert rows(READERS[name](Pieces(pieces))) == rows(READERS[name](io.BytesIO(sample)))


objects = st.dictionaries(
    st.text(max_size=3).filter(lambda name: not name.startswith("_")),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=2), inner),
        max_leaves=5,
    ),
    max_size=4,
)
strays = st.sampled_from([7, "a,b", None, True, [1, {"x": 2}], "{"])


@settings(max_examples=30)
@given(
    values=st.lists(objects | strays, min_size=1, max_size=6),
    indent=st.sampled_from([None, 2]),
    is_array=st.booleans(),
    is_ascii=st.booleans(),
)
def test_every_record_is_counted_once(
    values: list[Any], indent: int | None, is_array: bool, is_ascii: bool
) -> None:
    records: list[Any] = [
        {"email": f"{n}@b.c", "user_metadata": value} if isinstance(value, dict) else value
        for n, value in enumerate(values)
    ]
    first = {"email": "first@b.c"}
    dump = partial(json.dumps, ensure_ascii=is_ascii)
    text = (
        dump([first, *records], indent=indent)
        if is_array
        else "\n".join(dump(each) for each in [first, *records])
    )
    found = rows(readers.jsonl(io.StringIO(text)))[1:]
    expected: list[Any] = [isinstance(value, dict) and f"{n}@b.c" for n, value in enumerate(values)]
    assert [not isinstance(row, str) and row["email"] for row in found] == expected


# A record of each source with its address, to which fields are added; and where they are.
RECORDS: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "supabase": ({"email": "a@b.c", "instance_id": "0"}, ""),
    "firebase": ({"localId": "1", "email": "a@b.c"}, ""),
    "auth0": ({"user_id": "auth0|1", "email": "a@b.c"}, ""),
    "django": ({"model": "auth.user", "fields": {"password": "!", "email": "a@b.c"}}, "fields"),
    "cognito": ({"Username": "1", "email": "a@b.c"}, ""),
    "clerk": ({"id": "1", "primary_email_address": "a@b.c"}, ""),
    "keycloak": ({"username": "a", "email": "a@b.c"}, ""),
    "jsonl": ({"email": "a@b.c"}, ""),
}


def sample(name: str) -> Any:
    return json.loads((SAMPLES / name).read_text())


def header(name: str) -> list[str]:
    return (SAMPLES / name).read_text().partition("\n")[0].split(",")


USERS: Final = [
    *sample("clerk.json"),
    *sample("keycloak.json")["users"],
    *sample("firebase.json")["users"],
    *sample("firebase-admin-sdk.json"),
]
KNOWN: Final = sorted(
    {
        *header("supabase.csv"),
        *header("clerk.csv"),
        # Pointers into a list of addresses say nothing by themselves.
        *(name for user in USERS for name in user if not name.endswith("_id")),
        *("password_hash", "custom_password_hash", "multifactor", "blocked", "picture", "nickname"),
        *("is_staff", "is_active", "first_name", "custom:plan", "gender", "identities", "team"),
    }
)
# Flags with one of these values may say nothing: the user is not banned, or is active.
QUIET: Final = ("true", "f", True, 1)
VALUES: Final = st.sampled_from(
    ["x", "true", "f", 7, 1, True, {"a": 1}, [{"provider": "x"}], ["x"], "[1]", '{"a": 1}', 1.5]
)


@settings(max_examples=80)
@pytest.mark.parametrize("name", RECORDS)
@given(field=st.sampled_from(KNOWN), value=VALUES)
def test_every_field_is_carried_left_out_or_an_error(name: str, field: str, value: Any) -> None:
    record, place = RECORDS[name]
    before = READERS[name]([json.dumps([record])])
    (unchanged,) = rows(before)
    assert isinstance(unchanged, dict)
    changed = json.loads(json.dumps(record))
    target = changed[place] if place else changed
    if field in target:
        return
    target[field] = value
    reader = READERS[name]([json.dumps([changed])])
    (row,) = rows(reader)
    is_counted = (reader.carried, reader.left_out) != (before.carried, before.left_out)
    assert isinstance(row, str) or is_counted or row != unchanged or value in QUIET
