"""Which requests read all users, and which users each response adds: decided without I/O.

Theory of operation
===================

A stream must yield every user who exists the whole time exactly once, although others are created
and deleted between its requests. GoTrue lists users in one of two ways, and does not say in which.
The first request asks by cursor, without `page` and `per_page`; a server without cursors ignores
that, and its response has no `pagination`.

**By cursor** the order is `(created_at, id)`, and a cursor is the key of the last user of a page:
whatever is created or deleted, the next page begins after it. Read from the oldest user on, this
is complete. A second request asks for the newest user; the stream ends behind that time, or a
server on which users are created all the time would never let it end.

**By page** the order is `created_at` alone, and a page is a range of ranks. Two things go wrong.
Ranks move: a deleted user pulls all later ones down by one. And users of equal times, whom an
import leaves by the hundred, have no order at all: PostgreSQL returns them as it likes, each time.
So a stream reads *windows*, pages in ascending order, from the newest to the oldest::

    ranks 0 1 2 3 ...                                               ... total
    oldest ────────────────────────────────────────────────────────▶ newest
                                         ┌──────── first window ────────┐
                       ┌──── second window ────┐
                                         ▲ boundary (`position.created_at`)

From the newest to the oldest, because deletions then move users who are still to come towards
ranks that are still to be read. All users later than the boundary are done. A window proves that
it leaves no gap if it holds a user later than the boundary, or the end of the list: then it holds
every user between its oldest time and the boundary. Its oldest time becomes the next boundary, and
the users *of* that time are left to the next window, which sees all of them together: a group of
equal times is only taken from a window that holds it as a whole. If a group fills its window, the
window is made larger. If a window finds no known user, because many were deleted, it moves up and
is read again (`_miss`), twice as far each time.

Users are handed out by `take`, sorted by `(created_at, id)`. `position` is always that of the user
who was taken last, so a stream can be resumed from there in another process.

A runner, of which there is one for threads and one for asyncio, sends `query`, gives the response
to `receive`, and takes users by `take` until it returns None and `query` is None.

Sources of the server's side:
https://github.com/supabase/auth/blob/master/internal/api/pagination.go
https://github.com/supabase/auth/blob/master/internal/models/user.go
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import Annotated, Final, Literal

import msgspec
from returns.result import Failure, Result, Success

from supabase_gotrue.error import INVALID, Error, validation_error
from supabase_gotrue.json_types import is_mapping
from supabase_gotrue.models.base import decoder_of
from supabase_gotrue.models.user import User, UserBatch
from supabase_gotrue.schemas.cast import (
    Invalid,
    cast_positive_int,
    cast_str,
    cast_value,
    to_named_dict,
)

# The server returns no more by cursor, whatever `limit` says.
MAX_LIMIT: Final = 1000
MAX_PER_PAGE: Final = 2**31
# A window that finds no user it knows moves twice as far each time.
MAX_MISSES: Final = 32
# Users that are created while the first window is read.
FIRST_SLACK: Final = 8

Time = Annotated[datetime, msgspec.Meta(tz=True)]
Key = tuple[datetime, str]


class Position(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far a stream is: what `UserStream.resume` holds.

    Args:
        mode: How the server paginates: unknown before the first response.
        filter: The stream's filter.
        total: How many users there were.
        cursor: The cursor of the page that is being read.
        created_at: The creation time of the last user. By cursor, all users up to that are
            done; by page, all that were created later are.
        id: The last user of that time, or `None` if no user of that time is done.
        rank: By page, the approximate rank of the last user, counted from the oldest.
        newest: By cursor, when the newest user was created as the stream began: it ends
            there, however many users are created meanwhile.
    """

    mode: Literal["unknown", "cursor", "page", "finished"] = "unknown"
    filter: str | None = None
    total: Annotated[int, msgspec.Meta(ge=0, lt=2**62)] | None = None
    cursor: str | None = None
    created_at: Time | None = None
    id: str | None = None
    rank: Annotated[int, msgspec.Meta(ge=0, lt=2**62)] = 0
    newest: Time | None = None


class _Window(msgspec.Struct, frozen=True):
    """A page that is asked for: ranks from `start` on, `size` of them."""

    start: int
    size: int


def new_planner(per_page: object, filter: object, resume: object) -> Result["StreamPlanner", Error]:
    """Return a planner for checked arguments, or an Error with code `validation`."""
    size = cast_value(per_page, cast_positive_int)
    wanted = cast_value(filter, cast_str)
    position = _position(resume)
    checks = {
        "per_page": isinstance(size, int) and size <= MAX_PER_PAGE,
        "filter": not isinstance(wanted, Invalid),
        "resume": position is not None,
    }
    if position is not None and resume is not None and wanted is not None:
        checks["filter"] = wanted == position.filter
    errors = {name: (INVALID,) for name, is_valid in checks.items() if not is_valid}
    if errors or position is None or not isinstance(size, int):
        return Failure(validation_error(errors))
    if isinstance(wanted, str):
        position = msgspec.structs.replace(position, filter=wanted)
    return Success(StreamPlanner(size, position))


def _position(resume: object) -> Position | None:
    if resume is None:
        return Position()
    if not is_mapping(resume):
        return None
    try:
        position = msgspec.convert(to_named_dict(resume), decoder_of(Position).type)
    except msgspec.ValidationError:
        return None
    is_consistent = position.created_at is not None or position.id is None
    return position if is_consistent else None


class StreamPlanner:
    """The state of a stream of users, as the theory of operation describes it."""

    def __init__(self, per_page: int, position: Position) -> None:
        self._per_page = per_page
        self._users: deque[User] = deque()
        self._position = position
        self._after = position
        self._is_counting = False
        self._window = _Window(0, 0)
        self._misses = 0
        self._growth = 1
        self._step = per_page
        if position.mode == "page":
            self._plan_window(position.rank + 1, ties=0)

    @property
    def position(self) -> Position:
        """How far the stream is: after the user that was taken last."""
        return self._position

    @property
    def query(self) -> Mapping[str, str] | None:
        """The query of the next request, or None if all users are read."""
        common = {"filter": self._position.filter} if self._position.filter else {}
        if self._is_counting:
            return {"page": "1", "per_page": "1", **common}
        common["sort"] = "created_at asc"
        match self._position.mode:
            case "finished":
                return None
            case "page":
                window = self._window
                page = window.start // window.size + 1
                return {"page": str(page), "per_page": str(window.size), **common}
            case _:
                if self._position.cursor is not None:
                    common["cursor"] = self._position.cursor
                return {"limit": str(min(self._per_page, MAX_LIMIT)), **common}

    def take(self) -> User | None:
        """Take the next user that was received, or None if a request is due."""
        if self._is_counting or not self._users:
            return None
        user = self._users.popleft()
        if self._users:
            self._position = msgspec.structs.replace(
                self._position, created_at=user.created_at, id=user.id
            )
        else:
            self._position = self._after
        return user

    def receive(self, result: Result[UserBatch, Error]) -> Result[None, Error]:
        """Receive the response to `query`.

        Returns:
            None, or the Error that ends the stream: the request's own, or one with code
            `invalid_response` if the response contradicts an earlier one.
        """
        if self._is_counting:  # if it fails, the stream continues and counts later
            self._is_counting = False
            match result:
                case Success(UserBatch() as batch):
                    newest = batch.users[0].created_at if batch.users else None
                    self._set_total(batch.total, newest)
                case _:
                    pass
            return Success(None)
        return result.bind(self._receive)

    def _receive(self, batch: UserBatch) -> Result[None, Error]:
        if self._position.mode == "unknown":
            return self._receive_first(batch)
        if self._position.mode == "cursor":
            return self._receive_cursor(batch)
        return self._receive_window(batch)

    def _receive_first(self, batch: UserBatch) -> Result[None, Error]:
        """Learn how the server paginates: without cursors it ignores `limit` silently."""
        if batch.has_more is None:
            total = batch.total or 0
            is_empty = not batch.users and batch.total == 0
            self._position = msgspec.structs.replace(
                self._position,
                mode="finished" if is_empty else "page",
                total=batch.total,
                rank=total,
            )
            self._plan_window(total + 1 + self._per_page // FIRST_SLACK, ties=0)
            return Success(None)
        received = self._receive_cursor(batch)
        if not batch.has_more:
            self._set_total(len(batch.users))
        return received

    def _set_total(self, total: int | None, newest: datetime | None = None) -> None:
        change = partial(msgspec.structs.replace, total=total, newest=newest)
        self._position, self._after = change(self._position), change(self._after)

    def _hand_out(self, users: Sequence[User], after: Position) -> None:
        self._users.extend(users)
        self._after = after
        if not users:
            self._position = after

    # By cursor.

    def _receive_cursor(self, batch: UserBatch) -> Result[None, Error]:
        if batch.has_more is None:
            return _contradiction("the server no longer paginates by cursor")
        position = self._position
        last = _key_of(position)
        keys = [_key(user) for user in batch.users]
        users = [user for user in batch.users if last is None or _key(user) > last]
        if any(key >= following for key, following in pairwise(keys)):
            return _contradiction("the server's users are not sorted")
        if batch.has_more and not (users and batch.next_cursor):
            return _contradiction("the server's cursor does not advance")
        is_last = not batch.has_more or (
            position.newest is not None and users[-1].created_at > position.newest
        )
        after = msgspec.structs.replace(
            position,
            mode="finished" if is_last else "cursor",
            cursor=None if is_last else batch.next_cursor,
            created_at=users[-1].created_at if users else position.created_at,
            id=users[-1].id if users else position.id,
        )
        if position.mode == "unknown":
            self._position = msgspec.structs.replace(position, mode="cursor")
        self._hand_out(users, after)
        self._is_counting = not is_last and position.newest is None
        return Success(None)

    # By page.

    def _plan_window(self, end: int, ties: int) -> None:
        """Ask for the ranks up to `end`, more than the ties at its start fill."""
        length = max(self._per_page * self._growth, 2 * ties + 3)
        self._window = smallest_window(max(0, end - length), end)

    def _receive_window(self, batch: UserBatch) -> Result[None, Error]:
        times = [user.created_at for user in batch.users]
        if any(time > following for time, following in pairwise(times)):
            return _contradiction("the server's users are not sorted")
        window, position = self._window, self._position
        end = window.start + len(times)
        reaches_end = len(times) < window.size
        if reaches_end and batch.total is not None and end < batch.total:
            return self._miss(window.start + window.size)  # users were deleted meanwhile
        if not reaches_end and not (position.created_at and times[-1] > position.created_at):
            return self._miss(window.start + window.size + self._step)
        self._misses, self._step = 0, self._per_page
        self._hand_out_window(batch.users, times)
        return Success(None)

    def _miss(self, end: int) -> Result[None, Error]:
        """Ask for a window up to `end`: the last one may have missed users."""
        self._misses += 1
        self._step *= 2
        if self._misses > MAX_MISSES:
            return _contradiction("the server's pages have no end")
        self._plan_window(end, ties=0)
        return Success(None)

    def _hand_out_window(self, users: Sequence[User], times: Sequence[datetime]) -> None:
        window, position = self._window, self._position
        last = _key_of(position)
        boundary = position.created_at
        new = [
            user
            for user, time in zip(users, times, strict=True)
            if (window.start == 0 or time > times[0])
            and (boundary is None or time <= boundary)
            and (last is None or _key(user) < last)
        ]
        new.sort(key=_key, reverse=True)
        if window.start == 0:
            self._hand_out(new, msgspec.structs.replace(position, mode="finished"))
            return
        floor = min(filter(None, [boundary, *times[:1]]), default=None)
        done = 0 if floor is None else bisect_right(times, floor)
        rank = window.start + done
        # Older users may be created as fast as windows go down: on clocks that are late.
        self._growth = self._growth * 2 if rank >= position.rank else 1
        lowered = floor is not None and (boundary is None or floor < boundary)
        after = msgspec.structs.replace(
            position,
            created_at=floor,
            id=None if lowered else position.id,
            rank=rank,
        )
        self._hand_out(new, after)
        self._plan_window(rank + 1, ties=done)


def smallest_window(start: int, end: int) -> _Window:
    """Return the smallest page that covers the ranks from `start` to before `end`.

    >>> smallest_window(700, 1000)
    _Window(start=668, size=334)
    """
    size = max(1, end - start)
    while start // size * size + size < end:
        size += 1
    return _Window(start // size * size, size)


def _key(user: User) -> Key:
    return user.created_at, user.id


def _key_of(position: Position) -> Key | None:
    if position.created_at is None or position.id is None:
        return None
    return position.created_at, position.id


def _contradiction(message: str) -> Result[None, Error]:
    return Failure(Error("invalid_response", message))
