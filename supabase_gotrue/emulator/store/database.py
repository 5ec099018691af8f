"""The SQLite database: schema, transactions, reading and writing rows.

https://www.sqlite.org/lang_transaction.html
"""

import re
import sqlite3
import weakref
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from threading import RLock
from typing import Final, NamedTuple, TypeVar

import msgspec

from supabase_gotrue.emulator.store.like import ilike, like
from supabase_gotrue.emulator.store.rows import (
    AMRClaim,
    AuditEntry,
    Challenge,
    CustomProvider,
    Factor,
    FlowState,
    Identity,
    OAuthClient,
    OneTimeToken,
    Passkey,
    RefreshToken,
    Row,
    Session,
    SSODomain,
    SSOProvider,
    User,
)

IN_MEMORY: Final = ":memory:"
# Seconds. Other emulators lock a shared file for milliseconds only.
BUSY_TIMEOUT: Final = 30.0

_OF_USER: Final = {"user_id": "REFERENCES users (id) ON DELETE CASCADE"}
_OF_SESSION: Final = {"session_id": "REFERENCES sessions (id) ON DELETE CASCADE"}
_TABLES: Final[dict[type[Row], dict[str, str]]] = {
    User: {"email": "UNIQUE", "phone": "UNIQUE"},
    Identity: _OF_USER,
    Factor: _OF_USER,
    Session: _OF_USER,
    AMRClaim: _OF_SESSION,
    RefreshToken: _OF_USER | _OF_SESSION,
    OneTimeToken: _OF_USER,
    FlowState: _OF_USER,
    Challenge: {"factor_id": "REFERENCES factors (id) ON DELETE CASCADE"},
    Passkey: _OF_USER,
    OAuthClient: {},
    CustomProvider: {"identifier": "UNIQUE"},
    SSOProvider: {"entity_id": "UNIQUE"},
    SSODomain: {"sso_provider_id": "REFERENCES sso_providers (id) ON DELETE CASCADE"},
    AuditEntry: {},
}
# `totals` spares listing many users a count of all rows.
_INDEXES_AND_TRIGGERS: Final = """
CREATE UNIQUE INDEX IF NOT EXISTS identity_provider ON identities (provider_id, provider);
CREATE INDEX IF NOT EXISTS identity_user ON identities (user_id);
CREATE INDEX IF NOT EXISTS identity_email ON identities (email);
CREATE INDEX IF NOT EXISTS factor_user ON factors (user_id);
CREATE INDEX IF NOT EXISTS session_user ON sessions (user_id);
CREATE INDEX IF NOT EXISTS claim_session ON amr_claims (session_id);
CREATE INDEX IF NOT EXISTS refresh_session ON refresh_tokens (session_id);
CREATE INDEX IF NOT EXISTS refresh_user ON refresh_tokens (user_id);
CREATE INDEX IF NOT EXISTS one_time_user ON one_time_tokens (user_id);
CREATE INDEX IF NOT EXISTS flow_state_user ON flow_state (user_id);
CREATE INDEX IF NOT EXISTS challenge_factor ON challenges (factor_id);
CREATE INDEX IF NOT EXISTS passkey_user ON webauthn_credentials (user_id);
CREATE INDEX IF NOT EXISTS sso_domain_provider ON sso_domains (sso_provider_id);
CREATE UNIQUE INDEX IF NOT EXISTS sso_domains_domain_idx ON sso_domains (lower(domain));
CREATE UNIQUE INDEX IF NOT EXISTS sso_providers_resource_id_idx
    ON sso_providers (lower(resource_id));
CREATE INDEX IF NOT EXISTS audit_order ON audit_log (created_at);
CREATE INDEX IF NOT EXISTS user_order ON users (aud, created_at);
CREATE INDEX IF NOT EXISTS user_cursor ON users (aud, created_at, id);
CREATE TABLE IF NOT EXISTS totals (aud TEXT PRIMARY KEY, users INTEGER NOT NULL);
CREATE TRIGGER IF NOT EXISTS user_added AFTER INSERT ON users BEGIN
    INSERT INTO totals VALUES (new.aud, 1)
    ON CONFLICT (aud) DO UPDATE SET users = users + 1;
END;
CREATE TRIGGER IF NOT EXISTS user_gone AFTER DELETE ON users BEGIN
    UPDATE totals SET users = users - 1 WHERE aud = old.aud;
END;
"""
# PostgreSQL's names of the unique constraints, by column.
_PG_CONSTRAINTS: Final = {
    "users.email": "users_email_partial_key",
    "users.phone": "users_phone_key",
    "users.id": "users_pkey",
}
_ESCAPED_NUL: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
# The unique indexes on the lower case of a column.
_LOWER_CASE_INDEXES: Final = {
    "sso_domains_domain_idx": "domain",
    "sso_providers_resource_id_idx": "resource_id",
}
_UNIQUE_FAILED: Final = re.compile(r"UNIQUE constraint failed: (?:index ')?([\w.]+)")

_RowT = TypeVar("_RowT", bound=Row)
Value = str | int | None


class UniqueViolation(msgspec.Struct, frozen=True):
    """A violated unique constraint of the database.

    Args:
        constraint: PostgreSQL's name of the constraint.
        detail: PostgreSQL's detail, with the column and its value.
    """

    constraint: str
    detail: str


class DatabaseError(Exception):
    """PostgreSQL would reject a value: a NUL character, or a text that is too long."""

    violation: UniqueViolation | None = None


class UniqueConstraintError(DatabaseError):
    """A row violates a unique constraint."""

    def __init__(self, violation: UniqueViolation) -> None:
        super().__init__(violation)
        self.violation: UniqueViolation | None = violation


class _Statements(NamedTuple):
    columns: tuple[str, ...]
    select: str
    insert: str
    update: str


@cache
def _statements(kind: type[Row]) -> _Statements:
    columns = tuple(name for name in kind.__struct_fields__ if name not in kind.not_columns)
    column_list = ", ".join(columns)
    placeholders = ", ".join("?" * len(columns))
    sets = ", ".join(f"{name} = ?" for name in columns[1:])
    return _Statements(
        columns,
        f"SELECT {column_list} FROM {kind.table} ",
        f"INSERT INTO {kind.table} ({column_list}) VALUES ({placeholders})",
        f"UPDATE {kind.table} SET {sets} WHERE {columns[0]} = ?",
    )


def _create_table(kind: type[Row], extra: dict[str, str]) -> str:
    types = {field.name: field.type for field in msgspec.structs.fields(kind)}
    columns = _statements(kind).columns
    key_definition = f"{columns[0]} TEXT NOT NULL UNIQUE"
    column_definitions = (
        f"{name} {'TEXT' if types[name] in (str, str | None) else 'INTEGER'} {extra.get(name, '')}"
        for name in columns[1:]
    )
    # SQLite checks the last unique column first: the key, as PostgreSQL does.
    column_list = ", ".join((*column_definitions, key_definition))
    return f"CREATE TABLE IF NOT EXISTS {kind.table} (seq INTEGER PRIMARY KEY, {column_list});"


class Transaction:
    """The reads and writes of one request: all of them are committed, or none."""

    def __init__(self, connection: sqlite3.Connection, now: int) -> None:
        self._connection = connection
        self.now = now

    def all(self, kind: type[_RowT], clause: str, *values: Value) -> list[_RowT]:
        """Return the rows that a WHERE, ORDER BY or LIMIT clause selects."""
        _check_text(values)
        rows = self._connection.execute(_statements(kind).select + clause, values)
        return [kind(*row) for row in rows]

    def first(self, kind: type[_RowT], clause: str, *values: Value) -> _RowT | None:
        """Return the first row that a WHERE or ORDER BY clause selects."""
        return next(iter(self.all(kind, f"{clause} LIMIT 1", *values)), None)

    def scalar(self, query: str, *values: Value) -> int:
        """Return the integer that a query selects, or 0 if it selects no row."""
        _check_text(values)
        row = self._connection.execute(query, values).fetchone()
        return int(row[0]) if row else 0

    def execute(self, statement: str, *values: Value) -> None:
        """Execute a statement that returns no rows."""
        self._connection.execute(statement, values)

    def add(self, row: Row) -> None:
        """Insert a row and set its times."""
        self._set_times(row, "created_at", "updated_at")
        self._write(_statements(type(row)).insert, row, *_row_values(row))

    def save(self, row: Row) -> None:
        """Update all columns of an existing row."""
        self._set_times(row, "updated_at")
        key, *values = _row_values(row)
        self._write(_statements(type(row)).update, row, *values, key)

    def clear(self) -> None:
        """Delete all rows."""
        for kind in _TABLES:
            self._connection.execute(f"DELETE FROM {kind.table}")

    @contextmanager
    def savepoint(self) -> Generator[None]:
        """Undo what the block did if it raises, but keep the transaction."""
        self.execute("SAVEPOINT block")
        try:
            yield
        except BaseException:
            self.execute("ROLLBACK TO block")
            raise
        finally:
            self.execute("RELEASE block")

    def _set_times(self, row: Row, *names: str) -> None:
        for name in names:
            setattr(row, name, self.now)

    def _write(self, statement: str, row: Row, *values: Value) -> None:
        _check_row(row)
        _check_text(values)
        try:
            self._connection.execute(statement, values)
        except sqlite3.IntegrityError as error:
            raise UniqueConstraintError(_unique_violation(str(error), row)) from None


def _row_values(row: Row) -> tuple[Value, ...]:
    return tuple(getattr(row, name) for name in _statements(type(row)).columns)


def _check_text(values: tuple[Value, ...]) -> None:
    if any(isinstance(value, str) and "\0" in value for value in values):
        raise DatabaseError("invalid byte sequence for encoding: 0x00")


def _check_row(row: Row) -> None:
    for name, limit in row.max_lengths.items():
        if len(getattr(row, name) or "") > limit:
            raise DatabaseError(f"value too long for type character varying({limit})")
    for name in row.json_columns:
        if _ESCAPED_NUL.search(getattr(row, name)):
            raise DatabaseError("unsupported Unicode escape sequence")


def _unique_violation(message: str, row: Row) -> UniqueViolation:
    match = _UNIQUE_FAILED.search(message)
    constraint = match[1] if match else ""
    if column := _LOWER_CASE_INDEXES.get(constraint, ""):
        key, value = f"lower({column})", getattr(row, column).lower()
    else:
        key = constraint.partition(".")[2]
        value = getattr(row, key, "")
    detail = f"Key ({key})=({value}) already exists."
    return UniqueViolation(_PG_CONSTRAINTS.get(constraint, constraint), detail)


class Database:
    """One connection to a database, with one transaction at a time.

    Args:
        path: The path of a file, or `:memory:`.
    """

    def __init__(self, path: str = IN_MEMORY) -> None:
        self._lock = RLock()
        self._connection = sqlite3.connect(
            path, timeout=BUSY_TIMEOUT, isolation_level=None, check_same_thread=False
        )
        # Python 3.13 warns about connections that are not closed.
        self._close = weakref.finalize(self, self._connection.close)
        for name, function in (("pg_like", like), ("pg_ilike", ilike)):
            self._connection.create_function(name, 2, function, deterministic=True)
        # Survives a crash of the process, though not of the machine.
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("PRAGMA foreign_keys = ON")
        tables = "\n".join(_create_table(kind, extra) for kind, extra in _TABLES.items())
        self._connection.executescript(
            f"BEGIN IMMEDIATE;\n{tables}\n{_INDEXES_AND_TRIGGERS}\nCOMMIT;"
        )

    @contextmanager
    def transaction(self, now: int, *, writes: bool) -> Generator[Transaction]:
        """Commit what the block does, or roll it back if the block raises."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
            try:
                yield Transaction(self._connection, now)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._close()
