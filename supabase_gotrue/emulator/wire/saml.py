"""SAML metadata: what the emulator reads in it, and what it makes up for a URL."""

from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from supabase_gotrue.emulator.wire.errors import unhandled_error, validation_failed

_NAMESPACE: Final = "urn:oasis:names:tc:SAML:2.0:metadata"
_SEPARATOR: Final = " "
_ENTITY: Final = _NAMESPACE + _SEPARATOR + "EntityDescriptor"
_ENTITIES: Final = _NAMESPACE + _SEPARATOR + "EntitiesDescriptor"


def entity_id(xml: str) -> str:
    """Return the entity ID of metadata with one identity provider, or raise as the server does.

    https://github.com/supabase/auth/blob/master/internal/api/ssoadmin.go

    >>> entity_id(placeholder_metadata("https://idp.example.com", "https://idp.example.com/sso"))
    'https://idp.example.com'
    """
    found, providers = _first_entity(xml)
    if not found:
        raise validation_failed("SAML Metadata does not contain an EntityID")
    if not providers:
        raise validation_failed("SAML Metadata does not contain any IDPSSODescriptor")
    if providers > 1:
        raise validation_failed("SAML Metadata contains multiple IDPSSODescriptors")
    return found


def placeholder_metadata(entity: str, url: str) -> str:
    """Return the metadata that stands in for a document that the emulator does not fetch."""
    protocol = "urn:oasis:names:tc:SAML:2.0:protocol"
    binding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
    return (
        f'<md:EntityDescriptor xmlns:md="{_NAMESPACE}" entityID={quoteattr(entity)}>'
        f'<md:IDPSSODescriptor protocolSupportEnumeration="{protocol}">'
        f'<md:SingleSignOnService Binding="{binding}" Location={quoteattr(url)}/>'
        "</md:IDPSSODescriptor></md:EntityDescriptor>"
    )


def _first_entity(xml: str) -> tuple[str, int]:
    """Return the ID of the entity and the number of its identity providers.

    A document may hold several entities: the first with an identity provider counts.
    """
    reader = _MetadataReader(xml)
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.EntityDeclHandler = reader.declare_entity
    try:
        parser.Parse(xml.encode(), True)
    except (expat.ExpatError, ValueError):
        raise unhandled_error() from None
    root, entities = reader.root, reader.entities
    if root == _ENTITIES:
        entities = [entity for entity in entities if entity[1]]
    if not entities:
        raise unhandled_error()
    return entities[0]


class _MetadataReader:
    """Collects the entities of a document, each with the number of its identity providers."""

    def __init__(self, xml: str) -> None:
        self._xml = xml
        self.root = ""
        self.entities: list[tuple[str, int]] = []
        self._path: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.root = self.root or name
        if name == _ENTITY and self._path in ([], [_ENTITIES]):
            self.entities.append((attributes.get("entityID", ""), 0))
        elif self._path in ([_ENTITY], [_ENTITIES, _ENTITY]):
            entity, providers = self.entities[-1]
            local_name = name.rpartition(_SEPARATOR)[2]
            self.entities[-1] = entity, providers + (local_name == "IDPSSODescriptor")
        self._path.append(name)

    def end(self, _name: str) -> None:
        self._path.pop()

    def declare_entity(self, name: str, *_rest: object) -> None:
        """Go ignores declarations; expanding what a document declares could never end."""
        if f"&{name};" in self._xml:
            raise ValueError("the document uses an entity of its own")
