"""Functions of this library as those of other containers of returns: for pipelines.

Each takes a function such as `admin.get_user_by_id` and returns the same function in another
container; nothing is sent before the container is run.
"""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from returns.context import RequiresContextResult
from returns.future import FutureResult
from returns.io import IOResult
from returns.result import Result

from supabase_gotrue.error import Error

_P = ParamSpec("_P")
_T = TypeVar("_T")
_C = TypeVar("_C")


def io(call: Callable[_P, Result[_T, Error]]) -> Callable[_P, IOResult[_T, Error]]:
    """Mark the result of a blocking function as one that came from outside.

    >>> from supabase_gotrue import admin
    >>> io(admin.get_user_by_id)(client, ada.id).map(lambda user: user.email)
    <IOResult: <Success: ada@example.com>>
    """

    @wraps(call)
    def lifted(*args: _P.args, **kwargs: _P.kwargs) -> IOResult[_T, Error]:
        return IOResult.from_result(call(*args, **kwargs))

    return lifted


def future(
    call: Callable[_P, Awaitable[Result[_T, Error]]],
) -> Callable[_P, FutureResult[_T, Error]]:
    """Return a function of `aio` as a step of a chain that is awaited once, at its end.

    >>> import asyncio
    >>> from supabase_gotrue.aio import admin
    >>> get_user = future(admin.get_user_by_id)
    >>> asyncio.run(get_user(async_client, ada.id).map(lambda user: user.email).awaitable())
    <IOResult: <Success: ada@example.com>>
    """

    @wraps(call)
    def lifted(*args: _P.args, **kwargs: _P.kwargs) -> FutureResult[_T, Error]:
        async def result() -> Result[_T, Error]:
            return await call(*args, **kwargs)

        return FutureResult(result())

    return lifted


def reader(
    call: Callable[Concatenate[_C, _P], Result[_T, Error]],
) -> Callable[_P, RequiresContextResult[_T, Error, _C]]:
    """Return a function without its client, which the whole pipeline is given at its end.

    >>> from supabase_gotrue import admin
    >>> find = reader(admin.get_user_by_id)(ada.id).map(lambda user: user.email)
    >>> find(client)
    <Success: ada@example.com>
    """

    @wraps(call)
    def lifted(*args: _P.args, **kwargs: _P.kwargs) -> RequiresContextResult[_T, Error, _C]:
        return RequiresContextResult(lambda client: call(client, *args, **kwargs))

    return lifted
