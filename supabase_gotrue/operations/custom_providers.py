"""Operations on custom providers.

Source: https://github.com/supabase/auth/blob/master/internal/api/custom_oauth_admin.go
"""

from typing import Final

from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.models.custom_provider import CustomProvider, parse_custom_providers
from supabase_gotrue.operations import Operation
from supabase_gotrue.request import delete, get, post, put
from supabase_gotrue.response import decode, no_content
from supabase_gotrue.schemas.arguments import combine, path_segment
from supabase_gotrue.schemas.custom_provider import (
    CustomProviderAttrs,
    CustomProviderChanges,
    CustomProviderListOptions,
    CustomProviderListParams,
    CustomProviderParams,
)

PROVIDERS: Final = "/admin/custom-providers"
PROVIDER: Final = PROVIDERS + "/{identifier}"


def list_providers(
    params: CustomProviderListOptions | CustomProviderListParams,
) -> Result[Operation[tuple[CustomProvider, ...]], Error]:
    return CustomProviderListParams.parse(params).map(
        lambda found: Operation(
            get(PROVIDERS, query=found.to_query()), decode(parse_custom_providers)
        )
    )


def create_provider(
    attrs: CustomProviderAttrs | CustomProviderParams,
) -> Result[Operation[CustomProvider], Error]:
    return CustomProviderParams.parse(attrs).map(
        lambda params: Operation(post(PROVIDERS, body=params), decode(CustomProvider.parse))
    )


def get_provider(identifier: str) -> Result[Operation[CustomProvider], Error]:
    return path_segment("identifier", identifier).map(
        lambda name: Operation(get(PROVIDER, identifier=name), decode(CustomProvider.parse))
    )


def update_provider(
    identifier: str, attrs: CustomProviderChanges | CustomProviderParams
) -> Result[Operation[CustomProvider], Error]:
    return combine(
        lambda name, params: Operation(
            put(PROVIDER, body=params, identifier=name), decode(CustomProvider.parse)
        ),
        path_segment("identifier", identifier),
        CustomProviderParams.parse_update(attrs),
    )


def delete_provider(identifier: str) -> Result[Operation[None], Error]:
    return path_segment("identifier", identifier).map(
        lambda name: Operation(delete(PROVIDER, identifier=name), no_content)
    )
