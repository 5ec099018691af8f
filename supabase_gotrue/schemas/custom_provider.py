"""Attributes of custom providers, and the parameters of their list."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar, Final, Literal

from typing_extensions import TypedDict

from supabase_gotrue.error import BLANK
from supabase_gotrue.json_types import Json, JsonDict, ListOrTuple, is_object
from supabase_gotrue.schemas.cast import (
    INVALID_VALUE,
    Errors,
    Flag,
    Invalid,
    Text,
    Values,
    cast_str,
)
from supabase_gotrue.schemas.fields import TextList, at_most, one_of
from supabase_gotrue.schemas.json_object import cast_json_object
from supabase_gotrue.schemas.params import ListParams, Rules, UpdatableParams

CustomProviderType = Literal["oauth2", "oidc"]

# The server's database refuses what breaks these rules, with status 500:
# https://github.com/supabase/auth/blob/master/migrations/20260219120000_add_custom_oauth_providers.up.sql
MAX_NAME_CHARS: Final = 100
MAX_CLIENT_ID_CHARS: Final = 512
MAX_URL_CHARS: Final = 2048
_IDENTIFIER: Final = r"custom:[a-z0-9:-]{0,42}[a-z0-9]"

# https://github.com/supabase/auth/blob/master/internal/api/custom_oauth_admin.go
RESERVED_PARAMETERS: Final = frozenset(
    {
        *("client_id", "client_secret", "redirect_uri", "response_type", "state", "nonce"),
        *("code_challenge", "code_challenge_method", "code_verifier"),
    }
)
PROTECTED_FIELDS: Final = frozenset(
    {
        *("id", "aud", "role", "app_metadata", "created_at", "updated_at", "confirmed_at"),
        *("email_confirmed_at", "phone_confirmed_at", "email_verified", "phone_verified"),
        *("banned_until", "is_super_admin"),
    }
)
# The server ignores these when it updates a provider.
CREATE_ONLY: Final = frozenset({"provider_type", "identifier"})
REQUIRED: Final = ("provider_type", "identifier", "name", "client_id", "client_secret")
REQUIRED_BY_TYPE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"oauth2": ("authorization_url", "token_url", "userinfo_url"), "oidc": ("issuer",)}
)
RESERVED: Final = "is reserved by the server"
HINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "provider_type": "oauth2 or oidc",
        "type": "oauth2 or oidc",
        "identifier": "custom: and up to 43 of a-z, 0-9, - and :, the last of them no - or :",
        **dict.fromkeys(
            (*("issuer", "discovery_url", "authorization_url"), "token_url", "userinfo_url"),
            "must begin with https://",
        ),
        "jwks_uri": "must begin with https://",
    }
)


class _CustomProviderFields(TypedDict, total=False):
    """What both a new provider and an update take."""

    acceptable_client_ids: ListOrTuple[str] | None
    """Other client IDs whose tokens are accepted, for example of a mobile app."""
    scopes: ListOrTuple[str] | None
    """What to ask the provider for; the server adds `openid` for OIDC."""
    pkce_enabled: bool | None
    """Defaults to `True`."""
    attribute_mapping: Mapping[str, Json] | None
    """The user's fields by the provider's claims."""
    custom_claims_allowlist: ListOrTuple[str] | None
    """The claims that the server copies into `custom_claims`."""
    authorization_params: Mapping[str, str] | None
    """Further parameters of the authorization URL, for example `prompt`."""
    enabled: bool | None
    """Defaults to `True`."""
    email_optional: bool | None
    """Whether users without an email address can sign in; defaults to `False`."""
    issuer: str | None
    """OIDC only: the server fetches its discovery document."""
    discovery_url: str | None
    """OIDC only: defaults to the issuer's `/.well-known/openid-configuration`."""
    skip_nonce_check: bool | None
    """OIDC only: defaults to `False`."""
    authorization_url: str | None
    """OAuth 2 only."""
    token_url: str | None
    """OAuth 2 only."""
    userinfo_url: str | None
    """OAuth 2 only."""
    jwks_uri: str | None
    """OAuth 2 only."""


class CustomProviderAttrs(_CustomProviderFields):
    """The attributes of a new custom provider; `None` and blank strings count as absent."""

    provider_type: CustomProviderType
    """`oauth2` also needs `authorization_url`, `token_url` and `userinfo_url`; `oidc` needs
    `issuer`."""
    identifier: str
    """The name by which functions find it, of lower-case letters, digits, hyphens and colons.
    It begins with `custom:`."""
    name: str
    """At most 100 characters."""
    client_id: str
    """The ID that the provider knows this server by; at most 512 characters."""
    client_secret: str
    """The server never returns it."""


class CustomProviderChanges(_CustomProviderFields, total=False):
    """The changes to a custom provider; `None` and blank strings count as absent.

    Lists and mappings are replaced.
    """

    name: str | None
    """At most 100 characters."""
    client_id: str | None
    """The ID that the provider knows this server by; at most 512 characters."""
    client_secret: str | None
    """The server never returns it."""


def _cast_identifier(value: object) -> object:
    text = cast_str(value)
    return text if isinstance(text, str) and re.fullmatch(_IDENTIFIER, text) else INVALID_VALUE


def _cast_url(value: object) -> object:
    text = at_most(MAX_URL_CHARS, "character")(value)
    return INVALID_VALUE if isinstance(text, str) and not text.startswith("https://") else text


def _cast_attribute_mapping(value: object) -> object:
    return _reserve(PROTECTED_FIELDS, cast_json_object(value))


def _cast_authorization_params(value: object) -> object:
    params = _reserve(RESERVED_PARAMETERS, cast_json_object(value))
    for name, text in params.items() if is_object(params) else ():
        if not isinstance(text, str):
            return Invalid("should be a string", f".{name}")
    return params


def _reserve(names: frozenset[str], value: object) -> object:
    """Refuse a mapping with one of the server's own names."""
    reserved = sorted(names & value.keys()) if is_object(value) else []
    return Invalid(RESERVED, f".{reserved[0]}") if reserved else value


_Type = Annotated[str, one_of("oauth2", "oidc")]
_Url = Annotated[str, _cast_url]


def _require_by_type(values: Values, errors: Errors) -> Errors:
    needed = (*REQUIRED, *REQUIRED_BY_TYPE.get(str(values.get("provider_type")), ()))
    return {name: (BLANK,) for name in needed if name not in values and name not in errors}


class CustomProviderParams(UpdatableParams, frozen=True, kw_only=True):
    """Checked attributes of a custom provider; in an update, empty lists and mappings are values.

    >>> attrs = {"provider_type": "oidc", "identifier": "custom:acme", "name": "Acme"}
    >>> CustomProviderParams.parse(attrs).failure().errors["issuer"]
    ("can't be blank",)
    >>> CustomProviderParams.parse_update({"enabled": False, "client_secret": "s3cret"})
    <Success: CustomProviderParams(client_secret='[redacted]', enabled=False)>
    """

    rules: ClassVar[Rules] = Rules(validate=_require_by_type, hints=HINTS)
    update_rules: ClassVar[Rules] = Rules(excluded=CREATE_ONLY, hints=HINTS)

    provider_type: _Type | None = None
    identifier: Annotated[str, _cast_identifier] | None = None
    name: Annotated[str, at_most(MAX_NAME_CHARS, "character")] | None = None
    client_id: Annotated[str, at_most(MAX_CLIENT_ID_CHARS, "character")] | None = None
    client_secret: Text | None = None
    acceptable_client_ids: TextList | None = None
    scopes: TextList | None = None
    pkce_enabled: Flag | None = None
    attribute_mapping: Annotated[JsonDict, _cast_attribute_mapping] | None = None
    custom_claims_allowlist: TextList | None = None
    authorization_params: Annotated[dict[str, str], _cast_authorization_params] | None = None
    enabled: Flag | None = None
    email_optional: Flag | None = None
    issuer: _Url | None = None
    discovery_url: _Url | None = None
    skip_nonce_check: Flag | None = None
    authorization_url: _Url | None = None
    token_url: _Url | None = None
    userinfo_url: _Url | None = None
    jwks_uri: _Url | None = None


class CustomProviderListOptions(TypedDict, total=False):
    """Which custom providers to list; `None` and blank strings count as absent."""

    type: CustomProviderType | None
    """Only providers of this type."""


class CustomProviderListParams(ListParams, frozen=True, kw_only=True):
    """Checked parameters of a list of custom providers.

    >>> CustomProviderListParams.parse({"type": "saml"})
    <Failure: type is invalid (oauth2 or oidc) (validation)>
    """

    rules: ClassVar[Rules] = Rules("params", hints=HINTS)

    type: _Type | None = None
