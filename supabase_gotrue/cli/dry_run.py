"""Clients that send nothing: calls are checked as usual."""

from typing import Final

from returns.result import Failure, Result

from supabase_gotrue import Client, Error, Request, Response, with_options

NOT_SENT: Final = Error("unexpected", "nothing was sent")


def without_network(client: Client) -> Result[Client, Error]:
    """Return the same client with a transport that answers each request by `NOT_SENT`."""
    return with_options(client, transport=_send_nothing)


def _send_nothing(_request: Request) -> Result[Response, Error]:
    return Failure(NOT_SENT)
