"""Operations on OAuth clients.

Source: https://github.com/supabase/auth/blob/master/internal/api/oauthserver/handlers.go
"""

from typing import Final

from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.models.oauth_client import OAuthClient, parse_clients
from supabase_gotrue.operations import Operation
from supabase_gotrue.request import delete, get, post, put
from supabase_gotrue.response import decode, no_content
from supabase_gotrue.schemas.arguments import combine, path_segment
from supabase_gotrue.schemas.cast import Id
from supabase_gotrue.schemas.oauth_client import (
    OAuthClientAttrs,
    OAuthClientChanges,
    OAuthClientListOptions,
    OAuthClientListParams,
    OAuthClientParams,
)

CLIENTS: Final = "/admin/oauth/clients"
CLIENT: Final = CLIENTS + "/{client_id}"
SECRET: Final = CLIENT + "/regenerate_secret"


def list_clients(
    params: OAuthClientListOptions | OAuthClientListParams,
) -> Result[Operation[tuple[OAuthClient, ...]], Error]:
    return OAuthClientListParams.parse(params).map(
        lambda page: Operation(get(CLIENTS, query=page.to_query()), decode(parse_clients))
    )


def create_client(
    attrs: OAuthClientAttrs | OAuthClientParams,
) -> Result[Operation[OAuthClient], Error]:
    return OAuthClientParams.parse(attrs).map(
        lambda params: Operation(post(CLIENTS, body=params), decode(OAuthClient.parse))
    )


def get_client(client_id: Id) -> Result[Operation[OAuthClient], Error]:
    return path_segment("client_id", client_id).map(
        lambda cid: Operation(get(CLIENT, client_id=cid), decode(OAuthClient.parse))
    )


def update_client(
    client_id: Id, attrs: OAuthClientChanges | OAuthClientParams
) -> Result[Operation[OAuthClient], Error]:
    return combine(
        lambda cid, params: Operation(
            put(CLIENT, body=params, client_id=cid), decode(OAuthClient.parse)
        ),
        path_segment("client_id", client_id),
        OAuthClientParams.parse_update(attrs),
    )


def delete_client(client_id: Id) -> Result[Operation[None], Error]:
    return path_segment("client_id", client_id).map(
        lambda cid: Operation(delete(CLIENT, client_id=cid), no_content)
    )


def regenerate_client_secret(client_id: Id) -> Result[Operation[OAuthClient], Error]:
    return path_segment("client_id", client_id).map(
        lambda cid: Operation(post(SECRET, client_id=cid), decode(OAuthClient.parse))
    )
