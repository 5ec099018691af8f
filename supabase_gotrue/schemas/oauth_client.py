"""Attributes of OAuth clients, and the parameters of their list."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final, Literal, NotRequired, Self, TypedDict

from returns.result import Result

from supabase_gotrue.error import BLANK, Error
from supabase_gotrue.redaction import RedactedStruct
from supabase_gotrue.schemas.cast import (
    Errors,
    Invalid,
    PositiveInt,
    Text,
    Values,
    cast_str,
    parse,
)
from supabase_gotrue.schemas.fields import TextList, at_most, list_of, one_of

GrantType = Literal["authorization_code", "refresh_token"]
OAuthClientType = Literal["public", "confidential"]
TokenEndpointAuthMethod = Literal["none", "client_secret_basic", "client_secret_post"]

# https://github.com/supabase/auth/blob/master/internal/api/oauthserver/service.go
MAX_REDIRECT_URIS: Final = 10
MAX_NAME_BYTES: Final = 1024
MAX_URI_BYTES: Final = 2048
# The server reads these when it creates a client, and ignores them when it updates one.
CREATE_ONLY: Final = frozenset({"client_type", "response_types", "scope"})
INCONSISTENT: Final = "does not fit token_endpoint_auth_method"
HINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "client_type": "public or confidential",
        "token_endpoint_auth_method": "none, client_secret_basic or client_secret_post",
    }
)


class OAuthClientAttrs(TypedDict):
    """The attributes of a new OAuth client; `None` and blank strings count as absent."""

    redirect_uris: list[str] | tuple[str, ...]
    """1 to 10 URLs; http only for localhost, no fragment, no comma."""
    client_name: NotRequired[str | None]
    """What users see when they are asked for consent; at most 1,024 bytes."""
    client_uri: NotRequired[str | None]
    """The website of the application; at most 2,048 bytes."""
    logo_uri: NotRequired[str | None]
    """The logo of the application; at most 2,048 bytes."""
    grant_types: NotRequired[list[GrantType] | tuple[GrantType, ...] | None]
    """Defaults to both."""
    client_type: NotRequired[OAuthClientType | None]
    """Defaults to what the method requires, else to `confidential`."""
    token_endpoint_auth_method: NotRequired[TokenEndpointAuthMethod | None]
    """`none` for a public client; defaults to `client_secret_basic` for a confidential one."""
    response_types: NotRequired[list[str] | tuple[str, ...] | None]
    """Accepted as in other libraries; the server ignores it, and always uses `code`."""
    scope: NotRequired[str | None]
    """Accepted as in other libraries; the server ignores it."""


class OAuthClientChanges(TypedDict, total=False):
    """The changes to an OAuth client; `None` counts as absent, lists are replaced."""

    redirect_uris: list[str] | tuple[str, ...] | None
    """1 to 10 URLs; http only for localhost, no fragment, no comma."""
    client_name: str | None
    """`""` removes it."""
    client_uri: str | None
    """`""` removes it."""
    logo_uri: str | None
    """`""` removes it."""
    grant_types: list[GrantType] | tuple[GrantType, ...] | None
    """At least one."""
    token_endpoint_auth_method: TokenEndpointAuthMethod | None
    """A confidential client stays confidential, and a public one public."""


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


class OAuthClientParams(RedactedStruct, frozen=True, kw_only=True, omit_defaults=True):
    """Checked attributes of an OAuth client."""

    redirect_uris: _RedirectUris | None = None
    client_name: _Name | None = None
    client_uri: _Uri | None = None
    logo_uri: _Uri | None = None
    grant_types: _GrantTypes | None = None
    client_type: _ClientType | None = None
    token_endpoint_auth_method: _AuthMethod | None = None
    response_types: TextList | None = None
    scope: Text | None = None

    @classmethod
    def parse(cls, attrs: Mapping[str, object] | Self) -> Result[Self, Error]:
        """Check the attributes of a new client. Nothing is sent.

        Args:
            attrs: Any Mapping; `redirect_uris` is required.

        Returns:
            The parameters, or an Error with code `validation` that names each invalid field.

        >>> OAuthClientParams.parse({"client_name": "Acme", "redirect_uris": []})
        <Failure: redirect_uris can't be blank (validation)>
        """
        return parse(cls, attrs, "attrs", _check_new, hints=HINTS)

    @classmethod
    def parse_update(cls, attrs: Mapping[str, object] | Self) -> Result[Self, Error]:
        """Check the changes to a client. Nothing is sent.

        Args:
            attrs: Any Mapping; at least one change is required.

        Returns:
            The parameters, or an Error with code `validation` that names each invalid field.

        >>> OAuthClientParams.parse_update({"grant_types": []})
        <Failure: grant_types can't be blank (validation)>
        """
        return parse(
            cls,
            attrs,
            "attrs",
            _check_changes,
            excluded=CREATE_ONLY,
            clearable=CLEARABLE,
            hints=HINTS,
        )


# The server removes these if they are empty.
CLEARABLE: Final = frozenset({"client_name", "client_uri", "logo_uri"})


def _check_new(values: Values, errors: Errors) -> Errors:
    """https://github.com/supabase/auth/blob/master/internal/api/oauthserver/client_auth.go"""
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


class OAuthClientListOptions(TypedDict, total=False):
    """A page of OAuth clients, which current servers ignore: they return all clients."""

    page: int | None
    """Starts at 1."""
    per_page: int | None
    """At least 1."""


class OAuthClientListParams(RedactedStruct, frozen=True, kw_only=True):
    """Checked parameters of a page of OAuth clients."""

    page: PositiveInt | None = None
    per_page: PositiveInt | None = None

    @classmethod
    def parse(cls, params: Mapping[str, object] | Self) -> Result[Self, Error]:
        """Check the parameters of a page. Nothing is sent.

        Returns:
            The parameters, or an Error with code `validation` that names each invalid field.

        >>> OAuthClientListParams.parse({"page": "2"})
        <Success: OAuthClientListParams(page=2)>
        """
        return parse(cls, params, "params")

    def to_query(self) -> dict[str, object]:
        """Return the query of the request."""
        return {"page": self.page, "per_page": self.per_page}
