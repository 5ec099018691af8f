"""The admin API for asyncio: each function as in `supabase_gotrue.admin`."""

from returns.result import Result

from supabase_gotrue.aio.admin import custom_providers as custom_providers
from supabase_gotrue.aio.admin import oauth as oauth
from supabase_gotrue.aio.admin import sso as sso
from supabase_gotrue.aio.client import AsyncClient, run
from supabase_gotrue.error import Error
from supabase_gotrue.models import (
    AuditLogPage,
    Factor,
    Identity,
    LinkProperties,
    Passkey,
    Session,
    User,
    UserPage,
)
from supabase_gotrue.operations import audit, factors, identities, links, passkeys, sessions, users
from supabase_gotrue.schemas import (
    AdminUserAttrs,
    AdminUserParams,
    AuditLogOptions,
    AuditLogParams,
    DeleteUserOptions,
    FactorAttrs,
    FactorParams,
    GenerateLinkAttrs,
    GenerateLinkParams,
    Id,
    InviteUserOptions,
    InviteUserParams,
    PaginationOptions,
    PaginationParams,
    Scope,
)

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


def __dir__() -> list[str]:
    return __all__


async def create_user(
    client: AsyncClient, attrs: AdminUserAttrs | AdminUserParams
) -> Result[User, Error]:
    """Async version of :func:`supabase_gotrue.admin.create_user`."""
    return await run(client, users.create_user(attrs))


async def update_user_by_id(
    client: AsyncClient, user_id: Id, attrs: AdminUserAttrs | AdminUserParams
) -> Result[User, Error]:
    """Async version of :func:`supabase_gotrue.admin.update_user_by_id`."""
    return await run(client, users.update_user_by_id(user_id, attrs))


async def get_user_by_id(client: AsyncClient, user_id: Id) -> Result[User, Error]:
    """Async version of :func:`supabase_gotrue.admin.get_user_by_id`."""
    return await run(client, users.get_user_by_id(user_id))


async def get_user_by_email(client: AsyncClient, email: str) -> Result[User, Error]:
    """Async version of :func:`supabase_gotrue.admin.get_user_by_email`."""
    return await run(client, users.get_user_by_email(email))


async def delete_user(
    client: AsyncClient,
    user_id: Id,
    should_soft_delete: bool | DeleteUserOptions = False,
) -> Result[User | None, Error]:
    """Async version of :func:`supabase_gotrue.admin.delete_user`."""
    return await run(client, users.delete_user(user_id, should_soft_delete))


async def list_users(
    client: AsyncClient, params: PaginationOptions | PaginationParams = {}
) -> Result[UserPage, Error]:
    """Async version of :func:`supabase_gotrue.admin.list_users`."""
    return await run(client, users.list_users(params))


async def invite_user_by_email(
    client: AsyncClient,
    email: str,
    options: InviteUserOptions | InviteUserParams = {},
) -> Result[User, Error]:
    """Async version of :func:`supabase_gotrue.admin.invite_user_by_email`."""
    return await run(client, users.invite_user_by_email(email, options))


async def generate_link(
    client: AsyncClient, attrs: GenerateLinkAttrs | GenerateLinkParams
) -> Result[LinkProperties, Error]:
    """Async version of :func:`supabase_gotrue.admin.generate_link`."""
    return await run(client, links.generate_link(attrs))


async def sign_out(
    client: AsyncClient, session: Session | str, scope: Scope = "global"
) -> Result[None, Error]:
    """Async version of :func:`supabase_gotrue.admin.sign_out`."""
    return await run(client, sessions.sign_out(session, scope))


async def list_factors(client: AsyncClient, user_id: Id) -> Result[tuple[Factor, ...], Error]:
    """Async version of :func:`supabase_gotrue.admin.list_factors`."""
    return await run(client, factors.list_factors(user_id))


async def update_factor(
    client: AsyncClient, user_id: Id, factor_id: Id, attrs: FactorAttrs | FactorParams
) -> Result[Factor, Error]:
    """Async version of :func:`supabase_gotrue.admin.update_factor`."""
    return await run(client, factors.update_factor(user_id, factor_id, attrs))


async def delete_factor(client: AsyncClient, user_id: Id, factor_id: Id) -> Result[None, Error]:
    """Async version of :func:`supabase_gotrue.admin.delete_factor`."""
    return await run(client, factors.delete_factor(user_id, factor_id))


async def list_passkeys(client: AsyncClient, user_id: Id) -> Result[tuple[Passkey, ...], Error]:
    """Async version of :func:`supabase_gotrue.admin.list_passkeys`."""
    return await run(client, passkeys.list_passkeys(user_id))


async def delete_passkey(client: AsyncClient, user_id: Id, passkey_id: Id) -> Result[None, Error]:
    """Async version of :func:`supabase_gotrue.admin.delete_passkey`."""
    return await run(client, passkeys.delete_passkey(user_id, passkey_id))


async def list_audit_logs(
    client: AsyncClient, params: AuditLogOptions | AuditLogParams = {}
) -> Result[AuditLogPage, Error]:
    """Async version of :func:`supabase_gotrue.admin.list_audit_logs`."""
    return await run(client, audit.list_audit_logs(params))


async def list_identities(client: AsyncClient, user_id: Id) -> Result[tuple[Identity, ...], Error]:
    """Async version of :func:`supabase_gotrue.admin.list_identities`."""
    return await run(client, identities.list_identities(user_id))


async def delete_identity(
    client: AsyncClient,
    user_id: Id,
    identity_id: Id,
    *,
    session: Session | str | None = None,
) -> Result[None, Error]:
    """Async version of :func:`supabase_gotrue.admin.delete_identity`."""
    return await run(client, identities.delete_identity(user_id, identity_id, session))
