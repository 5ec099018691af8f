"""The password hashes of Auth0, by the users to whom they belong."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from supabase_gotrue.bulk.readers.casts import is_absent
from supabase_gotrue.bulk.readers.fields import Draft
from supabase_gotrue.bulk.readers.json_records import json_records
from supabase_gotrue.bulk.readers.rows import SourceError, unreadable
from supabase_gotrue.bulk.readers.text import TextPieces
from supabase_gotrue.json_types import is_object, is_sequence

ARGUMENT: Final = "password_lines"
UNUSED: Final = "password without a user"
# The algorithms of a `custom_password_hash` whose hashes the server may know.
ALGORITHMS: Final = frozenset({"bcrypt", "argon2"})

Hash = tuple[str | None, str]


class Auth0Hashes:
    """Hashes by the id and by the address of their users."""

    def __init__(self) -> None:
        self._by_id: defaultdict[str, list[Hash]] = defaultdict(list)
        # All hashes with an address. One without an id may only be used if it is the only one.
        self._by_email: defaultdict[str, list[Hash]] = defaultdict(list)
        self._unused: set[Hash] = set()

    def add(self, user_id: str | None, email: str | None, password_hash: str) -> None:
        """Add the hash of a user, unless it is there already."""
        found = (user_id, password_hash)
        if found in self._unused:
            return
        self._unused.add(found)
        if user_id is not None:
            self._by_id[user_id].append(found)
        if email is not None:
            self._by_email[email].append(found)

    def find(self, ids: Collection[str | None], email: object) -> Iterator[str]:
        """Return the hashes of a user, of which there should be at most one.

        Args:
            ids: The IDs of the user and of linked identities.
            email: The address, if a hash may be found by it.
        """
        found = [each for user_id in ids if user_id for each in self._by_id.get(user_id, ())]
        address = email.strip().lower() if isinstance(email, str) else ""
        by_email = self._by_email.get(address, [])
        if any(user_id is None for user_id, _ in by_email):
            found += [each for each in by_email if each not in found]
        self._unused.difference_update(found)
        return (password_hash for _, password_hash in found)

    def unused(self) -> tuple[str, ...]:
        """Return the name under which a hash without a user is counted, once for each of them."""
        return (UNUSED,) * len(self._unused)


def read_hashes(password_lines: object) -> Auth0Hashes:
    """Read the file of hashes.

    Raises:
        SourceError: If a line of the file is not a hash of a user.
    """
    hashes = Auth0Hashes()
    if is_sequence(password_lines) and not password_lines:
        return hashes
    is_empty = True
    try:
        for record in json_records(TextPieces(password_lines)):
            is_empty = False
            if record.value is None or not _add(hashes, record.value):
                raise SourceError(ARGUMENT, "is not a hash of a user", line=record.line)
    except Exception as raised:
        error = raised if isinstance(raised, SourceError) else unreadable(raised)
        messages = next(iter(error.errors.values()))
        raise SourceError(ARGUMENT, *messages, line=error.line or 1) from None
    if is_empty:
        raise SourceError(ARGUMENT, "is empty", line=1)
    return hashes


def _add(hashes: Auth0Hashes, value: Mapping[str, object]) -> bool:
    own_id = value.get("_id")
    user_id = bare_id(own_id.get("$oid") if is_object(own_id) else own_id)
    email = value.get("email")
    address = email.strip().lower() if isinstance(email, str) and email.strip() else None
    password_hash = value.get("passwordHash", value.get("password_hash"))
    if not isinstance(password_hash, str) or not password_hash or not (user_id or address):
        return False
    hashes.add(user_id, address, password_hash)
    return True


def bare_id(user_id: object) -> str | None:
    """Return the id of a database's user without its provider.

    >>> bare_id("auth0|5f7c"), bare_id("5f7c"), bare_id(None)
    ('5f7c', '5f7c', None)
    """
    return user_id.removeprefix("auth0|") or None if isinstance(user_id, str) else None


def put_custom_hash(draft: Draft, custom: object) -> None:
    """Take over the `custom_password_hash` of a user who was imported into Auth0."""
    field = "custom_password_hash"
    hashed = custom.get("hash") if is_object(custom) else None
    if not is_object(custom) or not is_object(hashed):
        draft.fail(field, "is invalid")
        return
    is_text = hashed.get("encoding", "utf8") == "utf8" and is_absent(custom.get("password"))
    if custom.get("algorithm") in ALGORITHMS and is_text and is_absent(custom.get("salt")):
        draft.put_password_hash(field, hashed.get("value"))
    else:
        draft.reject_password(field, "is not bcrypt or argon2")
