"""Attributes of SSO providers, and the parameters of their list."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar, Final, Literal

from typing_extensions import TypedDict

from supabase_gotrue.error import BLANK
from supabase_gotrue.json_types import Json, JsonDict, ListOrTuple, is_object
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
    unknown_names,
)
from supabase_gotrue.schemas.fields import TextList, list_of, one_of
from supabase_gotrue.schemas.json_object import cast_json_object
from supabase_gotrue.schemas.params import ListParams, Rules, UpdatableParams

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
    names: ListOrTuple[str] | None
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
    """The SAML metadata of the identity provider; an update must keep its entity ID."""
    metadata_url: str | None
    """Where the server fetches the metadata, over https."""
    domains: ListOrTuple[str] | None
    """The email domains of the provider's users; in an update `[]` removes them all."""
    attribute_mapping: AttributeMappingAttrs | None
    """Where the fields of users come from; in an update it replaces the mapping, and an empty
    one of `keys` removes it."""
    name_id_format: NameIDFormat | None
    """Which kind of name the identity provider should send. In an update the server stores it
    only together with metadata or with a changed mapping, and removes the stored one if such
    an update does not name it."""
    resource_id: str | None
    """Your own ID of the provider, unique whatever its case; in an update `""` removes it."""
    disabled: bool | None
    """`True` stops sign-ins by this provider."""


class SSOProviderAttrs(SSOProviderChanges, total=False):
    """The attributes of a new SSO provider: `metadata_xml` or `metadata_url` is required."""

    type: Literal["saml"] | None
    """`saml`, the default."""


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
_Mapping = Annotated[JsonDict, _cast_attribute_mapping]


def _require_metadata(values: Values, errors: Errors) -> Errors:
    sources = ("metadata_xml", "metadata_url")
    if not any(name in values or name in errors for name in sources):
        return dict.fromkeys(sources, (BLANK,))
    return _one_source(values, errors)


def _one_source(values: Values, _errors: Errors) -> Errors:
    both = "metadata_xml" in values and "metadata_url" in values
    return {"metadata_url": (CONFLICT.format("metadata_xml"),)} if both else {}


class SSOProviderParams(UpdatableParams, frozen=True, kw_only=True):
    """Checked attributes of an SSO provider: `metadata_xml` or `metadata_url` is required.

    In an update nothing is required, and an empty `resource_id`, list or mapping removes what
    the server has.

    >>> SSOProviderParams.parse({"metadata_url": "https://idp.example.com/metadata"})
    <Success: SSOProviderParams(type='saml', metadata_url='https://idp.example.com/metadata')>
    >>> SSOProviderParams.parse_update({"domains": [], "resource_id": ""})
    <Success: SSOProviderParams(domains=[], resource_id='')>
    """

    rules: ClassVar[Rules] = Rules(
        validate=_require_metadata, hints=HINTS, defaults={"type": "saml"}
    )
    update_rules: ClassVar[Rules] = Rules(
        validate=_one_source, excluded=CREATE_ONLY, clearable=("resource_id",), hints=HINTS
    )

    type: Annotated[str, one_of("saml")] | None = None
    metadata_xml: Text | None = None
    metadata_url: Annotated[str, _cast_url] | None = None
    domains: TextList | None = None
    attribute_mapping: _Mapping | None = None
    name_id_format: Annotated[str, one_of(*NAME_ID_FORMATS)] | None = None
    resource_id: Text | None = None
    disabled: Flag | None = None


class SSOProviderListOptions(TypedDict, total=False):
    """Which SSO providers to list: one of the two; `None` and blank strings count as absent."""

    resource_id: str | None
    """Only the provider with this ID of yours, in the same case."""
    resource_id_prefix: str | None
    """Only providers whose ID begins so (LIKE: with the wildcards `%` and `_`)."""


def _one_filter(values: Values, _errors: Errors) -> Errors:
    """The server would ignore the prefix."""
    both = "resource_id" in values and "resource_id_prefix" in values
    return {"resource_id_prefix": (CONFLICT.format("resource_id"),)} if both else {}


class SSOProviderListParams(ListParams, frozen=True, kw_only=True):
    """Checked parameters of a list of SSO providers.

    >>> SSOProviderListParams.parse({"resource_id": "a", "resource_id_prefix": "b"})
    <Failure: resource_id_prefix cannot be combined with resource_id (validation)>
    """

    rules: ClassVar[Rules] = Rules("params", validate=_one_filter)

    resource_id: Text | None = None
    resource_id_prefix: Text | None = None
