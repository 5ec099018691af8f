"""`Pagination`, the position of a page in a list."""

from supabase_gotrue.models.base import ServerStruct


class Pagination(ServerStruct, frozen=True):
    """The position of a page; a field is `None` if the server did not send it.

    Args:
        next_page: The number of the next page; `None` on the last page.
        last_page: The number of the last page; 0 if nothing matches.
        total: How many entries match.
    """

    next_page: int | None = None
    last_page: int | None = None
    total: int | None = None
