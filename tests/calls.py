"""The table of calls: every public function with valid arguments, what it sends, and a response.

What is promised of every function is tested over this table, in `tests/promises/`. A public
function without a row fails `tests/promises/test_table.py`, which prints the row to fill in.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from itertools import islice
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple, cast

import msgspec
from returns.result import Failure, Result, Success

import supabase_gotrue
from supabase_gotrue import Client, Error, admin, aio, bulk
from supabase_gotrue.aio import AsyncClient
from supabase_gotrue.bulk import ImportedRow, dask
from supabase_gotrue.bulk.dask import ImportReport
from tests.bulk.cluster import Here
from tests.canned import KEY, Canned
from tests.in_event_loop import BlockingFace, wait_for

EXCHANGES: Final = Path(__file__).parent / "samples" / "exchanges"
MODULES: Final[tuple[ModuleType, ...]] = (
    admin,
    admin.oauth,
    admin.custom_providers,
    admin.sso,
    bulk,
    dask,
    bulk.readers,
)
USER_ID: Final = "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"
ID: Final = "345c954f-eadf-4f0a-8159-62b3af011e94"
PROVIDER: Final = "custom:acme"
TOKEN: Final = "head.body.signature"
SECRET: Final = "s3cret-of-ada"


# The functions of both faces, and how each makes a client of a transport.
FACES: Final[Mapping[str, tuple[Any, Callable[[Canned], Client | AsyncClient]]]] = {
    "blocking": (supabase_gotrue, Canned.client),
    "async": (BlockingFace(aio), Canned.async_client),
}


class Call(NamedTuple):
    """A public function and how it is called.

    Args:
        name: In `supabase_gotrue`: `admin.oauth.get_client`.
        arguments: A valid one for every parameter but `client`.
        sends: The method and the target of its first request; empty if it sends none.
        body: The JSON of this request.
        recorded: The exchange in `tests/samples/exchanges` whose response it reads.
        bearer: The token of this request.
    """

    name: str
    arguments: Mapping[str, Any]
    sends: str = ""
    body: object = None
    recorded: str = ""
    bearer: str = KEY

    @property
    def function(self) -> Callable[..., Any]:
        return self.of(supabase_gotrue)

    def of(self, face: Any) -> Callable[..., Any]:
        """Return the function of `supabase_gotrue` or of `supabase_gotrue.aio`."""
        function: Callable[..., Any] = attrgetter(self.name)(face)
        return function

    def __call__(self, client: object, /, **changed: object) -> Any:
        """Call the function, with some arguments changed."""
        given = {"client": client, **self.arguments} if self.sends else self.arguments
        return self.function(**{**given, **changed})

    def canned(self) -> Canned:
        """Return a transport that sends the recorded response."""
        return canned(EXCHANGES / f"{self.recorded}.json")


class _Response(msgspec.Struct):
    status: int
    headers: dict[str, str]
    body: str


class _Exchange(msgspec.Struct):
    response: _Response


def canned(exchange: Path) -> Canned:
    """Return a transport that sends the response of a recorded exchange."""
    response = msgspec.json.decode(exchange.read_bytes(), type=_Exchange).response
    return Canned(response.status, response.body.encode(), response.headers)


def outcomes(returned: Any) -> list[Result[Any, Any]]:
    """Return the Result of a call, the first ones of an iterator, or the failures of a report."""
    if isinstance(returned, Result):
        return [cast("Any", returned)]
    if isinstance(returned, ImportReport):
        return [_outcome(row) for row in returned.failures]
    if isinstance(returned, AsyncIterator):
        returned = wait_for(_collect(cast("Any", returned)))
    return [_outcome(item) for item in islice(returned, 20)]


async def _collect(items: AsyncIterator[Any]) -> list[Any]:
    return [item async for item in items]


def _outcome(item: Any) -> Result[Any, Any]:
    """Return the Result of an item of a bulk function."""
    if isinstance(item, ImportedRow):
        return Success(item) if item.error is None else Failure(item.error)
    result: object = cast("tuple[object, ...]", item)[-1] if type(item) is tuple else item
    assert isinstance(result, Result)
    known: Result[Any, Any] = cast("Any", result)
    return known


def call_id(value: object) -> str | None:
    """Return the name of a parametrized test."""
    return value.name if isinstance(value, Call) else None


NEW_USER: Final = {"email": "ada@example.com", "password": SECRET, "user_metadata": {"a": [1]}}
CHANGES: Final = {"email": "ada@example.com", "password": SECRET, "nonce": "n0nce-of-ada"}
LINK: Final = {
    "type": "signup",
    "email": "ada@example.com",
    "password": SECRET,
    "data": {"a": [1]},
    "redirect_to": "https://example.com/welcome",
}
INVITATION: Final = {"data": {"a": [1]}, "redirect_to": "https://example.com/welcome"}
REDIRECT: Final = "redirect_to=https%3A%2F%2Fexample.com%2Fwelcome"
FACTOR: Final = {"friendly_name": "desk", "phone": "15550001"}
OAUTH_CLIENT: Final = {"redirect_uris": ["https://example.com/cb"], "client_name": "Acme"}
CUSTOM_PROVIDER: Final = {
    "provider_type": "oidc",
    "identifier": PROVIDER,
    "name": "Acme",
    "client_id": "id",
    "client_secret": SECRET,
    "issuer": "https://example.com",
    "authorization_url": "https://example.com/authorize",
    "token_url": "https://example.com/token",
    "userinfo_url": "https://example.com/userinfo",
}
SSO_PROVIDER: Final = {"metadata_url": "https://example.com/metadata", "domains": ["example.com"]}
PAGE: Final = {"page": 2, "per_page": 3}

USERS: Final = "/admin/users"
USER: Final = f"{USERS}/{USER_ID}"
CLIENTS: Final = "/admin/oauth/clients"
CUSTOM: Final = "/admin/custom-providers"
SSO: Final = "/admin/sso/providers"

ADMIN: Final = (
    Call(
        "admin.create_user",
        {"attrs": NEW_USER},
        sends=f"POST {USERS}",
        body=NEW_USER,
        recorded="create_user/email_password_confirmed",
    ),
    Call(
        "admin.update_user_by_id",
        {"user_id": USER_ID, "attrs": CHANGES},
        sends=f"PUT {USER}",
        body=CHANGES,
        recorded="update_user/email",
    ),
    Call(
        "admin.get_user_by_id",
        {"user_id": USER_ID},
        sends=f"GET {USER}",
        recorded="get_user/with_factors_and_identities",
    ),
    Call(
        "admin.delete_user",
        {"user_id": USER_ID, "should_soft_delete": True},
        sends=f"DELETE {USER}",
        body={"should_soft_delete": True},
        recorded="delete_user/soft",
    ),
    Call(
        "admin.list_users",
        {"params": {**PAGE, "filter": "a b/%+", "sort": "created_at asc"}},
        sends=f"GET {USERS}?page=2&per_page=3&filter=a%20b%2F%25%2B&sort=created_at%20asc",
        recorded="list_users/middle_page",
    ),
    Call(
        "admin.invite_user_by_email",
        {"email": "ada@example.com", "options": INVITATION},
        sends=f"POST /invite?{REDIRECT}",
        body={"email": "ada@example.com", "data": {"a": [1]}},
        recorded="invite_user/ok",
    ),
    Call(
        "admin.generate_link",
        {"attrs": LINK},
        sends=f"POST /admin/generate_link?{REDIRECT}",
        body=LINK,
        recorded="generate_link/signup",
    ),
    Call(
        "admin.sign_out",
        {"session": TOKEN, "scope": "others"},
        sends="POST /logout?scope=others",
        recorded="sign_out/others",
        bearer=TOKEN,
    ),
    Call(
        "admin.delete_factor",
        {"user_id": USER_ID, "factor_id": ID},
        sends=f"DELETE {USER}/factors/{ID}",
        recorded="delete_factor/ok",
    ),
    Call(
        "admin.list_identities",
        {"user_id": USER_ID},
        sends=f"GET {USER}",
        recorded="get_user/with_factors_and_identities",
    ),
    Call(
        "admin.delete_identity",
        {"user_id": USER_ID, "identity_id": ID, "session": TOKEN},
        sends=f"DELETE /user/identities/{ID}",
        recorded="delete_identity/own_phone",
        bearer=TOKEN,
    ),
    Call(
        "admin.get_user_by_email",
        {"email": "List-EDBAB8-03@example.com"},
        sends=f"GET {USERS}?page=1&per_page=1000&filter=list-edbab8-03%40example.com",
        recorded="list_users/filter_exact",
    ),
    Call(
        "admin.list_factors",
        {"user_id": USER_ID},
        sends=f"GET {USER}/factors",
        recorded="list_factors/two",
    ),
    Call(
        "admin.update_factor",
        {"user_id": USER_ID, "factor_id": ID, "attrs": FACTOR},
        sends=f"PUT {USER}/factors/{ID}",
        body=FACTOR,
        recorded="update_factor/friendly_name",
    ),
    Call(
        "admin.list_passkeys",
        {"user_id": USER_ID},
        sends=f"GET {USER}/passkeys",
        recorded="passkeys/list_two",
    ),
    Call(
        "admin.delete_passkey",
        {"user_id": USER_ID, "passkey_id": ID},
        sends=f"DELETE {USER}/passkeys/{ID}",
        recorded="passkeys/delete",
    ),
    Call(
        "admin.list_audit_logs",
        {"params": {**PAGE, "query": "author:Ann B"}},
        sends="GET /admin/audit?page=2&per_page=3&query=author%3AAnn%20B",
        recorded="audit_logs/default",
    ),
    Call(
        "admin.oauth.list_clients",
        {"params": PAGE},
        sends=f"GET {CLIENTS}?page=2&per_page=3",
        recorded="oauth_clients/list",
    ),
    Call(
        "admin.oauth.create_client",
        {"attrs": OAUTH_CLIENT},
        sends=f"POST {CLIENTS}",
        body=OAUTH_CLIENT,
        recorded="oauth_clients/create",
    ),
    Call(
        "admin.oauth.get_client",
        {"client_id": ID},
        sends=f"GET {CLIENTS}/{ID}",
        recorded="oauth_clients/get",
    ),
    Call(
        "admin.oauth.update_client",
        {"client_id": ID, "attrs": OAUTH_CLIENT},
        sends=f"PUT {CLIENTS}/{ID}",
        body=OAUTH_CLIENT,
        recorded="oauth_clients/update",
    ),
    Call(
        "admin.oauth.delete_client",
        {"client_id": ID},
        sends=f"DELETE {CLIENTS}/{ID}",
        recorded="oauth_clients/delete",
    ),
    Call(
        "admin.oauth.regenerate_client_secret",
        {"client_id": ID},
        sends=f"POST {CLIENTS}/{ID}/regenerate_secret",
        recorded="oauth_clients/regenerate_secret",
    ),
    Call(
        "admin.custom_providers.list_providers",
        {"params": {"type": "oidc"}},
        sends=f"GET {CUSTOM}?type=oidc",
        recorded="custom_providers/list_one",
    ),
    Call(
        "admin.custom_providers.create_provider",
        {"attrs": CUSTOM_PROVIDER},
        sends=f"POST {CUSTOM}",
        body=CUSTOM_PROVIDER,
        recorded="custom_providers/create",
    ),
    Call(
        "admin.custom_providers.get_provider",
        {"identifier": PROVIDER},
        sends=f"GET {CUSTOM}/{PROVIDER}",
        recorded="custom_providers/get_one",
    ),
    Call(
        "admin.custom_providers.update_provider",
        {"identifier": PROVIDER, "attrs": {"client_secret": SECRET, "scopes": []}},
        sends=f"PUT {CUSTOM}/{PROVIDER}",
        body={"client_secret": SECRET, "scopes": []},
        recorded="custom_providers/update_one",
    ),
    Call(
        "admin.custom_providers.delete_provider",
        {"identifier": PROVIDER},
        sends=f"DELETE {CUSTOM}/{PROVIDER}",
        recorded="custom_providers/delete_one",
    ),
    Call(
        "admin.sso.list_providers",
        {"params": {"resource_id": "a b"}},
        sends=f"GET {SSO}?resource_id=a%20b",
        recorded="sso_providers/list_one",
    ),
    Call(
        "admin.sso.create_provider",
        {"attrs": SSO_PROVIDER},
        sends=f"POST {SSO}",
        body={"type": "saml", **SSO_PROVIDER},
        recorded="sso_providers/create",
    ),
    Call(
        "admin.sso.get_provider",
        {"provider_id": ID},
        sends=f"GET {SSO}/{ID}",
        recorded="sso_providers/get",
    ),
    Call(
        "admin.sso.update_provider",
        {"provider_id": ID, "attrs": SSO_PROVIDER},
        sends=f"PUT {SSO}/{ID}",
        body=SSO_PROVIDER,
        recorded="sso_providers/update",
    ),
    Call(
        "admin.sso.delete_provider",
        {"provider_id": ID},
        sends=f"DELETE {SSO}/{ID}",
        recorded="sso_providers/delete",
    ),
)

DJANGO_FIELDS: Final = '{"email": "ada@example.com", "password": ""}'

# Readers of files send nothing.
READERS: Final = (
    Call(
        "bulk.readers.auth0",
        {
            "file": ['{"user_id": "auth0|1", "email": "ada@example.com"}'],
            "password_lines": [],
            "unsupported_passwords": "fail",
        },
    ),
    Call(
        "bulk.readers.clerk",
        {
            "file": ["id,primary_email_address", "1,ada@example.com"],
            "unsupported_passwords": "fail",
        },
    ),
    Call("bulk.readers.cognito", {"file": ["sub,email", "1,ada@example.com"]}),
    Call(
        "bulk.readers.csv",
        {
            "file": ["email", "ada@example.com"],
            "delimiter": ",",
            "columns": {"E-Mail": "email"},
            "first_line": 1,
            "unsupported_passwords": "fail",
        },
    ),
    Call(
        "bulk.readers.django",
        {
            "file": [f'[{{"model": "auth.user", "pk": 1, "fields": {DJANGO_FIELDS}}}]'],
            "model": "auth.user",
            "unsupported_passwords": "fail",
        },
    ),
    Call(
        "bulk.readers.firebase",
        {
            "file": ['{"users": [{"localId": "1", "email": "ada@example.com"}]}'],
            "hash_config": {"base64_signer_key": "a2V5", "rounds": 8, "mem_cost": 14},
            "unsupported_passwords": "fail",
        },
    ),
    Call(
        "bulk.readers.jsonl",
        {
            "file": ['{"email": "ada@example.com"}'],
            "first_line": 1,
            "unsupported_passwords": "fail",
        },
    ),
    Call(
        "bulk.readers.keycloak",
        {
            "file": ['{"users": [{"username": "ada", "email": "ada@example.com"}]}'],
            "unsupported_passwords": "fail",
        },
    ),
    Call(
        "bulk.readers.supabase",
        {
            "file": ["email,encrypted_password", "ada@example.com,"],
            "unsupported_passwords": "fail",
        },
    ),
)


def found(_: object) -> Success[None]:
    return Success(None)


def refused() -> Result[Client, Error]:
    return Success(Canned(404).client())


BULK: Final = (
    Call(
        "bulk.stream_users",
        {"per_page": 5, "filter": "a", "resume": None},
        sends=f"GET {USERS}?limit=5&filter=a&sort=created_at%20asc",
        recorded="list_users/filter_none",
    ),
    Call(
        "bulk.export_users",
        {"filter": "a"},
        sends=f"GET {USERS}?limit=1000&filter=a&sort=created_at%20asc",
        recorded="list_users/filter_none",
    ),
    Call(
        "bulk.import_users",
        {
            "rows": [{"id": USER_ID, "email": "ada@example.com", "password": SECRET}],
            "max_concurrency": 2,
            "unguessable_passwords": True,
        },
        sends=f"POST {USERS}",
        body={"email": "ada@example.com", "password": SECRET, "id": USER_ID},
        recorded="create_user/own_id",
    ),
    Call(
        "bulk.delete_users",
        {"user_ids": [USER_ID], "should_soft_delete": True, "max_concurrency": 2},
        sends=f"DELETE {USER}",
        body={"should_soft_delete": True},
        recorded="delete_user/soft",
    ),
    Call(
        "bulk.map_concurrent",
        {"function": found, "items": [1], "max_concurrency": 2, "ordered": True},
    ),
    Call("bulk.users_table", {"users": []}),
    Call(
        "bulk.dask.import_users",
        {
            "dask_client": Here(),
            "path": EXCHANGES.parent / "migration" / "auth0.ndjson",
            "reader": bulk.readers.auth0,
            "blocksize": 1000,
            "max_concurrency": 2,
            "unguessable_passwords": True,
            "make_client": refused,
        },
    ),
    *READERS,
)
CALLS: Final = (*ADMIN, *BULK)
SENDING: Final = tuple(call for call in CALLS if call.sends)
# `aio` does not have these: files are read, and tables made, without waiting; a cluster has
# threads of its own.
WITHOUT_ASYNC: Final = {
    "bulk.users_table",
    "bulk.dask.import_users",
    *(call.name for call in READERS),
}
