"""Functions for many users, for asyncio: streaming and concurrent calls."""

from supabase_gotrue.aio.bulk.concurrency import map_concurrent
from supabase_gotrue.aio.bulk.streaming import AsyncUserStream, stream_users

__all__ = ["AsyncUserStream", "map_concurrent", "stream_users"]
