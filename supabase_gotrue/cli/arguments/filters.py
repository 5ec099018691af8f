"""Filters of users: which of them an option selects."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, NamedTuple

import msgspec
from returns.result import Failure, Result, Success

from supabase_gotrue import Error, User
from supabase_gotrue.cli.arguments.times import MOMENT_HINT, parse_moment
from supabase_gotrue.cli.output.times import ZONE
from supabase_gotrue.cli.output.views import providers_of
from supabase_gotrue.json_types import is_object, is_sequence

Predicate = Callable[[User], bool]
# Months or minutes? Neither: a filter that is read otherwise than meant selects wrong users.
AMBIGUOUS: Final = ("m", "s")
EXCLUSIVE: Final = (
    ("confirmed", "unconfirmed"),
    ("never_signed_in", "signed_in_before"),
)


# What an option is without a value; lists are those that were stored as JSON.
NOT_GIVEN: Final[tuple[object, ...]] = (None, False, (), [])


def given_filters(given: Mapping[str, object]) -> dict[str, object]:
    """Return the filters that options give, as they are stored as JSON."""
    return {
        name: [*value] if is_sequence(value) else value
        for name, value in given.items()
        if value not in NOT_GIVEN
    }


class Filters(NamedTuple):
    """Which users are wanted.

    Args:
        text: A part of the email address or full name, which the server looks for.
        predicates: What must hold for each user.
    """

    text: str | None = None
    predicates: tuple[Predicate, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether all users are wanted."""
        return self.text is None and not self.predicates

    def matches(self, user: User) -> bool:
        """Whether all predicates hold for a user."""
        return all(predicate(user) for predicate in self.predicates)


class _InvalidError(Exception):
    """A value that a filter does not have; the message says what it should be."""


def is_confirmed(user: User) -> bool:
    """Whether an address of a user is confirmed."""
    return user.email_confirmed_at is not None or user.phone_confirmed_at is not None


def _unconfirmed(_value: object, _now: datetime) -> Predicate:
    return lambda user: not (is_confirmed(user) or user.is_anonymous)


def _confirmed(_value: object, _now: datetime) -> Predicate:
    return is_confirmed


def _banned(_value: object, now: datetime) -> Predicate:
    return lambda user: user.banned_until is not None and user.banned_until > now


def _never_signed_in(_value: object, _now: datetime) -> Predicate:
    return lambda user: user.last_sign_in_at is None


def _anonymous(_value: object, _now: datetime) -> Predicate:
    return lambda user: user.is_anonymous


def _signed_in_before(value: object, now: datetime) -> Predicate:
    moment = _moment(value, now)
    return lambda user: user.last_sign_in_at is not None and user.last_sign_in_at < moment


def _created_before(value: object, now: datetime) -> Predicate:
    moment = _moment(value, now)
    return lambda user: user.created_at < moment


def _created_after(value: object, now: datetime) -> Predicate:
    moment = _moment(value, now)
    return lambda user: user.created_at >= moment


def _provider(value: object, _now: datetime) -> Predicate:
    return lambda user: value in providers_of(user)


def _phone(value: object, _now: datetime) -> Predicate:
    digits = "".join(filter(str.isdecimal, str(value)))
    if not digits:
        raise _InvalidError("give a phone number, as E.164")
    return lambda user: user.phone is not None and user.phone.removeprefix("+") == digits


def _app_metadata(values: object, _now: datetime) -> Predicate:
    wanted = [_key_and_value(text) for text in _texts(values)]
    return lambda user: all(has_member(user.app_metadata, key, text) for key, text in wanted)


def _user_metadata(values: object, _now: datetime) -> Predicate:
    wanted = [_key_and_value(text) for text in _texts(values)]
    return lambda user: all(has_member(user.user_metadata, key, text) for key, text in wanted)


# By parameter; `filter` is the server's.
PREDICATES: Final[Mapping[str, Callable[[object, datetime], Predicate]]] = MappingProxyType(
    {
        "unconfirmed": _unconfirmed,
        "confirmed": _confirmed,
        "banned": _banned,
        "never_signed_in": _never_signed_in,
        "signed_in_before": _signed_in_before,
        "created_before": _created_before,
        "created_after": _created_after,
        "provider": _provider,
        "anonymous": _anonymous,
        "phone": _phone,
        "metadata": _app_metadata,
        "user_metadata": _user_metadata,
    }
)


def parse_filters(given: Mapping[str, object], now: datetime) -> Result[Filters, Error]:
    """Return the filters that options give.

    Args:
        given: The value of each option; `None`, False and `()` are not given.
        now: The current time, aware.

    Returns:
        The filters, or an Error with code `validation` that names the option. A blank value is
        an error, too: it would select everybody.
    """
    set_options = given_filters(given)
    for first, second in EXCLUSIVE:
        if first in set_options and second in set_options:
            message = f"{_flag(first)} and {_flag(second)} exclude each other"
            return Failure(Error("validation", message))
    predicates: list[Predicate] = []
    for name, value in set_options.items():
        try:
            if not all(text.strip() for text in _texts(value)):
                raise _InvalidError("must not be blank")
            if name in PREDICATES:
                predicates.append(PREDICATES[name](value, now))
        except _InvalidError as error:
            return Failure(Error("validation", f"{_flag(name)}: {error}"))
    text = set_options.get("filter")
    return Success(Filters(None if text is None else str(text), tuple(predicates)))


def has_member(metadata: Mapping[str, object], key: str, text: str) -> bool:
    """Whether a value of metadata is what a text says: as JSON, or as it stands.

    >>> has_member({"plan": "pro", "seats": 5}, "seats", "5")
    True
    >>> has_member({"billing": {"plan": "pro"}}, "billing.plan", "pro")
    True
    """
    value: object = metadata
    for name in [key] if key in metadata else key.split("."):
        if not is_object(value) or name not in value:
            return False
        value = value[name]
    return value == text or _json(value) == _canonical(text)


def _canonical(text: str) -> bytes:
    try:
        return _json(msgspec.json.decode(text))
    except (msgspec.DecodeError, RecursionError, ValueError):
        return _json(text)


def _json(value: object) -> bytes:
    return msgspec.json.encode(value, order="deterministic")


def _key_and_value(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not (key.strip() and sign):
        raise _InvalidError("give KEY=VALUE, such as plan=pro")
    return key, value


def _moment(value: object, now: datetime) -> datetime:
    text = str(value)
    is_ambiguous = text.endswith(AMBIGUOUS) and text[:-1].isdecimal()
    moment = None if is_ambiguous else parse_moment(text, now, ZONE.get())
    if moment is None:
        raise _InvalidError(MOMENT_HINT)
    return moment


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(text) for text in value] if is_sequence(value) else []


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
