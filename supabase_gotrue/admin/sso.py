"""SSO providers: the SAML identity providers of organisations, found by email domain.

These functions also work while SAML is disabled on the server.
"""

from returns.result import Result

from supabase_gotrue.client import Client, run
from supabase_gotrue.error import Error
from supabase_gotrue.models.sso_provider import SSOProvider
from supabase_gotrue.operations import sso_providers
from supabase_gotrue.schemas.cast import Id
from supabase_gotrue.schemas.sso_provider import (
    SSOProviderAttrs,
    SSOProviderChanges,
    SSOProviderListOptions,
    SSOProviderListParams,
    SSOProviderParams,
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
    client: Client, params: SSOProviderListOptions | SSOProviderListParams = {}
) -> Result[tuple[SSOProvider, ...], Error]:
    """Return all SSO providers, or those with a resource ID; without their metadata.

    Args:
        client: A client created with a secret or `service_role` key.
        params: `resource_id` or `resource_id_prefix`; all providers by default.

    Returns:
        The providers, in no particular order; or an Error: `validation`.

    `GET /admin/sso/providers`:
    https://github.com/supabase/auth/blob/master/internal/api/ssoadmin.go

    >>> list_providers(client, {"resource_id_prefix": "acme"})
    <Success: ()>
    """
    return run(client, sso_providers.list_providers(params))


def create_provider(
    client: Client, attrs: SSOProviderAttrs | SSOProviderParams
) -> Result[SSOProvider, Error]:
    """Add a SAML identity provider.

    Args:
        client: A client created with a secret or `service_role` key.
        attrs: The attributes of the provider; `metadata_xml` or `metadata_url` is required.

    Returns:
        The provider, or an Error: `validation`; `unprocessable_entity` with
        `saml_idp_already_exists`; `bad_request` with `sso_domain_already_exists`,
        `saml_metadata_fetch_failed` or `validation_failed`; `server_error` for metadata
        that is not XML, and for a resource ID that is taken.

    `POST /admin/sso/providers`:
    https://github.com/supabase/auth/blob/master/internal/api/ssoadmin.go

    >>> create_provider(
    ...     client,
    ...     {
    ...         "metadata_url": "https://idp.example.com/metadata",
    ...         "domains": ["example.com"],
    ...         "attribute_mapping": {"keys": {"full_name": {"name": "displayName"}}},
    ...     },
    ... ).map(lambda provider: provider.domains)
    <Success: (SSODomain(domain='example.com'),)>
    """
    return run(client, sso_providers.create_provider(attrs))


def get_provider(client: Client, provider_id: Id) -> Result[SSOProvider, Error]:
    """Return one SSO provider with its metadata.

    Args:
        client: A client created with a secret or `service_role` key.
        provider_id: The ID of the provider, or `resource_RID` for its resource ID RID.

    Returns:
        The provider, or an Error: `validation`, `not_found` with `sso_provider_not_found`.

    `GET /admin/sso/providers/{provider_id}`:
    https://github.com/supabase/auth/blob/master/internal/api/ssoadmin.go

    >>> get_provider(client, "resource_acme").failure().error_code
    'sso_provider_not_found'
    """
    return run(client, sso_providers.get_provider(provider_id))


def update_provider(
    client: Client, provider_id: Id, attrs: SSOProviderChanges | SSOProviderParams
) -> Result[SSOProvider, Error]:
    """Change the given attributes of an SSO provider; the others stay as they are.

    One exception: the server stores `name_id_format` only together with metadata or with a
    changed attribute mapping, and removes the stored one if such an update does not name it.

    Args:
        client: A client created with a secret or `service_role` key.
        provider_id: The ID of the provider, or `resource_RID` for its resource ID RID.
        attrs: The changes. Metadata must keep its entity ID; `domains` and
            `attribute_mapping` are replaced; an empty `resource_id` removes it.

    Returns:
        The updated provider, or an Error: `validation`, `not_found` with
        `sso_provider_not_found`; `bad_request` with `saml_entity_id_mismatch`,
        `sso_domain_already_exists` or `validation_failed`; `unprocessable_entity` with
        `conflict` for a resource ID that is taken, or a domain that is taken in other
        upper and lower case.

    `PUT /admin/sso/providers/{provider_id}`:
    https://github.com/supabase/auth/blob/master/internal/api/ssoadmin.go

    >>> update_provider(client, "resource_acme", {"disable": True}).failure().message
    "disable is unknown (did you mean 'disabled'?)"
    """
    return run(client, sso_providers.update_provider(provider_id, attrs))


def delete_provider(client: Client, provider_id: Id) -> Result[SSOProvider, Error]:
    """Delete an SSO provider. Its users remain, but can no longer sign in with it.

    Args:
        client: A client created with a secret or `service_role` key.
        provider_id: The ID of the provider, or `resource_RID` for its resource ID RID.

    Returns:
        The deleted provider, or an Error: `validation`, `not_found` with
        `sso_provider_not_found`.

    `DELETE /admin/sso/providers/{provider_id}`:
    https://github.com/supabase/auth/blob/master/internal/api/ssoadmin.go

    >>> delete_provider(client, "..").failure().errors
    mappingproxy({'provider_id': ('is invalid',)})
    """
    return run(client, sso_providers.delete_provider(provider_id))
