"""Parameters of `list_users`."""

from collections.abc import Mapping
from typing import Self, TypedDict

from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.redaction import RedactedStruct
from supabase_gotrue.schemas.cast import PositiveInt, Text, parse


class PageParams(TypedDict, total=False):
    """A page of users; `None` and blank strings count as absent."""

    page: int | None
    """Starts at 1, the default."""
    per_page: int | None
    """At least 1; the server's default is 50."""
    filter: str | None
    """Matches a part of the address (LIKE: case-sensitive, with the wildcards `%` and `_`)
    or of the full name (ILIKE)."""
    sort: str | None
    """`"created_at asc"` or `"created_at desc"`, the default."""


class PaginationParams(RedactedStruct, frozen=True, kw_only=True):
    """Checked parameters of a page, as `PaginationParams` of the Elixir library."""

    page: PositiveInt | None = None
    per_page: PositiveInt | None = None
    filter: Text | None = None
    sort: Text | None = None

    @classmethod
    def parse(cls, params: Mapping[str, object] | Self) -> Result[Self, Error]:
        """Check the parameters of a page. Nothing is sent.

        Args:
            params: Any Mapping; strings are cast.

        Returns:
            The parameters, or an Error with code `validation` that names each invalid field.

        >>> PaginationParams.parse({"page": "3", "per_page": 0})
        <Failure: per_page is invalid (validation)>
        """
        return parse(cls, params, "params")

    def to_query(self) -> dict[str, object]:
        """Return the query; without `page`, GoTrue may answer with a cursor instead."""
        return {
            "page": self.page or 1,
            "per_page": self.per_page,
            "filter": self.filter,
            "sort": self.sort,
        }
