"""`stream_users`: all users, lazily and completely."""

from collections.abc import Iterator, Mapping
from typing import cast

import msgspec
from returns.result import Failure, Result, Success

from supabase_gotrue.bulk.stream_planner import Position, StreamPlanner, new_planner
from supabase_gotrue.client import Client, run
from supabase_gotrue.error import Error, error_of
from supabase_gotrue.models.user import User, UserBatch
from supabase_gotrue.operations import users

DEFAULT_PER_PAGE = 1000


class BaseUserStream:
    """The state of a stream, which `UserStream` and its async version have in common."""

    def __init__(self, per_page: object, filter: object, resume: object) -> None:
        planned = new_planner(per_page, filter, resume)
        self._planner = planned.value_or(StreamPlanner(1, Position(mode="finished")))
        self._error = error_of(planned)
        self._has_failed = self._error is not None
        # Then there is no position of its own, and `resume` returns what was passed.
        self._is_invalid = self._has_failed
        self._given_resume = resume

    @property
    def resume(self) -> Mapping[str, object] | None:
        """Where the stream is, after the user that was taken last, as JSON types.

        Pass it to `stream_users` to resume in another call or process. `None` before the
        first response; a stream that has ended stays at its end.
        """
        if self._is_invalid:
            return cast("Mapping[str, object] | None", self._given_resume)
        position = self._planner.position
        return None if position.mode == "unknown" else msgspec.to_builtins(position)

    @property
    def total(self) -> int | None:
        """How many users there were when the stream began, or `None` until that is known."""
        return self._planner.position.total

    def _take(self) -> User | Error | None:
        """Take the next user, the Error that ends the stream, or None if neither is there."""
        error, self._error = self._error, None
        return self._planner.take() if error is None else error

    @property
    def _query(self) -> Mapping[str, str] | None:
        """The query of the next request, or None if the stream has ended."""
        return None if self._has_failed else self._planner.query

    def _receive(self, result: Result[UserBatch, Error]) -> None:
        """Receive the response to the query."""
        self._error = error_of(self._planner.receive(result))
        self._has_failed = self._error is not None


class UserStream(BaseUserStream, Iterator[Result[User, Error]]):
    """An iterator of users, returned by `stream_users`.

    `resume` and `total` say how far it is. One thread at a time may use it.
    """

    def __init__(self, client: Client, per_page: object, filter: object, resume: object) -> None:
        super().__init__(per_page, filter, resume)
        self._client = client

    def __next__(self) -> Result[User, Error]:
        while True:
            taken = self._take()
            if isinstance(taken, User):
                return Success(taken)
            if taken is not None:
                return Failure(taken)
            query = self._query
            if query is None:
                raise StopIteration
            self._receive(run(self._client, users.list_users_batch(query)))


def stream_users(
    client: Client,
    *,
    per_page: int = DEFAULT_PER_PAGE,
    filter: str | None = None,
    resume: Mapping[str, object] | None = None,
) -> UserStream:
    """Read all users lazily, in constant memory, and each of them once.

    Every user that exists from the first request to the last is yielded, whatever is created
    and deleted meanwhile, and however many users have the same creation time. Users who are
    created meanwhile may be missing. Identities and factors are `None`, and users with another
    `aud` are not listed; softly deleted users are.

    Where the server paginates by cursor, users come oldest first. Where it does not (the
    default of GoTrue), pages are read from the newest user to the oldest so that they
    overlap, and a page is larger than `per_page` if more users share one creation time.

    Args:
        client: A client created with a secret or `service_role` key.
        per_page: Users per request, by default 1000, which is the server's maximum by cursor.
        filter: As in `list_users`: a part of the address (LIKE: case-sensitive, with the
            wildcards `%` and `_`) or of the full name (ILIKE). By default all users are read.
        resume: `stream.resume` of an earlier stream, to continue after the user that was taken
            last; the filter is that of the earlier stream.

    Returns:
        An iterator of `Result`s of users. A Failure is the last item: the error of the request,
        or one with code `invalid_response` if the responses contradict each other. Invalid
        arguments give a stream whose only item is the Failure, with code `validation`.

    Route: GET /admin/users.
    Source: https://github.com/supabase/auth/blob/master/internal/api/pagination.go

    >>> stream = stream_users(client)
    >>> [user.unwrap().email for user in stream]
    ['ada@example.com']
    >>> stream.total
    1
    >>> list(stream_users(client, resume=stream.resume))
    []
    """
    return UserStream(client, per_page, filter, resume)
