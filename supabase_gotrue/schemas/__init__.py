"""What callers may pass: params Structs, TypedDicts, and their checks."""

from supabase_gotrue.json_types import Json
from supabase_gotrue.schemas.admin_user import AdminUserAttrs, AdminUserParams
from supabase_gotrue.schemas.arguments import DeleteUserOptions, Scope
from supabase_gotrue.schemas.cast import Id
from supabase_gotrue.schemas.client_options import ClientOptions
from supabase_gotrue.schemas.generate_link import GenerateLinkAttrs, GenerateLinkParams, LinkType
from supabase_gotrue.schemas.invite_user import InviteUserOptions, InviteUserParams
from supabase_gotrue.schemas.pagination import PageParams, PaginationParams

__all__ = [
    "AdminUserAttrs",
    "AdminUserParams",
    "ClientOptions",
    "DeleteUserOptions",
    "GenerateLinkAttrs",
    "GenerateLinkParams",
    "Id",
    "InviteUserOptions",
    "InviteUserParams",
    "Json",
    "LinkType",
    "PageParams",
    "PaginationParams",
    "Scope",
]
