"""`oauth`, `sso` and `providers`: list, get, create, update, delete."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from supabase_gotrue import admin
from tests.cli.conftest import Server
from tests.cli.driver import CommandLine
from tests.cli.test_users import NOBODY

URIS = ["https://acme.example/callback"]
ATTRIBUTES: Mapping[str, dict[str, object]] = {
    "oauth": {"client_name": "Acme", "redirect_uris": URIS},
    "sso": {"metadata_url": "https://idp.acme.example/metadata", "domains": ["acme.example"]},
    "providers": {
        "provider_type": "oauth2",
        "identifier": "custom:acme",
        "name": "Acme",
        "client_id": "client",
        "client_secret": "a-client-secret",
        "authorization_url": "https://acme.example/authorize",
        "token_url": "https://acme.example/token",
        "userinfo_url": "https://acme.example/userinfo",
    },
}
CHANGES: Mapping[str, dict[str, object]] = {
    "oauth": {"client_name": "Other"},
    "sso": {"disabled": True},
    "providers": {"name": "Other", "enabled": False},
}
IDS = {"oauth": "client_id", "sso": "id", "providers": "identifier"}
MISSING = {"oauth": NOBODY, "sso": NOBODY, "providers": "custom:nothing"}
GROUPS = pytest.mark.parametrize("group", ATTRIBUTES)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "attributes.json"


def create(cli: CommandLine, group: str, file: Path) -> str:
    """Create one, and return its ID."""
    file.write_text(json.dumps(ATTRIBUTES[group]))
    created = cli(group, "create", "--file", str(file))
    assert (created.status, created.err) == (0, "")
    return str(created.record[IDS[group]])


@GROUPS
def test_created_one_is_listed_and_shown(cli: CommandLine, group: str, file: Path) -> None:
    assert cli(group, "list") == (0, "", "")
    item = create(cli, group, file)
    assert [record[IDS[group]] for record in cli(group, "list").records] == [item]
    assert cli(group, "get", item).record[IDS[group]] == item
    assert item in cli.on_terminal(group, "list", columns=160).out
    assert item in cli.on_terminal(group, "get", item).out


@GROUPS
def test_attributes_come_from_the_standard_input(cli: CommandLine, group: str) -> None:
    created = cli(group, "create", "--file", "-", stdin=json.dumps(ATTRIBUTES[group]))
    assert created.status == 0


@GROUPS
def test_update_changes_what_the_file_has(cli: CommandLine, group: str, file: Path) -> None:
    item = create(cli, group, file)
    file.write_text(json.dumps(CHANGES[group]))
    assert cli(group, "update", item, "--file", str(file)).status == 0
    changed = cli(group, "get", item).record
    assert {name: changed[name] for name in CHANGES[group]} == CHANGES[group]


@GROUPS
def test_delete_asks(cli: CommandLine, server: Server, group: str, file: Path) -> None:
    item = create(cli, group, file)
    piped = cli(group, "delete", item)
    assert (piped.status, "--yes" in piped.err) == (2, True)
    declined = cli.on_terminal(group, "delete", item, answers="n\n")
    assert (declined.status, item in declined.out) == (1, True)
    assert cli(group, "get", item).status == 0
    assert cli.on_terminal(group, "delete", item, answers="y\n").status == 0
    assert cli(group, "get", item).status == 3


@GROUPS
def test_delete_needs_no_answer_with_yes(cli: CommandLine, group: str, file: Path) -> None:
    item = create(cli, group, file)
    assert cli(group, "delete", item, "--yes").record == {"id": item, "deleted": True}
    assert cli(group, "delete", item, "--yes").status == 3


@GROUPS
def test_missing_one_is_not_found(cli: CommandLine, group: str) -> None:
    finished = cli(group, "get", MISSING[group])
    assert (finished.status, finished.out) == (3, "")


@GROUPS
@pytest.mark.parametrize("content", ["", "[]", '"text"', "{", "[" * 10_000, "\udcff"])
def test_file_must_hold_an_object(cli: CommandLine, group: str, file: Path, content: str) -> None:
    file.write_bytes(content.encode(errors="surrogateescape"))
    for arguments in (["create"], ["update", NOBODY]):
        finished = cli(group, *arguments, "--file", str(file))
        assert (finished.status, "must hold a JSON object" in finished.err) == (2, True)


@GROUPS
def test_invalid_attributes_are_named(cli: CommandLine, group: str, file: Path) -> None:
    file.write_text('{"nonsense": 1}')
    finished = cli(group, "create", "--file", str(file))
    assert (finished.status, "nonsense is unknown" in finished.err) == (2, True)


def test_file_must_exist(cli: CommandLine, file: Path) -> None:
    finished = cli("oauth", "create", "--file", str(file))
    assert (finished.status, str(file) in finished.err) == (2, True)


def test_secret_is_replaced_after_an_answer(cli: CommandLine, server: Server, file: Path) -> None:
    item = create(cli, "oauth", file)
    assert cli("oauth", "rotate-secret", item).status == 2
    assert cli.on_terminal("oauth", "rotate-secret", item, answers="\n").status == 1
    secret = cli("oauth", "rotate-secret", item, "--yes").record["client_secret"]
    assert secret
    assert admin.oauth.get_client(server.client, item).unwrap().client_secret is None
