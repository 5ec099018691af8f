"""Parameters of `list_audit_logs`."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar, Final

from typing_extensions import TypedDict

from supabase_gotrue.schemas.cast import INVALID_VALUE, PositiveInt, cast_str
from supabase_gotrue.schemas.params import ListParams, Rules

# The server answers any other scope with 400:
# https://github.com/supabase/auth/blob/master/internal/api/audit.go
_QUERY: Final = r"(?s:(?:author|action|type):.*)"
HINTS: Final[Mapping[str, str]] = MappingProxyType(
    {"query": "author:TEXT, action:TEXT or type:TEXT"}
)


def _cast_query(value: object) -> object:
    text = cast_str(value)
    return text if isinstance(text, str) and re.fullmatch(_QUERY, text) else INVALID_VALUE


class AuditLogOptions(TypedDict, total=False):
    """A page of the audit log; `None` and blank strings count as absent."""

    page: int | None
    """Starts at 1, the default."""
    per_page: int | None
    """At least 1; the server's default is 50."""
    query: str | None
    """One scope and the text to look for, in any case, with the wildcards `%` and `_`.
    `"author:TEXT"` searches the names of actors, `"action:TEXT"` the action, `"type:TEXT"` the
    kind of the action."""


class AuditLogParams(ListParams, frozen=True, kw_only=True):
    """Checked parameters of a page of the audit log.

    >>> AuditLogParams.parse({"query": "login"})
    <Failure: query is invalid (author:TEXT, action:TEXT or type:TEXT) (validation)>
    """

    rules: ClassVar[Rules] = Rules("params", hints=HINTS)

    page: PositiveInt | None = None
    per_page: PositiveInt | None = None
    query: Annotated[str, _cast_query] | None = None

    def to_query(self) -> dict[str, object]:
        """Return the query of the request."""
        return {**super().to_query(), "page": self.page or 1}
