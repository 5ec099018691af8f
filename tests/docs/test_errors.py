"""The page on errors: every code has a row, and the table on repeating calls is true."""

import json
import re
from typing import get_args

import pytest

from supabase_gotrue import Error, ErrorCode, admin
from supabase_gotrue.error import CODE_OF_STATUS
from tests.canned import Canned
from tests.docs.pages import ROOT, table

PAGE = (ROOT / "docs" / "errors.md").read_text()
USER_ID = "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"
ROWS = table("errors.md", "what happened | `code` | a read | a change")
BY_STATUS = [row for row in ROWS if row[0][0] in "45"]


def advice(error: Error) -> str:
    if error.outcome_unknown:
        return "unknown"
    return "retryable" if error.retryable else "no"


def statuses(what_happened: str) -> list[int]:
    if what_happened.startswith("4xx"):
        return [status for status in CODE_OF_STATUS if status < 500 and status != 429]
    spans = re.findall(r"(\d{3})(?: to (\d{3}))?", what_happened)
    return [status for first, last in spans for status in range(int(first), int(last or first) + 1)]


def test_every_code_has_a_row() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (?:(\d+)\D)?", PAGE, re.M)
    assert set(get_args(ErrorCode)) <= {name for name, _ in rows}
    assert {(code, str(status)) for status, code in CODE_OF_STATUS.items()} <= set(rows)


@pytest.mark.parametrize(
    ("what_happened", "code", "read", "change"), BY_STATUS, ids=[row[0] for row in BY_STATUS]
)
def test_advice_by_status(what_happened: str, code: str, read: str, change: str) -> None:
    body = {"code": "unexpected_failure"} if "with an" in what_happened else {}
    for status in statuses(what_happened):
        client = Canned(status, json.dumps(body).encode()).client()
        failed_read = admin.get_user_by_id(client, USER_ID).failure()
        failed_change = admin.update_user_by_id(client, USER_ID, {"role": "editor"}).failure()
        assert code in ("by status", failed_read.code)
        assert (advice(failed_read), advice(failed_change)) == (read, change)


def test_every_kind_of_status_has_a_row() -> None:
    assert " ".join(row[0][:3] for row in BY_STATUS) == "4xx 429 500 500 501 502 503 504"
