"""Who comes back: `User`, `Identity`, `Factor`, and a page of users.

What may live here: Structs of what the server says of users, and their parsing.
Nothing here knows a request, a status or a header.
"""

from collections.abc import Mapping, Sequence
from sys import intern
from typing import Final, NamedTuple, cast

import msgspec
from msgspec.structs import force_setattr
from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.payload import Time, nobodys, read


class Payload(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What all Structs from the server can do."""

    def to_dict(self) -> dict[str, object]:
        """The server's names and JSON's types: times are RFC 3339 strings."""
        return cast("dict[str, object]", msgspec.to_builtins(self))


class Identity(Payload, frozen=True, kw_only=True, gc=False):
    """One way in which a user signs in.

    Args:
        id: the user's id at the provider.
        identity_id: the identity's own id, which `delete_identity` takes.
        user_id: whose it is.
        provider: `email`, `phone`, `google`, `sso:...`, `custom:...`; any string.
        identity_data: what the provider says; empty for a soft-deleted user.
        email: as the provider has it, `None` where it has none.
        last_sign_in_at, created_at, updated_at: aware, to the microsecond.

    https://github.com/supabase/auth/blob/master/internal/models/identity.go
    """

    id: str
    provider: str
    identity_id: str | None = None
    user_id: str | None = None
    identity_data: dict[str, object] = {}
    email: str | None = None
    last_sign_in_at: Time | None = None
    created_at: Time | None = None
    updated_at: Time | None = None

    def __post_init__(self) -> None:
        nobodys(self, "email")

    @classmethod
    def parse(cls, payload: Mapping[str, object] | bytes) -> Result["Identity", Error]:
        """Read one identity from JSON, or from what JSON decodes to.

        Returns:
            The identity, or an Error with code `validation` that names each wrong field.

        >>> Identity.parse(b'{"provider": "email"}')
        <Failure: id can't be blank (validation)>
        """
        return read(_IDENTITY, payload)

    @classmethod
    def parse_list(
        cls, payload: Sequence[Mapping[str, object]] | bytes
    ) -> Result[tuple["Identity", ...], Error]:
        """Read a list of identities, in its order.

        Returns:
            All of them, or an Error with code `validation` for the first wrong one.
        """
        return read(_IDENTITIES, payload)


class Factor(Payload, frozen=True, kw_only=True, gc=False):
    """A second factor of a user.

    Args:
        id: which `delete_factor` takes.
        factor_type: `totp`, `phone` or `webauthn`.
        status: `verified` or `unverified`.
        friendly_name: what the user calls it.
        phone: of a `phone` factor, else `None`.
        last_challenged_at, created_at, updated_at: aware, to the microsecond.
        web_authn_aaguid, last_webauthn_challenge_data: of a `webauthn` factor.

    https://github.com/supabase/auth/blob/master/internal/models/factor.go
    """

    id: str
    factor_type: str
    status: str
    friendly_name: str | None = None
    phone: str | None = None
    last_challenged_at: Time | None = None
    created_at: Time | None = None
    updated_at: Time | None = None
    web_authn_aaguid: str | None = None
    last_webauthn_challenge_data: dict[str, object] | None = None

    def __post_init__(self) -> None:
        nobodys(self, "phone")


class User(Payload, frozen=True, kw_only=True, gc=False):
    """A user, as the server knows one.

    Args:
        id: a UUID as a str.
        aud: the audience, usually `authenticated`.
        email, phone: `None` where the user has none; a hash after a soft deletion.
        role: the role inside the user's tokens.
        app_metadata: what only administrators change.
        user_metadata: what users change themselves.
        identities, factors: `None` where the answer does not load them (`list_users`),
            empty where there are none.
        banned_until: the end of a ban; may lie in the past.
        deleted_at: of a soft deletion.
        new_email, new_phone: an address that waits for its confirmation.
        is_anonymous: signed in without an address yet.
        created_at, updated_at, last_sign_in_at, invited_at: aware, to the microsecond.
        confirmed_at, email_confirmed_at, phone_confirmed_at: `None` until confirmed.
        confirmation_sent_at, recovery_sent_at, reauthentication_sent_at: of the last mail.
        email_change_sent_at, phone_change_sent_at: of the last code for a new address.

    https://github.com/supabase/auth/blob/master/internal/models/user.go
    """

    id: str
    aud: str
    created_at: Time
    updated_at: Time | None = None
    email: str | None = None
    phone: str | None = None
    role: str | None = None
    app_metadata: dict[str, object] = {}
    user_metadata: dict[str, object] = {}
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

    def __post_init__(self) -> None:
        if self.email == "":
            nobodys(self, "email")
        if self.phone == "":
            nobodys(self, "phone")
        if self.new_email == "":
            nobodys(self, "new_email")
        if self.new_phone == "":
            nobodys(self, "new_phone")

    @classmethod
    def parse(cls, payload: Mapping[str, object] | bytes) -> Result["User", Error]:
        """Read one user from JSON, or from what JSON decodes to.

        Returns:
            The user, or an Error with code `validation` that names each wrong field.

        >>> User.parse({"id": "13b6d1ec", "aud": "authenticated"})
        <Failure: created_at can't be blank (validation)>
        """
        return read(_USER, payload).map(loaded)

    @classmethod
    def parse_list(
        cls, payload: Sequence[Mapping[str, object]] | bytes
    ) -> Result[tuple["User", ...], Error]:
        """Read a list of users, in its order; what a list does not load stays `None`.

        Returns:
            All of them, or an Error with code `validation` for the first wrong one.
        """
        return read(_USERS, payload)


class Pagination(msgspec.Struct, frozen=True):
    """Where a page stands: each `None` where the server did not say.

    Args:
        next_page: the number of the next page, `None` on the last.
        last_page: the number of the last page, 0 where nothing matches.
        total: how many users match.
    """

    next_page: int | None = None
    last_page: int | None = None
    total: int | None = None


class UserPage(NamedTuple):
    """A page of users in the server's order: `users, pagination = page`."""

    users: tuple[User, ...]
    pagination: Pagination


def parse_page(payload: bytes) -> Result[tuple[User, ...], Error]:
    """Read the users of a page's JSON."""
    return read(_PAGE, payload).map(lambda page: _held_once(page.users or ()))


def _held_once(users: tuple[User, ...]) -> tuple[User, ...]:
    """Keep one text of those that a page repeats, which saves a tenth of its memory."""
    for user in users:
        force_setattr(user, "aud", intern(user.aud))
        if user.role == user.aud:
            force_setattr(user, "role", user.aud)
        for identity in user.identities or ():
            if identity.id == user.id:
                force_setattr(identity, "id", user.id)
            if identity.user_id == user.id:
                force_setattr(identity, "user_id", user.id)
    return users


class _Page(msgspec.Struct, frozen=True):
    users: tuple[User, ...] | None


def loaded(user: User) -> User:
    """Fill in what an answer about one user leaves out because there is none."""
    for name in ("identities", "factors"):
        if getattr(user, name) is None:
            force_setattr(user, name, ())
    return user


_USER: Final = msgspec.json.Decoder(User)
_USERS: Final = msgspec.json.Decoder(tuple[User, ...])
_PAGE: Final = msgspec.json.Decoder(_Page)
_IDENTITY: Final = msgspec.json.Decoder(Identity)
_IDENTITIES: Final = msgspec.json.Decoder(tuple[Identity, ...])
