"""Operations: calls that are checked and prepared, but not sent. One module per resource."""

from collections.abc import Callable
from typing import Generic, TypeVar, Union

import msgspec
from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.request import RelativeRequest
from supabase_gotrue.response import Exchange

T = TypeVar("T")


class Operation(msgspec.Struct, Generic[T], frozen=True):
    """A call as a value: what to send, and how to read the response.

    Args:
        request: The request, relative to the root of a client.
        read: Returns the result of an exchange, or the operation that continues the call.
    """

    request: RelativeRequest
    read: Callable[[Exchange], Union[Result[T, Error], "Operation[T]"]]
