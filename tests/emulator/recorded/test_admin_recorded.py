"""Compares the responses to the script of administrators with those of a real server."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from supabase_gotrue.emulator import Emulator
from tests.emulator.recorded.admin_script import AdminScript
from tests.emulator.recorded.replay import normalized, sender
from tests.emulator.recorded.script import SECRET

SAMPLES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "samples" / "emulator_admin.json").read_text()
)


@pytest.fixture(scope="module")
def responses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    """Run the script against two emulators that share a file."""
    path = str(tmp_path_factory.mktemp("emulators") / "shared.db")
    auto = Emulator(path, jwt_secret=SECRET, autoconfirm=True, cursor_pagination=True)
    closed = Emulator(path, jwt_secret=SECRET, oauth_server_enabled=False)
    send = sender({"auto": auto, "closed": closed})
    yield normalized(AdminScript(send, add_passkey=auto.add_passkey))
    for emulator in (auto, closed):
        emulator.close()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: str(sample["case"]))
def test_response_equals_recorded(
    sample: dict[str, Any], responses: dict[str, dict[str, Any]]
) -> None:
    assert responses[sample["case"]] == sample


def test_script_has_no_unrecorded_case(responses: dict[str, dict[str, Any]]) -> None:
    assert set(responses) == {sample["case"] for sample in SAMPLES}
