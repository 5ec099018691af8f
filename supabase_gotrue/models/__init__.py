"""What the server returns: one module per resource."""

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

__all__ = [
    "AttributeMapping",
    "AuditLogEntry",
    "AuditLogPage",
    "CustomProvider",
    "Factor",
    "Identity",
    "LinkProperties",
    "OAuthClient",
    "Pagination",
    "Passkey",
    "SAMLAttribute",
    "SAMLProvider",
    "SSODomain",
    "SSOProvider",
    "Session",
    "User",
    "UserPage",
]
