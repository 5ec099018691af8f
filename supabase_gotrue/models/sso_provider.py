"""`SSOProvider`, an identity provider of SAML, and its parts."""

import msgspec
from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.json_types import JsonValue
from supabase_gotrue.models.base import (
    ServerStruct,
    Time,
    blank_to_none,
    decode_payload,
    decoder_of,
)


class SAMLAttribute(ServerStruct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """Where one field of a user comes from.

    Args:
        name: The SAML attribute that holds it, or `None`.
        names: Further attributes, of which the first that is present counts.
        default: Its value if no attribute is present.
        array: Whether all values of the attribute are kept, not only the first.
    """

    name: str | None = None
    names: tuple[str, ...] = ()
    default: JsonValue = None
    array: bool = False


class AttributeMapping(ServerStruct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """Where the fields of users come from; its `to_dict()` is what `update_provider` takes.

    Args:
        keys: By the name of the field.
    """

    keys: dict[str, SAMLAttribute] = {}


class SAMLProvider(ServerStruct, frozen=True, kw_only=True, gc=False):
    """What SAML needs to know of an identity provider.

    Args:
        entity_id: The name of the identity provider in its metadata.
        metadata_xml: The metadata; `None` in lists.
        metadata_url: Where the metadata was fetched, or `None`.
        attribute_mapping: Where the fields of users come from.
        name_id_format: Which kind of name the identity provider should send, or `None`.
    """

    entity_id: str
    metadata_xml: str | None = None
    metadata_url: str | None = None
    # A factory, because Litestar hashes defaults.
    attribute_mapping: AttributeMapping = msgspec.field(default_factory=AttributeMapping)
    name_id_format: str | None = None


class SSODomain(ServerStruct, frozen=True, kw_only=True, gc=False):
    """An email domain whose users sign in by an SSO provider.

    Args:
        domain: The domain: `example.com`.
    """

    domain: str


class SSOProvider(ServerStruct, frozen=True, kw_only=True, gc=False):
    """An SSO provider.

    Args:
        id: A UUID as a str.
        saml: The settings of SAML.
        domains: The email domains of its users.
        resource_id: Your own ID of the provider, or `None`; functions also take
            `resource_RID` instead of the `id`.
        disabled: `True` if users cannot sign in by it; `None` if never set.
        created_at, updated_at: Aware, in microseconds.

    https://github.com/supabase/auth/blob/master/internal/models/sso.go

    >>> SSOProvider.parse(b'{"id": "p1", "saml": {}, "created_at": "2026-01-01T00:00:00Z"}')
    <Failure: saml.entity_id can't be blank (validation)>
    """

    id: str
    saml: SAMLProvider
    created_at: Time
    updated_at: Time | None = None
    domains: tuple[SSODomain, ...] = ()
    resource_id: str | None = None
    disabled: bool | None = None

    def __post_init__(self) -> None:
        blank_to_none(self, "resource_id")


def parse_sso_providers(payload: bytes) -> Result[tuple[SSOProvider, ...], Error]:
    """Parse a list of providers."""
    return decode_payload(decoder_of(_Providers), payload).map(lambda found: found.items or ())


class _Providers(msgspec.Struct, frozen=True):
    items: tuple[SSOProvider, ...] | None
