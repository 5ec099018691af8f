"""Attributes of SSO providers, and the parameters of their list."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, Final, Literal, NotRequired, Self, TypedDict

from msgspec.structs import replace
from returns.result import Result

from supabase_gotrue.error import BLANK, Error
from supabase_gotrue.json_types import Json, is_object
from supabase_gotrue.redaction import RedactedStruct
from supabase_gotrue.schemas.cast import (
    INVALID_VALUE,
    Caster,
    Errors,
    Flag,
    Invalid,
    Text,
    Values,
    cast_bool,
    cast_str,
    parse,
    unknown_names,
)
from supabase_gotrue.schemas.fields import TextList, list_of, one_of
from supabase_gotrue.schemas.json_object import cast_json_object

# https://github.com/supabase/auth/blob/master/internal/api/ssoadmin.go
NameIDFormat = Literal[
    "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
]
NAME_ID_FORMATS: Final[tuple[NameIDFormat, ...]] = (
    "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
)
# The server ignores the type when it updates a provider.
CREATE_ONLY: Final = frozenset({"type"})
CONFLICT: Final = "cannot be combined with {}"
HINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "type": "saml",
        "metadata_url": "must begin with https://",
        "name_id_format": "one of the formats of NameIDFormat",
    }
)


class SAMLAttributeAttrs(TypedDict, total=False):
    """Where one field of a user comes from."""

    name: str | None
    """The SAML attribute that holds it."""
    names: list[str] | tuple[str, ...] | None
    """Further attributes, of which the first that is present counts."""
    default: Json
    """Its value if no attribute is present."""
    array: bool | None
    """Whether all values of the attribute are kept, not only the first."""


class AttributeMappingAttrs(TypedDict, total=False):
    """Where the fields of users come from."""

    keys: Mapping[str, SAMLAttributeAttrs]
    """By the name of the field in `user_metadata`."""


class SSOProviderChanges(TypedDict, total=False):
    """The changes to an SSO provider; `None` counts as absent, lists are replaced."""

    metadata_xml: str | None
    """New metadata; its entity ID must be the same."""
    metadata_url: str | None
    """Where the server fetches the new metadata, over https."""
    domains: list[str] | tuple[str, ...] | None
    """The email domains of the provider's users; `[]` removes them all."""
    attribute_mapping: AttributeMappingAttrs | None
    """Replaces the mapping; an empty one of `keys` removes it."""
    name_id_format: NameIDFormat | None
    """The server stores it only together with metadata or with a changed mapping, and removes
    the stored one if such an update does not name it."""
    resource_id: str | None
    """`""` removes it."""
    disabled: bool | None
    """`True` stops sign-ins by this provider."""


class SSOProviderAttrs(TypedDict):
    """The attributes of a new SSO provider: `metadata_xml` or `metadata_url` is required."""

    type: NotRequired[Literal["saml"] | None]
    """`saml`, the default."""
    metadata_xml: NotRequired[str | None]
    """The SAML metadata of the identity provider."""
    metadata_url: NotRequired[str | None]
    """Where the server fetches the metadata, over https."""
    domains: NotRequired[list[str] | tuple[str, ...] | None]
    """The email domains of the provider's users."""
    attribute_mapping: NotRequired[AttributeMappingAttrs | None]
    """Where the fields of users come from."""
    name_id_format: NotRequired[NameIDFormat | None]
    """Which kind of name the identity provider shall send."""
    resource_id: NotRequired[str | None]
    """Your own ID of the provider, unique whatever its case."""
    disabled: NotRequired[bool | None]
    """`True` stops sign-ins by this provider."""


def _cast_url(value: object) -> object:
    text = cast_str(value)
    return text if isinstance(text, str) and text.startswith("https://") else INVALID_VALUE


def _cast_attribute_mapping(value: object) -> object:
    """Cast `{"keys": {FIELD: {"name", "names", "default", "array"}}}`."""
    mapping = cast_json_object(value)
    if not is_object(mapping):
        return mapping
    if unknown := _first_unknown(mapping, ("keys",)):
        return unknown
    keys = mapping.get("keys")
    if keys is None:
        return {}
    if not is_object(keys):
        return INVALID_VALUE.under(".keys")
    attributes = {field: _cast_attribute(attribute) for field, attribute in keys.items()}
    for field, attribute in attributes.items():
        if isinstance(attribute, Invalid):
            return attribute.under(f".keys.{field}")
    return {"keys": attributes}


def _cast_attribute(attribute: object) -> object:
    if not is_object(attribute):
        return INVALID_VALUE
    if unknown := _first_unknown(attribute, _ATTRIBUTE_CASTERS):
        return unknown
    present = {name: value for name, value in attribute.items() if value is not None}
    checked = {name: _ATTRIBUTE_CASTERS[name](value) for name, value in present.items()}
    for name, result in checked.items():
        if isinstance(result, Invalid):
            return result.under(f".{name}")
    return checked


def _first_unknown(given: Values, known: Iterable[str]) -> Invalid | None:
    names = list(known)
    for name, messages in unknown_names([n for n in given if n not in names], names).items():
        return Invalid(", ".join(messages), f".{name}")
    return None


_ATTRIBUTE_CASTERS: Final[Mapping[str, Caster]] = MappingProxyType(
    {
        "name": cast_str,
        "names": list_of(cast_str),
        "default": lambda value: value,
        "array": cast_bool,
    }
)
_Mapping = Annotated[dict[str, object], _cast_attribute_mapping]


class SSOProviderParams(RedactedStruct, frozen=True, kw_only=True, omit_defaults=True):
    """Checked attributes of an SSO provider."""

    type: Annotated[str, one_of("saml")] | None = None
    metadata_xml: Text | None = None
    metadata_url: Annotated[str, _cast_url] | None = None
    domains: TextList | None = None
    attribute_mapping: _Mapping | None = None
    name_id_format: Annotated[str, one_of(*NAME_ID_FORMATS)] | None = None
    resource_id: Text | None = None
    disabled: Flag | None = None

    @classmethod
    def parse(cls, attrs: Mapping[str, object] | Self) -> Result[Self, Error]:
        """Check the attributes of a new provider. Nothing is sent.

        Args:
            attrs: Any Mapping; `metadata_xml` or `metadata_url` is required.

        Returns:
            The parameters, or an Error with code `validation` that names each invalid field.

        >>> SSOProviderParams.parse({"metadata_url": "https://idp.example.com/metadata"})
        <Success: SSOProviderParams(type='saml', metadata_url='https://idp.example.com/metadata')>
        """
        parsed = parse(cls, attrs, "attrs", _require_metadata, hints=HINTS)
        return parsed.map(lambda params: replace(params, type="saml"))

    @classmethod
    def parse_update(cls, attrs: Mapping[str, object] | Self) -> Result[Self, Error]:
        """Check the changes to a provider. Nothing is required, and nothing is sent.

        Args:
            attrs: Any Mapping; blank values leave the attribute unchanged, but an empty
                `resource_id`, list or mapping removes it.

        Returns:
            The parameters, or an Error with code `validation` that names each invalid field.

        >>> SSOProviderParams.parse_update({"domains": [], "resource_id": ""})
        <Success: SSOProviderParams(domains=[], resource_id='')>
        """
        return parse(
            cls,
            attrs,
            "attrs",
            _one_source,
            excluded=CREATE_ONLY,
            clearable=("resource_id",),
            hints=HINTS,
        )


def _require_metadata(values: Values, errors: Errors) -> Errors:
    sources = ("metadata_xml", "metadata_url")
    if not any(name in values or name in errors for name in sources):
        return dict.fromkeys(sources, (BLANK,))
    return _one_source(values, errors)


def _one_source(values: Values, _errors: Errors) -> Errors:
    both = "metadata_xml" in values and "metadata_url" in values
    return {"metadata_url": (CONFLICT.format("metadata_xml"),)} if both else {}


class SSOProviderListOptions(TypedDict, total=False):
    """Which SSO providers to list: one of the two; `None` and blank strings count as absent."""

    resource_id: str | None
    """Only the provider with this ID of yours, in the same case."""
    resource_id_prefix: str | None
    """Only providers whose ID begins so (LIKE: with the wildcards `%` and `_`)."""


class SSOProviderListParams(RedactedStruct, frozen=True, kw_only=True, omit_defaults=True):
    """Checked parameters of a list of SSO providers."""

    resource_id: Text | None = None
    resource_id_prefix: Text | None = None

    @classmethod
    def parse(cls, params: Mapping[str, object] | Self) -> Result[Self, Error]:
        """Check the parameters of a list. Nothing is sent.

        Returns:
            The parameters, or an Error with code `validation` that names each invalid field.

        >>> SSOProviderListParams.parse({"resource_id": "a", "resource_id_prefix": "b"})
        <Failure: resource_id_prefix cannot be combined with resource_id (validation)>
        """
        return parse(cls, params, "params", _one_filter)

    def to_query(self) -> dict[str, object]:
        """Return the query of the request."""
        return {"resource_id": self.resource_id, "resource_id_prefix": self.resource_id_prefix}


def _one_filter(values: Values, _errors: Errors) -> Errors:
    """The server would ignore the prefix."""
    both = "resource_id" in values and "resource_id_prefix" in values
    return {"resource_id_prefix": (CONFLICT.format("resource_id"),)} if both else {}
