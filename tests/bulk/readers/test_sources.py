"""What all readers have in common: the forms in which sources come, and their problems."""

import gzip
import io
import json
from collections.abc import Iterable
from functools import partial
from typing import Any, Final

import pytest

from supabase_gotrue.bulk import readers
from tests.bulk.readers.shown import (
    READERS,
    SAMPLES,
    rows,
)

JSON_READERS: Final = {name: reader for name, reader in READERS.items() if name != "csv"}
# Two users of each source, the second of whom has a name that is not ASCII.
USERS: Final[dict[str, list[dict[str, Any]]]] = {
    "jsonl": [{"email": "a@b.c"}, {"email": "b@b.c", "user_metadata": {"name": "Zoë \U0001f600"}}],
    "supabase": [
        {"email": "a@b.c", "instance_id": "0"},
        {"email": "b@b.c", "raw_user_meta_data": {"name": "Zoë \U0001f600"}},
    ],
    "firebase": [
        {"localId": "1", "email": "a@b.c"},
        {"localId": "2", "email": "b@b.c", "displayName": "Zoë \U0001f600"},
    ],
    "auth0": [
        {"user_id": "auth0|1", "email": "a@b.c"},
        {"user_id": "auth0|2", "email": "b@b.c", "name": "Zoë \U0001f600"},
    ],
    "django": [
        {"model": "auth.user", "fields": {"password": "", "email": "a@b.c"}},
        {
            "model": "auth.user",
            "fields": {"password": "", "email": "b@b.c", "first_name": "Zoë \U0001f600"},
        },
    ],
    "cognito": [
        {"Username": "1", "Attributes": [{"Name": "email", "Value": "a@b.c"}]},
        {
            "Username": "2",
            "Attributes": [
                {"Name": "email", "Value": "b@b.c"},
                {"Name": "name", "Value": "Zoë \U0001f600"},
            ],
        },
    ],
    "clerk": [
        {"primary_email_address": "a@b.c"},
        {"primary_email_address": "b@b.c", "first_name": "Zoë \U0001f600"},
    ],
    "keycloak": [
        {"username": "a", "email": "a@b.c"},
        {"username": "b", "email": "b@b.c", "firstName": "Zoë \U0001f600"},
    ],
}
WRAPPERS: Final = {"firebase": "users", "cognito": "Users", "clerk": "data", "keycloak": "users"}


class Pieces:
    """A file whose `read` returns pieces of its own choice."""

    def __init__(self, pieces: Iterable[str | bytes]) -> None:
        self._pieces = iter(pieces)

    def read(self, _size: int, /) -> str | bytes:
        return next(self._pieces, "")


def cut(text: Any, size: int) -> Pieces:
    return Pieces([text[i : i + size] for i in range(0, len(text), size)])


def dumped(name: str, form: str, *, is_ascii: bool) -> str:
    users = USERS[name]
    dump = partial(json.dumps, ensure_ascii=is_ascii)
    match form:
        case "lines":
            return "".join(dump(user) + "\n" for user in users)
        case "pretty lines":
            return "\n".join(dump(user, indent=2) for user in users)
        case "array":
            return dump(users)
        case "pretty array":
            return dump(users, indent=2)
        case _:
            return dump({"kind": [{"a": 1}], WRAPPERS[name]: users, "next": {"x": []}}, indent=1)


FORMS: Final = ["lines", "pretty lines", "array", "pretty array", "wrapped"]


@pytest.mark.parametrize("name", JSON_READERS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [1, 7, 2**16])
def test_forms_of_json(name: str, form: str, size: int) -> None:
    if form == "wrapped" and name not in WRAPPERS:
        pytest.skip("has no wrapper")
    expected = rows(JSON_READERS[name]([json.dumps(USERS[name])]))
    assert [row["email"] for row in expected] == ["a@b.c", "b@b.c"]
    assert "Zoë \U0001f600" in expected[1]["user_metadata"].values()
    text = dumped(name, form, is_ascii=False)
    assert rows(JSON_READERS[name](cut(text, size))) == expected
    assert rows(JSON_READERS[name](cut("\ufeff".encode() + text.encode(), size))) == expected


@pytest.mark.parametrize("name", JSON_READERS)
def test_items_are_lines_or_pieces_of_an_array(name: str) -> None:
    read = JSON_READERS[name]
    expected = rows(read([json.dumps(USERS[name])]))
    assert rows(read([json.dumps(user) for user in USERS[name]])) == expected
    assert rows(read(list(json.dumps(USERS[name])))) == expected
    assert rows(read([b"\n", *(json.dumps(user).encode() for user in USERS[name])])) == expected


@pytest.mark.parametrize("name", JSON_READERS)
def test_text_and_line_of_a_row(name: str) -> None:
    text = json.dumps(USERS[name], indent=2)
    reader = JSON_READERS[name](io.StringIO(text))
    found = [(next(reader).unwrap().email, reader.line, json.loads(reader.text)) for _ in range(2)]
    second = text[: text.index(reader.text)].count("\n") + 1
    assert found == [("a@b.c", 2, USERS[name][0]), ("b@b.c", second, USERS[name][1])]


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("lines", [None, 3, [None], object])
def test_anything_else_is_one_failure(name: str, lines: Any) -> None:
    reader = READERS[name](lines)
    (row,) = rows(reader)
    assert row.startswith("line 1: file cannot be read")
    assert list(reader) == []


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("lines", ["text", b"bytes", SAMPLES])
def test_rejects_names_of_files(name: str, lines: Any) -> None:
    (row,) = rows(READERS[name](lines))
    assert row.startswith("line 1: file is a ")
    assert row.endswith("(pass an open file, or an iterable of its lines)")


EMAILS: Final = "email\na@b.c\n"


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(gzip.compress(b"email\na@b.c"), "is compressed by gzip", id="gzip"),
        pytest.param(EMAILS.encode("utf-16"), "is UTF-16", id="UTF-16"),
        pytest.param(EMAILS.encode("utf-16-le"), "is UTF-16", id="UTF-16 without a mark"),
        pytest.param(b"PK\x03\x04" + bytes(9), "is a ZIP archive", id="Excel"),
        pytest.param("[{ñ".encode("latin1"), "is not UTF-8", id="Latin-1"),
    ],
)
def test_other_encodings_end_the_source(name: str, size: int, data: bytes, message: str) -> None:
    (row,) = rows(READERS[name](cut(data, size)))
    assert row.startswith(f"line 1: file {message}")


def test_file_that_was_opened_as_text(tmp_path: Any) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(gzip.compress(EMAILS.encode()))
    with path.open(encoding="utf-8") as file:
        (row,) = rows(readers.csv(file))
    assert row.startswith("line 1: file is compressed by gzip")
    path.write_bytes(b"email\n\xff@b.c\n")
    with path.open(encoding="utf-8") as file:
        (row,) = rows(readers.csv(file))
    assert row.startswith("line 1: file is not UTF-8")
    with path.open(encoding="utf-8", errors="surrogateescape") as file:
        (row,) = rows(readers.csv(file))
    assert row.startswith("line 2: file is not UTF-8")
    (row,) = rows(readers.csv(["email\ud800"]))
    assert row.startswith("line 1: file is not UTF-8")


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_invalid_byte_ends_the_rows_on_its_line(size: int) -> None:
    data = b"email,role\na@b.c,x\nb@b.c,\xe9\nc@b.c,y\n"
    found = rows(readers.csv(cut(data, size)))
    assert found[0] == {"email": "a@b.c", "role": "x"}
    assert found[1].startswith("line 3: file is not UTF-8")
    assert len(found) == 2
    assert rows(readers.csv(data.splitlines()))[1:] == found[1:]
    array = b'[{"email": "a@b.c"},\n{"email": "\xe9"}]'
    first, second = rows(readers.jsonl(cut(array, size)))
    assert first == {"email": "a@b.c"}
    assert second.startswith("line 2: file is not UTF-8")


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("text", ["", " \n", "[]", "[ ]\n", "\ufeff"])
def test_empty_source_is_a_failure(name: str, text: str) -> None:
    (row,) = rows(READERS[name](io.StringIO(text)))
    assert row.startswith("line 1: ")
    if name != "csv":
        assert "holds no users" in row


@pytest.mark.parametrize("name", JSON_READERS)
@pytest.mark.parametrize("form", ["lines", "array"])
def test_record_that_is_balanced_but_invalid_fails_alone(name: str, form: str) -> None:
    first, second = (json.dumps(user) for user in USERS[name])
    separator, around = ("\n", ("", "")) if form == "lines" else (",\n", ("[", "]"))
    text = separator.join([first, '{"email": oops}', "7", second, '"x,y"'])
    found = rows(JSON_READERS[name](io.StringIO(around[0] + text + around[1])))
    assert [found[0]["email"], found[3]["email"]] == ["a@b.c", "b@b.c"]
    assert [found[1], found[2], found[4]] == [
        f"line {line}: record is not a JSON object" for line in (2, 3, 5)
    ]


@pytest.mark.parametrize("name", JSON_READERS)
@pytest.mark.parametrize(
    ("rest", "message"),
    [
        pytest.param('{"email": [', "is incomplete", id="bracket"),
        pytest.param('{"email": "x', "is incomplete", id="string"),
        pytest.param('{"email": "x\\', "is incomplete", id="backslash"),
        pytest.param('{"email": 1]', "has brackets that do not match", id="mismatch"),
        pytest.param("}", "has brackets that do not match", id="closed twice"),
    ],
)
def test_brackets_that_do_not_close_end_the_source(name: str, rest: str, message: str) -> None:
    first = json.dumps(USERS[name][0])
    found = rows(JSON_READERS[name](io.StringIO(f"{first}\n\n{rest}")))
    assert found[-1].startswith(f"line 3: file {message}")
    assert found[:-1] in ([], rows(JSON_READERS[name]([first])))
    assert (found[:-1] == []) is (name == "django")  # which reads the whole dump first


@pytest.mark.parametrize("name", JSON_READERS)
def test_first_record_of_another_source_ends_the_source(name: str) -> None:
    lines = [json.dumps({"foo": 1}), json.dumps(USERS[name][0])]
    found = rows(JSON_READERS[name](lines))
    if name == "jsonl":  # of our own format, an unknown name is an error of the record
        assert found == ["line 1: foo is unknown", {"email": "a@b.c"}]
    else:
        (row,) = found
        assert row.startswith("line 1: record is not one of the ")


@pytest.mark.parametrize("name", [name for name in JSON_READERS if name != "jsonl"])
def test_later_record_of_another_source_fails_alone(name: str) -> None:
    lines = [json.dumps(USERS[name][0]), json.dumps({"foo": 1}), json.dumps(USERS[name][1])]
    found = rows(JSON_READERS[name](lines))
    assert len(found) == 3
    assert found[1].startswith("line 2: record is no")


@pytest.mark.parametrize("name", JSON_READERS)
def test_text_that_is_not_json(name: str) -> None:
    found = rows(JSON_READERS[name](["\n", "email: a@b.c", "email: b@b.c"]))
    assert len(found) == 1


def test_output_of_psql_with_its_frame() -> None:
    frame = " row_to_json \n-------------\n {}\n(1 row)\n"
    (row,) = rows(readers.jsonl(io.StringIO(frame)))
    assert row == ("line 1: file is not JSON (psql writes bare JSON with --no-align --tuples-only)")


def test_output_of_psql_as_a_table() -> None:
    (row,) = rows(readers.supabase([" json_agg ", "----------", " [{}]", "(1 row)"]))
    assert row == (
        "line 1: record is not one of the rows of auth.users "
        "(psql writes bare JSON with --no-align --tuples-only)"
    )


def test_long_strings_and_deep_brackets() -> None:
    long = json.dumps([{"email": "a@b.c", "user_metadata": {"bio": 'x\\"' * 2**20}}])
    (row,) = rows(readers.jsonl(cut(long, 2**12)))
    assert len(row["user_metadata"]["bio"]) == 3 * 2**20
    deep = f"[{'[' * 5000}{']' * 5000}, {json.dumps({'email': 'a@b.c'})}]"
    assert rows(readers.jsonl([deep])) == [
        "line 1: record is not a JSON object",
        {"email": "a@b.c"},
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *((value, True) for value in (True, 1, 1.0, "true", "TRUE", "t", "Yes", "1", " true ")),
        *((value, False) for value in (False, 0, "false", "False", "f", "NO", "0")),
        *((value, False) for value in (None, "", "  ")),
        *((value, None) for value in ("y", "enabled", 2, "on", [1], {"a": 1}, -1)),
    ],
)
@pytest.mark.parametrize(
    ("name", "field", "attr"),
    [
        ("firebase", "emailVerified", "email_confirm"),
        ("firebase", "disabled", "ban_duration"),
        ("auth0", "blocked", "ban_duration"),
        ("auth0", "email_verified", "email_confirm"),
        ("cognito", "email_verified", "email_confirm"),
        ("clerk", "banned", "ban_duration"),
        ("keycloak", "emailVerified", "email_confirm"),
        ("jsonl", "email_confirm", "email_confirm"),
    ],
)
def test_booleans(name: str, field: str, attr: str, value: object, expected: bool | None) -> None:
    user = {**USERS[name][0], field: value}
    (row,) = rows(JSON_READERS[name]([json.dumps([user])]))
    if expected is None:
        assert row.startswith(f"line 1: {field} is invalid")
    else:
        assert bool(row.get(attr)) is expected


@pytest.mark.parametrize(
    ("name", "user"),
    [
        ("django", {"model": "auth.user", "fields": {"password": "", "email": "a@b.c"}}),
        ("cognito", {"Username": "1", "email": "a@b.c"}),
        ("keycloak", {"username": "1", "email": "a@b.c"}),
    ],
)
def test_users_that_are_not_active_are_banned(name: str, user: dict[str, Any]) -> None:
    field = {"django": "is_active", "cognito": "Enabled", "keycloak": "enabled"}[name]
    for value, is_banned in ((False, True), ("False", True), (0, True), ("t", False), (1, False)):
        target = user["fields"] if name == "django" else user
        target[field] = value
        (row,) = rows(JSON_READERS[name]([json.dumps([user])]))
        assert ("ban_duration" in row) is is_banned


@pytest.mark.parametrize("name", JSON_READERS)
def test_addresses_are_trimmed(name: str) -> None:
    text = json.dumps([USERS[name][0]]).replace("a@b.c", " a@b.c ")
    assert [row["email"] for row in rows(JSON_READERS[name]([text]))] == ["a@b.c"]


@pytest.mark.parametrize("name", [name for name in READERS if name != "cognito"])
def test_unsupported_passwords_is_checked(name: str) -> None:
    read: Any = getattr(readers, name)
    for value in ("keep", None, 7):
        (row,) = rows(read([], unsupported_passwords=value))
        assert row == 'line 1: unsupported_passwords is neither "fail" nor "leave_out"'
