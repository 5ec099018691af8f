"""Mistakes that type checkers must report: each line ends with mypy's code and pyright's rule.

Nothing here runs.
"""

from collections.abc import Mapping
from functools import partial

from returns.result import Failure, Result

from supabase_gotrue import (
    AdminUserAttrs,
    AdminUserParams,
    Client,
    Error,
    GenerateLinkAttrs,
    InviteUserOptions,
    OAuthClientAttrs,
    PaginationOptions,
    RequestsTransport,
    SAMLAttributeAttrs,
    Session,
    User,
    admin,
    aio,
    bulk,
    init_client,
    with_options,
)


def misspelt_keys(client: Client, user: User) -> None:
    admin.create_user(client, {"emial": "a"})  # arg-type reportArgumentType
    admin.update_user_by_id(client, user.id, {"metadata": {}})  # arg-type reportArgumentType
    admin.list_users(client, {"perpage": 10})  # arg-type reportArgumentType
    admin.invite_user_by_email(client, "a", {"redirect": "to"})  # arg-type reportArgumentType
    admin.generate_link(client, {"type": "invite", "mail": "a"})  # arg-type reportArgumentType
    admin.delete_user(client, user.id, {"soft": True})  # arg-type reportArgumentType


def bulk_functions(client: Client, user: User) -> None:
    bulk.stream_users(client, perpage=10)  # call-arg reportCallIssue
    bulk.map_concurrent(str, [1])  # arg-type reportArgumentType
    bulk.delete_users(client, [user])  # list-item reportArgumentType
    bulk.import_users(client, [1])  # list-item reportArgumentType


def misspelt_in_a_variable() -> None:
    attrs: AdminUserAttrs = {"emial": "a"}  # typeddict-unknown-key reportAssignmentType
    options: InviteUserOptions = {"redirect": "to"}  # typeddict-unknown-key reportAssignmentType
    params: PaginationOptions = {"perpage": 10}  # typeddict-unknown-key reportAssignmentType
    link: GenerateLinkAttrs = {"type": "reset", "email": "a"}  # typeddict-item reportAssignmentType
    print(attrs, options, params, link)


def misspelt_names(client: Client, user: User, error: Error) -> None:
    AdminUserParams(emial="a@b.c")  # call-arg reportCallIssue
    RequestsTransport(time_out=3.0)  # call-arg reportCallIssue
    init_client("http://localhost", "key", acess_token="a.b.c")  # call-arg reportCallIssue
    with_options(client, time_out=3.0)  # call-arg reportCallIssue
    _ = user.emial  # attr-defined reportUnknownVariableType reportAttributeAccessIssue
    _ = error.reason  # attr-defined reportUnknownVariableType reportAttributeAccessIssue


def wrong_values(client: Client, user: User) -> None:
    admin.create_user(client, {"email": 1})  # arg-type reportArgumentType
    admin.create_user(client, {"email_confirm": "yes"})  # arg-type reportArgumentType
    admin.create_user(client, {"app_metadata": "editor"})  # arg-type reportArgumentType
    admin.create_user(client, {"user_metadata": {"at": user}})  # arg-type reportArgumentType
    admin.list_users(client, {"page": "2"})  # arg-type reportArgumentType
    admin.delete_user(client, user.id, None)  # arg-type reportArgumentType
    init_client("http://localhost", "key", timeout="3")  # arg-type reportArgumentType


def rows_of_anything(client: Client, row: Mapping[str, object]) -> None:
    admin.create_user(client, row)  # arg-type reportArgumentType
    admin.generate_link(client, row)  # arg-type reportArgumentType


def wrong_factors(client: Client, user: User) -> None:
    admin.update_factor(client, user.id, "f", {"name": "a"})  # arg-type reportArgumentType
    admin.list_audit_logs(client, {"filter": "a"})  # arg-type reportArgumentType
    admin.get_user_by_email(client, user.email)  # arg-type reportArgumentType


def wrong_oauth_clients(client: Client, attrs: OAuthClientAttrs) -> None:
    admin.oauth.create_client(client, {"client_name": "a"})  # arg-type reportArgumentType
    admin.oauth.update_client(client, "c", {"client_type": "public"})  # arg-type reportArgumentType
    admin.oauth.update_client(client, "c", {"grant_types": ["x"]})  # arg-type reportArgumentType
    attrs["token_endpoint_auth_method"] = "x"  # typeddict-item reportGeneralTypeIssues


def wrong_providers(client: Client) -> None:
    admin.custom_providers.list_providers(client, {"type": "saml"})  # arg-type reportArgumentType
    admin.custom_providers.create_provider(client, {"name": "a"})  # arg-type reportArgumentType
    changes = {"identifier": "custom:b"}
    admin.custom_providers.update_provider(client, "a", changes)  # arg-type reportArgumentType
    admin.sso.create_provider(client, {"type": "oidc"})  # arg-type reportArgumentType
    admin.sso.update_provider(client, "p", {"type": "saml"})  # arg-type reportArgumentType
    admin.sso.update_provider(client, "p", {"domains": "a.b"})  # arg-type reportArgumentType
    field: SAMLAttributeAttrs = {"nmae": "b"}  # typeddict-unknown-key reportAssignmentType
    print(field)


def wrong_scope(client: Client, session: Session, scope: str) -> None:
    admin.sign_out(client, session, "all")  # arg-type reportArgumentType
    admin.sign_out(client, session, scope)  # arg-type reportArgumentType
    admin.sign_out(client, session.user)  # arg-type reportArgumentType


def wrong_link(client: Client, attrs: GenerateLinkAttrs) -> None:
    admin.generate_link(client, {"type": "reset", "email": "a"})  # arg-type reportArgumentType
    admin.generate_link(client, {"type": "recovery"})  # arg-type reportArgumentType
    attrs["type"] = "reset"  # typeddict-item reportGeneralTypeIssues


def wrong_id(client: Client, user: User) -> None:
    admin.get_user_by_id(client, 42)  # arg-type reportArgumentType
    admin.get_user_by_id(client, user)  # arg-type reportArgumentType
    admin.update_user_by_id(client, b"id", {})  # arg-type reportArgumentType
    admin.delete_user(client, None)  # arg-type reportArgumentType
    admin.delete_factor(client, user.id, user.factors)  # arg-type reportArgumentType
    admin.list_identities(client, user.identities)  # arg-type reportArgumentType
    admin.delete_identity(client, user.id, 7)  # arg-type reportArgumentType


def wrong_order(client: Client, user: User) -> None:
    admin.get_user_by_id(user.id, client)  # arg-type reportArgumentType
    admin.delete_identity(client, user.id, "i", "a.b.c")  # call-arg reportCallIssue


def wrong_use(client: Client) -> User:
    page = admin.list_users(client)
    _ = page.email  # attr-defined reportUnknownVariableType reportAttributeAccessIssue
    Error("gone")  # arg-type reportArgumentType
    match admin.get_user_by_id(client, "id"):
        case Failure(Error() as error):
            _ = error.code == "missing"  # comparison-overlap reportUnnecessaryComparison
        case _:
            pass
    partial(admin.create_user, client)({"email": 1})  # arg-type reportArgumentType
    return admin.get_user_by_id(client, "id")  # return-value reportReturnType


def frozen(client: Client, user: User, error: Error) -> Result[User, Error]:
    client.api_key = "another"  # misc reportAttributeAccessIssue
    user.email = "a@b.c"  # misc reportAttributeAccessIssue
    return Failure(error.message)  # arg-type reportReturnType


async def wrong_async_calls(client: Client, async_client: aio.AsyncClient) -> User:
    await aio.admin.get_user_by_id(client, "id")  # arg-type reportArgumentType
    await aio.admin.create_user(async_client, {"emial": "a"})  # arg-type reportArgumentType
    admin.get_user_by_id(async_client, "id")  # arg-type reportArgumentType
    aio.init_client("u", "k", transport=RequestsTransport())  # arg-type reportArgumentType
    aio.with_options(async_client, time_out=3.0)  # call-arg reportCallIssue
    async_client.api_key = "another"  # misc reportAttributeAccessIssue
    return await aio.admin.get_user_by_id(async_client, "id")  # return-value reportReturnType
