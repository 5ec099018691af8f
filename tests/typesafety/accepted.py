"""Programs as users write them, and the types that every checker infers. Nothing here runs."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Literal, assert_type
from uuid import UUID

from returns.future import FutureResult
from returns.io import IOResult
from returns.result import Failure, Result, Success

import supabase_gotrue.bulk.dask
from supabase_gotrue import (
    AdminUserParams,
    AuditLogEntry,
    AuditLogPage,
    Client,
    CustomProvider,
    CustomProviderAttrs,
    Error,
    ErrorCode,
    Factor,
    FactorParams,
    GenerateLinkParams,
    Identity,
    InviteUserParams,
    LinkProperties,
    OAuthClient,
    OAuthClientParams,
    Pagination,
    PaginationParams,
    Passkey,
    Request,
    RequestsTransport,
    Response,
    SAMLAttribute,
    Session,
    SSOProvider,
    User,
    UserPage,
    admin,
    aio,
    bulk,
    client_from_env,
    init_client,
    update_access_token,
    with_options,
)
from supabase_gotrue.aio import AsyncClient


def functions(client: Client, user: User, session: Session, uuid: UUID) -> None:
    assert_type(admin.create_user(client, {"email": "a@b.c"}), Result[User, Error])
    assert_type(admin.create_user(client, AdminUserParams(email="a@b.c")), Result[User, Error])
    assert_type(admin.update_user_by_id(client, uuid, {"role": None}), Result[User, Error])
    assert_type(admin.get_user_by_id(client, user.id), Result[User, Error])
    assert_type(admin.delete_user(client, user.id), Result[User | None, Error])
    assert_type(admin.delete_user(client, uuid, True), Result[User | None, Error])
    soft = admin.delete_user(client, uuid, {"should_soft_delete": True})
    assert_type(soft, Result[User | None, Error])
    assert_type(admin.list_users(client), Result[UserPage, Error])
    assert_type(admin.list_users(client, {"page": 2, "filter": "a"}), Result[UserPage, Error])
    assert_type(admin.list_users(client, PaginationParams(page=2)), Result[UserPage, Error])
    assert_type(admin.invite_user_by_email(client, "a@b.c"), Result[User, Error])
    invited = admin.invite_user_by_email(client, "a@b.c", {"data": {"tags": ["x", {"y": None}]}})
    assert_type(invited, Result[User, Error])
    welcome = InviteUserParams(redirect_to="https://example.com")
    assert_type(admin.invite_user_by_email(client, "a@b.c", welcome), Result[User, Error])
    link = admin.generate_link(client, {"type": "magicLink", "email": "a@b.c"})
    assert_type(link, Result[LinkProperties, Error])
    params = GenerateLinkParams(type="recovery", email="a@b.c")
    assert_type(admin.generate_link(client, params), Result[LinkProperties, Error])
    assert_type(admin.sign_out(client, session), Result[None, Error])
    assert_type(admin.sign_out(client, "a.b.c", "others"), Result[None, Error])
    assert_type(admin.delete_factor(client, user.id, uuid), Result[None, Error])
    assert_type(admin.list_identities(client, uuid), Result[tuple[Identity, ...], Error])
    assert_type(admin.delete_identity(client, user.id, "i", session="a.b.c"), Result[None, Error])


def factors_and_passkeys(client: Client, user: User, uuid: UUID) -> None:
    assert_type(admin.get_user_by_email(client, "a@b.c"), Result[User, Error])
    assert_type(admin.list_factors(client, uuid), Result[tuple[Factor, ...], Error])
    factor = admin.update_factor(client, user.id, uuid, {"friendly_name": "laptop", "phone": None})
    assert_type(factor, Result[Factor, Error])
    params = FactorParams(phone="15550001")
    assert_type(admin.update_factor(client, user.id, "f", params), Result[Factor, Error])
    assert_type(admin.list_passkeys(client, uuid), Result[tuple[Passkey, ...], Error])
    assert_type(admin.delete_passkey(client, user.id, uuid), Result[None, Error])


def audit_logs(client: Client) -> None:
    assert_type(admin.list_audit_logs(client), Result[AuditLogPage, Error])
    page = admin.list_audit_logs(client, {"page": 2, "query": "action:login"})
    assert_type(page, Result[AuditLogPage, Error])
    entries, pagination = page.unwrap()
    assert_type(entries, tuple[AuditLogEntry, ...])
    assert_type(pagination, Pagination)
    assert_type(entries[0].payload, dict[str, object])


def oauth_clients(client: Client, uuid: UUID) -> None:
    assert_type(admin.oauth.list_clients(client), Result[tuple[OAuthClient, ...], Error])
    made = admin.oauth.create_client(
        client, {"redirect_uris": ("https://a.b",), "grant_types": ["refresh_token"]}
    )
    assert_type(made, Result[OAuthClient, Error])
    assert_type(admin.oauth.get_client(client, uuid), Result[OAuthClient, Error])
    changed = admin.oauth.update_client(client, "c", {"client_name": "Acme", "logo_uri": ""})
    assert_type(changed, Result[OAuthClient, Error])
    params = OAuthClientParams(client_name="Acme")
    assert_type(admin.oauth.update_client(client, uuid, params), Result[OAuthClient, Error])
    assert_type(admin.oauth.delete_client(client, uuid), Result[None, Error])
    rotated = admin.oauth.regenerate_client_secret(client, uuid)
    assert_type(rotated, Result[OAuthClient, Error])
    assert_type(rotated.unwrap().client_secret, str | None)


def custom_providers(client: Client) -> None:
    found = admin.custom_providers.list_providers(client, {"type": "oidc"})
    assert_type(found, Result[tuple[CustomProvider, ...], Error])
    attrs: CustomProviderAttrs = {
        "provider_type": "oidc",
        "identifier": "custom:acme",
        "name": "Acme",
        "client_id": "id",
        "client_secret": "secret",
        "issuer": "https://a.b",
        "attribute_mapping": {"name": {"nested": [1]}},
    }
    made = admin.custom_providers.create_provider(client, attrs)
    assert_type(made, Result[CustomProvider, Error])
    one = admin.custom_providers.get_provider(client, "custom:acme")
    assert_type(one, Result[CustomProvider, Error])
    changed = admin.custom_providers.update_provider(client, "custom:acme", {"enabled": False})
    assert_type(changed, Result[CustomProvider, Error])
    gone = admin.custom_providers.delete_provider(client, "custom:acme")
    assert_type(gone, Result[None, Error])


def sso_providers(client: Client, uuid: UUID) -> None:
    found = admin.sso.list_providers(client, {"resource_id_prefix": "a"})
    assert_type(found, Result[tuple[SSOProvider, ...], Error])
    made = admin.sso.create_provider(
        client,
        {
            "metadata_url": "https://a.b",
            "attribute_mapping": {"keys": {"a": {"names": ["b"], "default": [1], "array": True}}},
        },
    )
    assert_type(made, Result[SSOProvider, Error])
    assert_type(made.unwrap().saml.attribute_mapping.keys, dict[str, SAMLAttribute])
    assert_type(admin.sso.get_provider(client, "resource_a"), Result[SSOProvider, Error])
    changed = admin.sso.update_provider(client, uuid, {"domains": [], "disabled": True})
    assert_type(changed, Result[SSOProvider, Error])
    assert_type(admin.sso.delete_provider(client, uuid), Result[SSOProvider, Error])


def bulk_functions(
    client: Client,
    user: User,
    uuid: UUID,
    lines: list[str],
    cluster: supabase_gotrue.bulk.dask.DaskClient,
) -> None:
    stream = bulk.stream_users(client, per_page=100, filter="a", resume={"mode": "unknown"})
    assert_type(stream, bulk.UserStream)
    assert_type(next(stream), Result[User, Error])
    assert_type(stream.resume, Mapping[str, object] | None)
    assert_type(stream.total, int | None)
    ids: list[str | UUID] = [user.id, uuid]
    mapped = bulk.map_concurrent(partial(admin.list_factors, client), ids)
    assert_type(next(mapped), tuple[str | UUID, Result[tuple[Factor, ...], Error]])
    rows: list[dict[str, object]] = [{"email": "a@b.c"}]
    assert_type(bulk.import_users(client, rows), Iterator[bulk.ImportedRow])
    bulk.import_users(client, [AdminUserParams(email="a@b.c")], unguessable_passwords=False)
    bulk.import_users(client, bulk.readers.jsonl(lines), max_concurrency=2)
    (number, outcome, user_id, error) = next(bulk.import_users(client, bulk.readers.csv(lines)))
    assert_type(number, int)
    assert_type(outcome, Literal["created", "exists", "conflict", "failed"])
    assert_type(user_id, str | None)
    assert_type(error, Error | None)
    assert_type(bulk.export_users(client), Iterator[Result[bytes, Error]])
    deleted = bulk.delete_users(client, [user.id, uuid], should_soft_delete=True)
    assert_type(deleted, Iterator[tuple[str, Result[None, Error]]])
    assert_type(bulk.users_table([user]).num_rows, int)
    report = supabase_gotrue.bulk.dask.import_users(cluster, "users.csv", bulk.readers.csv)
    assert_type(report, supabase_gotrue.bulk.dask.ImportReport)
    rest = bulk.readers.auth0(lines, password_lines=lines)
    assert_type(next(rest), Result[AdminUserParams, Error])
    assert_type(rest.left_out, Mapping[str, int])
    assert_type(rest.carried, Mapping[str, int])
    bulk.readers.cognito(lines)
    bulk.readers.django(lines, model="auth.user")
    bulk.readers.supabase(lines, unsupported_passwords="leave_out")
    bulk.readers.clerk(lines)
    bulk.readers.keycloak(lines)
    bulk.readers.firebase(lines, {"base64_signer_key": "a", "rounds": 8, "mem_cost": 14})


def clients(client: Client) -> None:
    assert_type(init_client("http://localhost", "key", timeout=3), Result[Client, Error])
    assert_type(client_from_env(), Result[Client, Error])
    assert_type(update_access_token(client, "a.b.c"), Result[Client, Error])
    assert_type(with_options(client, timeout=3.0, headers=None), Result[Client, Error])


def transports(request: Request) -> None:
    assert_type(RequestsTransport()(request), Result[Response, Error])

    def canned(_: Request) -> Result[Response, Error]:
        return Success(Response(200, {}, b"{}"))

    assert_type(init_client("http://localhost", "key", transport=canned), Result[Client, Error])


def parsing(payload: bytes, row: dict[str, object], form: dict[str, str]) -> None:
    assert_type(User.parse(payload), Result[User, Error])
    assert_type(User.parse_list(payload), Result[tuple[User, ...], Error])
    assert_type(Identity.parse(row), Result[Identity, Error])
    assert_type(Identity.parse_list([row]), Result[tuple[Identity, ...], Error])
    assert_type(Session.parse(row), Result[Session, Error])
    assert_type(LinkProperties.parse(payload), Result[LinkProperties, Error])
    assert_type(AdminUserParams.parse(form), Result[AdminUserParams, Error])
    assert_type(AdminUserParams.parse_update(form), Result[AdminUserParams, Error])
    assert_type(GenerateLinkParams.parse(row), Result[GenerateLinkParams, Error])
    assert_type(InviteUserParams.parse(row), Result[InviteUserParams, Error])
    assert_type(PaginationParams.parse(form), Result[PaginationParams, Error])


def fields(user: User, identity: Identity, factor: Factor, session: Session) -> None:
    assert_type(user.email, str | None)
    assert_type(user.created_at, datetime)
    assert_type(user.banned_until, datetime | None)
    assert_type(user.app_metadata, dict[str, object])
    assert_type(user.identities, tuple[Identity, ...] | None)
    assert_type(user.factors, tuple[Factor, ...] | None)
    assert_type(user.to_dict(), dict[str, object])
    assert_type(identity.identity_id, str | None)
    assert_type(factor.status, str)
    assert_type(session.user, User | None)


def errors(error: Error) -> None:
    assert_type(error.code, ErrorCode)
    assert_type(error.error_code, str | None)
    assert_type(error.status, int | None)
    assert_type(error.reasons, tuple[str, ...])
    assert_type(error.retry_after, int | None)
    for field, messages in error.errors.items():
        assert_type(field, str)
        assert_type(messages, tuple[str, ...])


def unpacking(client: Client, page: UserPage) -> None:
    users, pagination = page
    assert_type(users, tuple[User, ...])
    assert_type(pagination, Pagination)
    assert_type(admin.list_users(client).unwrap().pagination.next_page, int | None)


def matching(result: Result[User, Error]) -> str | None:
    match result:
        case Success(User() as user):
            assert_type(user, User)
            return user.email
        case Failure(Error("not_found", message)):
            assert_type(message, str)
            return message
        case Failure(Error() as error):
            assert_type(error, Error)
            return error.message
        case _:
            return None


def user_instead(user: User, _error: Error) -> Result[User, Error]:
    return Success(user)


def chains(client: Client, user: User) -> None:
    editor = partial(admin.update_user_by_id, client, attrs={"role": "editor"})
    assert_type(editor(user.id), Result[User, Error])

    by_lambda = admin.invite_user_by_email(client, "a@b.c").bind(
        lambda invited: admin.update_user_by_id(client, invited.id, {"role": "editor"})
    )
    assert_type(by_lambda, Result[User, Error])

    created = AdminUserParams.parse({"email": "a@b.c"}).bind(partial(admin.create_user, client))
    assert_type(created, Result[User, Error])
    assert_type(created.map(lambda found: found.email), Result[str | None, Error])
    assert_type(created.alt(lambda error: error.message), Result[User, str])
    assert_type(created.lash(partial(user_instead, user)), Result[User, Error])
    assert_type(created.value_or(None), User | None)
    assert_type(created.unwrap(), User)
    assert_type(created.failure(), Error)


def do_notation(client: Client) -> None:
    named: Result[tuple[str, int | None], Error] = Result.do(
        (user.id, page.pagination.total)
        for user in admin.create_user(client, {"email": "a@b.c"})
        for page in admin.list_users(client, {"filter": user.email})
    )
    assert_type(named, Result[tuple[str, int | None], Error])


def scopes(client: Client, session: Session) -> None:
    every: tuple[Literal["global", "local", "others"], ...] = ("global", "local", "others")
    for scope in every:
        assert_type(admin.sign_out(client, session, scope), Result[None, Error])


async def async_functions(client: AsyncClient, user: User, session: Session, uuid: UUID) -> None:
    assert_type(await aio.admin.create_user(client, {"email": "a@b.c"}), Result[User, Error])
    params = AdminUserParams(email="a@b.c")
    assert_type(await aio.admin.create_user(client, params), Result[User, Error])
    assert_type(await aio.admin.get_user_by_id(client, uuid), Result[User, Error])
    assert_type(await aio.admin.delete_user(client, user.id, True), Result[User | None, Error])
    assert_type(await aio.admin.list_users(client, {"page": 2}), Result[UserPage, Error])
    link = await aio.admin.generate_link(client, {"type": "magicLink", "email": "a@b.c"})
    assert_type(link, Result[LinkProperties, Error])
    assert_type(await aio.admin.sign_out(client, session, "local"), Result[None, Error])
    identities = await aio.admin.list_identities(client, uuid)
    assert_type(identities, Result[tuple[Identity, ...], Error])


async def respond(_request: Request) -> Result[Response, Error]:
    return Success(Response(200, {}, b"{}"))


async def async_clients() -> None:
    made = aio.init_client("http://localhost", "key", timeout=3.0)
    assert_type(made, Result[AsyncClient, Error])
    aio.init_client("http://localhost", "key", transport=respond)
    aio.init_client("http://localhost", "key", transport=aio.AiohttpTransport(timeout=3.0))
    assert_type(aio.client_from_env(), Result[AsyncClient, Error])
    async with made.unwrap() as client:
        assert_type(client, AsyncClient)
        assert_type(aio.with_options(client, timeout=3.0), Result[AsyncClient, Error])
        assert_type(aio.update_access_token(client, "a.b.c"), Result[AsyncClient, Error])
    await client.aclose()


async def async_compositions(client: AsyncClient, ids: list[str]) -> None:
    first, second = await asyncio.gather(
        aio.admin.get_user_by_id(client, ids[0]), aio.admin.list_users(client)
    )
    assert_type(first, Result[User, Error])
    assert_type(second, Result[UserPage, Error])
    found = FutureResult(aio.admin.get_user_by_id(client, ids[0]))
    assert_type(found, FutureResult[User, Error])
    deleted = found.bind(lambda user: FutureResult(aio.admin.delete_user(client, user.id)))
    assert_type(deleted, FutureResult[User | None, Error])
    chained = found.bind_async(partial(signed_out, client)).map(lambda _: "done")
    assert_type(chained, FutureResult[str, Error])
    assert_type(await chained, IOResult[str, Error])
    async with asyncio.TaskGroup() as group:
        task = group.create_task(aio.admin.get_user_by_id(client, ids[0]))
    assert_type(task.result(), Result[User, Error])


async def signed_out(client: AsyncClient, user: User) -> FutureResult[None, Error]:
    return FutureResult(aio.admin.sign_out(client, user.id))


async def async_bulk(client: AsyncClient, ids: list[str]) -> None:
    stream = aio.bulk.stream_users(client, filter="a")
    async for user in stream:
        assert_type(user, Result[User, Error])
    assert_type(stream.total, int | None)
    found = partial(aio.admin.get_user_by_id, client)
    async for user_id, result in aio.bulk.map_concurrent(found, ids):
        assert_type(user_id, str)
        assert_type(result, Result[User, Error])
    streamed = aio.bulk.stream_users(client)
    async for _, again in aio.bulk.map_concurrent(keep_user, streamed, ordered=False):
        assert_type(again, Result[User, Error])


async def keep_user(user: Result[User, Error]) -> Result[User, Error]:
    return user
