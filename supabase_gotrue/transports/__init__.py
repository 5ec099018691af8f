"""The ways to do HTTP: each takes a `Request` and gives a `Result` of a `Response`.

What may live here: small files, each a part of one way. Nothing here knows a route, a
payload or a client.
"""

from supabase_gotrue.transports.requests import RequestsTransport, TransportOptions

__all__ = ["RequestsTransport", "TransportOptions"]
