"""The original's own calls, replayed: the same request and outcome, or the named difference.

The porting guide's table is made of the same file.
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
    (Path(__file__).parent / "samples" / "elixir.json").read_text()
)
CALLS: Mapping[str, Callable[..., Result[Any, Error]]] = {
    name: getattr(admin, name) for name in {vector["function"] for vector in VECTORS}
}


def replay(vector: Mapping[str, Any]) -> tuple[Request | None, Result[Any, Error]]:
    answer = vector["answer"]
    if answer["status"] == "error":
        sent: list[Request] = []

        def broken(request: Request) -> Result[Any, Error]:
            sent.append(request)
            return Failure(Error("connection_error"))

        client = init_client("http://localhost", KEY, transport=broken).unwrap()
    else:
        canned = Canned(answer["status"], answer["body"].encode(), dict(answer["headers"]))
        sent, client = canned.sent, canned.client()
    result = CALLS[vector["function"]](client, *vector["args"])
    return (sent[0] if sent else None), result


def shape(request: Request | None) -> dict[str, Any] | None:
    """A request as the differences are written down."""
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


def original(sent: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The original's request, as far as the port's must be the same."""
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


def outcome(result: Result[Any, Error]) -> dict[str, Any]:
    """A result as the differences are written down."""
    match result:
        case Success(value):
            return {"success": type(value).__name__}
        case Failure(Error() as error):
            errors = {field: list(said) for field, said in error.errors.items()}
            return {"failure": error.code, "status": error.status, "errors": errors}
        case other:
            pytest.fail(f"no Result: {other}")


def changeset(result: Any) -> dict[str, list[str]]:
    """The original's complaints by field."""
    said: dict[str, list[str]] = {}
    for field, message in result["tuple"][1].get("changeset", []):
        said.setdefault(field, []).append(message)
    return said


def succeeded(said: Any) -> bool:
    return bool(said == ":ok" or said["tuple"][0] == ":ok")


def test_all_are_here() -> None:
    assert len(VECTORS) == 88


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_original(vector: Mapping[str, Any]) -> None:
    sent, result = replay(vector)
    if not vector["port"].startswith("same"):
        assert shape(sent) == vector["differs"]["sent"]
        assert outcome(result) == vector["differs"]["result"]
        return
    assert shape(sent) == original(vector["elixir"]["sent"])
    said = vector["elixir"]["result"]
    assert isinstance(result, Success) == succeeded(said)
    if isinstance(result, Failure) and sent is None:
        assert outcome(result)["errors"] == changeset(said)
    if isinstance(result, Failure) and sent is not None:
        assert result.failure().status == vector["answer"]["status"]
        assert result.failure().code == said["tuple"][1]["error"]["code"]
