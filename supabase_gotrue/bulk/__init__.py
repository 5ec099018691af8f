"""Functions for many users: streaming, concurrent calls, import, export, deletion."""

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
