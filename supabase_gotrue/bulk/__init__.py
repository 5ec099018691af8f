"""Functions for many users: streaming, concurrent calls, import, export, deletion."""

from supabase_gotrue.bulk.concurrency import map_concurrent

__all__ = ["map_concurrent"]
