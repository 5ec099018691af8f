"""Every recorded response of the real server, replayed through both faces of the functions."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from msgspec import Struct, to_builtins
from returns.result import Failure, Result, Success

from supabase_gotrue import (
    AuditLogPage,
    CustomProvider,
    Error,
    Factor,
    LinkProperties,
    OAuthClient,
    Passkey,
    SSOProvider,
    User,
    UserPage,
)
from supabase_gotrue.json_types import is_array, is_object
from tests.calls import (
    ADMIN,
    EXCHANGES,
    FACES,
    ID,
    PROVIDER,
    SENDING,
    USER_ID,
    Call,
    call_id,
    canned,
    outcomes,
)

PATHS = sorted(EXCHANGES.glob("*/*.json"))
[GET_USER] = [call for call in ADMIN if call.name == "admin.get_user_by_id"]
LINK = ("action_link", "email_otp", "hashed_token", "redirect_to", "verification_type")


def pattern(call: Call) -> str:
    """Return a pattern of the method and the path that a function requests."""
    method, _, target = call.sends.partition(" ")
    segments = target.partition("?")[0].split("/")
    ids = (USER_ID, ID, PROVIDER)
    return f"{method} " + "/".join("[^/]+" if one in ids else one for one in segments)


def call_for(exchange: Mapping[str, Any]) -> Call:
    """Return the first row that sends such a request.

    No function sends the others: their responses are errors, which all functions read alike.
    """
    request = exchange["request"]
    sent = f"{request['method']} {request['path'].partition('?')[0]}"
    rows = [call for call in ADMIN if re.fullmatch(pattern(call), sent)]
    return next(iter(rows), GET_USER)


def replay(path: Path, face: str) -> tuple[dict[str, Any], Result[object, Error]]:
    exchange = json.loads(path.read_text())
    call = call_for(exchange)
    functions, make_client = FACES[face]
    result = call.of(functions)(make_client(canned(path)), **call.arguments)
    return exchange["response"], result


def rounded_time(text: str) -> datetime:
    """Parse a rounded_time of the server, rounded to microseconds."""
    [(whole, fraction)] = re.findall(r"^([^.]+?)(?:\.(\d+))?Z$", text)
    nanoseconds = int(fraction.ljust(9, "0"))
    seconds = datetime.fromisoformat(f"{whole}+00:00")
    return seconds + timedelta(microseconds=(nanoseconds + 500) // 1000)


def differences(struct: object, payload: Mapping[str, object]) -> Iterator[str]:
    """Yield the differences between a Struct and its JSON."""
    for name, value in payload.items():
        yield from (f"{name}: {text}" for text in difference(getattr(struct, name), value))


def difference(actual: object, value: object) -> Iterator[str]:
    """Yield the differences between a field of a Struct and its JSON."""
    if isinstance(actual, tuple):
        assert is_array(value)
        for item, raw in zip(cast("tuple[object, ...]", actual), value, strict=True):
            yield from difference(item, raw)
    elif isinstance(actual, Struct):
        assert is_object(value)
        yield from differences(actual, value)
    elif is_object(actual):
        plain = to_builtins(actual)  # of Structs, the fields that are set
        if plain != value:
            yield f"{plain} is not {value}"
    elif isinstance(actual, datetime):
        if actual != rounded_time(str(value)) or actual.utcoffset() != timedelta(0):
            yield f"{actual} is not {value}"
    elif actual != (None if value == "" else value):
        yield f"{actual!r} is not {value!r}"


def test_all_exchanges_are_replayed() -> None:
    assert len(PATHS) >= 267


@pytest.mark.parametrize("call", SENDING, ids=call_id)
def test_row_has_the_response_to_its_request(call: Call) -> None:
    path = EXCHANGES / f"{call.recorded}.json"
    assert path.exists(), f"record {call.recorded} with `python -m tests.record`"
    request = json.loads(path.read_text())["request"]
    sent = f"{request['method']} {request['path'].partition('?')[0]}"
    assert re.fullmatch(pattern(call), sent)
    results = outcomes(call(canned(path).client()))
    assert [result for result in results if isinstance(result, Failure)] == []


@pytest.mark.parametrize("path", PATHS, ids=lambda p: f"{p.parent.name}/{p.stem}")
@pytest.mark.parametrize("face", FACES)
def test_replay(path: Path, face: str) -> None:
    response, result = replay(path, face)
    body = str(response["body"])
    payload: Any = json.loads(body) if body.startswith(("{", "[")) else {}
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
        case Success(
            Factor() | Passkey() | OAuthClient() | CustomProvider() | SSOProvider() as struct
        ):
            assert list(differences(struct, payload)) == []
        case Success(AuditLogPage(entries, pagination)):
            assert list(difference(entries, payload)) == []
            assert str(pagination.total) == response["headers"]["x-total-count"]
            assert pagination.next_page == 2
        case Success(tuple()):
            [items] = [payload] if is_array(payload) else payload.values()
            assert list(difference(result.unwrap(), items)) == []
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
