"""The state: an SQLite database, in memory or in a file that other emulators may share.

What may live here: the schema, transactions, and reading and writing rows. Which rows a
request needs is known elsewhere.

https://www.sqlite.org/lang_transaction.html
"""

import re
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache, lru_cache
from threading import RLock
from typing import Final, NamedTuple, TypeVar

import msgspec

from supabase_gotrue.emulator.faults import Taken
from supabase_gotrue.emulator.rows import (
    AuditEntry,
    Challenge,
    Claim,
    Factor,
    Identity,
    OneTimeToken,
    RefreshToken,
    Row,
    Session,
    User,
)

IN_MEMORY: Final = ":memory:"
# Other emulators hold a shared file for milliseconds at most.
WAIT: Final = 30.0

_OF_USER: Final = {"user_id": "REFERENCES users (id) ON DELETE CASCADE"}
_OF_SESSION: Final = {"session_id": "REFERENCES sessions (id) ON DELETE CASCADE"}
_TABLES: Final[dict[type[Row], dict[str, str]]] = {
    User: {"email": "UNIQUE", "phone": "UNIQUE"},
    Identity: _OF_USER,
    Factor: _OF_USER,
    Session: _OF_USER,
    Claim: _OF_SESSION,
    RefreshToken: _OF_USER | _OF_SESSION,
    OneTimeToken: _OF_USER,
    Challenge: {"factor_id": "REFERENCES factors (id) ON DELETE CASCADE"},
    AuditEntry: {},
}
# Totals are kept, so that no list of many users has to count them.
_REST: Final = """
CREATE UNIQUE INDEX IF NOT EXISTS identity_provider ON identities (provider_id, provider);
CREATE INDEX IF NOT EXISTS identity_user ON identities (user_id);
CREATE INDEX IF NOT EXISTS identity_email ON identities (email);
CREATE INDEX IF NOT EXISTS factor_user ON factors (user_id);
CREATE INDEX IF NOT EXISTS session_user ON sessions (user_id);
CREATE INDEX IF NOT EXISTS claim_session ON amr_claims (session_id);
CREATE INDEX IF NOT EXISTS refresh_session ON refresh_tokens (session_id);
CREATE INDEX IF NOT EXISTS refresh_user ON refresh_tokens (user_id);
CREATE INDEX IF NOT EXISTS one_time_user ON one_time_tokens (user_id);
CREATE INDEX IF NOT EXISTS challenge_factor ON challenges (factor_id);
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
# What PostgreSQL calls the keys that SQLite names by their column.
_KEYS: Final = {
    "users.email": "users_email_partial_key",
    "users.phone": "users_phone_key",
    "users.id": "users_pkey",
}
_VIOLATED: Final = re.compile(r"UNIQUE constraint failed: (\S+)")

_RowT = TypeVar("_RowT", bound=Row)
Value = str | int | None


class Duplicate(Exception):
    """A row that breaks a unique key."""

    def __init__(self, taken: Taken) -> None:
        super().__init__(taken)
        self.taken = taken


class _Sql(NamedTuple):
    columns: tuple[str, ...]
    select: str
    insert: str
    update: str


@cache
def _sql(kind: type[Row]) -> _Sql:
    columns = tuple(name for name in kind.__struct_fields__ if name not in kind.loaded)
    listed = ", ".join(columns)
    marks = ", ".join("?" * len(columns))
    sets = ", ".join(f"{name} = ?" for name in columns[1:])
    return _Sql(
        columns,
        f"SELECT {listed} FROM {kind.table} ",
        f"INSERT INTO {kind.table} ({listed}) VALUES ({marks})",
        f"UPDATE {kind.table} SET {sets} WHERE {columns[0]} = ?",
    )


def _create(kind: type[Row], extra: dict[str, str]) -> str:
    types = {field.name: field.type for field in msgspec.structs.fields(kind)}
    columns = _sql(kind).columns
    key = f"{columns[0]} TEXT NOT NULL UNIQUE"
    rest = (
        f"{name} {'TEXT' if types[name] in (str, str | None) else 'INTEGER'} {extra.get(name, '')}"
        for name in columns[1:]
    )
    listed = ", ".join((key, *rest))
    return f"CREATE TABLE IF NOT EXISTS {kind.table} (seq INTEGER PRIMARY KEY, {listed});"


class Transaction:
    """What one request reads and writes, all of it or nothing."""

    def __init__(self, connection: sqlite3.Connection, now: int) -> None:
        self._connection = connection
        self.now = now

    def all(self, kind: type[_RowT], rest: str, *values: Value) -> list[_RowT]:
        """The rows that a query's end selects, in its order."""
        found = self._connection.execute(_sql(kind).select + rest, values)
        return [kind(*row) for row in found]

    def first(self, kind: type[_RowT], rest: str, *values: Value) -> _RowT | None:
        """The first row that a query's end selects."""
        row = self._connection.execute(f"{_sql(kind).select}{rest} LIMIT 1", values).fetchone()
        return None if row is None else kind(*row)

    def number(self, query: str, *values: Value) -> int:
        """The number that a query answers, 0 where it answers nothing."""
        row = self._connection.execute(query, values).fetchone()
        return int(row[0]) if row else 0

    def run(self, statement: str, *values: Value) -> None:
        """A statement that answers nothing."""
        self._connection.execute(statement, values)

    def add(self, row: Row) -> None:
        """Insert a row, stamped with the time."""
        self._stamp(row, "created_at", "updated_at")
        self._write(_sql(type(row)).insert, row, *_values(row))

    def save(self, row: Row) -> None:
        """Write all columns of a row that exists."""
        self._stamp(row, "updated_at")
        key, *rest = _values(row)
        self._write(_sql(type(row)).update, row, *rest, key)

    def _stamp(self, row: Row, *names: str) -> None:
        for name in names:
            setattr(row, name, self.now)

    def _write(self, statement: str, row: Row, *values: Value) -> None:
        try:
            self._connection.execute(statement, values)
        except sqlite3.IntegrityError as fault:
            raise Duplicate(_taken(str(fault), row)) from None


def _values(row: Row) -> tuple[Value, ...]:
    return tuple(getattr(row, name) for name in _sql(type(row)).columns)


def _taken(fault: str, row: Row) -> Taken:
    found = _VIOLATED.search(fault)
    where = found[1] if found else ""
    column = where.partition(".")[2]
    detail = f"Key ({column})=({getattr(row, column, '')}) already exists."
    return Taken(_KEYS.get(where, where), detail)


@lru_cache(maxsize=256)
def _like(pattern: str, flags: re.RegexFlag) -> re.Pattern[str]:
    """A pattern of PostgreSQL's LIKE: https://www.postgresql.org/docs/15/functions-matching.html"""
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    special = {"%": ".*", "_": "."}
    regex = "".join(
        special.get(part) or re.escape(part[1:] if len(part) > 1 else part) for part in parts
    )
    return re.compile(regex, re.DOTALL | flags)


def _pg_like(text: object, pattern: str) -> bool:
    return text is not None and bool(_like(pattern, re.NOFLAG).fullmatch(str(text)))


def _pg_ilike(text: object, pattern: str) -> bool:
    return text is not None and bool(_like(pattern, re.IGNORECASE).fullmatch(str(text)))


class Database:
    """One connection to the state, one transaction at a time.

    Args:
        path: of a file, or `:memory:`.
    """

    def __init__(self, path: str = IN_MEMORY) -> None:
        self._lock = RLock()
        self._connection = sqlite3.connect(
            path, timeout=WAIT, isolation_level=None, check_same_thread=False
        )
        for name, function in (("pg_like", _pg_like), ("pg_ilike", _pg_ilike)):
            self._connection.create_function(name, 2, function, deterministic=True)
        # A crash of the process loses nothing; only one of the whole machine may.
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("PRAGMA foreign_keys = ON")
        tables = "\n".join(_create(kind, extra) for kind, extra in _TABLES.items())
        self._connection.executescript(f"BEGIN IMMEDIATE;\n{tables}\n{_REST}\nCOMMIT;")

    @contextmanager
    def transaction(self, now: int, *, writes: bool) -> Generator[Transaction]:
        """Everything in the block, or, where it raises, nothing."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
            try:
                yield Transaction(self._connection, now)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the connection; a file keeps everything."""
        with self._lock:
            self._connection.close()
