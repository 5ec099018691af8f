"""No function shows a key, a token or a secret argument, whatever the server responds."""

import json
import pickle
import traceback
from collections.abc import Iterator, Mapping
from pprint import pformat
from typing import cast

import pytest
from returns.result import Failure, Result, Success
from rich.pretty import pretty_repr

from supabase_gotrue import Client, Error, Request, Response, Transport, init_client
from supabase_gotrue.json_types import is_array, is_object
from supabase_gotrue.redaction import SECRET_NAMES
from tests.calls import SECRET, SENDING, TOKEN, Call, call_id, outcomes

KEY = "sb_secret_" + "kEy" * 8


def secrets_in(value: object) -> Iterator[str]:
    """Yield the texts under secret names."""
    if is_object(value):
        for name, inner in value.items():
            if name in SECRET_NAMES and isinstance(inner, str):
                yield inner
            yield from secrets_in(inner)
    elif is_array(value):
        for inner in value:
            yield from secrets_in(inner)


def secrets_of(call: Call) -> list[str]:
    session = [TOKEN] if "session" in call.arguments else []
    return [KEY, *session, *secrets_in(call.arguments)]


def shown(value: object) -> str:
    """Return what a program shows of an outcome."""
    texts = [repr(value), str(value), pformat(value, width=20), pretty_repr(value)]
    if isinstance(value, Failure):
        error = cast("Failure[Error]", value).failure()
        texts += [json.dumps(error.to_dict()), str(pickle.dumps(error)), *error.metadata]
        texts += traceback.format_exception(error)
    return "\n".join(texts)


def client_of(transport: Transport) -> Client:
    return init_client("http://localhost", KEY, transport=transport).unwrap()


def repeating(secret: str, status: int, body: Mapping[str, object], sent: list[Request]) -> Client:
    """Return a client whose server repeats a secret that it was sent."""

    def transport(request: Request) -> Result[Response, Error]:
        text = f"{dict(request.headers)} {(request.body or b'').decode()}"
        if secret not in text:
            return Success(Response(404, {}, b""))
        sent.append(request)
        return Success(Response(status, {"x-request-id": secret}, json.dumps(body).encode()))

    return client_of(transport)


def test_rows_have_secrets() -> None:
    secrets = {secret for call in SENDING for secret in secrets_of(call)}
    assert secrets > {KEY, TOKEN, SECRET}


@pytest.mark.parametrize("call", SENDING, ids=call_id)
@pytest.mark.parametrize("status", [200, 400, 401, 422, 500])
def test_no_error_shows_a_secret(call: Call, status: int) -> None:
    for secret in secrets_of(call):
        for body in (
            {"code": secret, "message": f"row contains ({secret}, null)", "detail": [secret]},
            {"client_secret": secret, "id": 7},
        ):
            sent: list[Request] = []
            text = "".join(map(shown, outcomes(call(repeating(secret, status, body, sent)))))
            assert sent
            assert secret not in text


@pytest.mark.parametrize("call", SENDING, ids=call_id)
def test_no_result_and_no_request_shows_a_secret(call: Call) -> None:
    canned = call.canned()
    results = outcomes(call(client_of(canned)))
    text = "".join(map(shown, [*results, *canned.sent]))
    assert [secret for secret in secrets_of(call) if secret in text] == []
