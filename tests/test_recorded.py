"""Every recorded response of the real server, replayed through the public functions."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from returns.result import Failure, Result, Success

from supabase_gotrue import Client, Error, Factor, Identity, LinkProperties, User, UserPage, admin
from supabase_gotrue.json_types import is_array, is_object
from tests.canned import Canned

SAMPLES = Path(__file__).parent / "samples" / "exchanges"
EXCHANGES = sorted(SAMPLES.glob("*/*.json"))
USER_ID = "13b6d1ec-8963-4b7c-9528-5439ad3042cb"
TOKEN = "head.body.signature"

# The call for the responses in each folder.
CALLS: Mapping[str, Callable[[Client], Result[object, Error]]] = {
    "create_user": lambda c: admin.create_user(c, {"email": "ada@example.com"}),
    "update_user": lambda c: admin.update_user_by_id(c, USER_ID, {"role": "editor"}),
    "get_user": lambda c: admin.get_user_by_id(c, USER_ID),
    "delete_user": lambda c: admin.delete_user(c, USER_ID),
    "list_users": lambda c: admin.list_users(c),
    "invite_user": lambda c: admin.invite_user_by_email(c, "ada@example.com"),
    "generate_link": lambda c: admin.generate_link(
        c, {"type": "recovery", "email": "ada@example.com"}
    ),
    "sign_out": lambda c: admin.sign_out(c, TOKEN),
    "delete_factor": lambda c: admin.delete_factor(c, USER_ID, "f1"),
    "list_identities": lambda c: admin.list_identities(c, USER_ID),
    "delete_identity": lambda c: admin.delete_identity(c, USER_ID, "i1", session=TOKEN),
    "faults": lambda c: admin.get_user_by_id(c, USER_ID),
    "routes": lambda c: admin.get_user_by_id(c, USER_ID),
}
LINK = ("action_link", "email_otp", "hashed_token", "redirect_to", "verification_type")


def replay(path: Path) -> tuple[dict[str, Any], Result[object, Error]]:
    response: dict[str, Any] = json.loads(path.read_text())["response"]
    canned = Canned(response["status"], response["body"].encode(), response["headers"])
    return response, CALLS[path.parent.name](canned.client())


def rounded_time(text: str) -> datetime:
    """Parse a rounded_time of the server, rounded to microseconds."""
    [(whole, fraction)] = re.findall(r"^([^.]+?)(?:\.(\d+))?Z$", text)
    nanoseconds = int(fraction.ljust(9, "0"))
    seconds = datetime.fromisoformat(f"{whole}+00:00")
    return seconds + timedelta(microseconds=(nanoseconds + 500) // 1000)


def differences(struct: object, payload: Mapping[str, object]) -> Iterator[str]:
    """Yield the differences between a Struct and its JSON."""
    for name, value in payload.items():
        actual = getattr(struct, name)
        if isinstance(actual, tuple):
            assert is_array(value)
            for item, raw in zip(cast("tuple[object, ...]", actual), value, strict=True):
                assert isinstance(item, (Identity, Factor))
                assert is_object(raw)
                yield from differences(item, raw)
        elif isinstance(actual, datetime):
            if actual != rounded_time(str(value)) or actual.utcoffset() != timedelta(0):
                yield f"{name}: {actual} is not {value}"
        elif actual != (None if value == "" else value):
            yield f"{name}: {actual!r} is not {value!r}"


def test_all_exchanges_are_replayed() -> None:
    assert len(EXCHANGES) == 211


@pytest.mark.parametrize("path", EXCHANGES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_replay(path: Path) -> None:
    response, result = replay(path)
    body = str(response["body"])
    payload: dict[str, Any] = json.loads(body) if body.startswith("{") else {}
    match result:
        case Success(None):
            assert response["status"] in (200, 204) or payload["code"] == "user_not_found"
        case Success(User() as user):
            assert list(differences(user, payload)) == []
            assert isinstance(user.identities, tuple)
            assert isinstance(user.factors, tuple)
        case Success(UserPage(users, _)):
            assert len(users) == len(payload["users"])
            for user, raw in zip(users, payload["users"], strict=True):
                assert list(differences(user, raw)) == []
                assert user.identities is None
                assert user.factors is None
        case Success(LinkProperties() as link):
            assert [getattr(link, name) for name in LINK] == [payload.pop(name) for name in LINK]
            assert list(differences(link.user, payload)) == []
        case Failure(Error() as error):
            check_error(error, response, payload, body)
        case other:
            pytest.fail(f"unexpected: {other!r}")


def check_error(
    error: Error, response: Mapping[str, object], payload: Mapping[str, object], body: str
) -> None:
    message = payload.get("message") or payload.get("msg") or body.strip()
    code = payload.get("error_code") or payload.get("code")
    assert error.status == response["status"]
    assert error.message.startswith(str(message))
    assert error.error_code == (None if code == "23505" else code)
    assert error.metadata["resp_body"] == (payload or body)
