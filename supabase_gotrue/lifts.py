"""Turn functions of this library into functions of other containers of returns.

Each function here takes one such as `admin.get_user_by_id`, and returns a function with the same
name and parameters whose result is in another container.
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
    """Return a blocking function as one that returns an `IOResult`, to mark it as impure.

    The call is made when the function is called.

    Args:
        call: A function that returns a `Result`, such as those of `admin`.

    Returns:
        A function with the same parameters. Its failures are those of `call`.

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
    """Return an async function as one that returns a `FutureResult`, for chains.

    Nothing is sent before the chain is awaited.

    Args:
        call: An async function that returns a `Result`, such as those of `aio.admin`.

    Returns:
        A function with the same parameters. Its failures are those of `call`.

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
    """Return a function without its client, which the caller of the whole pipeline passes.

    Nothing is sent before the pipeline is called with a client.

    Args:
        call: A function that takes a client first and returns a `Result`, such as those of
            `admin`.

    Returns:
        A function with the other parameters, which returns a `RequiresContextResult`. Its
        failures are those of `call`.

    >>> from supabase_gotrue import admin
    >>> find = reader(admin.get_user_by_id)(ada.id).map(lambda user: user.email)
    >>> find(client)
    <Success: ada@example.com>
    """

    @wraps(call)
    def lifted(*args: _P.args, **kwargs: _P.kwargs) -> RequiresContextResult[_T, Error, _C]:
        return RequiresContextResult(lambda client: call(client, *args, **kwargs))

    return lifted
