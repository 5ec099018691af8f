"""The routes under `/admin/sso/providers`: the identity providers of SAML.

The emulator fetches no metadata: for a URL it makes up a document, with the URL as the
entity ID of a new provider and the entity ID of an existing one.

https://github.com/supabase/auth/blob/master/internal/api/ssoadmin.go
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from supabase_gotrue.emulator.go import gojson, gourl
from supabase_gotrue.emulator.go.clock import format_time
from supabase_gotrue.emulator.go.uuids import parse_uuid
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.store.database import DatabaseError
from supabase_gotrue.emulator.store.rows import SSODomain, SSOProvider, new_id
from supabase_gotrue.emulator.wire import saml
from supabase_gotrue.emulator.wire.decoding import read_params
from supabase_gotrue.emulator.wire.errors import APIError, validation_failed
from supabase_gotrue.emulator.wire.params import CreateSSOProviderParams, SAMLAttributeMapping
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.response import Response

RESOURCE_PREFIX: Final = "resource_"
NAME_ID_FORMATS: Final = (
    "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
)


def load_sso_provider(ctx: Context) -> None:
    """Find a provider by its ID, or by its resource ID after `resource_`."""
    named = ctx.path_params["idp_id"]
    if named.startswith(RESOURCE_PREFIX):
        where, value = "WHERE resource_id = ?", named.removeprefix(RESOURCE_PREFIX)
    else:
        where, value = "WHERE id = ?", parse_uuid(named) or ""
    provider = ctx.tx.first(SSOProvider, where, value)
    if provider is None:
        raise APIError(404, "sso_provider_not_found", "SSO Identity Provider not found")
    ctx.sso_provider = provider


# ---- handlers


def list_providers(ctx: Context) -> Response:
    """The providers without their metadata, in the order in which the rows were written."""
    resource_id = ctx.request.query_param("resource_id")
    prefix = "" if resource_id else ctx.request.query_param("resource_id_prefix")
    where = "WHERE (? = '' OR resource_id = ?) AND (? = '' OR pg_like(resource_id, ? || '%'))"
    values = (resource_id, resource_id, prefix, prefix)
    providers = ctx.tx.all(SSOProvider, f"{where} ORDER BY updated_at, seq", *values)
    for provider in providers:
        provider.metadata_xml = ""
    return json_response({"items": [_view(ctx, provider) for provider in providers]})


def get_provider(ctx: Context) -> Response:
    return json_response(_view(ctx, ctx.sso_provider))


def create_provider(ctx: Context) -> Response:
    params = read_params(CreateSSOProviderParams, ctx.request.body)
    _validate(params, for_update=False)
    xml = params.metadata_xml or saml.placeholder_metadata(params.metadata_url, params.metadata_url)
    entity_id = saml.entity_id(xml)
    if ctx.tx.first(SSOProvider, "WHERE entity_id = ?", entity_id):
        message = f"SAML Identity Provider with this EntityID ({entity_id}) already exists"
        raise APIError(422, "saml_idp_already_exists", message)
    provider = SSOProvider(
        id=new_id(),
        entity_id=entity_id,
        metadata_xml=xml,
        resource_id=params.resource_id,
        disabled=params.disabled,
        metadata_url=params.metadata_url or None,
        attribute_mapping=_mapping_text(params.attribute_mapping),
        name_id_format=params.name_id_format or None,
    )
    domains = params.domains or []
    for domain in domains:
        if owner := _owner(ctx, domain):
            message = f"SSO Domain '{domain}' is already assigned to an SSO identity provider"
            raise APIError(400, "sso_domain_already_exists", f"{message} ({owner})")
    ctx.tx.add(provider)
    _add_domains(ctx, provider, domains)
    return json_response(_view(ctx, provider), status=201)


def update_provider(ctx: Context) -> Response:
    params, provider = read_params(CreateSSOProviderParams, ctx.request.body), ctx.sso_provider
    _validate(params, for_update=True)
    before = msgspec.structs.replace(provider)
    stores_saml = _set_metadata(provider, params)
    removed, added = _changed_domains(ctx, params.domains)
    if _set_attribute_mapping(provider, params.attribute_mapping):
        stores_saml = True
    provider.name_id_format = params.name_id_format or None
    if params.resource_id is not None:
        provider.resource_id = params.resource_id or None
    if params.disabled is not None:
        provider.disabled = params.disabled
    modified = provider != before or stores_saml or bool(removed or added)
    if not stores_saml:
        # The server writes this column with the others of SAML alone.
        provider.name_id_format = before.name_id_format
    if not modified:
        return json_response(_view(ctx, provider))
    try:
        ctx.tx.save(provider)
        for domain in removed:
            ctx.tx.execute("DELETE FROM sso_domains WHERE id = ?", domain.id)
        _add_domains(ctx, provider, added)
    except DatabaseError as error:
        message = "Updating SSO provider failed, likely due to a conflict. Try again?"
        raise APIError(422, "conflict", message, violation=error.violation) from None
    return json_response(_view(ctx, provider))


def delete_provider(ctx: Context) -> Response:
    response = json_response(_view(ctx, ctx.sso_provider))
    ctx.tx.execute("DELETE FROM sso_providers WHERE id = ?", ctx.sso_provider.id)
    return response


# ---- what the handlers share


def _view(ctx: Context, provider: SSOProvider) -> dict[str, object]:
    optional = {
        "metadata_xml": provider.metadata_xml,
        "metadata_url": provider.metadata_url,
        "attribute_mapping": msgspec.Raw(provider.attribute_mapping.encode()),
        "name_id_format": provider.name_id_format,
    }
    disabled = provider.disabled
    return {
        "id": provider.id,
        **({} if provider.resource_id is None else {"resource_id": provider.resource_id}),
        "disabled": None if disabled is None else bool(disabled),
        "saml": {
            "entity_id": provider.entity_id,
            **{name: value for name, value in optional.items() if value},
        },
        "domains": [{"domain": domain.domain} for domain in _domains(ctx, provider)],
        "created_at": format_time(provider.created_at),
        "updated_at": format_time(provider.updated_at),
    }


def _validate(params: CreateSSOProviderParams, *, for_update: bool) -> None:
    if not for_update and params.type != "saml":
        raise validation_failed("Only 'saml' supported for SSO provider type")
    if params.metadata_url and params.metadata_xml:
        raise validation_failed("Only one of metadata_xml or metadata_url needs to be set")
    if not (for_update or params.metadata_url or params.metadata_xml):
        raise validation_failed("Either metadata_xml or metadata_url must be set")
    if params.metadata_url:
        url = gourl.parse_request_uri(params.metadata_url)
        if url is None:
            raise validation_failed("metadata_url is not a valid URL")
        if url.scheme != "https":
            raise validation_failed("metadata_url is not a HTTPS URL")
    if params.name_id_format and params.name_id_format not in NAME_ID_FORMATS:
        listed = ", ".join(NAME_ID_FORMATS)
        raise validation_failed(f"name_id_format must be unspecified or one of {listed}")


def _set_metadata(provider: SSOProvider, params: CreateSSOProviderParams) -> bool:
    url, xml = params.metadata_url, params.metadata_xml
    if not (url or xml):
        return False
    xml = xml or saml.placeholder_metadata(provider.entity_id, url)
    entity_id = saml.entity_id(xml)
    if entity_id != provider.entity_id:
        message = (
            "SAML Metadata can be updated only if the EntityID matches for the provider; "
            f"expected '{provider.entity_id}' but got '{entity_id}'"
        )
        raise APIError(400, "saml_entity_id_mismatch", message)
    provider.metadata_url, provider.metadata_xml = url or provider.metadata_url, xml
    return True


def _set_attribute_mapping(provider: SSOProvider, mapping: SAMLAttributeMapping) -> bool:
    """Replace the mapping, and return whether it changed; without `keys` it stays."""
    text = _mapping_text(mapping)
    if mapping.keys is None or text == provider.attribute_mapping:
        return False
    provider.attribute_mapping = text
    return True


def _mapping_text(mapping: SAMLAttributeMapping) -> str:
    keys = {
        key: {
            **({"name": attribute.name} if attribute.name else {}),
            **({"names": attribute.names} if attribute.names else {}),
            **({} if attribute.default is None else {"default": attribute.default}),
            **({"array": True} if attribute.array else {}),
        }
        for key, attribute in (mapping.keys or {}).items()
    }
    return gojson.canonical({"keys": keys} if keys else {})


def _domains(ctx: Context, provider: SSOProvider) -> list[SSODomain]:
    return ctx.tx.all(SSODomain, "WHERE sso_provider_id = ? ORDER BY seq", provider.id)


def _owner(ctx: Context, domain: str) -> str | None:
    row = ctx.tx.first(SSODomain, "WHERE domain = ?", domain)
    return None if row is None else row.sso_provider_id


def _changed_domains(
    ctx: Context, domains: list[str] | None
) -> tuple[Sequence[SSODomain], Sequence[str]]:
    """Return the rows that go and the domains that come; without a list nothing changes."""
    if domains is None:
        return (), ()
    owners = {domain: _owner(ctx, domain) for domain in domains}
    for domain, owner in owners.items():
        if owner not in (None, ctx.sso_provider.id):
            message = f"SSO domain '{domain}' already assigned to another provider ({owner})"
            raise APIError(400, "sso_domain_already_exists", message)
    removed = [row for row in _domains(ctx, ctx.sso_provider) if row.domain not in owners]
    return removed, [domain for domain in domains if owners[domain] is None]


def _add_domains(ctx: Context, provider: SSOProvider, domains: Sequence[str]) -> None:
    for domain in domains:
        if not domain:
            raise DatabaseError("the row violates a check constraint")
        ctx.tx.add(SSODomain(new_id(), provider.id, domain))
