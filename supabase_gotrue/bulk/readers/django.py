"""Users of Django, as `manage.py dumpdata` writes them.

https://docs.djangoproject.com/en/5.2/ref/django-admin/#dumpdata
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from tempfile import SpooledTemporaryFile
from types import MappingProxyType
from typing import Final, NamedTuple, cast

import msgspec

from supabase_gotrue.bulk.readers.casts import cast_flag, is_absent
from supabase_gotrue.bulk.readers.fields import (
    IGNORED,
    Draft,
    Fields,
    algorithm_name,
    ban_if_false,
    carry_address,
    leave_out_flag,
    metadata,
    put_id,
    read_fields,
    read_later,
)
from supabase_gotrue.bulk.readers.json_records import decode_object, json_records
from supabase_gotrue.bulk.readers.rows import Record, Row, SourceError, UserRows, left_out_row
from supabase_gotrue.bulk.readers.sources import (
    DJANGO,
    UnsupportedPasswords,
    check_kind,
    check_unsupported_passwords,
    read_rows,
)
from supabase_gotrue.bulk.readers.text import File, TextPieces
from supabase_gotrue.json_types import has_type, is_object

# Django marks accounts without a password by hashes that begin with it.
UNUSABLE: Final = "!"
PREFIXES: Final = {"bcrypt$$2": "bcrypt$", "argon2$argon2": "argon2"}
# The model of allauth that has the addresses of users.
EMAIL_ADDRESS: Final = "account.emailaddress"
FIELDS: Final[Fields] = MappingProxyType(
    {
        "email": carry_address("email"),
        "username": metadata("user_metadata"),
        "first_name": metadata("user_metadata"),
        "last_name": metadata("user_metadata"),
        "is_active": ban_if_false,
        "is_staff": leave_out_flag,
        "is_superuser": leave_out_flag,
        "password": read_later,
    }
)
# More than this of a dump goes to a temporary file.
MAX_IN_MEMORY: Final = 2**23
# Models that a message names.
MAX_NAMES: Final = 10


def django(
    file: File,
    *,
    model: str | None = None,
    unsupported_passwords: UnsupportedPasswords = "fail",
) -> UserRows:
    """Read the users of Django's `dumpdata`, as JSON or JSON Lines.

    Hashes of `BCryptPasswordHasher` and `Argon2PasswordHasher` are carried over. A user
    with any other, such as Django's default `pbkdf2_sha256`, is a Failure that says so.
    Inactive users are banned for a hundred years; names become `user_metadata`. A primary
    key that is not a UUID is left out.

    Django does not verify addresses by itself. If the dump has `account.emailaddress` of
    allauth, the addresses that are verified there are confirmed, and no others. Without it
    all addresses count as confirmed, because their users could not sign in otherwise: include
    `account.emailaddress` if your site lets people in before they confirm their address.

    The whole dump is read before the first user, because addresses follow the users, and the
    model of the users is known by being the only one with passwords. Until then, users are kept
    in an unnamed temporary file.

    Args:
        file: An open file, or an iterable: of lines, or of pieces of an array.
        model: The model of the users, such as `auth.user`. Needed only if other models have
            passwords, too.
        unsupported_passwords: What happens to users whose hash the server cannot verify:
            `fail`, the default, or `leave_out`, which imports them without a password.

    Returns:
        `UserRows`: a `Result` for each user. Errors have the code `validation` and name the
        line; one about the whole file or an argument is the last item.

    >>> dump = '[{"model": "auth.user", "pk": 1, "fields": {"email": "a@b.c", "password": "!x"}}]'
    >>> next(django([dump]))
    <Success: AdminUserParams(email='a@b.c', email_confirm=True)>
    """
    pieces = TextPieces(file)
    return UserRows(_rows(pieces, model, unsupported_passwords), pieces)


def _rows(pieces: TextPieces, model: object, unsupported_passwords: object) -> Iterator[Row]:
    leaves_out = check_unsupported_passwords(unsupported_passwords)
    if model is not None and not has_type(model, str):
        raise SourceError("model", "is not the name of a model", line=1)
    wanted = model.lower() if has_type(model, str) else None
    with closing(_Dump(wanted)) as dump:
        for record in json_records(pieces):
            dump.add(record)
        dump.check()
        yield from dump.others()
        yield from read_rows(
            dump.records(), lambda _: {}, dump.read_user, leaves_out_passwords=leaves_out
        )


class _Dump:
    """The users of a dump, its other models, and verified addresses.

    Args:
        model: The model of the users, if the caller named one.
    """

    def __init__(self, model: str | None) -> None:
        self._model = model
        self._candidates: dict[str, None] = {}
        self._others: Counter[str] = Counter()
        self._file = SpooledTemporaryFile[bytes](MAX_IN_MEMORY)
        self._addresses: defaultdict[bytes, list[_Address]] = defaultdict(list)

    def close(self) -> None:
        """Delete the temporary file."""
        self._file.close()

    def add(self, record: Record) -> None:
        """Add an object of the dump."""
        value = record.value or {}
        model, fields = value.get("model"), value.get("fields")
        model = model if isinstance(model, str) else "no model"
        if not is_object(fields):
            wrong = check_kind(DJANGO, value)
            if wrong and record.value is not None and not (self._candidates or self._others):
                raise SourceError(line=record.line, errors=wrong)
            self._keep(
                record._replace(error=record.error if wrong else "is not an object of Django")
            )
        elif self._model == model.lower() or (self._model is None and "password" in fields):
            self._candidates[model.lower()] = None
            self._keep(record._replace(error=""))
        elif model == EMAIL_ADDRESS:
            self._add_address(fields)
        else:
            self._others[model] += 1

    def _keep(self, record: Record) -> None:
        line = (record.line, record.text, record.error)
        self._file.write(msgspec.json.encode(line) + b"\n")

    def _add_address(self, fields: Mapping[str, object]) -> None:
        email = fields.get("email")
        if isinstance(email, str) and email.strip():
            address = _Address(
                email.strip().lower(),
                cast_flag(fields.get("verified")) is True,
                cast_flag(fields.get("primary")) is True,
            )
            self._addresses[msgspec.json.encode(fields.get("user"))].append(address)

    def check(self) -> None:
        """Check that there are users, of one model.

        Raises:
            SourceError: If not.
        """
        found = ", ".join(sorted(self._candidates or self._others)[:MAX_NAMES])
        if self._model is not None and not self._candidates:
            raise SourceError("model", "is not in the dump", f"it has {found or 'nothing'}", line=1)
        if len(self._candidates) > 1:
            hint = f"several models have passwords: {found}"
            raise SourceError("model", "must be given", hint, line=1)
        if not self._candidates and not self._file.tell():
            hint = f"it has {found}, without passwords" if found else "it is empty"
            raise SourceError("file", "holds no users", hint, line=1)

    def others(self) -> Iterator[Row]:
        """Yield a row that counts the objects of other models."""
        yield left_out_row(self._others.elements())

    def records(self) -> Iterator[Record]:
        """Yield the users."""
        self._file.seek(0)
        for kept in self._file:
            line, text, error = msgspec.json.decode(kept, type=tuple[int, str, str])
            yield Record(line, text, None if error else decode_object(text), error)

    def read_user(self, draft: Draft, entry: dict[str, object]) -> None:
        """Read a user."""
        fields = cast("dict[str, object]", entry["fields"])
        read_fields(draft, fields, FIELDS)
        for name in entry.keys() - {"model", "pk", "fields"} - IGNORED:
            draft.leave_out(name)
        if not is_absent(entry.get("pk")):
            put_id(draft, "pk", entry["pk"])
        _read_password(draft, fields.get("password"))
        self._confirm(draft, entry.get("pk"), fields)

    def _confirm(self, draft: Draft, key: object, fields: Mapping[str, object]) -> None:
        natural_keys = [[name] for name in (fields.get("username"), fields.get("email")) if name]
        keys = [msgspec.json.encode(each) for each in (key, *natural_keys) if each is not None]
        addresses = [address for each in keys for address in self._addresses.get(each, ())]
        if "email" not in draft.attrs:
            for address in [address for address in addresses if address.is_primary][:1]:
                draft.put("email", address.email)
        email = str(draft.attrs.get("email", "")).lower()
        is_verified = any(a.is_verified and a.email == email for a in addresses)
        if email and (is_verified or not self._addresses):
            draft.put("email_confirm", True)
        if any(address.email != email for address in addresses):
            draft.leave_out("other email addresses")


class _Address(NamedTuple):
    """An address of allauth."""

    email: str
    is_verified: bool
    is_primary: bool


def _read_password(draft: Draft, stored: object) -> None:
    if is_absent(stored):
        return
    if not isinstance(stored, str):
        draft.fail("password", "is invalid")
        return
    prefix = next((cut for begin, cut in PREFIXES.items() if stored.startswith(begin)), None)
    if prefix is not None:
        draft.put_password_hash("password", stored.removeprefix(prefix))
    elif not stored.startswith(UNUSABLE):
        algorithm = algorithm_name(stored.partition("$")[0] if "$" in stored else None)
        draft.reject_password("password", f"of {algorithm} cannot be carried over")
