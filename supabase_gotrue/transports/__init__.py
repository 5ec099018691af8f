"""Transports: each sends a `Request` and returns a `Result` of a `Response`."""

from supabase_gotrue.transports.requests_transport import RequestsTransport

__all__ = ["RequestsTransport"]
