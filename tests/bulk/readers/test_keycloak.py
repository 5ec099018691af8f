"""`readers.keycloak`."""

import json
from typing import Any

import pytest

from supabase_gotrue.bulk import readers
from tests.bulk.readers.shown import (
    BAN,
    SAMPLES,
    rows,
    without_hash,
)


def test_realm() -> None:
    with (SAMPLES / "keycloak.json").open("rb") as file:
        reader = readers.keycloak(file)
        found = rows(reader)
    assert [without_hash(row) for row in found] == [
        {
            "id": "9482a854-2a00-4c70-a99e-ca60a945c431",
            "email": "ada@keycloak.example",
            "email_confirm": True,
            "user_metadata": {
                "username": "ada",
                "first_name": "Ada",
                "last_name": "Example",
                "plan": "gold",
                "tags": ["a", "b"],
            },
            "password_hash": True,
        },
        {
            "id": "9482a854-2a00-4c70-a99e-ca60a945c432",
            "email": "grace@keycloak.example",
            "user_metadata": {"username": "grace", "first_name": "Grace", "last_name": "Example"},
            "password_hash": True,
        },
        {
            "id": "9482a854-2a00-4c70-a99e-ca60a945c433",
            "email": "mallory@keycloak.example",
            "email_confirm": True,
            "user_metadata": {
                "username": "mallory",
                "first_name": "Mallory",
                "last_name": "Example",
            },
            "ban_duration": BAN,
            "password_hash": True,
        },
        "line 125: credentials have a password of pbkdf2-sha256",
    ]
    assert found[0]["password_hash"].startswith("$argon2id$v=19$m=7168,t=5,p=1$")
    assert reader.left_out == {
        "createdTimestamp": 3,
        "realmRoles": 3,
        "google": 1,
        "second factors": 1,
        "serviceAccountClientId": 1,
    }


def credential(**changes: Any) -> dict[str, object]:
    parameters = {"memory": ["7168"], "type": ["id"], "version": ["1.3"], "parallelism": ["1"]}
    data = {"hashIterations": 5, "algorithm": "argon2", "additionalParameters": parameters}
    secret = {"value": "aGFzaGhhc2hoYXNoaGFzaA==", "salt": "c2FsdHNhbHQ="}
    return {
        "type": "password",
        "secretData": json.dumps({**secret, **changes.pop("secret", {})}),
        "credentialData": json.dumps({**data, **changes}),
    }


def read(**fields: object) -> Any:
    reader = readers.keycloak([json.dumps([{"username": "a", "email": "a@b.c", **fields}])])
    (row,) = rows(reader)
    return row if isinstance(row, str) else {**row, "left_out": dict(reader.left_out)}


def test_argon2_becomes_a_phc_string() -> None:
    assert read(credentials=[credential()])["password_hash"] == (
        "$argon2id$v=19$m=7168,t=5,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"
    )


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({"credentials": "x"}, "credentials is invalid", id="credentials"),
        pytest.param({"credentials": ["x"]}, "credentials is invalid", id="credential"),
        pytest.param({"attributes": ["x"]}, "attributes is invalid", id="attributes"),
        pytest.param(
            {"credentials": [credential(hashIterations=500)]},
            "credentials has an argon2 parameter t that is not 1 to 20",
            id="iterations",
        ),
        pytest.param(
            {"credentials": [credential(secret={"salt": None})]},
            "credentials have a password of argon2",
            id="no salt",
        ),
        pytest.param(
            {"credentials": [{"type": "password", "hashedSaltedValue": "x"}]},
            "credentials have a password of an unknown algorithm",
            id="older version",
        ),
        pytest.param(
            {"credentials": [credential(), credential(secret={"salt": "b3RoZXJzYWx0"})]},
            "credentials is a second password",
            id="two passwords",
        ),
    ],
)
def test_users_that_fail(fields: dict[str, object], message: str) -> None:
    assert read(**fields) == f"line 1: {message}"


def test_what_is_left_out() -> None:
    row = read(
        credentials=[{"type": "webauthn"}, {"type": "password-history"}],
        attributes={"username": ["b"], "empty": [], "none": [None]},
        requiredActions=["UPDATE_PASSWORD"],
        totp=True,
    )
    assert row["user_metadata"] == {"username": "a"}
    assert row["left_out"] == {
        "second factors": 1,
        "password-history": 1,
        "attributes.username": 1,
        "requiredActions": 1,
    }


def test_username_that_is_the_email() -> None:
    assert "user_metadata" not in read(username="a@b.c")


def test_several_realms_and_pages_of_users() -> None:
    user = '{"username": "a", "email": "%s@b.c"}'
    realms = f'[{{"realm": "x", "users": [{user % 1}]}}, {{"users": [{user % 2}]}}]'
    found = [row["email"] for row in rows(readers.keycloak([realms, realms]))]
    assert found == ["1@b.c", "2@b.c"] * 2
    lines = [user % 1, user % 2]
    assert [row["email"] for row in rows(readers.keycloak(lines))] == ["1@b.c", "2@b.c"]


def test_accounts_of_services_alone() -> None:
    users = [{"username": "service-account-x", "serviceAccountClientId": "x"}]
    assert rows(readers.keycloak([json.dumps(users)])) == ["line 1: file holds no users"]
