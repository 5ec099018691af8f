"""Calls of the Elixir library, replayed: the same request and result, or the listed difference.

The table of the porting guide is generated from the same file.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from returns.result import Failure, Result, Success

from supabase_gotrue import Error, Request, admin, init_client
from tests.canned import KEY, Canned

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "samples" / "elixir.json").read_text()
)
CALLS: Mapping[str, Callable[..., Result[Any, Error]]] = {
    name: getattr(admin, name) for name in {vector["function"] for vector in VECTORS}
}


def replay(vector: Mapping[str, Any]) -> tuple[Request | None, Result[Any, Error]]:
    response = vector["answer"]
    if response["status"] == "error":
        sent: list[Request] = []

        def broken(request: Request) -> Result[Any, Error]:
            sent.append(request)
            return Failure(Error("connection_error"))

        client = init_client("http://localhost", KEY, transport=broken).unwrap()
    else:
        canned = Canned(response["status"], response["body"].encode(), dict(response["headers"]))
        sent, client = canned.sent, canned.client()
    result = CALLS[vector["function"]](client, *vector["args"])
    return (sent[0] if sent else None), result


def port_request(request: Request | None) -> dict[str, Any] | None:
    """Return a request of the port, as the samples describe it."""
    if request is None:
        return None
    url = urlsplit(request.url)
    return {
        "method": request.method,
        "path": url.path,
        "query": dict(parse_qsl(url.query)),
        "body": None if request.body is None else json.loads(request.body),
        "authorization": request.headers["authorization"],
        "redirect_to": request.headers.get("redirect_to"),
    }


def elixir_request(sent: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return a request of the Elixir library, as far as the port's must equal it."""
    if sent is None:
        return None
    headers = dict(sent["headers"])
    redirect = headers.get("redirect_to")
    body = None if sent["body"] is None else json.loads(sent["body"])
    return {
        "method": sent["method"],
        "path": sent["path"],
        "query": dict(parse_qsl(sent["query"])) | ({"redirect_to": redirect} if redirect else {}),
        "body": body if body is None else {k: v for k, v in body.items() if v is not None},
        "authorization": headers["authorization"],
        "redirect_to": redirect,
    }


def port_result(result: Result[Any, Error]) -> dict[str, Any]:
    """Return a result of the port, as the samples describe it."""
    match result:
        case Success(value):
            return {"success": type(value).__name__}
        case Failure(Error() as error):
            errors = {field: list(messages) for field, messages in error.errors.items()}
            return {"failure": error.code, "status": error.status, "errors": errors}
        case other:
            pytest.fail(f"not a Result: {other}")


def elixir_errors(result: Any) -> dict[str, list[str]]:
    """Return the messages of the Elixir library by field."""
    errors: dict[str, list[str]] = {}
    for field, message in result["tuple"][1].get("changeset", []):
        errors.setdefault(field, []).append(message)
    return errors


def elixir_succeeded(result: Any) -> bool:
    return bool(result == ":ok" or result["tuple"][0] == ":ok")


def test_all_calls_are_replayed() -> None:
    assert len(VECTORS) == 88


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_call_of_the_elixir_library(vector: Mapping[str, Any]) -> None:
    sent, result = replay(vector)
    if not vector["port"].startswith("same"):
        assert port_request(sent) == vector["differs"]["sent"]
        assert port_result(result) == vector["differs"]["result"]
        return
    assert port_request(sent) == elixir_request(vector["elixir"]["sent"])
    expected = vector["elixir"]["result"]
    assert isinstance(result, Success) == elixir_succeeded(expected)
    if isinstance(result, Failure) and sent is None:
        assert port_result(result)["errors"] == elixir_errors(expected)
    if isinstance(result, Failure) and sent is not None:
        assert result.failure().status == vector["answer"]["status"]
        assert result.failure().code == expected["tuple"][1]["error"]["code"]
