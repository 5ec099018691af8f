"""`readers.csv`."""

import io
from typing import Any

import pytest

from supabase_gotrue.bulk import readers
from tests.bulk.readers.shown import (
    HASH,
    SAMPLES,
    rows,
)


def test_sample() -> None:
    with (SAMPLES / "users.csv").open(newline="") as file:
        assert rows(readers.csv(file)) == [
            {
                "email": "ada@csv.example",
                "email_confirm": True,
                "password": "old-Password-1",
                "app_metadata": {"plan": "pro", "limits": {"seats": "5"}},
                "user_metadata": {"color": "blue"},
            },
            "line 3: email_confirm is invalid",
            {
                "email": "joan@csv.example",
                "email_confirm": True,
                "role": "editor",
                "app_metadata": {"plan": "two\nlines"},
            },
            "line 6: row has 2 fields, the header 7",
            "line 7: user_metadata is not a JSON object",
        ]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        pytest.param(["email,,role", "a,b,c"], "line 1: header has a blank name", id="blank"),
        pytest.param([",email", "0,a@b.c"], "line 1: header has a blank name (a table", id="index"),
        pytest.param(
            ["Email, EMAIL", "a,b"], "line 1: header has a repeated name (email)", id="repeated"
        ),
        pytest.param(
            ["email,emial,foo", "a@b.c,x,y", "a@b.c,x,y"],
            "line 1: emial is unknown (did you mean 'email'?); foo is unknown",
            id="unknown",
        ),
        pytest.param(
            ["email,encrypted_password", "a@b.c,x"],
            "line 1: encrypted_password is unknown: "
            "rows of auth.users are read by readers.supabase",
            id="another source",
        ),
        pytest.param(["", '{"email": "a@b.c"}'], "line 2: header is JSON, not CSV", id="JSON"),
        pytest.param(
            ["email,role", '"a@b.c', "b@b.c,service_role", "c@b.c,"],
            "line 2: file has quotes that do not close",
            id="quote",
        ),
        pytest.param(
            ["email,role", 'a@b.c, "x', 'b@b.c,service_role"'],
            "line 2: file has quotes that do not close",
            id="quote after a blank",
        ),
        pytest.param(
            ["email", '"a@b.c"x'], "line 2: file has quotes that do not close", id="text after"
        ),
        pytest.param(
            ["email,user_metadata.bio", f"a@b.c,{'x' * 140_000}"],
            "line 2: file has a field of more than 131,072 characters",
            id="long field",
        ),
        pytest.param(
            ["email,role,role.a", "a@b.c,x,y"], "line 1: role.a is unknown", id="not metadata"
        ),
        pytest.param(
            ["email,user_metadata.a.b,user_metadata.a", "a@b.c,x,y"],
            "line 2: user_metadata.a is given twice",
            id="nested",
        ),
        pytest.param(
            ["email,app_metadata.plan,app_metadata", 'a@b.c,pro,"{""plan"": 1}"'],
            "line 2: app_metadata.plan is given twice",
            id="twice",
        ),
        pytest.param(["email"], "line 1: file holds no users", id="header alone"),
        pytest.param([], "line 1: file holds no users", id="empty"),
        pytest.param(["", " "], "line 1: file holds no users", id="blank lines"),
    ],
)
def test_one_failure(lines: list[str], message: str) -> None:
    (row,) = rows(readers.csv(lines))
    assert row.startswith(message)


def test_quotes_that_do_not_close_end_the_rows() -> None:
    lines = ["email,user_metadata.bio", "a@b.c,x", 'b@b.c,"long', "c@b.c,y", "d@b.c,z"]
    found = rows(readers.csv(lines))
    assert found[0]["email"] == "a@b.c"
    assert found[1].startswith("line 3: file has quotes that do not close")
    assert len(found) == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_finds_the_delimiter_in_the_header(delimiter: str) -> None:
    text = "Email,EMAIL_CONFIRM, app_metadata.Plan\r\na@b.c,TRUE,x\r\n".replace(",", delimiter)
    reader = readers.csv(io.BytesIO(text.encode()))
    assert rows(reader) == [
        {"email": "a@b.c", "email_confirm": True, "app_metadata": {"Plan": "x"}}
    ]
    assert (reader.header, reader.delimiter) == (text.splitlines()[0], delimiter)


def test_given_delimiter() -> None:
    assert rows(readers.csv(["email|role", "a@b.c|x"], delimiter="|")) == [
        {"email": "a@b.c", "role": "x"}
    ]


def test_columns_that_are_renamed_or_left_out() -> None:
    lines = ["E-Mail,Notes, Plan", "a@b.c,hello,pro", "b@b.c,,"]
    columns = {" e-mail": "email", "Notes": None, "Plan": "app_metadata.plan"}
    reader = readers.csv(lines, columns=columns)
    assert rows(reader) == [
        {"email": "a@b.c", "app_metadata": {"plan": "pro"}},
        {"email": "b@b.c"},
    ]
    assert reader.left_out == {"Notes": 1}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param({"delimiter": "||"}, "delimiter is not one character", id="delimiter"),
        pytest.param({"delimiter": '"'}, "delimiter is not one character", id="quote"),
        pytest.param({"columns": {"a": 1}}, "columns is not a mapping of names", id="columns"),
        pytest.param({"columns": "a"}, "columns is not a mapping of names", id="columns as text"),
        pytest.param({"first_line": 0}, "first_line is not a positive integer", id="first_line"),
        pytest.param(
            {"unsupported_passwords": "keep"},
            'unsupported_passwords is neither "fail" nor "leave_out"',
            id="unsupported_passwords",
        ),
    ],
)
def test_invalid_arguments(arguments: Any, message: str) -> None:
    (row,) = rows(readers.csv(["email", "a@b.c"], **arguments))
    assert row.startswith(f"line 1: {message}")


def test_metadata_from_both_kinds_of_columns() -> None:
    lines = ["email,app_metadata.plan,app_metadata", 'a@b.c,pro,"{""seats"": 5}"']
    (row,) = rows(readers.csv(lines))
    assert row["app_metadata"] == {"plan": "pro", "seats": 5}


def test_skips_blank_rows_and_a_blank_last_column() -> None:
    text = "\ufeffemail,role,\r\n\r\na@b.c,x,\r\n , ,\r\nb@b.c,,\n"
    assert rows(readers.csv(text.encode().splitlines(keepends=True))) == [
        {"email": "a@b.c", "role": "x"},
        {"email": "b@b.c"},
    ]


def test_counts_lines_from_the_first_line() -> None:
    lines = ["email,role", '"a@b.c","two\nlines"', "", "b@b.c"]
    assert rows(readers.csv(lines, first_line=100)) == [
        {"email": "a@b.c", "role": "two\nlines"},
        "line 104: row has 1 fields, the header 2",
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_breaks(end: str) -> None:
    text = f"email,role{end}a@b.c,x{end}{end}oops{end}"
    reader = readers.csv(io.StringIO(text, newline=""))
    assert rows(reader) == [
        {"email": "a@b.c", "role": "x"},
        "line 4: row has 1 fields, the header 2",
    ]
    assert (reader.line, reader.text) == (4, "oops")


def test_password_hash_that_the_server_cannot_verify() -> None:
    lines = ["email,password_hash", "a@b.c,md5", f"b@b.c,{HASH}"]
    first, second = rows(readers.csv(lines))
    assert first.startswith("line 2: password_hash is not bcrypt")
    assert second["password_hash"] == HASH
    reader = readers.csv(lines, unsupported_passwords="leave_out")
    assert rows(reader)[0] == {"email": "a@b.c"}
    assert (reader.left_out, reader.carried) == ({"password": 1}, {"email": 2, "password": 1})


def test_names_that_begin_with_an_underscore() -> None:
    reader = readers.csv(["_error,_note,email", "line 7: is invalid,x,a@b.c"])
    assert rows(reader) == [{"email": "a@b.c"}]
    assert reader.left_out == {"_note": 1}


def test_reads_what_the_server_exports() -> None:
    lines = ["id,email,email_confirmed_at,created_at", "1,a@b.c,2026-01-01T00:00:00Z,2025-01-01"]
    reader = readers.csv(lines)
    assert rows(reader) == [{"id": "1", "email": "a@b.c", "email_confirm": True}]
    assert reader.left_out == {"created_at": 1}


def test_reads_long_incomplete_line_in_linear_time() -> None:
    """Each of its characters was once the start of another search: hours for this file."""
    file = io.StringIO("email,user_metadata.bio\na@b.c," + "x" * 5_000_000)
    message = "line 2: file has a field of more than 131,072 characters"
    assert rows(readers.csv(file)) == [message]
