"""`import_users`: create many users, such that the same input can be run again."""

import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Final, Literal, NamedTuple

from returns.result import Failure, Result, Success

from supabase_gotrue.bulk.concurrency import map_ahead
from supabase_gotrue.bulk.new_users import digits_of, prepare_user
from supabase_gotrue.client import Client, check_client, run
from supabase_gotrue.error import Error
from supabase_gotrue.models.user import User
from supabase_gotrue.operations import users
from supabase_gotrue.schemas.admin_user import AdminUserParams
from supabase_gotrue.schemas.arguments import check_argument
from supabase_gotrue.schemas.cast import cast_bool

# Pauses between the attempts of one row, for servers that restart.
RETRY_DELAYS: Final = (0.1, 0.5, 2.0)
# So that no thread waits for the caller to take a result.
READ_AHEAD: Final = 2
TAKEN: Final = frozenset({"email_exists", "phone_exists", "user_already_exists"})
NOT_FOUND: Final = "user_not_found"
SERVER_ERROR: Final = 500

Outcome = Literal["created", "exists", "failed"]


class ImportedRow(NamedTuple):
    """What became of one row of an import.

    Args:
        number: The row's place in the input, from 1; 0 if the arguments are invalid.
        outcome: `created`; `exists`: the id, email or phone already belongs to a user;
            or `failed`.
        user_id: The id of that user, or `None` if it is unknown.
        error: Why the row failed, else `None`.
    """

    number: int
    outcome: Outcome
    user_id: str | None = None
    error: Error | None = None


def import_users(
    client: Client,
    rows: Iterable[Result[AdminUserParams, Error] | AdminUserParams | Mapping[str, object]],
    *,
    max_concurrency: int = 8,
    unguessable_passwords: bool = True,
) -> Iterator[ImportedRow]:
    """Create users from rows, such as those of `bulk.readers`, on several threads.

    The same input can be run again after a crash, and creates nobody twice: a row without an
    `id` gets one that is always the same for its address (a UUID of version 5). A lost
    response is settled by reading that id; a row counts as `created` if its user is there
    afterwards. Rows are checked before anything is sent, also for what the server accepts
    although nobody could sign in, or answers with a 500: see
    :func:`supabase_gotrue.bulk.password_hashes.password_hash_error`.

    Without `email_confirm` (or `phone_confirm`) in a row, its user cannot sign in until the
    address is confirmed.

    Args:
        client: A client created with a secret or `service_role` key. Its `pool_size` should
            not be less than `max_concurrency`.
        rows: Attributes of `create_user`, or Results of them: a Failure comes out as failed.
            Read lazily, at most twice `max_concurrency` rows ahead.
        max_concurrency: Maximum number of calls at a time. One or two for each processor of
            the server are enough.
        unguessable_passwords: Give a row without a password a random hash that no password
            matches. The server would otherwise make up a password and hash it, which takes
            four times as long. Either way, its user takes a recovery link.

    Returns:
        An iterator of `ImportedRow`, in the order in which calls end. A row whose response
        was lost and whose id cannot be read is `failed` with `error.outcome_unknown`: run it
        again. Invalid arguments, and `rows` that raise, give a last row that failed.

    Route: POST /admin/users.
    Source: https://github.com/supabase/auth/blob/master/internal/api/admin.go

    >>> rows = [{"email": "joan@example.com"}, {"email": "ada@example.com"}, {"email": 7}]
    >>> sorted((row.number, row.outcome) for row in import_users(client, rows))
    [(1, 'created'), (2, 'exists'), (3, 'failed')]
    """
    flag = check_argument("unguessable_passwords", unguessable_passwords, cast_bool, bool)
    error = check_client(Client, client).bind(lambda _: flag).swap().value_or(None)
    if error is not None:
        return iter([ImportedRow(0, "failed", error=error)])
    importer = _Importer(client, unguessable_passwords=flag.value_or(True))
    numbered = _number(rows)
    pairs = map_ahead(
        importer.import_row, numbered, max_concurrency, ordered=False, read_ahead=READ_AHEAD
    )
    return (_imported(row, result) for row, result in pairs)


class _Row:
    """A row on its way, and what earlier attempts at it have left open."""

    def __init__(self, number: int, content: object) -> None:
        self.number = number
        self.content: object = content
        self.server_errors = 0
        # Of an attempt that may have created the user.
        self.unknown: Error | None = None
        # Whether the server has rejected the row for what is in it.
        self.is_rejected = False


def _number(rows: Iterable[object]) -> Iterator[_Row]:
    for number, content in zip(count(1), rows):
        yield _Row(number, content)


def _imported(row: _Row | None, result: Result[ImportedRow, Error]) -> ImportedRow:
    match result:
        case Success(ImportedRow() as imported):
            return imported
        case failed:
            error = failed.failure()
            if row is None:
                return ImportedRow(0, "failed", error=error)
            if row.unknown is not None and not row.is_rejected:
                error = row.unknown
            return ImportedRow(row.number, "failed", error=error)


class _Importer:
    """Imports one row at a time; any number of threads may use it."""

    def __init__(self, client: Client, *, unguessable_passwords: bool) -> None:
        self._client = client
        self._unguessable_passwords = unguessable_passwords

    def import_row(self, row: _Row) -> Result[ImportedRow, Error]:
        return prepare_user(row.content, unguessable_passwords=self._unguessable_passwords).bind(
            lambda params: self._create(row, params)
        )

    def _create(self, row: _Row, params: AdminUserParams) -> Result[ImportedRow, Error]:
        result = self._attempt(row, params)
        for delay in RETRY_DELAYS:
            if not _may_retry(result, row):
                break
            time.sleep(delay)
            result = self._attempt(row, params)
        return result

    def _attempt(self, row: _Row, params: AdminUserParams) -> Result[ImportedRow, Error]:
        created = run(self._client, users.create_user(params))
        match created:
            case Success(User() as user):
                return Success(ImportedRow(row.number, "created", user.id))
            case failed:
                error = failed.failure()
        row.unknown = error if error.outcome_unknown else row.unknown
        row.server_errors += error.status == SERVER_ERROR
        if error.outcome_unknown or error.error_code in TAKEN or error.status == SERVER_ERROR:
            return self._settle(row, params, error)
        row.is_rejected = error.status is not None and not error.retryable
        return Failure(error)

    def _settle(
        self, row: _Row, params: AdminUserParams, error: Error
    ) -> Result[ImportedRow, Error]:
        """Find out whether the row's user is there; if not, the error stands."""
        is_taken = error.error_code in TAKEN
        match self._read(params.id or ""):
            case Success(User() as user):
                is_own = row.unknown is not None and _has_address(user, params)
                return Success(ImportedRow(row.number, "created" if is_own else "exists", user.id))
            case Failure(Error() as unreadable) if not is_taken:
                return Failure(unreadable)
            case _:
                other = self._find(params.email)
        if other is None and not is_taken:
            return Failure(error)
        return Success(ImportedRow(row.number, "exists", other))

    def _read(self, user_id: str) -> Result[User | None, Error]:
        """Read a user; None if there is no such user."""
        result = run(self._client, users.get_user_by_id(user_id))
        for delay in RETRY_DELAYS:
            error = result.swap().value_or(None)
            if error is None or not error.retryable or error.retry_after is not None:
                break
            time.sleep(delay)
            result = run(self._client, users.get_user_by_id(user_id))
        return result.map(_optional).lash(_none_if_not_found)

    def _find(self, email: str | None) -> str | None:
        """Find the id of the user with an address; phones cannot be searched."""
        if email is None:
            return None
        found = run(self._client, users.get_user_by_email(email.strip()))
        return found.map(lambda user: user.id).value_or(None)


def _has_address(user: User, params: AdminUserParams) -> bool:
    email, phone = params.email, params.phone
    return (email is not None and user.email == email.strip().lower()) or (
        phone is not None and digits_of(user.phone or "") == digits_of(phone)
    )


def _may_retry(result: Result[ImportedRow, Error], row: _Row) -> bool:
    """Whether another attempt makes sense: creating a user with its own id is repeatable."""
    error = result.swap().value_or(None)
    if error is None or error.retry_after is not None:
        return False
    # A race for an address is a 500; the next attempt gets its name.
    is_race = error.status == SERVER_ERROR and row.server_errors == 1
    return is_race or error.retryable or error.outcome_unknown


def _optional(user: User) -> User | None:
    return user


def _none_if_not_found(error: Error) -> Result[User | None, Error]:
    return Success(None) if error.error_code == NOT_FOUND else Failure(error)
