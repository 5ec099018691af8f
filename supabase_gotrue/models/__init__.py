"""What the server returns: one module per resource."""

from supabase_gotrue.models.factor import Factor
from supabase_gotrue.models.identity import Identity
from supabase_gotrue.models.link import LinkProperties
from supabase_gotrue.models.pagination import Pagination
from supabase_gotrue.models.session import Session
from supabase_gotrue.models.user import User, UserPage

__all__ = [
    "Factor",
    "Identity",
    "LinkProperties",
    "Pagination",
    "Session",
    "User",
    "UserPage",
]
