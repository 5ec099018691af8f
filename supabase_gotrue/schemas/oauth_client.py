"""Attributes of OAuth clients, and the parameters of their list."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar, Final, Literal, NotRequired

from typing_extensions import TypedDict

from supabase_gotrue.error import BLANK
from supabase_gotrue.json_types import ListOrTuple
from supabase_gotrue.schemas.cast import (
    Errors,
    Invalid,
    PositiveInt,
    Text,
    Values,
    cast_str,
)
from supabase_gotrue.schemas.fields import TextList, at_most, list_of, one_of
from supabase_gotrue.schemas.params import ListParams, Rules, UpdatableParams

GrantType = Literal["authorization_code", "refresh_token"]
OAuthClientType = Literal["public", "confidential"]
TokenEndpointAuthMethod = Literal["none", "client_secret_basic", "client_secret_post"]

# https://github.com/supabase/auth/blob/master/internal/api/oauthserver/service.go
MAX_REDIRECT_URIS: Final = 10
MAX_NAME_BYTES: Final = 1024
MAX_URI_BYTES: Final = 2048
# The server reads these when it creates a client, and ignores them when it updates one.
CREATE_ONLY: Final = frozenset({"client_type", "response_types", "scope"})
# The server removes these if they are empty.
CLEARABLE: Final = frozenset({"client_name", "client_uri", "logo_uri"})
INCONSISTENT: Final = "does not fit token_endpoint_auth_method"
HINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "client_type": "public or confidential",
        "token_endpoint_auth_method": "none, client_secret_basic or client_secret_post",
    }
)


class _OAuthClientFields(TypedDict, total=False):
    """What both a new client and an update take."""

    client_name: str | None
    """What users see when they are asked for consent; at most 1,024 bytes. In an update `""`
    removes it."""
    client_uri: str | None
    """The website of the application; at most 2,048 bytes. In an update `""` removes it."""
    logo_uri: str | None
    """The logo of the application; at most 2,048 bytes. In an update `""` removes it."""
    grant_types: ListOrTuple[GrantType] | None
    """At least one; a new client has both unless it names them."""
    token_endpoint_auth_method: TokenEndpointAuthMethod | None
    """`none` for a public client; defaults to `client_secret_basic` for a confidential one. An
    update cannot turn one into the other."""


class OAuthClientAttrs(_OAuthClientFields):
    """The attributes of a new OAuth client; `None` and blank strings count as absent."""

    redirect_uris: ListOrTuple[str]
    """1 to 10 URLs; http only for localhost, no fragment, no comma."""
    client_type: NotRequired[OAuthClientType | None]
    """Defaults to what the method requires, else to `confidential`."""
    response_types: NotRequired[ListOrTuple[str] | None]
    """Accepted as in other libraries; the server ignores it, and always uses `code`."""
    scope: NotRequired[str | None]
    """Accepted as in other libraries; the server ignores it."""


class OAuthClientChanges(_OAuthClientFields, total=False):
    """The changes to an OAuth client; `None` counts as absent, lists are replaced."""

    redirect_uris: ListOrTuple[str] | None
    """1 to 10 URLs; http only for localhost, no fragment, no comma."""


def _cast_redirect_uri(value: object) -> object:
    """The server stores the list joined by commas, and would split a URL at its own."""
    text = cast_str(value)
    return Invalid("must not contain a comma") if isinstance(text, str) and "," in text else text


_RedirectUris = Annotated[list[str], list_of(_cast_redirect_uri, MAX_REDIRECT_URIS)]
_GrantTypes = Annotated[list[str], list_of(one_of("authorization_code", "refresh_token"))]
_Name = Annotated[str, at_most(MAX_NAME_BYTES, "byte")]
_Uri = Annotated[str, at_most(MAX_URI_BYTES, "byte")]
_ClientType = Annotated[str, one_of("public", "confidential")]
_AuthMethod = Annotated[str, one_of("none", "client_secret_basic", "client_secret_post")]


def _check_new(values: Values, errors: Errors) -> Errors:
    """Require `redirect_uris`, and a method of authentication that fits the client type.

    https://github.com/supabase/auth/blob/master/internal/api/oauthserver/client_auth.go
    """
    checked: Errors = {}
    if not values.get("redirect_uris") and not _has_error(errors, "redirect_uris"):
        checked["redirect_uris"] = (BLANK,)
    client_type, method = values.get("client_type"), values.get("token_endpoint_auth_method")
    if client_type and method and (client_type == "public") != (method == "none"):
        checked["client_type"] = (INCONSISTENT,)
    return checked


def _has_error(errors: Errors, name: str) -> bool:
    """Whether a list, or one of its items, is invalid."""
    return any(field.partition("[")[0] == name for field in errors)


def _check_changes(values: Values, errors: Errors) -> Errors:
    if not (values or errors):
        return {"attrs": (BLANK,)}
    return {name: (BLANK,) for name in ("redirect_uris", "grant_types") if values.get(name) == []}


class OAuthClientParams(UpdatableParams, frozen=True, kw_only=True):
    """Checked attributes of an OAuth client; an update needs at least one of them.

    >>> OAuthClientParams.parse({"client_name": "Acme", "redirect_uris": []})
    <Failure: redirect_uris can't be blank (validation)>
    >>> OAuthClientParams.parse_update({"grant_types": []})
    <Failure: grant_types can't be blank (validation)>
    """

    rules: ClassVar[Rules] = Rules(validate=_check_new, hints=HINTS)
    update_rules: ClassVar[Rules] = Rules(
        validate=_check_changes, excluded=CREATE_ONLY, clearable=CLEARABLE, hints=HINTS
    )

    redirect_uris: _RedirectUris | None = None
    client_name: _Name | None = None
    client_uri: _Uri | None = None
    logo_uri: _Uri | None = None
    grant_types: _GrantTypes | None = None
    client_type: _ClientType | None = None
    token_endpoint_auth_method: _AuthMethod | None = None
    response_types: TextList | None = None
    scope: Text | None = None


class OAuthClientListOptions(TypedDict, total=False):
    """A page of OAuth clients, which current servers ignore: they return all clients."""

    page: int | None
    """Starts at 1."""
    per_page: int | None
    """At least 1."""


class OAuthClientListParams(ListParams, frozen=True, kw_only=True):
    """Checked parameters of a page of OAuth clients.

    >>> OAuthClientListParams.parse({"page": "2"})
    <Success: OAuthClientListParams(page=2)>
    """

    page: PositiveInt | None = None
    per_page: PositiveInt | None = None
