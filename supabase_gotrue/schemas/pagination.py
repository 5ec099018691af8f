"""What `list_users` takes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypedDict

from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.redaction import Masked
from supabase_gotrue.schemas.cast import Cast, nothing_more, parse, positive, text


class PageParams(TypedDict, total=False):
    """Which page of users; `None` and blank strings count as absent."""

    page: int | None
    """From 1, the default."""
    per_page: int | None
    """From 1; the server's default is 50."""
    filter: str | None
    """LIKE on the address (case-sensitive, `%` and `_` are wildcards), or ILIKE on the
    full name."""
    sort: str | None
    """`"created_at asc"` or `"created_at desc"`, the default."""


CASTS: Final[Mapping[str, Cast]] = MappingProxyType(
    {"page": positive, "per_page": positive, "filter": text, "sort": text}
)


class PaginationParams(Masked, frozen=True, kw_only=True):
    """Checked parameters of a page, the original's `PaginationParams`."""

    page: int | None = None
    per_page: int | None = None
    filter: str | None = None
    sort: str | None = None

    @classmethod
    def parse(
        cls, params: "Mapping[str, object] | PaginationParams"
    ) -> Result["PaginationParams", Error]:
        """Check the parameters of a page; nothing is sent.

        Args:
            params: any Mapping; strings are cast.

        Returns:
            The parameters, or an Error with code `validation` and each wrong field.

        >>> PaginationParams.parse({"page": "3", "per_page": 0})
        <Failure: per_page is invalid (validation)>
        """
        return parse(cls, params, CASTS, nothing_more, "params")
