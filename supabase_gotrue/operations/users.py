"""Operations on users. Source: https://github.com/supabase/auth/blob/master/internal/api/admin.go"""

import re
from collections.abc import Mapping
from functools import partial
from typing import Final, NamedTuple

from msgspec.structs import replace
from returns.result import Failure, Result, Success

from supabase_gotrue.error import Error
from supabase_gotrue.models.user import User, UserBatch, UserPage, parse_batch, parse_users
from supabase_gotrue.operations import Operation
from supabase_gotrue.request import delete, get, post, put
from supabase_gotrue.response import Exchange, decode, error_context, parse_pagination
from supabase_gotrue.schemas.admin_user import AdminUserAttrs, AdminUserParams
from supabase_gotrue.schemas.arguments import (
    DeleteUserOptions,
    combine,
    email_argument,
    path_segment,
    soft_delete_argument,
)
from supabase_gotrue.schemas.cast import Id
from supabase_gotrue.schemas.invite_user import InviteUserOptions, InviteUserParams
from supabase_gotrue.schemas.pagination import PaginationOptions, PaginationParams
from supabase_gotrue.schemas.redirect import redirect_headers

USERS: Final = "/admin/users"
USER: Final = "/admin/users/{user_id}"
# More users than share a part of an address, so that one page is usually enough.
SEARCH_SIZE: Final = 1000
NIL_ID: Final = "00000000-0000-0000-0000-000000000000"


def create_user(attrs: AdminUserAttrs | AdminUserParams) -> Result[Operation[User], Error]:
    return AdminUserParams.parse(attrs).map(create_checked_user)


def create_checked_user(params: AdminUserParams) -> Operation[User]:
    """Create a user from parameters that `AdminUserParams.parse` returned."""
    return Operation(post(USERS, body=params), decode(User.parse))


def update_user_by_id(
    user_id: Id, attrs: AdminUserAttrs | AdminUserParams
) -> Result[Operation[User], Error]:
    return combine(
        lambda uid, params: Operation(put(USER, body=params, user_id=uid), decode(User.parse)),
        path_segment("user_id", user_id),
        AdminUserParams.parse_update(attrs),
    )


def get_user_by_id(user_id: Id) -> Result[Operation[User], Error]:
    return path_segment("user_id", user_id).map(
        lambda uid: Operation(get(USER, user_id=uid), decode(User.parse))
    )


def get_user_by_email(email: str) -> Result[Operation[User], Error]:
    """Search for the address, which GoTrue stores in lower case and compares by LIKE."""
    return email_argument("email", email).map(lambda text: _search(_EmailSearch(text.lower())))


def find_email_holder(email: str, aud: str | None = None) -> Operation[User]:
    """Find the user because of whom `create_user` answers `email_exists`; SSO users are not.

    Args:
        email: In lower case.
        aud: The users' audience, which is a header of the list.
    """
    return _search(_EmailSearch(email, aud, with_sso=False))


def probe_phone(phone: str, aud: str | None = None) -> Operation[User]:
    """Send a creation that every server rejects, to find out whether a number is taken.

    GoTrue cannot search numbers. It first looks for the number, and answers `phone_exists` if it
    is taken. Otherwise it rejects the request for several reasons: a password together with a
    hash, a nil id, and an invalid ban.
    """
    body = {
        "phone": phone,
        "aud": aud or "",
        "password": "probe",
        "password_hash": "probe",
        "id": NIL_ID,
        "ban_duration": "probe",
    }
    return Operation(post(USERS, body=body), decode(User.parse))


def delete_user(
    user_id: Id, should_soft_delete: bool | DeleteUserOptions
) -> Result[Operation[User | None], Error]:
    return combine(
        lambda uid, soft: Operation(
            delete(USER, body={"should_soft_delete": soft}, user_id=uid),
            decode(_parse_user_or_none),
        ),
        path_segment("user_id", user_id),
        soft_delete_argument("should_soft_delete", should_soft_delete),
    )


def list_users(params: PaginationOptions | PaginationParams) -> Result[Operation[UserPage], Error]:
    """Return the operation that lists one page of users.

    https://github.com/supabase/auth/blob/master/internal/api/pagination.go
    """
    return PaginationParams.parse(params).map(
        lambda page: Operation(get(USERS, query=page.to_query()), _read_page)
    )


def list_users_batch(query: Mapping[str, str]) -> Result[Operation[UserBatch], Error]:
    """List users by a raw query: without `page` and `per_page`, GoTrue may use a cursor.

    https://github.com/supabase/auth/blob/master/internal/api/pagination.go
    """
    return Success(Operation(get(USERS, query=query), _read_batch))


def invite_user_by_email(
    email: str, options: InviteUserOptions | InviteUserParams
) -> Result[Operation[User], Error]:
    """Return the operation that invites a user.

    https://github.com/supabase/auth/blob/master/internal/api/invite.go
    """
    return combine(_invite, email_argument("email", email), InviteUserParams.parse(options))


def _invite(email: str, params: InviteUserParams) -> Operation[User]:
    redirect = redirect_headers(params.redirect_to)
    body = {"email": email} | ({} if params.data is None else {"data": params.data})
    return Operation(
        post("/invite", query=redirect, body=body, extra_headers=redirect), decode(User.parse)
    )


def _is_sso_user(user: User) -> bool:
    """GoTrue does not send its own `is_sso_user`."""
    return str(user.app_metadata.get("provider")).startswith("sso:")


class _EmailSearch(NamedTuple):
    """Which users are sought: those with an address, of an audience, by SSO or not."""

    email: str
    aud: str | None = None
    with_sso: bool = True

    def matches(self, user: User) -> bool:
        return user.email == self.email and (self.with_sso or not _is_sso_user(user))

    @property
    def headers(self) -> Mapping[str, str]:
        """Name the audience whose users the server lists.

        https://github.com/supabase/auth/blob/master/internal/api/helpers.go
        """
        aud = self.aud
        return {"x-jwt-aud": aud} if aud and aud.isascii() and aud.isprintable() else {}


def _search(sought: _EmailSearch, page: int = 1, found: tuple[User, ...] = ()) -> Operation[User]:
    """Read a page of the users whose address or name contains the address, and those after."""

    def read(exchange: Exchange) -> Result[User, Error] | Operation[User]:
        match _read_page(exchange):
            case Success(UserPage(users, pagination)):
                matches = (*found, *filter(sought.matches, users))
                next_page = pagination.next_page
                # Stop if a server repeats a page.
                if next_page is not None and next_page > page:
                    return _search(sought, next_page, matches)
                return _only_user(exchange, matches)
            case failed:
                return Failure(failed.failure())

    literal = re.sub(r"[\\%_]", r"\\\g<0>", sought.email)
    query = {"page": page, "per_page": SEARCH_SIZE, "filter": literal}
    return Operation(get(USERS, query=query, extra_headers=sought.headers), read)


def _only_user(exchange: Exchange, users: tuple[User, ...]) -> Result[User, Error]:
    # A user who moves to the next page meanwhile appears on both.
    by_id = {user.id: user for user in users}
    if len(by_id) == 1:
        return Success(users[0])
    context = error_context(exchange)
    if by_id:
        message = f"several users have this email address: {', '.join(by_id)}"
        return Failure(Error("unexpected", message, metadata={**context, "user_ids": [*by_id]}))
    return Failure(
        Error(
            "not_found",
            "User not found",
            error_code="user_not_found",
            status=404,
            metadata=context,
        )
    )


def _parse_user_or_none(payload: bytes) -> Result[User | None, Error]:
    """GoTrue answers a deletion with `{}`; newer servers may send the user."""
    return Success(None) if payload.strip() in (b"", b"{}") else User.parse(payload)


def _read_page(exchange: Exchange) -> Result[UserPage, Error]:
    return decode(parse_users)(exchange).map(
        lambda users: UserPage(users, parse_pagination(exchange.response))
    )


def _read_batch(exchange: Exchange) -> Result[UserBatch, Error]:
    total = parse_pagination(exchange.response).total
    return decode(parse_batch)(exchange).map(partial(replace, total=total))
