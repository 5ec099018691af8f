"""What callers may pass: params Structs, TypedDicts, and their checks."""

from supabase_gotrue.json_types import Json
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
from supabase_gotrue.schemas.generate_link import GenerateLinkAttrs, GenerateLinkParams, LinkType
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

__all__ = [
    "AdminUserAttrs",
    "AdminUserParams",
    "AttributeMappingAttrs",
    "AuditLogOptions",
    "AuditLogParams",
    "ClientOptions",
    "CustomProviderAttrs",
    "CustomProviderChanges",
    "CustomProviderListOptions",
    "CustomProviderListParams",
    "CustomProviderParams",
    "CustomProviderType",
    "DeleteUserOptions",
    "FactorAttrs",
    "FactorParams",
    "GenerateLinkAttrs",
    "GenerateLinkParams",
    "GrantType",
    "Id",
    "InviteUserOptions",
    "InviteUserParams",
    "Json",
    "LinkType",
    "NameIDFormat",
    "OAuthClientAttrs",
    "OAuthClientChanges",
    "OAuthClientListOptions",
    "OAuthClientListParams",
    "OAuthClientParams",
    "OAuthClientType",
    "PaginationOptions",
    "PaginationParams",
    "SAMLAttributeAttrs",
    "SSOProviderAttrs",
    "SSOProviderChanges",
    "SSOProviderListOptions",
    "SSOProviderListParams",
    "SSOProviderParams",
    "Scope",
    "TokenEndpointAuthMethod",
]
