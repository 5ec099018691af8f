"""What happens to the rows of an import: decided by values, without I/O.

Theory of operation
===================

A row of an import becomes a user, or it becomes clear why not. GoTrue answers a creation in four
ways. It creates the user; it rejects the row; it says that an address is taken, but not by
whom; or nothing certain is known, because no response arrived, or because a 500 stands for
everything that the database refused: an id that is taken, an address that another request took
at the same moment, a value that does not fit. So a row is a small state machine. `Progress` is
its state, a `Step` says what to do next, and `next_step` maps a call and its result to the
following step::

    create ──created──────────────────────────────────────────────▶ created
      │  ├───rejected─────────────────────────────────────────────▶ failed
      │  └───no connection──▶ wait, create again
      ▼ taken, 500, or unknown
    read_id: the row's id ──no user, and not `taken`──────▶ wait, create again
      │  └───somebody else with an id that the row gives──────────▶ conflict
      ▼ taken, and no user has the id, or one who has another address
    find_email ──no user──────────────────────────────────────────▶ conflict
      ▼ the user with the row's address (also from read_id)
    probe_phone, if the row has another number than this user
      ├──taken────────────────────────────────────────────────────▶ conflict
      ▼
    exists; or created, if a response was lost and the user has the id of the row

Three facts make this safe to repeat and to interrupt. Each row has an id, its own or one that
is derived from its address by the client's key, so a creation that was carried out without a
response can be read back. A row that gives no id has no claim to the derived one: if somebody
else has it, the address decides. And numbers, which GoTrue cannot search, are probed by a
creation that it must reject.

A server may ask for a pause (`retry_after`). Up to a minute is a `PauseAll` step, which holds
all rows; more fails the row at once, and no other row waits.

Which row may start is decided by `ImportPlanner`. It gives each row its number, compares its
keys (id, email, phone) with those of earlier rows, and lets it wait while an earlier row with
a key of it is still unfinished: only then is it known whether that row counts, because one
that was invalid does not. So the result is the same however many rows run at the same time.
Keys of finished rows are kept by `SeenUsers`. It also stops an import whose failures do not come
from the rows: after 32 rows in succession that did not reach the server, or one 401 or 403.

A runner, of which there is one for threads and one for asyncio, reads rows into `add`, runs
what `start` returns by `operation_of` and `next_step` until it is `Done`, gives that to
`finish`, and yields what `take` returns.

Sources of the server's side:
https://github.com/supabase/auth/blob/master/internal/api/admin.go
https://github.com/supabase/auth/blob/master/internal/models/user.go
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

import msgspec
from msgspec.structs import replace
from returns.result import Result, Success

from supabase_gotrue.bulk.new_users import NewUser, prepare_user
from supabase_gotrue.bulk.retry_policy import MAX_ATTEMPTS, asks_for_too_long, requested_pause
from supabase_gotrue.bulk.seen_users import Key, SeenUsers
from supabase_gotrue.error import Error, Messages, describe_origin, validation_error
from supabase_gotrue.models.user import User
from supabase_gotrue.operations import Operation, users

# Seconds between the attempts of one call, for servers that restart.
RETRY_DELAYS: Final = (0.1, 0.5, 2.0)
# Two requests for one address at a time are a 500; the next attempt gets `email_exists`.
MAX_SERVER_ERRORS: Final = 2
SERVER_ERROR: Final = 500
TAKEN: Final = frozenset({"email_exists", "phone_exists", "user_already_exists"})
NOT_FOUND: Final = "user_not_found"
# What a gateway answers when it does not reach GoTrue; 520 to 530 are Cloudflare's.
GATEWAY_STATUSES: Final = frozenset({502, 503, *range(520, 531), 540})
KEY_STATUSES: Final = frozenset({401, 403})
CLIENT_ERRORS: Final = range(400, 500)
MAX_GATEWAY_FAILURES: Final = 32

OTHER_USER: Final = "belongs to another user"
DELETED_USER: Final = "belongs to a deleted user"

Outcome = Literal["created", "exists", "conflict", "failed"]
CallKind = Literal["create", "read_id", "find_email", "probe_phone"]
# Where a failure comes from, if not from the row.
FailureSource = Literal["gateway", "key"]


class ImportedRow(NamedTuple):
    """What became of one row of an import.

    Args:
        number: The row's place in the input, from 1; 0 if the import could not begin or
            has stopped.
        outcome: `created`; `exists`: the user with this email (or this phone, where the row
            has no email) is there; `conflict`: the id, email or phone belongs to somebody
            else, or to a softly deleted user; or `failed`.
        user_id: The id of that user, or `None` if it is unknown.
        error: Why the row failed or conflicts, else `None`. `error.metadata["line"]` is the
            row's line, if the rows come from a reader.
    """

    number: int
    outcome: Outcome
    user_id: str | None = None
    error: Error | None = None


class Row(NamedTuple):
    """A row that can be sent.

    Args:
        number: Its place in the input, from 1.
        line: The line on which it begins, or None if the rows have no lines.
        user: Its content.
    """

    number: int
    line: int | None
    user: NewUser


class Progress(msgspec.Struct, frozen=True):
    """How far a row is.

    Args:
        row: The row.
        creates: How often its creation was sent.
        lookups: How often the current lookup was repeated.
        pauses: How many pauses the server has asked for.
        server_errors: How often the server has answered 500.
        unknown: The Error of a creation that may have been carried out.
        cause: The Error of the creation after which users are looked up.
        holder: The user who has the row's id or email.
    """

    row: Row
    creates: int = 1
    lookups: int = 0
    pauses: int = 0
    server_errors: int = 0
    unknown: Error | None = None
    cause: Error | None = None
    holder: User | None = None


class Call(NamedTuple):
    """Send `operation_of` this, and give the result to `next_step`."""

    kind: CallKind
    progress: Progress


class Wait(NamedTuple):
    """Let this row alone wait."""

    seconds: float
    then: Call


class PauseAll(NamedTuple):
    """Let all rows wait: the server asked for it."""

    seconds: float
    then: Call


class Done(NamedTuple):
    """The row is finished.

    Args:
        imported: What became of it.
        is_invalid: Whether the server has rejected what is in it.
        failure_source: Where the failure comes from, if not from the row.
    """

    imported: ImportedRow
    is_invalid: bool = False
    failure_source: FailureSource | None = None


Step = Call | Wait | PauseAll | Done


class Start(NamedTuple):
    """A row for a runner to work on. A row that is not sent is done at once.

    Args:
        step: Its first step.
        row: The row, or None if it is not sent.
    """

    step: Call | Done
    row: Row | None


# One row.


def first_step(row: Row) -> Call:
    """Return the first step of a row."""
    return Call("create", Progress(row))


def operation_of(call: Call) -> Result[Operation[User], Error]:
    """Return what a call sends."""
    user = call.progress.row.user
    params = user.params
    match call.kind:
        case "create":
            return Success(users.create_checked_user(params))
        case "read_id":
            return users.get_user_by_id(params.id or "")
        case "find_email":
            return Success(users.find_email_holder(user.email or "", params.aud))
        case _:
            return Success(users.probe_phone(user.phone or "", params.aud))


def next_step(call: Call, result: Result[User, Error]) -> Step:
    """Return what follows a call. A transport's own Error can hold anything; nothing raises."""
    try:
        return _next_step(call, result)
    except Exception as raised:
        message = f"the transport's Error raised {describe_origin(raised)}"
        return _fail(call.progress, Error("unexpected", message))


def fail(start: Start, error: Error) -> Done:
    """Return the end of a row for which no thread could be started."""
    step = start.step
    return step if isinstance(step, Done) else _fail(step.progress, error)


def _next_step(call: Call, result: Result[User, Error]) -> Step:
    progress = call.progress
    match result:
        case Success(User() as user):
            return _AFTER_USER[call.kind](progress, user)
        case failed:
            error = failed.failure()
    if call.kind == "create" and error.outcome_unknown:
        progress = replace(progress, unknown=error)
    if asks_for_too_long(error):
        return _fail(progress, error, even_if_unknown=True)
    seconds = requested_pause(error)
    if seconds is not None and progress.pauses < MAX_ATTEMPTS:
        paused = replace(progress, pauses=progress.pauses + 1)
        if _may_repeat(call.kind, error):
            return PauseAll(seconds, Call(call.kind, paused))
        if error.outcome_unknown:
            return PauseAll(seconds, _look_up(replace(paused, cause=error)))
    return _AFTER_ERROR[call.kind](progress, error)


def _may_repeat(kind: CallKind, error: Error) -> bool:
    """Whether a call can be sent again: lookups change nothing."""
    return error.retryable or (kind != "create" and error.outcome_unknown)


def _created(progress: Progress, user: User) -> Step:
    return Done(ImportedRow(progress.row.number, "created", user.id))


def _not_created(progress: Progress, error: Error) -> Step:
    server_errors = progress.server_errors + (error.status == SERVER_ERROR)
    progress = replace(progress, cause=error, server_errors=server_errors)
    if error.outcome_unknown or error.error_code in TAKEN or error.status == SERVER_ERROR:
        return _look_up(progress)
    if error.retryable:
        return _create_again(progress, error)
    is_rejected = error.status in CLIENT_ERRORS and error.status not in KEY_STATUSES
    return _fail(progress, error, is_invalid=is_rejected)


def _create_again(progress: Progress, error: Error) -> Step:
    if progress.creates > len(RETRY_DELAYS):
        return _fail(progress, error)
    again = replace(progress, creates=progress.creates + 1, lookups=0, holder=None)
    return Wait(RETRY_DELAYS[progress.creates - 1], Call("create", again))


def _look_up(progress: Progress, kind: CallKind = "read_id") -> Call:
    return Call(kind, replace(progress, lookups=0))


def _has_id(progress: Progress, user: User) -> Step:
    """Continue after `read_id`: a user has the row's id."""
    row = progress.row.user
    is_same = user.email == row.email if row.email is not None else user.phone == row.phone
    if user.deleted_at is None and is_same:
        return _accept(progress, user)
    if row.has_own_id:
        return _conflict_of_id(progress, user)
    progress = replace(progress, holder=user)
    if row.email is not None:
        return _look_up(progress, "find_email")
    return _exists(progress, None) if _is_taken(progress) else _conflict_of_id(progress, user)


def _id_is_unread(progress: Progress, error: Error) -> Step:
    """Continue after `read_id`: no user has the row's id, or it could not be read."""
    row = progress.row.user
    is_free = error.error_code == NOT_FOUND
    if not is_free and (again := _look_up_again("read_id", progress, error)) is not None:
        return again
    if not _is_taken(progress):
        cause = (progress.cause if is_free else None) or error
        may_create = progress.server_errors < MAX_SERVER_ERRORS or cause.outcome_unknown
        may_create &= is_free or _may_repeat("read_id", error)
        return _create_again(progress, cause) if may_create else _fail(progress, cause)
    if row.email is not None:
        return _look_up(progress, "find_email")
    if not row.has_own_id:
        return _exists(progress, None)
    return _conflict(progress, "phone", OTHER_USER) if is_free else _fail(progress, error)


def _has_email(progress: Progress, user: User) -> Step:
    """Continue after `find_email`: a user with another id has the row's email."""
    return _accept(progress, user)


def _email_is_unread(progress: Progress, error: Error) -> Step:
    """Continue after `find_email`: no user has the row's email, or it could not be read."""
    row, holder = progress.row.user, progress.holder
    if error.error_code != NOT_FOUND:
        again = _look_up_again("find_email", progress, error)
        if again is not None:
            return again
        if _is_taken(progress) and not row.has_own_id and row.phone is None:
            return _exists(progress, None)
        return _fail(progress, error)
    if holder is not None:
        return _conflict_of_id(progress, holder)
    is_phone = progress.cause is not None and progress.cause.error_code == "phone_exists"
    return _conflict(progress, "phone" if is_phone else "email", OTHER_USER)


def _accept(progress: Progress, user: User) -> Step:
    """Continue with the user who has the row's address, unless its id or phone is another's."""
    row = progress.row.user
    if row.has_own_id and user.id != row.params.id:
        return _conflict(progress, "email", OTHER_USER, user.id)
    if row.phone is None or user.phone == row.phone:
        is_own = progress.unknown is not None and user.id == row.params.id
        outcome: Outcome = "created" if is_own else "exists"
        return Done(ImportedRow(progress.row.number, outcome, user.id))
    return _look_up(replace(progress, holder=user), "probe_phone")


def _probe_was_accepted(progress: Progress, _user: User) -> Step:
    return _fail(progress, Error("unexpected", "the server has accepted an invalid user"))


def _probed(progress: Progress, error: Error) -> Step:
    user_id = None if progress.holder is None else progress.holder.id
    if error.error_code == "phone_exists":
        return _conflict(progress, "phone", OTHER_USER, user_id)
    if error.error_code == "validation_failed":
        return _exists(progress, user_id)
    again = _look_up_again("probe_phone", progress, error)
    return _fail(progress, _copy(error, outcome_unknown=False)) if again is None else again


def _look_up_again(kind: CallKind, progress: Progress, error: Error) -> Step | None:
    if progress.lookups >= len(RETRY_DELAYS) or not _may_repeat(kind, error):
        return None
    again = replace(progress, lookups=progress.lookups + 1)
    return Wait(RETRY_DELAYS[progress.lookups], Call(kind, again))


_AFTER_USER: Final[Mapping[CallKind, Callable[[Progress, User], Step]]] = MappingProxyType(
    {
        "create": _created,
        "read_id": _has_id,
        "find_email": _has_email,
        "probe_phone": _probe_was_accepted,
    }
)
_AFTER_ERROR: Final[Mapping[CallKind, Callable[[Progress, Error], Step]]] = MappingProxyType(
    {
        "create": _not_created,
        "read_id": _id_is_unread,
        "find_email": _email_is_unread,
        "probe_phone": _probed,
    }
)


def _is_taken(progress: Progress) -> bool:
    return progress.cause is not None and progress.cause.error_code in TAKEN


def _exists(progress: Progress, user_id: str | None) -> Done:
    return Done(ImportedRow(progress.row.number, "exists", user_id))


def _conflict_of_id(progress: Progress, holder: User) -> Done:
    reason = OTHER_USER if holder.deleted_at is None else DELETED_USER
    return _conflict(progress, "id", reason, holder.id)


def _conflict(progress: Progress, field: str, reason: str, user_id: str | None = None) -> Done:
    cause = progress.cause
    error = Error(
        "resource_already_exists",
        f"{field} {reason}",
        error_code=None if cause is None else cause.error_code,
        errors={field: (reason,)},
        metadata=None if cause is None else cause.metadata,
    )
    return Done(ImportedRow(progress.row.number, "conflict", user_id, error))


def _fail(
    progress: Progress, error: Error, *, is_invalid: bool = False, even_if_unknown: bool = False
) -> Done:
    """Fail a row, with the error of an earlier attempt if that may have created the user."""
    unknown = None if is_invalid else progress.unknown
    if unknown is not None:
        error = _copy(error, outcome_unknown=True) if even_if_unknown else unknown
    imported = ImportedRow(progress.row.number, "failed", error=error)
    return Done(imported, is_invalid, _failure_source(error))


def _failure_source(error: Error) -> FailureSource | None:
    if error.status in KEY_STATUSES:
        return "key"
    is_unconnected = error.code == "connection_error" or (
        error.code == "timeout" and not error.outcome_unknown
    )
    is_gateways = error.status in GATEWAY_STATUSES and error.error_code is None
    return "gateway" if is_unconnected or is_gateways else None


def _located(imported: ImportedRow, line: int | None) -> ImportedRow:
    error = imported.error
    return imported if error is None else imported._replace(error=_with_line(error, line))


def _with_line(error: Error, line: int | None) -> Error:
    """Return the same error with the line in its message and its metadata."""
    if line is None or "line" in error.metadata:
        return error
    return _copy(error, message=f"line {line}: {error.message}", line=line)


def _copy(
    error: Error,
    *,
    message: str | None = None,
    outcome_unknown: bool | None = None,
    line: int | None = None,
) -> Error:
    return Error(
        error.code,
        error.message if message is None else message,
        error_code=error.error_code,
        status=error.status,
        service=error.service,
        errors=error.errors,
        reasons=error.reasons,
        retry_after=error.retry_after,
        metadata=error.metadata if line is None else {**error.metadata, "line": line},
        outcome_unknown=error.outcome_unknown if outcome_unknown is None else outcome_unknown,
    )


# All rows.


class ImportPlanner:
    """Which rows may start, and what became of those that are finished.

    Args:
        key: The client's key, from which ids are derived.
        unguessable_passwords: Whether rows without a password get a random hash.
    """

    def __init__(self, key: str, *, unguessable_passwords: bool) -> None:
        self._key = key
        self._unguessable_passwords = unguessable_passwords
        self._count = 0
        self._seen = SeenUsers()
        # The unfinished rows that have a key, in the order of the input.
        self._queues: dict[Key, deque[Row]] = {}
        self._held: set[int] = set()
        self._unfinished = 0
        self._rejected = 0
        self._starts: deque[Start] = deque()
        self._finished: deque[ImportedRow] = deque()
        self._gateway_failures = 0
        self._error: Error | None = None

    def has_room(self, window: int) -> bool:
        """Whether a row can be added: fewer than `window` were added and not taken."""
        rows = self._unfinished + self._rejected + len(self._finished)
        return self._error is None and rows < window

    @property
    def error(self) -> Error | None:
        """The Error that has stopped the import, or None; it does not come from a row."""
        return self._error

    def add(self, content: object, line: int | None, *, is_parsed: bool) -> None:
        """Add the next row of the input."""
        self._count += 1
        prepared = prepare_user(
            content,
            key=self._key,
            unguessable_passwords=self._unguessable_passwords,
            is_parsed=is_parsed,
        )
        match prepared:
            case Success(NewUser() as user):
                self._queue(Row(self._count, line, user))
            case failed:
                self._reject(self._count, line, failed.failure())

    def start(self) -> Start | None:
        """Return a row that can start, or None if there is none."""
        return self._starts.popleft() if self._starts else None

    def finish(self, start: Start, done: Done) -> None:
        """Receive the end of a row that was started."""
        row = start.row
        if row is None:
            self._rejected -= 1
            self._finished.append(done.imported)
            return
        self._finished.append(_located(done.imported, row.line))
        if not done.is_invalid:
            line = row.number if row.line is None else row.line
            self._seen.add(row.user.keys.values(), line)
        self._count_failure(done)
        self._begin_if_first(self._remove(row))

    def take(self) -> ImportedRow | None:
        """Return a row that is finished, or None if there is none."""
        return self._finished.popleft() if self._finished else None

    def _reject(self, number: int, line: int | None, error: Error) -> None:
        self._rejected += 1
        failed = _located(ImportedRow(number, "failed", error=error), line)
        self._starts.append(Start(Done(failed), None))

    def _count_failure(self, done: Done) -> None:
        self._gateway_failures = (
            self._gateway_failures + 1 if done.failure_source == "gateway" else 0
        )
        if done.failure_source == "key" or self._gateway_failures >= MAX_GATEWAY_FAILURES:
            self._error = self._error or done.imported.error
            self._starts.clear()

    def _queue(self, row: Row) -> None:
        self._unfinished += 1
        self._held.add(row.number)
        for key in row.user.keys.values():
            self._queues.setdefault(key, deque()).append(row)
        self._begin_if_first([row])

    def _begin_if_first(self, rows: Iterable[Row]) -> None:
        """Start rows that no earlier one holds back; a duplicate is finished instead."""
        candidates = deque(rows)
        while candidates and self._error is None:
            row = candidates.popleft()
            if row.number not in self._held or not self._is_first(row):
                continue
            self._held.remove(row.number)
            error = self._duplicate_error(row)
            if error is None:
                self._starts.append(Start(first_step(row), row))
            else:
                self._reject(row.number, row.line, error)
                candidates.extend(self._remove(row))

    def _is_first(self, row: Row) -> bool:
        return all(self._queues[key][0] is row for key in row.user.keys.values())

    def _remove(self, row: Row) -> Sequence[Row]:
        """Remove a row from the queues of its keys, and return those that come first now."""
        self._unfinished -= 1
        followers: dict[int, Row] = {}
        for key in row.user.keys.values():
            queue = self._queues[key]
            queue.popleft()
            if queue:
                followers[queue[0].number] = queue[0]
            else:
                del self._queues[key]
        return [follower for _, follower in sorted(followers.items())]

    def _duplicate_error(self, row: Row) -> Error | None:
        lines = {field: self._seen.find(key) for field, key in row.user.keys.items()}
        unit = "row" if row.line is None else "line"
        errors: dict[str, Messages] = {
            field: (f"is also in {unit} {line}",)
            for field, line in lines.items()
            if line is not None
        }
        if not row.user.has_own_id and not errors.keys().isdisjoint({"email", "phone"}):
            errors.pop("id", None)  # it is derived from the address
        return validation_error(errors) if errors else None
