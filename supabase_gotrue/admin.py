"""The eleven functions of `Supabase.GoTrue.Admin`.

What may live here: a pipeline and a docstring each. What a call may be given is known in
`schemas`, what is sent in `request`, what comes back in `response`.

Every one of them returns a `Result` and raises nothing. Beside the failures that a
docstring names, each can fail with the codes `unauthorized` and `forbidden` (no or a wrong
key), `connection_error`, `timeout`, `invalid_response`, `too_many_requests`, `server_error`
and `unexpected`, and with `validation` for a `client` that is none.
"""

from collections.abc import Callable
from functools import partial
from typing import Final, TypeVarTuple

from returns.result import Failure, Result, Success

from supabase_gotrue import request
from supabase_gotrue.client import Client, known_client, send
from supabase_gotrue.error import Error
from supabase_gotrue.link import LinkProperties
from supabase_gotrue.response import Answer, decode, ignored, pagination
from supabase_gotrue.schemas import (
    AdminUserAttrs,
    AdminUserParams,
    DeleteUserOptions,
    GenerateLinkAttrs,
    GenerateLinkParams,
    Id,
    InviteUserOptions,
    InviteUserParams,
    PageParams,
    PaginationParams,
    Scope,
)
from supabase_gotrue.schemas.arguments import address, one_of_scopes, path_segment, soft_delete
from supabase_gotrue.schemas.cast import gather, text
from supabase_gotrue.session import Session, access_token, owned
from supabase_gotrue.user import Identity, User, UserPage, parse_page

_Arguments = TypeVarTuple("_Arguments")


def create_user(client: Client, attrs: AdminUserAttrs | AdminUserParams) -> Result[User, Error]:
    """Create a user, without a mail to anybody.

    Args:
        client: whose key is an administrator's.
        attrs: at least `email` or `phone`.

    Returns:
        The user. Or an Error with `validation` for wrong attributes, `unprocessable_entity`
        with `email_exists` or `phone_exists`, `bad_request` with `validation_failed`.

    `POST /admin/users`:
    https://github.com/supabase/auth/blob/master/internal/api/admin.go

    >>> create_user(client, {"email": "grace@example.com", "email_confirm": True}).map(
    ...     lambda user: user.email
    ... )
    <Success: grace@example.com>
    """
    return (
        gather(known_client(client), AdminUserParams.parse(attrs))
        .bind(_call(request.create_user))
        .bind(decode(User.parse))
    )


def update_user_by_id(
    client: Client, user_id: Id, attrs: AdminUserAttrs | AdminUserParams
) -> Result[User, Error]:
    """Change what the attributes name, and nothing else.

    Metadata merge at the top level, and a null removes its key. A new password ends all
    sessions. A new address without `email_confirm` keeps its old confirmation.

    Args:
        client: whose key is an administrator's.
        user_id: the user's.
        attrs: what changes; `id`, `aud` and `password_hash` cannot.

    Returns:
        The user as it is now. Or an Error with `validation`, `not_found` with
        `user_not_found` or `validation_failed`, `unprocessable_entity` with
        `weak_password`, `bad_request`; `server_error` for an address that is taken.

    `PUT /admin/users/ID`:
    https://github.com/supabase/auth/blob/master/internal/api/admin.go

    >>> update_user_by_id(client, ada.id, {"user_metadata": {"name": "Ada"}}).map(
    ...     lambda user: user.user_metadata["name"]
    ... )
    <Success: Ada>
    """
    return (
        gather(
            known_client(client),
            path_segment("user_id", user_id),
            AdminUserParams.parse_update(attrs),
        )
        .bind(_call(request.update_user_by_id))
        .bind(decode(User.parse))
    )


def get_user_by_id(client: Client, user_id: Id) -> Result[User, Error]:
    """Read one user, with identities and factors.

    Args:
        client: whose key is an administrator's.
        user_id: the user's.

    Returns:
        The user. Or an Error with `validation`, `not_found` with `user_not_found` or, for
        what is no UUID, `validation_failed`.

    `GET /admin/users/ID`:
    https://github.com/supabase/auth/blob/master/internal/api/admin.go

    >>> get_user_by_id(client, ada.id) == Success(ada)
    True
    """
    return (
        gather(known_client(client), path_segment("user_id", user_id))
        .bind(_call(request.get_user_by_id))
        .bind(decode(User.parse))
    )


def delete_user(
    client: Client,
    user_id: Id,
    should_soft_delete: bool | DeleteUserOptions = False,
) -> Result[User | None, Error]:
    """Delete a user for good, or softly; both end all sessions.

    Args:
        client: whose key is an administrator's.
        user_id: the user's.
        should_soft_delete: `True` keeps the row, with its addresses hashed and its
            metadata emptied. Whatever is not clearly a boolean deletes nobody.

    Returns:
        The user where the server sends one, else `None`. Or an Error with `validation`,
        `not_found` with `user_not_found`.

    `DELETE /admin/users/ID`:
    https://github.com/supabase/auth/blob/master/internal/api/admin.go

    >>> delete_user(client, ada.id)
    <Success: None>
    """
    return (
        gather(
            known_client(client),
            path_segment("user_id", user_id),
            soft_delete("should_soft_delete", should_soft_delete),
        )
        .bind(_call(request.delete_user))
        .bind(decode(_user_or_none))
    )


def list_users(
    client: Client, params: PageParams | PaginationParams = {}
) -> Result[UserPage, Error]:
    """Read one page of users, newest first; `identities` and `factors` are not loaded.

    Args:
        client: whose key is an administrator's.
        params: which page, of how many, filtered and sorted how.

    Returns:
        `users, pagination`, the users in the server's order. Or an Error with `validation`.

    `GET /admin/users`:
    https://github.com/supabase/auth/blob/master/internal/api/admin.go

    >>> users, pagination = list_users(client, {"page": 1, "per_page": 10}).unwrap()
    >>> [user.email for user in users], pagination.total
    (['ada@example.com'], 1)
    """
    return (
        gather(known_client(client), PaginationParams.parse(params))
        .bind(_call(request.list_users))
        .bind(_page)
    )


def invite_user_by_email(
    client: Client,
    email: str,
    options: InviteUserOptions | InviteUserParams = {},
) -> Result[User, Error]:
    """Create a user, and mail an invitation.

    Args:
        client: whose key is an administrator's.
        email: who is invited.
        options: `data` for `user_metadata`, and `redirect_to`.

    Returns:
        The new user. Or an Error with `validation`, `unprocessable_entity` with
        `email_exists`, `too_many_requests` with `over_email_send_rate_limit`.

    `POST /invite`:
    https://github.com/supabase/auth/blob/master/internal/api/invite.go

    >>> invite_user_by_email(client, "bob@example.com", {"data": {"team": "core"}}).map(
    ...     lambda user: user.user_metadata
    ... )
    <Success: {'team': 'core'}>
    """
    return (
        gather(known_client(client), address("email", email), InviteUserParams.parse(options))
        .bind(_call(request.invite_user))
        .bind(decode(User.parse))
    )


def generate_link(
    client: Client, attrs: GenerateLinkAttrs | GenerateLinkParams
) -> Result[LinkProperties, Error]:
    """Make a link that signs its user in, without a mail to anybody.

    Args:
        client: whose key is an administrator's.
        attrs: `type` and `email`; a `signup` needs a `password`, an `email_change_*` a
            `new_email`.

    Returns:
        The link's properties and its user; `signup`, `invite` and `magiclink` make a
        user who is not there. Or an Error with `validation`, `not_found` with
        `user_not_found`, `unprocessable_entity` with `email_exists`.

    `POST /admin/generate_link`:
    https://github.com/supabase/auth/blob/master/internal/api/mail.go

    >>> link = generate_link(client, {"type": "recovery", "email": "ada@example.com"})
    >>> link.unwrap().verification_type
    'recovery'
    """
    return (
        gather(known_client(client), GenerateLinkParams.parse(attrs))
        .bind(_call(request.generate_link))
        .bind(decode(LinkProperties.parse))
    )


def sign_out(
    client: Client, session: Session | str, scope: Scope = "global"
) -> Result[None, Error]:
    """End sessions of the user whose session is given.

    Access tokens that are out pass other services until they expire.

    Args:
        client: of the server.
        session: a Session, or its access token; it authorises the call.
        scope: `global` ends all of the user's sessions, `local` the given one, `others`
            all but the given one.

    Returns:
        `None` once there is nothing left to sign out: also for a user who is gone, and
        for a session that is gone with scope `local`. Or an Error with `validation`;
        `forbidden` with `session_not_found` where other sessions may live on, with
        `bad_jwt` for a token that is expired or forged, with `user_banned`.

    `POST /logout`:
    https://github.com/supabase/auth/blob/master/internal/api/logout.go

    >>> sign_out(client, "no.such.token").failure().error_code
    'bad_jwt'
    """
    return (
        gather(known_client(client), access_token(session), one_of_scopes("scope", scope))
        .bind(_call(request.sign_out))
        .bind(ignored)
        .lash(partial(_nothing_left, scope))
    )


def delete_factor(client: Client, user_id: Id, factor_id: Id) -> Result[None, Error]:
    """Delete a user's second factor.

    Args:
        client: whose key is an administrator's.
        user_id: the user's.
        factor_id: of one of `User.factors`.

    Returns:
        `None`. Or an Error with `validation`, `not_found` with `mfa_factor_not_found`,
        `user_not_found` or `validation_failed`.

    `DELETE /admin/users/ID/factors/ID`:
    https://github.com/supabase/auth/blob/master/internal/api/admin.go

    >>> delete_factor(client, ada.id, "..").failure().errors
    mappingproxy({'factor_id': ('is invalid',)})
    """
    return (
        gather(
            known_client(client),
            path_segment("user_id", user_id),
            path_segment("factor_id", factor_id),
        )
        .bind(_call(request.delete_factor))
        .bind(ignored)
    )


def list_identities(client: Client, user_id: Id) -> Result[tuple[Identity, ...], Error]:
    """Read the ways in which a user signs in.

    Args:
        client: whose key is an administrator's.
        user_id: the user's.

    Returns:
        The identities of the user. Or an Error, as of `get_user_by_id`.

    `GET /admin/users/ID`, for the server has no route of the identities alone:
    https://github.com/supabase/auth/blob/master/internal/api/admin.go

    >>> list_identities(client, ada.id).map(lambda found: [i.provider for i in found])
    <Success: ['email']>
    """
    return get_user_by_id(client, user_id).map(lambda user: user.identities or ())


def delete_identity(
    client: Client,
    user_id: Id,
    identity_id: Id,
    *,
    session: Session | str | None = None,
) -> Result[None, Error]:
    """Delete one of a user's identities, of which another must remain.

    Args:
        client: whose key is an administrator's.
        user_id: the user's.
        identity_id: the `identity_id`, not the `id`, of one of `User.identities`.
        session: the user's own, or its access token. Without it, the original's route
            for administrators is called, which servers of 2026 do not have.

    Returns:
        `None`. Or an Error with `validation`, also for a session of another user;
        `not_found` with `manual_linking_disabled` or without a route;
        `unprocessable_entity` with `identity_not_found` or `single_identity_not_deletable`.

    `DELETE /user/identities/ID`, or `DELETE /admin/users/ID/identities/ID`:
    https://github.com/supabase/auth/blob/master/internal/api/identity.go

    >>> delete_identity(client, ada.id, ada.identities[0].identity_id).failure().status
    404
    """
    owner = path_segment("user_id", user_id)
    identity = path_segment("identity_id", identity_id)
    if session is None:
        return (
            gather(known_client(client), owner, identity)
            .bind(_call(request.delete_identity))
            .bind(ignored)
            .lash(_without_route)
        )
    token = access_token(session)
    return (
        gather(known_client(client), identity, gather(owner, token).bind(_owned_by(session)))
        .bind(_call(request.delete_own_identity))
        .bind(ignored)
    )


def _call(
    build: Callable[[Client, *_Arguments], request.Request],
) -> Callable[[tuple[Client, *_Arguments]], Result[Answer, Error]]:
    """Build a request of checked arguments, and send it."""

    def call(arguments: tuple[Client, *_Arguments]) -> Result[Answer, Error]:
        return send(arguments[0], build(*arguments))

    return call


def _owned_by(session: object) -> Callable[[tuple[str, str]], Result[str, Error]]:
    return lambda owner_and_token: owned(session, *owner_and_token)


def _page(answer: Answer) -> Result[UserPage, Error]:
    return decode(parse_page)(answer).map(
        lambda users: UserPage(users, pagination(answer.response))
    )


def _user_or_none(payload: bytes) -> Result[User | None, Error]:
    return Success(None) if payload.strip() in (b"", b"{}") else User.parse(payload)


def _nothing_left(scope: str, error: Error) -> Result[None, Error]:
    """The server refuses to end what has ended, whatever the scope."""
    gone = error.error_code == "session_not_found"
    if error.error_code == "user_not_found" or (gone and text(scope) == "local"):
        return Success(None)
    return Failure(error.with_message(error.message + OTHERS_LIVE) if gone else error)


def _without_route(error: Error) -> Result[None, Error]:
    if error.status == 404 and error.error_code is None:
        return Failure(error.with_message(error.message + NO_ROUTE))
    return Failure(error)


OTHERS_LIVE: Final = "; other sessions of this user may live on"
NO_ROUTE: Final = (
    ": this server has no route by which an administrator deletes an identity;"
    " with session= its owner deletes it"
)
