"""`User` and `UserPage`."""

from collections.abc import Mapping
from sys import intern
from typing import Final, NamedTuple, Self, TypeVar

import msgspec
from msgspec.structs import force_setattr
from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.html_table import html_table
from supabase_gotrue.json_types import JsonDict
from supabase_gotrue.models.base import (
    ListedStruct,
    Time,
    decode_items,
    decode_payload,
    decode_with,
    decoder_of,
)
from supabase_gotrue.models.factor import Factor
from supabase_gotrue.models.identity import Identity
from supabase_gotrue.models.pagination import Pagination

# What a page shows of its users in Jupyter.
SHOWN_FIELDS: Final = ("id", "email", "phone", "created_at", "last_sign_in_at")
MAX_SHOWN_USERS: Final = 20

_U = TypeVar("_U", bound="User")


class User(ListedStruct, frozen=True, kw_only=True, gc=False):
    """A user, with every field that the server sends.

    Args:
        id: A UUID as a str.
        aud: The audience, usually `authenticated`.
        email, phone: `None` if not set; a hash after a soft deletion.
        role: The role in the user's tokens.
        app_metadata: Only administrators can change it.
        user_metadata: Users can change it themselves.
        identities, factors: `None` where the response does not include them
            (`list_users`), an empty tuple if the user has none.
        banned_until: The end of a ban; may be in the past.
        deleted_at: The time of a soft deletion.
        new_email, new_phone: An address that is not confirmed yet.
        is_anonymous: Whether the user signed in without an address.
        created_at, updated_at, last_sign_in_at, invited_at: Aware, in microseconds.
        confirmed_at, email_confirmed_at, phone_confirmed_at: `None` until confirmed.
        confirmation_sent_at, recovery_sent_at, reauthentication_sent_at: When the last
            email of its kind was sent.
        email_change_sent_at, phone_change_sent_at: When the last code for a new address
            was sent.

    https://github.com/supabase/auth/blob/master/internal/models/user.go

    >>> User.parse({"id": "13b6d1ec", "aud": "authenticated"})
    <Failure: created_at can't be blank (validation)>
    """

    id: str
    aud: str
    created_at: Time
    updated_at: Time | None = None
    email: str | None = None
    phone: str | None = None
    role: str | None = None
    app_metadata: JsonDict = {}
    user_metadata: JsonDict = {}
    identities: tuple[Identity, ...] | None = None
    factors: tuple[Factor, ...] | None = None
    is_anonymous: bool = False
    email_confirmed_at: Time | None = None
    phone_confirmed_at: Time | None = None
    confirmed_at: Time | None = None
    last_sign_in_at: Time | None = None
    invited_at: Time | None = None
    banned_until: Time | None = None
    deleted_at: Time | None = None
    new_email: str | None = None
    new_phone: str | None = None
    confirmation_sent_at: Time | None = None
    recovery_sent_at: Time | None = None
    email_change_sent_at: Time | None = None
    phone_change_sent_at: Time | None = None
    reauthentication_sent_at: Time | None = None

    @classmethod
    def parse(cls, payload: Mapping[str, object] | bytes) -> Result[Self, Error]:
        """Parse one user; identities and factors that are absent become empty.

        Args:
            payload: JSON text as bytes, or decoded JSON.

        Returns:
            The user, or an Error with code `validation` that names each invalid field.

        >>> User.parse({"id": 7}).failure().errors
        mappingproxy({'aud': ("can't be blank",), 'created_at': ("can't be blank",)})
        """
        return super().parse(payload).map(with_empty_lists)

    def __post_init__(self) -> None:
        """Turn empty addresses into `None`, and share the values that repeat.

        Done at once, and not in a pass over the decoded page: by then the users have left the
        processor's cache, and the memory of what repeats cannot be used for the next user.
        """
        if self.email == "":
            force_setattr(self, "email", None)
        if self.phone == "":
            force_setattr(self, "phone", None)
        if self.new_email == "":
            force_setattr(self, "new_email", None)
        if self.new_phone == "":
            force_setattr(self, "new_phone", None)
        if type(self.aud) is str:
            force_setattr(self, "aud", intern(self.aud))
        if self.role == self.aud:
            force_setattr(self, "role", self.aud)
        if self.confirmed_at == self.email_confirmed_at:
            force_setattr(self, "confirmed_at", self.email_confirmed_at)
        for identity in self.identities or ():
            if identity.id == self.id:
                force_setattr(identity, "id", self.id)
            if identity.user_id == self.id:
                force_setattr(identity, "user_id", self.id)
            if identity.email == self.email:
                force_setattr(identity, "email", self.email)


class UserPage(NamedTuple):
    """A page of users in the server's order: `users, pagination = page`."""

    users: tuple[User, ...]
    pagination: Pagination

    def _repr_html_(self) -> str:
        """What Jupyter shows: the first users as a table."""
        shown = self.users[:MAX_SHOWN_USERS]
        total = self.pagination.total
        caption = f"{len(self.users)} users" + ("" if total is None else f" of {total}")
        rows = [tuple(getattr(user, name) or "" for name in SHOWN_FIELDS) for user in shown]
        more = [("…",)] if len(shown) < len(self.users) else []
        return html_table(caption, [SHOWN_FIELDS, *rows, *more])


class UserBatch(msgspec.Struct, frozen=True):
    """Users of a list, and the cursor of the next page.

    Args:
        users: In the server's order.
        has_more: Whether another page follows; `None` if the server does not paginate by
            cursor.
        next_cursor: The cursor of that page.
        total: How many users match, if the server says so.
    """

    users: tuple[User, ...]
    has_more: bool | None = None
    next_cursor: str | None = None
    total: int | None = None


def parse_batch(payload: bytes) -> Result[UserBatch, Error]:
    """Parse the users of a list, with the cursor if there is one."""
    return decode_with(decoder_of(_PageWithCursor), payload, _page_of_items).map(_batch)


def _batch(page: "_PageWithCursor") -> UserBatch:
    users, cursor = page.users or (), page.pagination
    return (
        UserBatch(users)
        if cursor is None
        else UserBatch(users, cursor.has_more, cursor.next_cursor)
    )


def parse_users(payload: bytes) -> Result[tuple[User, ...], Error]:
    """Parse the users of a page."""
    page = decode_with(decoder_of(_Page), payload, _page_of_items)
    return page.map(lambda page: page.users or ())


def _page_of_items(payload: bytes) -> Result["_PageWithCursor", Error]:
    return decode_payload(decoder_of(_RawPage), payload).bind(
        lambda raw: decode_items(User, raw.users or (), "users").map(
            lambda users: _PageWithCursor(users, raw.pagination)
        )
    )


def with_empty_lists(user: _U) -> _U:
    """Set absent lists to `()`: a response about one user omits those."""
    for name in ("identities", "factors"):
        if getattr(user, name) is None:
            force_setattr(user, name, ())
    return user


class _Page(msgspec.Struct, frozen=True):
    users: tuple[User, ...] | None


class _Cursor(msgspec.Struct, frozen=True):
    has_more: bool
    next_cursor: str | None = None


class _PageWithCursor(_Page, frozen=True):
    pagination: _Cursor | None = None


class _RawPage(msgspec.Struct, frozen=True):
    users: tuple[msgspec.Raw, ...] | None
    pagination: _Cursor | None = None
