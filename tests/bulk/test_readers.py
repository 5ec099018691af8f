"""Readers: from the exports of other systems to parameters of new users."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from returns.result import Result

from supabase_gotrue import AdminUserParams, Error
from supabase_gotrue.bulk import readers
from supabase_gotrue.bulk.readers import UserRows
from supabase_gotrue.bulk.readers.json_text import json_objects

SAMPLES: Final = Path(__file__).parents[1] / "samples" / "migration"
CONFIG: Final = json.loads((SAMPLES / "firebase-hash-config.json").read_text())
BAN: Final = "876000h"
NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
HASH: Final = "$2b$10$" + "a" * 53


def shown(row: Result[AdminUserParams, Error]) -> Any:
    """Return the given parameters of a row, or its line and message."""
    match row.swap().value_or(None):
        case Error() as error:
            assert error.code == "validation"
            assert error.message.startswith(f"line {error.metadata['line']}: ")
            return error.message
        case _:
            params = row.unwrap()
            values = ((name, getattr(params, name)) for name in params.__struct_fields__)
            return {name: value for name, value in values if value is not None}


def rows(reader: Iterator[Result[AdminUserParams, Error]]) -> list[Any]:
    return [shown(row) for row in reader]


def without_hash(row: Any) -> Any:
    return row if isinstance(row, str) else {**row, "password_hash": "password_hash" in row}


class TestFirebase:
    def test_sample(self) -> None:
        with (SAMPLES / "firebase.json").open() as file:
            reader = readers.firebase(file, CONFIG)
            found = [without_hash(row) for row in rows(reader)]
        assert found == [
            {
                "email": "ada@firebase.example",
                "email_confirm": True,
                "app_metadata": {"plan": "pro", "admin": True},
                "user_metadata": {
                    "name": "Ada Lovelace",
                    "picture": "https://example.com/ada.png",
                },
                "password_hash": True,
            },
            {"email": "grace@firebase.example", "email_confirm": True, "password_hash": True},
            {"email": "joan@firebase.example", "password_hash": True},
            {"phone": "+15555550101", "phone_confirm": True, "password_hash": False},
            {
                "email": "mallory@firebase.example",
                "email_confirm": True,
                "ban_duration": BAN,
                "password_hash": True,
            },
            {
                "email": "edith@firebase.example",
                "email_confirm": True,
                "user_metadata": {"name": "Edith Clarke"},
                "password_hash": False,
            },
            "line 89: email at least an email or phone is required; "
            "phone at least an email or phone is required",
            "line 94: passwordHash is redacted (export with a role that may see it)",
            {
                "email": "dorothy@firebase.example",
                "email_confirm": True,
                "user_metadata": {"name": 'Dorothy "Dot" Vaughan {['},
                "password_hash": True,
            },
        ]
        assert reader.left_out == {"google.com": 2, "facebook.com": 1}

    def test_hash_has_standard_base64(self) -> None:
        user = {"email": "a@b.c", "passwordHash": "-_8", "salt": "QqH11sjpCzeq-w"}
        (row,) = rows(readers.firebase([json.dumps({"users": [user]})], CONFIG))
        prefix = f"$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk={CONFIG['base64_signer_key']}"
        assert row["password_hash"] == f"{prefix}$QqH11sjpCzeq+w==$+/8="

    def test_hash_config_as_the_console_shows_it(self) -> None:
        lines = "".join(f"  {name}: {value},\n" for name, value in CONFIG.items())
        text = f"hash_config {{\n{lines}}}"
        export = (SAMPLES / "firebase.json").read_text().splitlines()
        assert rows(readers.firebase(export, text)) == rows(readers.firebase(export, CONFIG))

    def test_separator_may_be_empty(self) -> None:
        user = {"email": "a@b.c", "passwordHash": "AAEC", "salt": "AAEC"}
        config = {**CONFIG, "base64_salt_separator": ""}
        (row,) = rows(readers.firebase([json.dumps([user])], config))
        assert ",p=1,sk=" in row["password_hash"]

    @pytest.mark.parametrize(
        ("config", "message"),
        [
            pytest.param(None, "is invalid", id="none"),
            pytest.param("", "lacks mem_cost and rounds and base64_signer_key", id="empty"),
            pytest.param({**CONFIG, "rounds": 0}, "lacks rounds", id="rounds"),
            pytest.param({**CONFIG, "base64_signer_key": ""}, "lacks base64_signer_key", id="key"),
            pytest.param(
                {**CONFIG, "base64_salt_separator": 7}, "lacks base64_salt_separator", id="salt"
            ),
            pytest.param({**CONFIG, "algorithm": "BCRYPT"}, "is not for", id="algorithm"),
        ],
    )
    def test_invalid_hash_config(self, config: Any, message: str) -> None:
        (row,) = rows(readers.firebase(["[]"], config))
        assert row.startswith(f"line 1: hash_config {message}")

    @pytest.mark.parametrize(
        ("user", "message"),
        [
            pytest.param({"passwordHash": "AAEC"}, "passwordHash has no salt", id="salt"),
            pytest.param({"passwordHash": 1, "salt": "A"}, "passwordHash has no salt", id="hash"),
            pytest.param(
                {"customAttributes": "[1]"}, "customAttributes is not a JSON object", id="claims"
            ),
            pytest.param({"email": 1}, "email is invalid", id="email"),
        ],
    )
    def test_invalid_user(self, user: dict[str, Any], message: str) -> None:
        text = json.dumps({"users": [{"email": "a@b.c", **user}]})
        assert rows(readers.firebase([text], CONFIG)) == [f"line 1: {message}"]

    def test_claims_may_be_an_object(self) -> None:
        text = json.dumps([{"email": "a@b.c", "customAttributes": {"plan": "pro"}}])
        (row,) = rows(readers.firebase([text], CONFIG))
        assert row["app_metadata"] == {"plan": "pro"}

    def test_names_the_line_of_what_is_no_json(self) -> None:
        lines = ['{"users": [\n', '{"email": "a@b.c"},\n', '{"email": oops}\n', "]}"]
        assert rows(readers.firebase(lines, CONFIG)) == [
            {"email": "a@b.c"},
            "line 3: user is not JSON",
        ]


class TestAuth0:
    def test_sample(self) -> None:
        users = (SAMPLES / "auth0.ndjson").read_text().splitlines()
        with (SAMPLES / "auth0-passwords.ndjson").open() as hashes:
            reader = readers.auth0(users, hashes)
            found = [without_hash(row) for row in rows(reader)]
        assert found == [
            {
                "email": "ada@auth0.example",
                "email_confirm": True,
                "app_metadata": {"plan": "pro"},
                "user_metadata": {
                    "color": "blue",
                    "name": "Countess",
                    "nickname": "ada",
                    "picture": "https://s.gravatar.com/ada.png",
                },
                "password_hash": True,
            },
            {"email": "Grace@Auth0.example", "email_confirm": True, "password_hash": True},
            {"email": "joan@auth0.example", "password_hash": True},
            {
                "email": "mallory@auth0.example",
                "email_confirm": True,
                "ban_duration": BAN,
                "password_hash": True,
            },
            {
                "email": "edith@auth0.example",
                "email_confirm": True,
                "user_metadata": {
                    "name": "Edith Clarke",
                    "given_name": "Edith",
                    "family_name": "Clarke",
                },
                "password_hash": False,
            },
            {"phone": "+15555550102", "phone_confirm": True, "password_hash": False},
        ]
        assert reader.left_out == {"google-oauth2": 2}

    def test_hash_is_found_by_the_address(self) -> None:
        hashes = [json.dumps({"email": "Ada@b.c", "passwordHash": HASH})]
        users = [
            json.dumps({"email": "ada@B.c"}),
            json.dumps({"email": "ada@B.c", "user_id": "google-oauth2|1"}),
            json.dumps({"email": "joan@B.c", "password_hash": "$2b$own"}),
        ]
        reader = readers.auth0(users, hashes)
        assert [row.get("password_hash") for row in rows(reader)] == [HASH, None, "$2b$own"]
        assert reader.left_out == {"google-oauth2": 1}

    def test_names_the_line(self) -> None:
        hashes = ["", '{"email": "a@b.c"}', '{"passwordHash": "x"}', "oops"]
        users = ['{"email": "a@b.c"}', "", "[]", '{"user_metadata": 3, "email": "a@b.c"}']
        assert rows(readers.auth0(users, hashes)) == [
            "line 2: password_lines is not a hash of a user",
            "line 3: password_lines is not a hash of a user",
            "line 4: password_lines is not a hash of a user",
            {"email": "a@b.c"},
            "line 3: line is not a JSON object",
            "line 4: user_metadata is invalid",
        ]


class TestDjango:
    EXPECTED: Final = [
        {
            "email": "ada@django.example",
            "email_confirm": True,
            "user_metadata": {"username": "ada", "first_name": "Ada", "last_name": "Lovelace"},
            "password_hash": True,
        },
        {
            "email": "grace@django.example",
            "email_confirm": True,
            "user_metadata": {"username": "grace"},
            "password_hash": True,
        },
        "line 1: password of pbkdf2_sha256 cannot be carried over",
        {
            "email": "mallory@django.example",
            "email_confirm": True,
            "user_metadata": {"username": "mallory"},
            "ban_duration": BAN,
            "password_hash": True,
        },
        {
            "email": "edith@django.example",
            "email_confirm": True,
            "user_metadata": {"username": "edith"},
            "password_hash": False,
        },
        "line 1: password of bcrypt_sha256 cannot be carried over",
        "line 1: email at least an email or phone is required; "
        "phone at least an email or phone is required",
    ]

    def test_sample(self) -> None:
        with (SAMPLES / "django.json").open() as file:
            found = rows(readers.django(file))
        assert [without_hash(row) for row in found] == self.EXPECTED
        assert found[0]["password_hash"].startswith("$2b$10$")
        assert found[1]["password_hash"].startswith("$argon2id$v=19$")

    def test_json_lines(self) -> None:
        entries = json.loads((SAMPLES / "django.json").read_text())
        lines = [json.dumps(entry) + "\n" for entry in entries]
        found = [without_hash(row) for row in rows(readers.django(lines))]
        assert [row for row in found if not isinstance(row, str)] == [
            row for row in self.EXPECTED if not isinstance(row, str)
        ]
        assert found[2] == "line 4: password of pbkdf2_sha256 cannot be carried over"

    def test_addresses_that_nobody_verified(self) -> None:
        with (SAMPLES / "django.json").open("rb") as file:
            found = rows(readers.django(file, email_confirm=False))
        assert all("email_confirm" not in row for row in found)

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            pytest.param('{"fields": {"password": 1}}', "password is invalid", id="type"),
            pytest.param(
                '{"fields": {"password": "md5"}}',
                "password of unknown cannot be carried over",
                id="format",
            ),
            pytest.param("{oops}", "user is not JSON", id="json"),
            pytest.param("]", "user is not JSON", id="bracket"),
        ],
    )
    def test_names_the_line(self, line: str, message: str) -> None:
        assert rows(readers.django(["\n", line])) == [f"line 2: {message}"]

    def test_other_models_are_skipped(self) -> None:
        assert rows(readers.django(['[{"model": "auth.group", "fields": {}}, {"pk": 1}]'])) == []


class TestCognito:
    def test_sample(self) -> None:
        with (SAMPLES / "cognito.csv").open(newline="") as file:
            reader = readers.cognito(file)
            assert rows(reader) == [
                {
                    "id": "b7e2f1a0-6c3d-4e5f-8a9b-0c1d2e3f4a5b",
                    "email": "ada@cognito.example",
                    "email_confirm": True,
                    "user_metadata": {
                        "name": "Lovelace, Ada",
                        "given_name": "Ada",
                        "plan": "pro",
                    },
                },
                {
                    "email": "grace@cognito.example",
                    "phone": "+15555550103",
                    "phone_confirm": True,
                    "user_metadata": {"given_name": "Grace"},
                    "ban_duration": BAN,
                },
                {
                    "id": "0c9d8e7f-1a2b-4c3d-9e8f-7a6b5c4d3e2f",
                    "email": "edith@cognito.example",
                    "email_confirm": True,
                    "user_metadata": {"name": "Edith"},
                },
                "line 5: email at least an email or phone is required; "
                "phone at least an email or phone is required",
            ]
        assert reader.left_out == {"Google": 1}

    def test_names_the_line(self) -> None:
        assert rows(readers.cognito(["email,sub", "a@b.c"])) == [
            "line 2: row has 1 fields, the header 2"
        ]
        assert rows(readers.cognito(["email,email", "a@b.c,a@b.c"])) == [
            "line 1: header has a blank or repeated name"
        ]
        assert rows(readers.cognito([])) == []


class TestCsv:
    def test_sample(self) -> None:
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
            pytest.param(["email,,", "a,b,c"], "line 1: header has a blank", id="blank"),
            pytest.param(
                ["email,emial", "a@b.c,x"],
                "line 2: emial is unknown (did you mean 'email'?)",
                id="unknown",
            ),
            pytest.param(["email", '"a@b.c'], "line 2: row has 0 fields, the header 1", id="quote"),
            pytest.param(
                ["email,role,role.a", "a@b.c,x,y"], "line 2: role.a is given twice", id="twice"
            ),
            pytest.param(
                ["email,user_metadata.a.b,user_metadata.a", "a@b.c,x,y"],
                "line 2: user_metadata.a is given twice",
                id="nested",
            ),
        ],
    )
    def test_names_the_line(self, lines: list[str], message: str) -> None:
        (row,) = rows(readers.csv(lines))
        assert row.startswith(message)

    def test_metadata_from_both_kinds_of_columns(self) -> None:
        lines = ["email,app_metadata.plan,app_metadata", 'a@b.c,pro,"{""plan"": 1, ""seats"": 5}"']
        (row,) = rows(readers.csv(lines))
        assert row["app_metadata"] == {"plan": "pro", "seats": 5}

    def test_blank_lines_and_a_byte_order_mark(self) -> None:
        lines = [b"\xef\xbb\xbfemail\r\n", b"\r\n", b"a@b.c\r\n", b"   \r\n"]
        assert rows(readers.csv(lines)) == [
            {"email": "a@b.c"},
            "line 4: email at least an email or phone is required; "
            "phone at least an email or phone is required",
        ]
        assert rows(readers.csv([])) == []


class TestJsonl:
    def test_attributes(self) -> None:
        lines = ['{"email": "a@b.c", "app_metadata": {"n": 1}}\n', "\n", '{"emial": 1}', "[]"]
        found = rows(readers.jsonl(lines))
        assert found[0] == {"email": "a@b.c", "app_metadata": {"n": 1}}
        assert found[1].startswith("line 3: emial is unknown")
        assert found[2] == "line 4: line is not a JSON object"

    def exported(self, **changes: object) -> str:
        user = {
            "id": "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4",
            "aud": "authenticated",
            "role": "authenticated",
            "email": "a@b.c",
            "phone": None,
            "created_at": "2025-01-01T00:00:00Z",
            "confirmed_at": "2025-01-01T00:00:00Z",
            "app_metadata": {"provider": "email", "providers": ["email"]},
            "user_metadata": {},
            "new_email": "next@b.c",
        }
        return json.dumps({**user, **changes})

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            pytest.param({}, {}, id="plain"),
            pytest.param({"password_hash": HASH}, {"password_hash": HASH}, id="hash"),
            pytest.param(
                {"phone": "15555550101", "phone_confirmed_at": "2025-01-01T00:00:00Z"},
                {"phone": "15555550101", "phone_confirm": True},
                id="phone",
            ),
            pytest.param(
                {"email_confirmed_at": "2025-01-01T00:00:00Z"}, {"email_confirm": True}, id="email"
            ),
            pytest.param(
                {"banned_until": "2026-01-01T00:00:01.5Z"}, {"ban_duration": "2s"}, id="banned"
            ),
            pytest.param({"banned_until": "2025-12-31T00:00:00Z"}, {}, id="ban is over"),
        ],
    )
    def test_exported(self, changes: dict[str, object], expected: dict[str, object]) -> None:
        (row,) = rows(readers.jsonl([self.exported(**changes)], now=NOW))
        common = {
            "id": "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4",
            "aud": "authenticated",
            "role": "authenticated",
            "email": "a@b.c",
            "app_metadata": {"provider": "email", "providers": ["email"]},
            "user_metadata": {},
        }
        assert row == common | expected

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            pytest.param({"deleted_at": "2025-01-01T00:00:00Z"}, "deleted_at is set", id="gone"),
            pytest.param({"app_metadata": {"provider": "sso:1"}}, "provider is SSO", id="sso"),
            pytest.param({"banned_until": "never"}, "banned_until is invalid", id="ban"),
            pytest.param({"banned_until": "2027-01-01T00:00:00"}, "banned_until", id="no zone"),
            pytest.param({"email": None}, "email at least", id="anonymous"),
        ],
    )
    def test_users_that_cannot_be_created(self, changes: dict[str, object], message: str) -> None:
        (row,) = rows(readers.jsonl([self.exported(**changes)], now=NOW))
        assert row.startswith(f"line 1: {message}")

    def test_counts_federated_users(self) -> None:
        lines = [
            self.exported(app_metadata={"provider": "google", "providers": ["google", "email"]}),
            self.exported(app_metadata={"providers": ["github", "google"]}),
            self.exported(app_metadata=None),
        ]
        reader = readers.jsonl(lines)
        assert reader.left_out == {}
        assert len(rows(reader)) == 3
        assert reader.left_out == {"google": 2, "github": 1}


READERS: Final[dict[str, Callable[[Any], UserRows]]] = {
    "jsonl": readers.jsonl,
    "csv": readers.csv,
    "firebase": partial(readers.firebase, hash_config=CONFIG),
    "auth0": readers.auth0,
    "auth0 passwords": partial(readers.auth0, []),
    "django": readers.django,
    "cognito": readers.cognito,
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "lines", [None, 3, "text", b"bytes", [None], [b"\xff"], object()], ids=repr
)
def test_anything_else_is_one_failure(name: str, lines: Any) -> None:
    reader = READERS[name](lines)
    (row,) = rows(reader)
    assert row.startswith("line 1: lines cannot be read")
    assert list(reader) == []


@pytest.mark.parametrize("name", READERS)
@given(text=st.text() | st.text(alphabet='{}[]",:\\\n\r ae1.'))
def test_any_text_is_read_without_raising(name: str, text: str) -> None:
    reader = READERS[name](io.StringIO(text))
    for row in reader:
        assert isinstance(shown(row), (dict, str))


objects = st.dictionaries(
    st.text(max_size=3),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=2), inner),
        max_leaves=5,
    ),
)


@settings(max_examples=40)
@given(
    values=st.lists(objects, max_size=5),
    indent=st.sampled_from([None, 2]),
    is_wrapped=st.booleans(),
    is_ascii=st.booleans(),
    data=st.data(),
)
def test_objects_of_a_long_text_are_found_however_it_comes(
    values: list[dict[str, object]],
    indent: int | None,
    is_wrapped: bool,
    is_ascii: bool,
    data: st.DataObject,
) -> None:
    wrapped: dict[str, Any] = {"kind": [1, {"x": []}], "users": values}
    text = json.dumps(wrapped if is_wrapped else values, indent=indent, ensure_ascii=is_ascii)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    found = [each.value for each in json_objects(pieces, "[", "{[")]
    assert found == ([{"x": []}, *values] if is_wrapped else values)
    assert [each.value for each in json_objects(io.StringIO(text), "[", "{[")] == found


@pytest.mark.parametrize("text", ['[{"a": 1}', '[{"a": "', "text", '[{"a": 1}}', '{"users": [{'])
def test_text_that_ends_early_is_a_failure(text: str) -> None:
    *_, last = json_objects([text], "[", "{[")
    assert last.value is None
