"""Options of a client and of the default transports."""

import msgspec


class TransportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Options of the default transports, with their defaults.

    Args:
        timeout: Seconds for a whole call, retries and the pauses between them included.
        max_retries: Maximum number of retries. Only requests that are safe to repeat are
            retried.
        max_response_bytes: Maximum size of a decoded response body.
        pool_size: Maximum number of connections; further calls wait for a free one.
        verify: `True`, `False` (certificates are not verified), or the path of a file or
            directory of certificate authorities.
    """

    timeout: float = 10.0
    max_retries: int = 2
    max_response_bytes: int = 64 * 2**20
    pool_size: int = 10
    verify: bool | str = True
