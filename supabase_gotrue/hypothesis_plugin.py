"""The entry point of hypothesis, which loads it while hypothesis itself is being imported."""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from supabase_gotrue.error import Error
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
from supabase_gotrue.response import Response
from supabase_gotrue.schemas.admin_user import AdminUserAttrs

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


# What calls return, and what `create_user` takes.
TYPES: Final[tuple[type, ...]] = (
    AdminUserAttrs,
    AttributeMapping,
    AuditLogEntry,
    AuditLogPage,
    CustomProvider,
    Error,
    Factor,
    Identity,
    LinkProperties,
    OAuthClient,
    Pagination,
    Passkey,
    Response,
    SAMLAttribute,
    SAMLProvider,
    SSODomain,
    SSOProvider,
    Session,
    User,
    UserPage,
)


def register() -> None:
    """Let `st.from_type` draw from the strategies of this library."""
    from hypothesis.strategies import register_type_strategy  # this module may come first

    for kind in TYPES:
        register_type_strategy(kind, _look_up)


def _look_up(kind: type) -> "SearchStrategy[object]":
    """Return the strategy of a type, when the first value is drawn.

    `strategies` may be half imported before: it imports hypothesis, which calls `register`.
    """
    strategies = import_module("supabase_gotrue.strategies")
    # A base, such as `tuple` of `UserPage`, has strategies of its own.
    strategy: SearchStrategy[object] = (
        strategies.from_type(kind) if kind in TYPES else NotImplemented
    )
    return strategy
