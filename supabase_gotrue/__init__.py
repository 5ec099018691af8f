"""Administer a Supabase Auth (GoTrue) server.

What may live here: the names that users import, nothing else.
"""

from supabase_gotrue import admin
from supabase_gotrue._version import __version__
from supabase_gotrue.client import (
    Client,
    ClientOptions,
    Transport,
    client_from_env,
    init_client,
    update_access_token,
    with_options,
)
from supabase_gotrue.error import Error, ErrorCode
from supabase_gotrue.link import LinkProperties
from supabase_gotrue.request import Request
from supabase_gotrue.response import Response
from supabase_gotrue.schemas import (
    AdminUserAttrs,
    AdminUserParams,
    DeleteUserOptions,
    GenerateLinkAttrs,
    GenerateLinkParams,
    Id,
    InviteUserOptions,
    InviteUserParams,
    Json,
    LinkType,
    PageParams,
    PaginationParams,
    Scope,
)
from supabase_gotrue.session import Session
from supabase_gotrue.transports import RequestsTransport
from supabase_gotrue.user import Factor, Identity, Pagination, User, UserPage

__all__ = [
    "AdminUserAttrs",
    "AdminUserParams",
    "Client",
    "ClientOptions",
    "DeleteUserOptions",
    "Error",
    "ErrorCode",
    "Factor",
    "GenerateLinkAttrs",
    "GenerateLinkParams",
    "Id",
    "Identity",
    "InviteUserOptions",
    "InviteUserParams",
    "Json",
    "LinkProperties",
    "LinkType",
    "PageParams",
    "Pagination",
    "PaginationParams",
    "Request",
    "RequestsTransport",
    "Response",
    "Scope",
    "Session",
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
