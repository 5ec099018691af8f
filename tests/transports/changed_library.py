"""Call servers with an `http.client` in which names are changed, as a later Python may do.

`python -m tests.transports.changed_library NAME_OF_CHANGE LATE OTHERS` prints what became of the
calls as JSON: those to URLs of the list LATE end at their deadline, those to OTHERS never do.
"""

import http.client
import inspect
import json
import sys
from concurrent.futures import ThreadPoolExecutor

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


def main(change: str, late: list[str], others: list[str]) -> None:
    change_http_client(CHANGES[change])
    from returns.pipeline import is_successful

    from supabase_gotrue import Request, RequestsTransport
    from supabase_gotrue.transports import requests_sender  # the first call has its time alone
    from supabase_gotrue.transports.requests_response import RESPONSE_CLASS

    assert requests_sender

    def transport_with(timeout: float) -> RequestsTransport:
        return RequestsTransport(timeout=timeout, max_retries=0, max_response_bytes=2**16)

    def call(url: str, transport: RequestsTransport) -> str:
        result = transport(Request("GET", url, {}))
        if not is_successful(result):
            return result.failure().message
        return result.unwrap().body.decode()

    with ThreadPoolExecutor() as threads:
        hasty, patient = transport_with(0.5), transport_with(60)
        waiting = {url: threads.submit(call, url, hasty) for url in late}
        outcomes = {url: call(url, patient) for url in others}
        outcomes |= {url: ended.result() for url, ended in waiting.items()}
    print(json.dumps({"class": RESPONSE_CLASS.__name__, **outcomes}))


if __name__ == "__main__":
    main(sys.argv[1], *map(json.loads, sys.argv[2:]))
