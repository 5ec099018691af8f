"""Administer a Supabase Auth (GoTrue) server: functions that return `Result`."""

from supabase_gotrue._lazy import lazy
from supabase_gotrue._version import __version__

TYPE_CHECKING = False  # `typing` takes as long to import as Python to start

if TYPE_CHECKING:
    from supabase_gotrue import admin
    from supabase_gotrue.client import (
        Client,
        client_from_env,
        init_client,
        update_access_token,
        with_options,
    )
    from supabase_gotrue.error import Error, ErrorCode
    from supabase_gotrue.json_types import Json
    from supabase_gotrue.models.audit_log import AuditLogEntry, AuditLogPage
    from supabase_gotrue.models.custom_provider import CustomProvider
    from supabase_gotrue.models.factor import Factor
    from supabase_gotrue.models.identity import Identity
    from supabase_gotrue.models.link import LinkProperties
    from supabase_gotrue.models.oauth_client import OAuthClient
    from supabase_gotrue.models.pagination import Pagination
    from supabase_gotrue.models.passkey import Passkey
    from supabase_gotrue.models.session import Session
    from supabase_gotrue.models.sso_provider import (
        AttributeMapping,
        SAMLAttribute,
        SAMLProvider,
        SSODomain,
        SSOProvider,
    )
    from supabase_gotrue.models.user import User, UserPage
    from supabase_gotrue.request import Request
    from supabase_gotrue.response import AsyncTransport, Response, Transport
    from supabase_gotrue.schemas.admin_user import AdminUserAttrs, AdminUserParams
    from supabase_gotrue.schemas.arguments import DeleteUserOptions, Scope
    from supabase_gotrue.schemas.audit_log import AuditLogOptions, AuditLogParams
    from supabase_gotrue.schemas.cast import Id
    from supabase_gotrue.schemas.client_options import ClientOptions
    from supabase_gotrue.schemas.custom_provider import (
        CustomProviderAttrs,
        CustomProviderChanges,
        CustomProviderListOptions,
        CustomProviderListParams,
        CustomProviderParams,
        CustomProviderType,
    )
    from supabase_gotrue.schemas.factor import FactorAttrs, FactorParams
    from supabase_gotrue.schemas.generate_link import (
        GenerateLinkAttrs,
        GenerateLinkParams,
        LinkType,
    )
    from supabase_gotrue.schemas.invite_user import InviteUserOptions, InviteUserParams
    from supabase_gotrue.schemas.oauth_client import (
        GrantType,
        OAuthClientAttrs,
        OAuthClientChanges,
        OAuthClientListOptions,
        OAuthClientListParams,
        OAuthClientParams,
        OAuthClientType,
        TokenEndpointAuthMethod,
    )
    from supabase_gotrue.schemas.pagination import PaginationOptions, PaginationParams
    from supabase_gotrue.schemas.sso_provider import (
        AttributeMappingAttrs,
        NameIDFormat,
        SAMLAttributeAttrs,
        SSOProviderAttrs,
        SSOProviderChanges,
        SSOProviderListOptions,
        SSOProviderListParams,
        SSOProviderParams,
    )
    from supabase_gotrue.transports import RequestsTransport

__all__ = [
    "AdminUserAttrs",
    "AdminUserParams",
    "AsyncTransport",
    "AttributeMapping",
    "AttributeMappingAttrs",
    "AuditLogEntry",
    "AuditLogOptions",
    "AuditLogPage",
    "AuditLogParams",
    "Client",
    "ClientOptions",
    "CustomProvider",
    "CustomProviderAttrs",
    "CustomProviderChanges",
    "CustomProviderListOptions",
    "CustomProviderListParams",
    "CustomProviderParams",
    "CustomProviderType",
    "DeleteUserOptions",
    "Error",
    "ErrorCode",
    "Factor",
    "FactorAttrs",
    "FactorParams",
    "GenerateLinkAttrs",
    "GenerateLinkParams",
    "GrantType",
    "Id",
    "Identity",
    "InviteUserOptions",
    "InviteUserParams",
    "Json",
    "LinkProperties",
    "LinkType",
    "NameIDFormat",
    "OAuthClient",
    "OAuthClientAttrs",
    "OAuthClientChanges",
    "OAuthClientListOptions",
    "OAuthClientListParams",
    "OAuthClientParams",
    "OAuthClientType",
    "Pagination",
    "PaginationOptions",
    "PaginationParams",
    "Passkey",
    "Request",
    "RequestsTransport",
    "Response",
    "SAMLAttribute",
    "SAMLAttributeAttrs",
    "SAMLProvider",
    "SSODomain",
    "SSOProvider",
    "SSOProviderAttrs",
    "SSOProviderChanges",
    "SSOProviderListOptions",
    "SSOProviderListParams",
    "SSOProviderParams",
    "Scope",
    "Session",
    "TokenEndpointAuthMethod",
    "Transport",
    "User",
    "UserPage",
    "__version__",
    "admin",
    "client_from_env",
    "init_client",
    "update_access_token",
    "with_options",
]

# Where the names are defined. A module is imported when one of its names is first used: to
# import all of them takes longer than to start Python.
_NAMES = {
    "client": ("Client", "client_from_env", "init_client", "update_access_token", "with_options"),
    "error": ("Error", "ErrorCode"),
    "json_types": ("Json",),
    "models.audit_log": ("AuditLogEntry", "AuditLogPage"),
    "models.custom_provider": ("CustomProvider",),
    "models.factor": ("Factor",),
    "models.identity": ("Identity",),
    "models.link": ("LinkProperties",),
    "models.oauth_client": ("OAuthClient",),
    "models.pagination": ("Pagination",),
    "models.passkey": ("Passkey",),
    "models.session": ("Session",),
    "models.sso_provider": (
        "AttributeMapping",
        "SAMLAttribute",
        "SAMLProvider",
        "SSODomain",
        "SSOProvider",
    ),
    "models.user": ("User", "UserPage"),
    "request": ("Request",),
    "response": ("AsyncTransport", "Response", "Transport"),
    "schemas.admin_user": ("AdminUserAttrs", "AdminUserParams"),
    "schemas.arguments": ("DeleteUserOptions", "Scope"),
    "schemas.audit_log": ("AuditLogOptions", "AuditLogParams"),
    "schemas.cast": ("Id",),
    "schemas.client_options": ("ClientOptions",),
    "schemas.custom_provider": (
        "CustomProviderAttrs",
        "CustomProviderChanges",
        "CustomProviderListOptions",
        "CustomProviderListParams",
        "CustomProviderParams",
        "CustomProviderType",
    ),
    "schemas.factor": ("FactorAttrs", "FactorParams"),
    "schemas.generate_link": ("GenerateLinkAttrs", "GenerateLinkParams", "LinkType"),
    "schemas.invite_user": ("InviteUserOptions", "InviteUserParams"),
    "schemas.oauth_client": (
        "GrantType",
        "OAuthClientAttrs",
        "OAuthClientChanges",
        "OAuthClientListOptions",
        "OAuthClientListParams",
        "OAuthClientParams",
        "OAuthClientType",
        "TokenEndpointAuthMethod",
    ),
    "schemas.pagination": ("PaginationOptions", "PaginationParams"),
    "schemas.sso_provider": (
        "AttributeMappingAttrs",
        "NameIDFormat",
        "SAMLAttributeAttrs",
        "SSOProviderAttrs",
        "SSOProviderChanges",
        "SSOProviderListOptions",
        "SSOProviderListParams",
        "SSOProviderParams",
    ),
    "transports": ("RequestsTransport",),
}
_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names}

if not TYPE_CHECKING:  # which would accept any name
    __getattr__ = lazy(__name__, ("admin",), _MODULE_OF)

    def __dir__() -> list[str]:
        return [*globals(), *__all__]
