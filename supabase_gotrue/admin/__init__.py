"""The admin API: functions that send one request and return a `Result`.

None of them raises an exception. In addition to the errors listed per function, any call can
fail with the codes `unauthorized` and `forbidden` (no key, or a key without admin rights),
`connection_error`, `timeout`, `invalid_response`, `too_many_requests`, `server_error` and
`unexpected`; `validation` is also returned if `client` is not a `Client`.
"""

from returns.result import Result

from supabase_gotrue._lazy import lazy
from supabase_gotrue.client import Client, run
from supabase_gotrue.error import Error
from supabase_gotrue.models.audit_log import AuditLogPage
from supabase_gotrue.models.factor import Factor
from supabase_gotrue.models.identity import Identity
from supabase_gotrue.models.link import LinkProperties
from supabase_gotrue.models.passkey import Passkey
from supabase_gotrue.models.session import Session
from supabase_gotrue.models.user import User, UserPage
from supabase_gotrue.operations import audit, factors, identities, links, passkeys, sessions, users
from supabase_gotrue.schemas.admin_user import AdminUserAttrs, AdminUserParams
from supabase_gotrue.schemas.arguments import DeleteUserOptions, Scope
from supabase_gotrue.schemas.audit_log import AuditLogOptions, AuditLogParams
from supabase_gotrue.schemas.cast import Id
from supabase_gotrue.schemas.factor import FactorAttrs, FactorParams
from supabase_gotrue.schemas.generate_link import GenerateLinkAttrs, GenerateLinkParams
from supabase_gotrue.schemas.invite_user import InviteUserOptions, InviteUserParams
from supabase_gotrue.schemas.pagination import PaginationOptions, PaginationParams

TYPE_CHECKING = False

if TYPE_CHECKING:
    from supabase_gotrue.admin import custom_providers, oauth, sso

__all__ = [
    "create_user",
    "custom_providers",
    "delete_factor",
    "delete_identity",
    "delete_passkey",
    "delete_user",
    "generate_link",
    "get_user_by_email",
    "get_user_by_id",
    "invite_user_by_email",
    "list_audit_logs",
    "list_factors",
    "list_identities",
    "list_passkeys",
    "list_users",
    "oauth",
    "sign_out",
    "sso",
    "update_factor",
    "update_user_by_id",
]


# Few programs need one of the groups.
if not TYPE_CHECKING:  # which would accept any name
    __getattr__ = lazy(__name__, ("custom_providers", "oauth", "sso"))


def __dir__() -> list[str]:
    return __all__


def create_user(client: Client, attrs: AdminUserAttrs | AdminUserParams) -> Result[User, Error]:
    """Create a user. No email is sent.

    Args:
        client: A client created with a secret or `service_role` key.
        attrs: The attributes of the user; `email` or `phone` is required.

    Returns:
        The user, or an Error: `validation` for invalid attributes; `unprocessable_entity`
        with `email_exists` or `phone_exists`; `bad_request` with `validation_failed` for a
        malformed address, number or ID, and for a password together with a hash;
        `server_error` for an ID that is taken, for a password of more than 72 bytes, and for
        a hash in another format.

    `POST /admin/users`:
    https://github.com/supabase/auth/blob/master/internal/api/admin.go

    >>> create_user(client, {"email": "grace@example.com", "email_confirm": True}).map(
    ...     lambda user: user.email
    ... )
    <Success: grace@example.com>
    """
    return run(client, users.create_user(attrs))


def update_user_by_id(
    client: Client, user_id: Id, attrs: AdminUserAttrs | AdminUserParams
) -> Result[User, Error]:
    """Change the given attributes of a user; the others stay as they are.

    Metadata is merged at the top level, and a null removes its key. A new password ends all
    sessions. A new address without `email_confirm` keeps the old time of confirmation.

    Args:
        client: A client created with a secret or `service_role` key.
        user_id: The ID of the user.
        attrs: The changes; `id`, `aud` and `password_hash` cannot be changed.

    Returns:
        The updated user, or an Error: `validation`; `not_found` with `user_not_found`, or
        with `validation_failed` if the ID is not a UUID; `unprocessable_entity` with
        `weak_password`; `bad_request` with `validation_failed` for a malformed address or
        number, and for a password of more than 72 bytes; `server_error` if another user has
        the address or number.

    `PUT /admin/users/{user_id}`:
    https://github.com/supabase/auth/blob/master/internal/api/admin.go

    >>> update_user_by_id(client, ada.id, {"user_metadata": {"name": "Ada"}}).map(
    ...     lambda user: user.user_metadata["name"]
    ... )
    <Success: Ada>
    """
    return run(client, users.update_user_by_id(user_id, attrs))


def get_user_by_id(client: Client, user_id: Id) -> Result[User, Error]:
    """Return one user with identities and factors.

    Args:
        client: A client created with a secret or `service_role` key.
        user_id: The ID of the user.

    Returns:
        The user, or an Error: `validation`; `not_found` with `user_not_found`, or with
        `validation_failed` if the ID is not a UUID.

    `GET /admin/users/{user_id}`:
    https://github.com/supabase/auth/blob/master/internal/api/admin.go

    >>> get_user_by_id(client, ada.id).map(lambda user: user.email)
    <Success: ada@example.com>
    """
    return run(client, users.get_user_by_id(user_id))


def get_user_by_email(client: Client, email: str) -> Result[User, Error]:
    """Return the user with exactly this email address; case does not matter.

    The server has no such lookup. This function asks, page by page, for users whose address
    or full name contains the text, and compares the whole address. The server reads all users
    for that, which takes 40 to 80 ms with 100,000 users. Users with an `aud` of their own are
    not found. The server cannot search phone numbers at all: list all users for that.

    Args:
        client: A client created with a secret or `service_role` key.
        email: The address.

    Returns:
        The user, whose `identities` and `factors` are `None`; or an Error: `validation`;
        `not_found` with `user_not_found`; `unexpected` if several users have the address,
        as users of single sign-on can: `metadata["user_ids"]` and the message list them.

    `GET /admin/users`:
    https://github.com/supabase/auth/blob/master/internal/api/admin.go

    >>> get_user_by_email(client, "Ada@example.com").map(lambda user: user.id == ada.id)
    <Success: True>
    """
    return run(client, users.get_user_by_email(email))


def delete_user(
    client: Client,
    user_id: Id,
    should_soft_delete: bool | DeleteUserOptions = False,
) -> Result[User | None, Error]:
    """Delete a user, permanently or softly; both end all sessions.

    Args:
        client: A client created with a secret or `service_role` key.
        user_id: The ID of the user.
        should_soft_delete: `True` keeps the row, with hashed addresses and empty metadata;
            `False`, the default, removes it. Anything that is not a boolean, or the text of
            one, is rejected, and nothing is deleted.

    Returns:
        The user if the server sends one, else `None`; or an Error: `validation`;
        `not_found` with `user_not_found`, or with `validation_failed` if the ID is not a
        UUID; `server_error` if a row of another table refers to the user without
        `ON DELETE CASCADE`: then nothing is deleted.

    `DELETE /admin/users/{user_id}`:
    https://github.com/supabase/auth/blob/master/internal/api/admin.go

    >>> delete_user(client, ada.id)
    <Success: None>
    """
    return run(client, users.delete_user(user_id, should_soft_delete))


def list_users(
    client: Client, params: PaginationOptions | PaginationParams = {}
) -> Result[UserPage, Error]:
    """Return one page of users, by default newest first; `identities` and `factors` are `None`.

    Args:
        client: A client created with a secret or `service_role` key.
        params: `page` (default 1), `per_page` (the server's default is 50), `filter` and
            `sort`, which is `"created_at asc"` or `"created_at desc"`.

    Returns:
        `users, pagination`, with the users in the server's order; or an Error: `validation`,
        `bad_request` with `validation_failed` for another `sort`.

    `GET /admin/users`:
    https://github.com/supabase/auth/blob/master/internal/api/admin.go

    >>> users, pagination = list_users(client, {"page": 1, "per_page": 10}).unwrap()
    >>> [user.email for user in users], pagination.total
    (['ada@example.com'], 1)
    """
    return run(client, users.list_users(params))


def invite_user_by_email(
    client: Client,
    email: str,
    options: InviteUserOptions | InviteUserParams = {},
) -> Result[User, Error]:
    """Create a user and send an invitation by email.

    Args:
        client: A client created with a secret or `service_role` key.
        email: The address to invite. A user who has not accepted an invitation gets another.
        options: `data` for `user_metadata` of a new user, and `redirect_to`, the URL to which
            the link leads; the server replaces one that it does not allow by its site URL.

    Returns:
        The user, or an Error: `validation`; `unprocessable_entity` with `email_exists` if
        the user has confirmed the address; `bad_request` with `validation_failed`,
        `email_address_invalid` or `email_address_not_authorized`; `too_many_requests` with
        `over_email_send_rate_limit`.

    `POST /invite`:
    https://github.com/supabase/auth/blob/master/internal/api/invite.go

    >>> invite_user_by_email(client, "bob@example.com", {"data": {"team": "core"}}).map(
    ...     lambda user: user.user_metadata
    ... )
    <Success: {'team': 'core'}>
    """
    return run(client, users.invite_user_by_email(email, options))


def generate_link(
    client: Client, attrs: GenerateLinkAttrs | GenerateLinkParams
) -> Result[LinkProperties, Error]:
    """Generate a link that signs a user in. No email is sent.

    Args:
        client: A client created with a secret or `service_role` key.
        attrs: `type` and `email`; `signup` also requires `password`, and
            `email_change_current` and `email_change_new` require `new_email`. `redirect_to`
            is the URL to which the link leads, `data` is for `user_metadata` of a new user.

    Returns:
        The properties of the link and its user; `signup`, `invite` and `magiclink` create
        a user who does not exist. Or an Error: `validation`; `not_found` with
        `user_not_found`; `unprocessable_entity` with `email_exists` or `weak_password`;
        `bad_request` with `validation_failed` for a malformed address, and for a password
        of more than 72 bytes.

    `POST /admin/generate_link`:
    https://github.com/supabase/auth/blob/master/internal/api/mail.go

    >>> link = generate_link(client, {"type": "recovery", "email": "ada@example.com"})
    >>> link.unwrap().verification_type
    'recovery'
    """
    return run(client, links.generate_link(attrs))


def sign_out(
    client: Client, session: Session | str, scope: Scope = "global"
) -> Result[None, Error]:
    """End sessions of the user whose session is given.

    Services that only check the signature keep accepting issued access tokens until they
    expire.

    Args:
        client: A client for the server; the call is authorised by the session, not by the key.
        session: A Session, or its access token.
        scope: `global`, the default, ends all sessions of the user, `local` the given one,
            `others` all except the given one.

    Returns:
        `None` if the sessions have ended: also if the user no longer exists, and with the
        scope `local` if the session no longer exists. Or an Error: `validation`;
        `forbidden` with `session_not_found` if the session has ended, but others may still
        exist, with `bad_jwt` if the token is expired or forged, or with `user_banned`.

    `POST /logout`:
    https://github.com/supabase/auth/blob/master/internal/api/logout.go

    >>> sign_out(client, "no.such.token").failure().error_code
    'bad_jwt'
    """
    return run(client, sessions.sign_out(session, scope))


def list_factors(client: Client, user_id: Id) -> Result[tuple[Factor, ...], Error]:
    """Return the MFA factors of a user, verified or not.

    Args:
        client: A client created with a secret or `service_role` key.
        user_id: The ID of the user.

    Returns:
        The factors, or an Error: `validation`; `not_found` with `user_not_found`, or with
        `validation_failed` if the ID is not a UUID.

    `GET /admin/users/{user_id}/factors`:
    https://github.com/supabase/auth/blob/master/internal/api/admin.go

    >>> list_factors(client, ada.id)
    <Success: ()>
    """
    return run(client, factors.list_factors(user_id))


def update_factor(
    client: Client, user_id: Id, factor_id: Id, attrs: FactorAttrs | FactorParams
) -> Result[Factor, Error]:
    """Rename an MFA factor, or change the number of a phone factor.

    Args:
        client: A client created with a secret or `service_role` key.
        user_id: The ID of the user.
        factor_id: The `id` of one of `User.factors`.
        attrs: `friendly_name`, and `phone`, which the server ignores for other factors.

    Returns:
        The updated factor, or an Error: `validation`; `not_found` with
        `mfa_factor_not_found` or `user_not_found`, or with `validation_failed` if an ID is
        not a UUID; `bad_request` with `validation_failed` for an invalid number.

    `PUT /admin/users/{user_id}/factors/{factor_id}`:
    https://github.com/supabase/auth/blob/master/internal/api/admin.go

    >>> update_factor(client, ada.id, "f1", {"friendly_name": "laptop"}).failure().message
    'factor_id must be an UUID'
    """
    return run(client, factors.update_factor(user_id, factor_id, attrs))


def delete_factor(client: Client, user_id: Id, factor_id: Id) -> Result[None, Error]:
    """Delete an MFA factor of a user.

    Args:
        client: A client created with a secret or `service_role` key.
        user_id: The ID of the user.
        factor_id: The `id` of one of `User.factors`.

    Returns:
        `None`, or an Error: `validation`; `not_found` with `mfa_factor_not_found` or
        `user_not_found`, or with `validation_failed` if an ID is not a UUID.

    `DELETE /admin/users/{user_id}/factors/{factor_id}`:
    https://github.com/supabase/auth/blob/master/internal/api/admin.go

    >>> delete_factor(client, ada.id, "..").failure().errors
    mappingproxy({'factor_id': ('is invalid',)})
    """
    return run(client, factors.delete_factor(user_id, factor_id))


def list_passkeys(client: Client, user_id: Id) -> Result[tuple[Passkey, ...], Error]:
    """Return the passkeys of a user, oldest first; also while the server has passkeys disabled.

    Args:
        client: A client created with a secret or `service_role` key.
        user_id: The ID of the user.

    Returns:
        The passkeys, or an Error: `validation`; `not_found` with `user_not_found`, or with
        `validation_failed` if the ID is not a UUID.

    `GET /admin/users/{user_id}/passkeys`:
    https://github.com/supabase/auth/blob/master/internal/api/passkey_admin.go

    >>> list_passkeys(client, ada.id)
    <Success: ()>
    """
    return run(client, passkeys.list_passkeys(user_id))


def delete_passkey(client: Client, user_id: Id, passkey_id: Id) -> Result[None, Error]:
    """Delete a passkey of a user.

    Args:
        client: A client created with a secret or `service_role` key.
        user_id: The ID of the user.
        passkey_id: The `id` of one of the user's passkeys.

    Returns:
        `None`, or an Error: `validation`; `not_found` with `user_not_found`, or with
        `validation_failed` if the user has no such passkey.

    `DELETE /admin/users/{user_id}/passkeys/{passkey_id}`:
    https://github.com/supabase/auth/blob/master/internal/api/passkey_admin.go

    >>> delete_passkey(client, ada.id, "p1").failure().message
    'Passkey not found'
    """
    return run(client, passkeys.delete_passkey(user_id, passkey_id))


def list_audit_logs(
    client: Client, params: AuditLogOptions | AuditLogParams = {}
) -> Result[AuditLogPage, Error]:
    """Return one page of the audit log, newest first.

    The log is empty if the server does not keep it in its database.

    Args:
        client: A client created with a secret or `service_role` key.
        params: `page` (default 1), `per_page` (the server's default is 50), and a `query`
            in one scope: `author:TEXT`, `action:TEXT` or `type:TEXT`.

    Returns:
        `entries, pagination`, or an Error: `validation`, also for a query in another scope.

    `GET /admin/audit`:
    https://github.com/supabase/auth/blob/master/internal/api/audit.go

    >>> entries, pagination = list_audit_logs(client, {"query": "action:signedup"}).unwrap()
    >>> [entry.payload["action"] for entry in entries], pagination.total
    (['user_signedup'], 1)
    """
    return run(client, audit.list_audit_logs(params))


def list_identities(client: Client, user_id: Id) -> Result[tuple[Identity, ...], Error]:
    """Return the identities of a user: the ways in which the user signs in.

    Args:
        client: A client created with a secret or `service_role` key.
        user_id: The ID of the user.

    Returns:
        The identities, or an Error: `validation`; `not_found` with `user_not_found`, or
        with `validation_failed` if the ID is not a UUID.

    `GET /admin/users/{user_id}`; the server has no route for identities alone:
    https://github.com/supabase/auth/blob/master/internal/api/admin.go

    >>> list_identities(client, ada.id).map(lambda found: [i.provider for i in found])
    <Success: ['email']>
    """
    return run(client, identities.list_identities(user_id))


def delete_identity(
    client: Client,
    user_id: Id,
    identity_id: Id | Identity,
    *,
    session: Session | str | None = None,
) -> Result[None, Error]:
    """Unlink one identity from a user. The user must have at least one other identity.

    Args:
        client: A client created with a secret or `service_role` key.
        user_id: The ID of the user.
        identity_id: One of `list_identities`, or its `identity_id`, which is not its `id`.
        session: The user's own session, or its access token. Without it, the admin route
            used by the Elixir library is called; current GoTrue servers answer it with 404.

    Returns:
        `None`, or an Error: `validation`, also for a session or identity of another user;
        `not_found` with `manual_linking_disabled`, with `validation_failed` if the ID is not
        a UUID, or without an `error_code` if the server lacks the route;
        `unprocessable_entity` with `identity_not_found`, `single_identity_not_deletable` or
        `email_conflict_identity_not_deletable`; `forbidden` as from `sign_out`.

    `DELETE /user/identities/{identity_id}`, or
    `DELETE /admin/users/{user_id}/identities/{identity_id}`:
    https://github.com/supabase/auth/blob/master/internal/api/identity.go

    >>> list_identities(client, ada.id).bind(
    ...     lambda found: delete_identity(client, ada.id, found[0])
    ... ).failure().status
    404
    """
    return run(client, identities.delete_identity(user_id, identity_id, session))
