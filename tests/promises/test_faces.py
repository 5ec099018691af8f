"""`aio` has the functions of the blocking library: names, parameters, defaults and results."""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

import supabase_gotrue
from supabase_gotrue import admin, aio

# The types that only `aio` has, with those that the blocking library has instead.
TYPES = {
    "supabase_gotrue.aio.client.AsyncClient": "supabase_gotrue.client.Client",
    "AsyncClientOptions": "ClientOptions",
    "collections.abc.Awaitable[returns.result.Result[supabase_gotrue.response.Response, "
    "supabase_gotrue.error.Error]]": "returns.result.Result[supabase_gotrue.response.Response, "
    "supabase_gotrue.error.Error]",
}
CLIENT_FUNCTIONS = ("init_client", "client_from_env", "update_access_token", "with_options")


def modules(package: ModuleType) -> Iterator[ModuleType]:
    yield package
    for found in pkgutil.iter_modules(package.__path__):
        yield import_module(f"{package.__name__}.{found.name}")


def functions(package: ModuleType) -> dict[str, Callable[..., Any]]:
    """The public functions that a package and its modules define, by module and name."""
    return {
        f"{module.__name__.removeprefix(package.__name__)}.{name}": value
        for module in modules(package)
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and name[0] != "_"
    }


def signature(function: Callable[..., Any]) -> str:
    """The parameters and the result, with the types of the blocking library."""
    text = str(inspect.signature(function))
    for async_type, blocking_type in TYPES.items():
        text = text.replace(async_type, blocking_type)
    return text


def test_both_have_the_same_functions() -> None:
    assert functions(aio.admin).keys() == functions(admin).keys()


@pytest.mark.parametrize("name", functions(admin))
def test_functions_have_the_same_signature(name: str) -> None:
    function = functions(aio.admin)[name]
    assert signature(function) == signature(functions(admin)[name])
    assert inspect.iscoroutinefunction(function)
    path = f"supabase_gotrue.admin{name}"
    assert function.__doc__ == f"Async version of :func:`{path}`."


@pytest.mark.parametrize("name", CLIENT_FUNCTIONS)
def test_functions_of_clients_have_the_same_signature(name: str) -> None:
    function = getattr(aio, name)
    assert signature(function) == signature(getattr(supabase_gotrue, name))
    assert not inspect.iscoroutinefunction(function)
