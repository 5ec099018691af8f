"""Cursors, beyond those that the recorded scripts send."""

import json
from typing import Any

import pytest

from supabase_gotrue import Request
from supabase_gotrue.emulator import Emulator
from supabase_gotrue.emulator.go import base64url

ID = "13b6d1ec-8963-4b7c-9528-5439ad3042cb"


def list_by(cursor: object) -> tuple[int, Any]:
    emulator = Emulator(cursor_pagination=True)
    text = base64url.encode(json.dumps(cursor).encode())
    url = f"http://localhost/admin/users?cursor={text}"
    headers = {"authorization": f"Bearer {emulator.key()}"}
    response = emulator(Request("GET", url, headers, None)).unwrap()
    return response.status, json.loads(response.body)


def test_cursor_ignores_other_members_and_case() -> None:
    status, body = list_by({"x": 1, "ID": ID, "Created_At": "2026-01-01T00:00:00Z", "id": None})
    assert (status, body["users"]) == (200, [])


@pytest.mark.parametrize(
    ("cursor", "problem"),
    [
        pytest.param(
            {"created_at": 7, "id": "x"}, "input is not a JSON string", id="first problem counts"
        ),
        pytest.param({"id": "x", "created_at": 7}, 'in string "x"', id="in the order of the text"),
        pytest.param(
            {"created_at": "0001-01-01T00:00:00Z", "id": ID}, "missing created_at", id="zero time"
        ),
        pytest.param(
            {"created_at": "2026-13-01T00:00:00Z", "id": ID}, "month out of range", id="no time"
        ),
    ],
)
def test_invalid_cursor_is_described_as_by_go(cursor: object, problem: str) -> None:
    status, body = list_by(cursor)
    assert (status, body["msg"].endswith(problem)) == (400, True)
