"""The entry point of hypothesis, which loads it while hypothesis itself is being imported."""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Final

from hypothesis import strategies as st

from supabase_gotrue.error import Error
from supabase_gotrue.models.factor import Factor
from supabase_gotrue.models.identity import Identity
from supabase_gotrue.models.user import User
from supabase_gotrue.response import Response
from supabase_gotrue.schemas.admin_user import AdminUserAttrs

# The function of `strategies` for each type.
FUNCTIONS: Final[Mapping[type, str]] = MappingProxyType(
    {
        User: "users",
        Identity: "identities",
        Factor: "factors",
        Error: "errors",
        Response: "responses",
        AdminUserAttrs: "admin_user_attrs",
    }
)


def register() -> None:
    """Let `st.from_type` draw from the strategies of this library."""
    for kind, function in FUNCTIONS.items():
        st.register_type_strategy(kind, strategy_of(function))


def strategy_of(function: str) -> Callable[[type], st.SearchStrategy[object]]:
    """Return a function that looks a strategy up when it is first drawn from.

    `strategies` may be half imported now: it imports hypothesis, which calls `register`.
    """

    def look_up(_type: type) -> st.SearchStrategy[object]:
        strategy: st.SearchStrategy[object] = getattr(
            import_module("supabase_gotrue.strategies"), function
        )()
        return strategy

    return look_up
