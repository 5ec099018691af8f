"""Every recorded answer of the real server, replayed whole through the public functions."""

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

# What the answers in each folder are answers to.
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
    answer: dict[str, Any] = json.loads(path.read_text())["response"]
    canned = Canned(answer["status"], answer["body"].encode(), answer["headers"])
    return answer, CALLS[path.parent.name](canned.client())


def time(text: str) -> datetime:
    """A time as the server writes it, rounded to the microsecond."""
    [(whole, fraction)] = re.findall(r"^([^.]+?)(?:\.(\d+))?Z$", text)
    nanoseconds = int(fraction.ljust(9, "0"))
    seconds = datetime.fromisoformat(f"{whole}+00:00")
    return seconds + timedelta(microseconds=(nanoseconds + 500) // 1000)


def differences(struct: object, said: Mapping[str, object]) -> Iterator[str]:
    """Where a Struct does not hold what the JSON does."""
    for name, value in said.items():
        held = getattr(struct, name)
        if isinstance(held, tuple):
            assert is_array(value)
            for one, raw in zip(cast("tuple[object, ...]", held), value, strict=True):
                assert isinstance(one, (Identity, Factor))
                assert is_object(raw)
                yield from differences(one, raw)
        elif isinstance(held, datetime):
            if held != time(str(value)) or held.utcoffset() != timedelta(0):
                yield f"{name}: {held} is not {value}"
        elif held != (None if value == "" else value):
            yield f"{name}: {held!r} is not {value!r}"


def test_all_are_here() -> None:
    assert len(EXCHANGES) == 211


@pytest.mark.parametrize("path", EXCHANGES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_replay(path: Path) -> None:
    answer, result = replay(path)
    body = str(answer["body"])
    said: dict[str, Any] = json.loads(body) if body.startswith("{") else {}
    match result:
        case Success(None):
            assert answer["status"] in (200, 204) or said["code"] == "user_not_found"
        case Success(User() as user):
            assert list(differences(user, said)) == []
            assert isinstance(user.identities, tuple)
            assert isinstance(user.factors, tuple)
        case Success(UserPage(users, _)):
            assert len(users) == len(said["users"])
            for user, raw in zip(users, said["users"], strict=True):
                assert list(differences(user, raw)) == []
                assert user.identities is None
                assert user.factors is None
        case Success(LinkProperties() as link):
            assert [getattr(link, name) for name in LINK] == [said.pop(name) for name in LINK]
            assert list(differences(link.user, said)) == []
        case Failure(Error() as error):
            assert_says(error, answer, said, body)
        case other:
            pytest.fail(f"{other!r} is no result of this call")


def assert_says(
    error: Error, answer: Mapping[str, object], said: Mapping[str, object], body: str
) -> None:
    words = said.get("message") or said.get("msg") or body.strip()
    code = said.get("error_code") or said.get("code")
    assert error.status == answer["status"]
    assert error.message.startswith(str(words))
    assert error.error_code == (None if code == "23505" else code)
    assert error.metadata["resp_body"] == (said or body)
