"""The admin API for asyncio: each function as in `supabase_gotrue.admin`."""

from returns.result import Result

from supabase_gotrue._lazy import lazy
from supabase_gotrue.aio.client import AsyncClient, run
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
    from supabase_gotrue.aio.admin import custom_providers, oauth, sso

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


async def create_user(
    client: AsyncClient, attrs: AdminUserAttrs | AdminUserParams
) -> Result[User, Error]:
    """Create a user. No email is sent.

    Async version of :func:`supabase_gotrue.admin.create_user`, which describes arguments and
    failures.
    """
    return await run(client, users.create_user(attrs))


async def update_user_by_id(
    client: AsyncClient, user_id: Id, attrs: AdminUserAttrs | AdminUserParams
) -> Result[User, Error]:
    """Change the given attributes of a user; the others stay as they are.

    Async version of :func:`supabase_gotrue.admin.update_user_by_id`, which describes arguments
    and failures.
    """
    return await run(client, users.update_user_by_id(user_id, attrs))


async def get_user_by_id(client: AsyncClient, user_id: Id) -> Result[User, Error]:
    """Return one user with identities and factors.

    Async version of :func:`supabase_gotrue.admin.get_user_by_id`, which describes arguments and
    failures.
    """
    return await run(client, users.get_user_by_id(user_id))


async def get_user_by_email(client: AsyncClient, email: str) -> Result[User, Error]:
    """Return the user with exactly this email address; case does not matter.

    Async version of :func:`supabase_gotrue.admin.get_user_by_email`, which describes arguments
    and failures.
    """
    return await run(client, users.get_user_by_email(email))


async def delete_user(
    client: AsyncClient,
    user_id: Id,
    should_soft_delete: bool | DeleteUserOptions = False,
) -> Result[User | None, Error]:
    """Delete a user, permanently or softly; both end all sessions.

    Async version of :func:`supabase_gotrue.admin.delete_user`, which describes arguments and
    failures.
    """
    return await run(client, users.delete_user(user_id, should_soft_delete))


async def list_users(
    client: AsyncClient, params: PaginationOptions | PaginationParams = {}
) -> Result[UserPage, Error]:
    """Return one page of users, by default newest first; `identities` and `factors` are `None`.

    Async version of :func:`supabase_gotrue.admin.list_users`, which describes arguments and
    failures.
    """
    return await run(client, users.list_users(params))


async def invite_user_by_email(
    client: AsyncClient,
    email: str,
    options: InviteUserOptions | InviteUserParams = {},
) -> Result[User, Error]:
    """Create a user and send an invitation by email.

    Async version of :func:`supabase_gotrue.admin.invite_user_by_email`, which describes
    arguments and failures.
    """
    return await run(client, users.invite_user_by_email(email, options))


async def generate_link(
    client: AsyncClient, attrs: GenerateLinkAttrs | GenerateLinkParams
) -> Result[LinkProperties, Error]:
    """Generate a link that signs a user in. No email is sent.

    Async version of :func:`supabase_gotrue.admin.generate_link`, which describes arguments and
    failures.
    """
    return await run(client, links.generate_link(attrs))


async def sign_out(
    client: AsyncClient, session: Session | str, scope: Scope = "global"
) -> Result[None, Error]:
    """End sessions of the user whose session is given.

    Async version of :func:`supabase_gotrue.admin.sign_out`, which describes arguments and
    failures.
    """
    return await run(client, sessions.sign_out(session, scope))


async def list_factors(client: AsyncClient, user_id: Id) -> Result[tuple[Factor, ...], Error]:
    """Return the MFA factors of a user, verified or not.

    Async version of :func:`supabase_gotrue.admin.list_factors`, which describes arguments and
    failures.
    """
    return await run(client, factors.list_factors(user_id))


async def update_factor(
    client: AsyncClient, user_id: Id, factor_id: Id, attrs: FactorAttrs | FactorParams
) -> Result[Factor, Error]:
    """Rename an MFA factor, or change the number of a phone factor.

    Async version of :func:`supabase_gotrue.admin.update_factor`, which describes arguments and
    failures.
    """
    return await run(client, factors.update_factor(user_id, factor_id, attrs))


async def delete_factor(client: AsyncClient, user_id: Id, factor_id: Id) -> Result[None, Error]:
    """Delete an MFA factor of a user.

    Async version of :func:`supabase_gotrue.admin.delete_factor`, which describes arguments and
    failures.
    """
    return await run(client, factors.delete_factor(user_id, factor_id))


async def list_passkeys(client: AsyncClient, user_id: Id) -> Result[tuple[Passkey, ...], Error]:
    """Return the passkeys of a user, oldest first; also while the server has passkeys disabled.

    Async version of :func:`supabase_gotrue.admin.list_passkeys`, which describes arguments and
    failures.
    """
    return await run(client, passkeys.list_passkeys(user_id))


async def delete_passkey(client: AsyncClient, user_id: Id, passkey_id: Id) -> Result[None, Error]:
    """Delete a passkey of a user.

    Async version of :func:`supabase_gotrue.admin.delete_passkey`, which describes arguments and
    failures.
    """
    return await run(client, passkeys.delete_passkey(user_id, passkey_id))


async def list_audit_logs(
    client: AsyncClient, params: AuditLogOptions | AuditLogParams = {}
) -> Result[AuditLogPage, Error]:
    """Return one page of the audit log, newest first.

    Async version of :func:`supabase_gotrue.admin.list_audit_logs`, which describes arguments
    and failures.
    """
    return await run(client, audit.list_audit_logs(params))


async def list_identities(client: AsyncClient, user_id: Id) -> Result[tuple[Identity, ...], Error]:
    """Return the identities of a user: the ways in which the user signs in.

    Async version of :func:`supabase_gotrue.admin.list_identities`, which describes arguments
    and failures.
    """
    return await run(client, identities.list_identities(user_id))


async def delete_identity(
    client: AsyncClient,
    user_id: Id,
    identity_id: Id | Identity,
    *,
    session: Session | str | None = None,
) -> Result[None, Error]:
    """Unlink one identity from a user. The user must have at least one other identity.

    Async version of :func:`supabase_gotrue.admin.delete_identity`, which describes arguments
    and failures.
    """
    return await run(client, identities.delete_identity(user_id, identity_id, session))
