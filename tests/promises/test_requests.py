"""What each function sends: one request, that no argument can break out of."""

import json
from typing import Any
from urllib.parse import unquote

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from returns.result import Failure
from urllib3.util import parse_url

from supabase_gotrue import Error, Request
from supabase_gotrue.json_types import is_array, is_object
from tests import strategies as draw
from tests.calls import ADMIN, FACES, SENDING, WITHOUT_ASYNC, Call, call_id, outcomes
from tests.canned import KEY, ROOT, Canned

SEGMENTS = [
    pytest.param(call, name, id=f"{call.name}-{name}")
    for call in ADMIN
    for name, value in call.arguments.items()
    if f"/{value}" in call.sends
]


@pytest.mark.parametrize("call", SENDING, ids=call_id)
@pytest.mark.parametrize("face", FACES)
def test_sends_what_its_row_says(call: Call, face: str) -> None:
    if face == "async" and call.name in WITHOUT_ASYNC:
        return
    canned = call.canned()
    functions, make_client = FACES[face]
    outcomes(call.of(functions)(make_client(canned), **call.arguments))
    request = canned.sent[0]
    assert f"{request.method} {request.url.removeprefix(ROOT)}" == call.sends
    assert (request.body and json.loads(request.body)) == call.body
    assert request.headers["apikey"] == KEY
    assert request.headers["authorization"] == f"Bearer {call.bearer}"
    assert ("content-type" in request.headers) == (request.body is not None)


@pytest.mark.parametrize("call", ADMIN, ids=call_id)
def test_sends_one_request(call: Call) -> None:
    canned = call.canned()
    call(canned.client())
    assert len(canned.sent) == 1


@pytest.mark.parametrize("call", SENDING, ids=call_id)
def test_sends_nothing_without_a_client(call: Call) -> None:
    for result in outcomes(call(None)):
        assert result.failure().errors == {"client": ("is invalid",)}


def texts_of(request: Request) -> tuple[str, ...]:
    return (request.url, request.method, *request.headers, *request.headers.values())


def with_texts(value: Any, data: st.DataObject) -> Any:
    """Return an argument with other texts in some places."""
    if isinstance(value, str):
        return data.draw(st.text() | draw.ids) if data.draw(st.booleans()) else value
    if is_object(value):
        return {name: with_texts(inner, data) for name, inner in value.items()}
    if is_array(value):
        return [with_texts(inner, data) for inner in value]
    return value


@pytest.mark.parametrize("call", SENDING, ids=call_id)
@settings(max_examples=20)
@given(data=st.data())
def test_no_argument_breaks_a_header(call: Call, data: st.DataObject) -> None:
    canned = Canned(404)
    outcomes(call(canned.client(), **with_texts(call.arguments, data)))
    for request in canned.sent:
        for text in texts_of(request):
            assert text.isascii()
            assert text.isprintable()


@pytest.mark.parametrize(("call", "name"), SEGMENTS)
@settings(max_examples=20)
@given(id=draw.ids)
def test_id_is_one_segment_of_the_path_or_invalid(call: Call, name: str, id: str) -> None:
    canned = Canned(404)
    match call(canned.client(), **{name: id}):
        case Failure(Error("validation") as error):
            assert set(error.errors) == {name}
            assert canned.sent == []
        case _:
            [request] = canned.sent
            prepared = requests.Request(request.method, request.url).prepare().url
            path = parse_url(prepared or "").request_uri.partition("?")[0]
            expected = call.sends.partition(" ")[2].partition("?")[0]
            assert unquote(path) == f"/auth/v1{expected}".replace(call.arguments[name], id)
            assert path.count("/") == f"/auth/v1{expected}".count("/")


@pytest.mark.parametrize(("call", "name"), SEGMENTS)
@pytest.mark.parametrize("id", [".", "..", "a/../b", "a\\b", "a%2Fb", "a?b", "a#b", "a b", "a\n"])
def test_id_that_is_no_segment_is_not_sent(call: Call, name: str, id: str) -> None:
    canned = Canned(404)
    assert call(canned.client(), **{name: id}).failure().errors == {name: ("is invalid",)}
    assert canned.sent == []
