"""Transports: each sends a `Request` and returns a `Result` of a `Response`."""

from supabase_gotrue.transports.default import RequestsTransport

__all__ = ["RequestsTransport"]
