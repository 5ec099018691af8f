"""Administer a Supabase Auth (GoTrue) server: functions that return `Result`."""

from importlib import import_module

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
    from supabase_gotrue.models import (
        AttributeMapping,
        AuditLogEntry,
        AuditLogPage,
        CustomProvider,
        Factor,
        Identity,
        LinkProperties,
        OAuthClient,
        Pagination,
        Passkey,
        SAMLAttribute,
        SAMLProvider,
        Session,
        SSODomain,
        SSOProvider,
        User,
        UserPage,
    )
    from supabase_gotrue.request import Request
    from supabase_gotrue.response import AsyncTransport, Response, Transport
    from supabase_gotrue.schemas import (
        AdminUserAttrs,
        AdminUserParams,
        AttributeMappingAttrs,
        AuditLogOptions,
        AuditLogParams,
        ClientOptions,
        CustomProviderAttrs,
        CustomProviderChanges,
        CustomProviderListOptions,
        CustomProviderListParams,
        CustomProviderParams,
        CustomProviderType,
        DeleteUserOptions,
        FactorAttrs,
        FactorParams,
        GenerateLinkAttrs,
        GenerateLinkParams,
        GrantType,
        Id,
        InviteUserOptions,
        InviteUserParams,
        Json,
        LinkType,
        NameIDFormat,
        OAuthClientAttrs,
        OAuthClientChanges,
        OAuthClientListOptions,
        OAuthClientListParams,
        OAuthClientParams,
        OAuthClientType,
        PaginationOptions,
        PaginationParams,
        SAMLAttributeAttrs,
        Scope,
        SSOProviderAttrs,
        SSOProviderChanges,
        SSOProviderListOptions,
        SSOProviderListParams,
        SSOProviderParams,
        TokenEndpointAuthMethod,
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

# The modules that have the names: each is imported when a name is looked for in it, because
# all together take longer than the start of Python.
_MODULES = ("error", "schemas", "models", "request", "response", "transports", "client", "admin")

if not TYPE_CHECKING:  # pragma: no branch (type checkers would accept any name)

    def __getattr__(name: str) -> object:
        """Import a public name at its first use."""
        if name in _MODULES:
            return import_module(f"{__name__}.{name}")
        if name in __all__:
            modules = (import_module(f"{__name__}.{module}") for module in _MODULES)
            value = next(getattr(module, name) for module in modules if hasattr(module, name))
            globals()[name] = value
            return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return [*globals(), *__all__]
