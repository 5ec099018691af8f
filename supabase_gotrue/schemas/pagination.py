"""Parameters of `list_users`."""

from typing_extensions import TypedDict

from supabase_gotrue.schemas.cast import PositiveInt, Text
from supabase_gotrue.schemas.params import ListParams


class PaginationOptions(TypedDict, total=False):
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


class PaginationParams(ListParams, frozen=True, kw_only=True):
    """Checked parameters of a page, as `PaginationParams` of the Elixir library.

    >>> PaginationParams.parse({"page": "3", "per_page": 0})
    <Failure: per_page is invalid (validation)>
    """

    page: PositiveInt | None = None
    per_page: PositiveInt | None = None
    filter: Text | None = None
    sort: Text | None = None

    def to_query(self) -> dict[str, object]:
        """Return the query; without `page`, GoTrue may answer with a cursor instead."""
        return {**super().to_query(), "page": self.page or 1}
