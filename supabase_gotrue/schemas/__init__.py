"""What callers may pass: parameters, and the rules by which arguments become them.

What may live here: Structs and TypedDicts of arguments, and their casts. Nothing here
knows a route, a request or an answer.
"""

from supabase_gotrue.json_types import Json
from supabase_gotrue.schemas.admin_user import AdminUserAttrs, AdminUserParams
from supabase_gotrue.schemas.arguments import DeleteUserOptions, Id, Scope
from supabase_gotrue.schemas.generate_link import GenerateLinkAttrs, GenerateLinkParams, LinkType
from supabase_gotrue.schemas.invite_user import InviteUserOptions, InviteUserParams
from supabase_gotrue.schemas.pagination import PageParams, PaginationParams

__all__ = [
    "AdminUserAttrs",
    "AdminUserParams",
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
