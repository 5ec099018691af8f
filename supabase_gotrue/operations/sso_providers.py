"""Operations on SSO providers.

Source: https://github.com/supabase/auth/blob/master/internal/api/ssoadmin.go
"""

from typing import Final

from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.models.sso_provider import SSOProvider, parse_sso_providers
from supabase_gotrue.operations import Operation
from supabase_gotrue.request import delete, get, post, put
from supabase_gotrue.response import decode
from supabase_gotrue.schemas.arguments import combine, path_segment
from supabase_gotrue.schemas.cast import Id
from supabase_gotrue.schemas.sso_provider import (
    SSOProviderAttrs,
    SSOProviderChanges,
    SSOProviderListOptions,
    SSOProviderListParams,
    SSOProviderParams,
)

PROVIDERS: Final = "/admin/sso/providers"
PROVIDER: Final = PROVIDERS + "/{provider_id}"


def list_providers(
    params: SSOProviderListOptions | SSOProviderListParams,
) -> Result[Operation[tuple[SSOProvider, ...]], Error]:
    return SSOProviderListParams.parse(params).map(
        lambda found: Operation(get(PROVIDERS, query=found.to_query()), decode(parse_sso_providers))
    )


def create_provider(
    attrs: SSOProviderAttrs | SSOProviderParams,
) -> Result[Operation[SSOProvider], Error]:
    return SSOProviderParams.parse(attrs).map(
        lambda params: Operation(post(PROVIDERS, body=params), decode(SSOProvider.parse))
    )


def get_provider(provider_id: Id) -> Result[Operation[SSOProvider], Error]:
    return path_segment("provider_id", provider_id).map(
        lambda pid: Operation(get(PROVIDER, provider_id=pid), decode(SSOProvider.parse))
    )


def update_provider(
    provider_id: Id, attrs: SSOProviderChanges | SSOProviderParams
) -> Result[Operation[SSOProvider], Error]:
    return combine(
        lambda pid, params: Operation(
            put(PROVIDER, body=params, provider_id=pid), decode(SSOProvider.parse)
        ),
        path_segment("provider_id", provider_id),
        SSOProviderParams.parse_update(attrs),
    )


def delete_provider(provider_id: Id) -> Result[Operation[SSOProvider], Error]:
    """The server answers with the deleted provider."""
    return path_segment("provider_id", provider_id).map(
        lambda pid: Operation(delete(PROVIDER, provider_id=pid), decode(SSOProvider.parse))
    )
