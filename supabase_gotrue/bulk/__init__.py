"""Functions for many users: streaming, concurrent calls, import, export, deletion."""

from typing import TYPE_CHECKING

from supabase_gotrue._lazy import lazy

if TYPE_CHECKING:
    from supabase_gotrue.bulk import readers
    from supabase_gotrue.bulk.concurrency import map_concurrent
    from supabase_gotrue.bulk.deleting import delete_users
    from supabase_gotrue.bulk.exporting import export_users
    from supabase_gotrue.bulk.import_planner import ImportedRow
    from supabase_gotrue.bulk.importing import import_users
    from supabase_gotrue.bulk.streaming import UserStream, stream_users
    from supabase_gotrue.bulk.tables import users_table

__all__ = [
    "ImportedRow",
    "UserStream",
    "delete_users",
    "export_users",
    "import_users",
    "map_concurrent",
    "readers",
    "stream_users",
    "users_table",
]

# Where the names are defined. Each module is imported when one of its names is first used: what
# reads the users of other systems is slow to import, and only an import needs it.
_MODULE_OF = {
    "ImportedRow": "import_planner",
    "UserStream": "streaming",
    "delete_users": "deleting",
    "export_users": "exporting",
    "import_users": "importing",
    "map_concurrent": "concurrency",
    "stream_users": "streaming",
    "users_table": "tables",
}

if not TYPE_CHECKING:  # which would accept any name
    __getattr__ = lazy(__name__, ("readers",), _MODULE_OF)

    def __dir__() -> list[str]:
        return [*globals(), *__all__]
