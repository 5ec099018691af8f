"""Functions for many users: streaming, concurrent calls, import, export, deletion."""

from supabase_gotrue.bulk.concurrency import map_concurrent
from supabase_gotrue.bulk.streaming import UserStream, stream_users

__all__ = ["UserStream", "map_concurrent", "stream_users"]
