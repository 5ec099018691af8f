"""Call servers with an `http.client` in which names are changed, as a later Python may do.

`python -m tests.transports.changed_library NAME_OF_CHANGE URL...` prints what became of the
calls as JSON.
"""

import http.client
import inspect
import json
import sys

CHANGES = {
    "nothing": {},
    "response_class is ignored": {"self.response_class(": "HTTPResponse("},
    "chunk sizes are read elsewhere": {"_read_next_chunk_size": "_next_chunk_size"},
    "all private names are others": {
        "_read_status": "_read_status_line",
        "_check_close": "_will_close",
        "_read_next_chunk_size": "_next_chunk_size",
    },
}


def change_http_client(replacements: dict[str, str]) -> None:
    source = inspect.getsource(http.client)
    for old, new in replacements.items():
        assert old in source, old
        source = source.replace(old, new)
    exec(compile(source, http.client.__file__, "exec"), http.client.__dict__)


def main(change: str, *urls: str) -> None:
    change_http_client(CHANGES[change])
    from supabase_gotrue import Request, RequestsTransport
    from supabase_gotrue.transports import requests_sender  # the first call has its time alone
    from supabase_gotrue.transports.requests_response import RESPONSE_CLASS

    assert requests_sender
    transport = RequestsTransport(timeout=1.0, max_retries=0, max_response_bytes=2**16)
    outcomes: dict[str, object] = {"class": RESPONSE_CLASS.__name__}
    for url in urls:
        result = transport(Request("GET", url, {}))
        outcomes[url] = result.map(lambda response: response.body.decode()).value_or(
            result.swap().map(lambda error: error.message).value_or("")
        )
    print(json.dumps(outcomes))


if __name__ == "__main__":
    main(*sys.argv[1:])
