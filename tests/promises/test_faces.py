"""`aio` has the functions of the blocking library: names, parameters, defaults and results."""

import inspect
from collections.abc import Callable
from operator import attrgetter
from typing import Any

import pytest

import supabase_gotrue
from supabase_gotrue import aio
from tests.calls import ADMIN, CALLS, MODULES, WITHOUT_ASYNC, Call, call_id

# The types that only `aio` has, with those that the blocking library has instead.
TYPES = {
    "supabase_gotrue.aio.client.AsyncClient": "supabase_gotrue.client.Client",
    "AsyncClientOptions": "ClientOptions",
    "collections.abc.Awaitable[returns.result.Result[supabase_gotrue.response.Response, "
    "supabase_gotrue.error.Error]]": "returns.result.Result[supabase_gotrue.response.Response, "
    "supabase_gotrue.error.Error]",
}
CLIENT_FUNCTIONS = ("init_client", "client_from_env", "update_access_token", "with_options")


def signature(function: Callable[..., Any]) -> str:
    """Return the parameters and the result, with the types of the blocking library."""
    text = str(inspect.signature(function))
    for async_type, blocking_type in TYPES.items():
        text = text.replace(async_type, blocking_type)
    return text


def test_both_have_the_same_functions() -> None:
    for module in MODULES:
        path = module.__name__.removeprefix("supabase_gotrue.")
        names = {name for name in module.__all__ if f"{path}.{name}" not in WITHOUT_ASYNC}
        if path not in ("bulk.dask", "bulk.readers"):
            async_names = {name.removeprefix("Async") for name in attrgetter(path)(aio).__all__}
            assert async_names == names - {"ImportedRow", "readers"}


@pytest.mark.parametrize("call", ADMIN, ids=call_id)
def test_functions_have_the_same_signature(call: Call) -> None:
    function = call.of(aio)
    assert signature(function) == signature(call.function)
    assert inspect.iscoroutinefunction(function)


BOTH = [call for call in CALLS if call.name not in WITHOUT_ASYNC]


@pytest.mark.parametrize("call", BOTH, ids=call_id)
def test_functions_have_the_same_parameters(call: Call) -> None:
    parameters = inspect.signature(call.function).parameters.values()
    async_parameters = inspect.signature(call.of(aio)).parameters.values()
    assert [(p.name, p.kind, p.default) for p in async_parameters] == [
        (p.name, p.kind, p.default) for p in parameters
    ]
    summary, twin = (inspect.getdoc(call.of(aio)) or "").split("\n\n")[:2]
    blocking_summary = (inspect.getdoc(call.function) or "").split("\n\n")[0]
    assert summary.split() == blocking_summary.split() or call.name.startswith("bulk.")
    assert f":func:`supabase_gotrue.{call.name}`" in twin


@pytest.mark.parametrize("name", CLIENT_FUNCTIONS)
def test_functions_of_clients_have_the_same_signature(name: str) -> None:
    function = getattr(aio, name)
    assert signature(function) == signature(getattr(supabase_gotrue, name))
    assert not inspect.iscoroutinefunction(function)
