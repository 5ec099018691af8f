"""Custom providers: OAuth 2 and OIDC services whose users may sign in at this server.

All functions fail with `not_found` and `feature_disabled` while the server has custom providers
disabled.
"""

from returns.result import Result

from supabase_gotrue.client import Client, run
from supabase_gotrue.error import Error
from supabase_gotrue.models.custom_provider import CustomProvider
from supabase_gotrue.operations import custom_providers
from supabase_gotrue.schemas.custom_provider import (
    CustomProviderAttrs,
    CustomProviderChanges,
    CustomProviderListOptions,
    CustomProviderListParams,
    CustomProviderParams,
)

__all__ = [
    "create_provider",
    "delete_provider",
    "get_provider",
    "list_providers",
    "update_provider",
]


def __dir__() -> list[str]:
    return __all__


def list_providers(
    client: Client, params: CustomProviderListOptions | CustomProviderListParams = {}
) -> Result[tuple[CustomProvider, ...], Error]:
    """Return all custom providers, or those of one type.

    Args:
        client: A client created with a secret or `service_role` key.
        params: `type`: `oauth2`, `oidc`, or all by default.

    Returns:
        The providers, newest first; with a `type`, in no particular order. Or an Error:
        `validation`, `not_found` with `feature_disabled`.

    `GET /admin/custom-providers`:
    https://github.com/supabase/auth/blob/master/internal/api/custom_oauth_admin.go

    >>> list_providers(client, {"type": "oidc"})
    <Success: ()>
    """
    return run(client, custom_providers.list_providers(params))


def create_provider(
    client: Client, attrs: CustomProviderAttrs | CustomProviderParams
) -> Result[CustomProvider, Error]:
    """Add a custom provider. For OIDC, the server fetches the discovery document first.

    Args:
        client: A client created with a secret or `service_role` key.
        attrs: The attributes of the provider. `provider_type`, `identifier`, `name`,
            `client_id` and `client_secret` are required; `oauth2` also requires
            `authorization_url`, `token_url` and `userinfo_url`, `oidc` requires `issuer`.

    Returns:
        The provider, without its secret; or an Error: `validation`; `bad_request` with
        `conflict` if the identifier is taken, with `validation_failed` if a URL cannot be
        resolved or leads into a private network, or the discovery document cannot be read,
        or with `over_custom_provider_quota`.

    `POST /admin/custom-providers`:
    https://github.com/supabase/auth/blob/master/internal/api/custom_oauth_admin.go

    >>> create_provider(
    ...     client,
    ...     {
    ...         "provider_type": "oidc",
    ...         "identifier": "custom:acme",
    ...         "name": "Acme",
    ...         "client_id": "supabase",
    ...         "client_secret": "s3cret",
    ...         "issuer": "https://id.acme.example.com",
    ...     },
    ... ).map(lambda provider: provider.scopes)
    <Success: ('openid',)>
    """
    return run(client, custom_providers.create_provider(attrs))


def get_provider(client: Client, identifier: str) -> Result[CustomProvider, Error]:
    """Return one custom provider, without its secret.

    Args:
        client: A client created with a secret or `service_role` key.
        identifier: `custom:NAME`.

    Returns:
        The provider, or an Error: `validation`, `not_found` with
        `custom_provider_not_found`, `bad_request` with `validation_failed` if the identifier
        does not begin with `custom:`.

    `GET /admin/custom-providers/{identifier}`:
    https://github.com/supabase/auth/blob/master/internal/api/custom_oauth_admin.go

    >>> get_provider(client, "custom:acme").failure().error_code
    'custom_provider_not_found'
    """
    return run(client, custom_providers.get_provider(identifier))


def update_provider(
    client: Client, identifier: str, attrs: CustomProviderChanges | CustomProviderParams
) -> Result[CustomProvider, Error]:
    """Change the given attributes of a custom provider; the others stay as they are.

    Args:
        client: A client created with a secret or `service_role` key.
        identifier: `custom:NAME`.
        attrs: The changes; `provider_type` and `identifier` cannot be changed. Lists and
            mappings are replaced.

    Returns:
        The updated provider, or an Error: `validation`, `not_found` with
        `custom_provider_not_found`, `bad_request` as from `create_provider`.

    `PUT /admin/custom-providers/{identifier}`:
    https://github.com/supabase/auth/blob/master/internal/api/custom_oauth_admin.go

    >>> update_provider(client, "custom:acme", {"identifier": "custom:b"}).failure().errors
    mappingproxy({'identifier': ('is unknown',)})
    """
    return run(client, custom_providers.update_provider(identifier, attrs))


def delete_provider(client: Client, identifier: str) -> Result[None, Error]:
    """Delete a custom provider.

    Args:
        client: A client created with a secret or `service_role` key.
        identifier: `custom:NAME`.

    Returns:
        `None`, or an Error: `validation`, `not_found` with `custom_provider_not_found`,
        `bad_request` with `validation_failed` if the identifier does not begin with `custom:`.

    `DELETE /admin/custom-providers/{identifier}`:
    https://github.com/supabase/auth/blob/master/internal/api/custom_oauth_admin.go

    >>> delete_provider(client, "acme").failure().code
    'bad_request'
    """
    return run(client, custom_providers.delete_provider(identifier))
