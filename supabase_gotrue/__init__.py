"""Administer a Supabase Auth (GoTrue) server: functions that return `Result`."""

from supabase_gotrue import admin
from supabase_gotrue._version import __version__
from supabase_gotrue.client import (
    Client,
    client_from_env,
    init_client,
    update_access_token,
    with_options,
)
from supabase_gotrue.error import Error, ErrorCode
from supabase_gotrue.models import (
    Factor,
    Identity,
    LinkProperties,
    Pagination,
    Session,
    User,
    UserPage,
)
from supabase_gotrue.request import Request
from supabase_gotrue.response import AsyncTransport, Response, Transport
from supabase_gotrue.schemas import (
    AdminUserAttrs,
    AdminUserParams,
    ClientOptions,
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
from supabase_gotrue.transports import RequestsTransport

__all__ = [
    "AdminUserAttrs",
    "AdminUserParams",
    "AsyncTransport",
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
