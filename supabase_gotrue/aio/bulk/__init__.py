"""Functions for many users, for asyncio: streaming, concurrent calls, import, export, deletion."""

from supabase_gotrue.aio.bulk.concurrency import map_concurrent
from supabase_gotrue.aio.bulk.deleting import delete_users
from supabase_gotrue.aio.bulk.exporting import export_users
from supabase_gotrue.aio.bulk.importing import import_users
from supabase_gotrue.aio.bulk.streaming import AsyncUserStream, stream_users

__all__ = [
    "AsyncUserStream",
    "delete_users",
    "export_users",
    "import_users",
    "map_concurrent",
    "stream_users",
]
