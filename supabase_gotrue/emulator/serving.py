"""The emulator over HTTP: a WSGI application, and the server that runs it."""

import socket
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from ipaddress import ip_address
from threading import Thread
from typing import Any, Final

from returns.result import Result, Success
from werkzeug.exceptions import BadRequest
from werkzeug.serving import (
    BaseWSGIServer,
    WSGIRequestHandler,
    make_server,
    select_address_family,
)
from werkzeug.wsgi import get_input_stream

from supabase_gotrue.emulator.emulator import Emulator
from supabase_gotrue.emulator.page import page_response
from supabase_gotrue.error import Error
from supabase_gotrue.request import Request
from supabase_gotrue.response import Response

# The end of `running` takes as long: werkzeug looks every half second otherwise.
POLL_SECONDS: Final = 0.02


class RequestHandler(WSGIRequestHandler):
    """Keeps what WSGI drops: headers with `_` in their names, and slashes of the path."""

    def make_environ(self) -> Any:
        environ = super().make_environ()
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            headers.setdefault(name.lower(), value)
        environ["emulator.headers"] = headers
        # Go does not look for a fragment in the target of a request.
        environ["emulator.target"] = self.requestline.split()[1].replace("#", "%23")
        return environ

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        """Close the connection, also if it is the application that drops it."""
        self.close_connection = True

    def log(self, type: str, message: str, *args: Any) -> None:
        """Log nothing: paths can contain tokens."""


def wsgi_application(emulator: Emulator) -> Any:
    """Wrap an emulator as a WSGI application."""

    def respond(environ: Any, start_response: Any) -> Iterable[bytes]:
        target = environ["emulator.target"]
        url = f"http://emulator{target}" if target.startswith("/") else target
        try:
            body = get_input_stream(environ).read() or None
        except BadRequest as error:  # the connection closed within the body
            return error(environ, start_response)
        request = Request(environ["REQUEST_METHOD"], url, environ["emulator.headers"], body)
        outcome = _respond(emulator, request)
        if not isinstance(outcome, Success):
            # The server closes the connection without a response.
            raise ConnectionError("the response is lost")
        response = outcome.unwrap()
        length_header = (
            {"content-length": str(len(response.body))} if response.status != 204 else {}
        )
        start_response(f"{response.status} ", [*length_header.items(), *response.headers.items()])
        return [response.body]

    return respond


def _respond(emulator: Emulator, request: Request) -> Result[Response, Error]:
    page = page_response(emulator, request)
    return emulator(request) if page is None else Success(page)


def listen(host: str, port: int) -> socket.socket:
    return socket.create_server((host, port), family=select_address_family(host, port))


def url_of(host: str, listener: socket.socket) -> str:
    """Return the URL at which this machine reaches a listening socket."""
    address, port, *_ = listener.getsockname()
    if ip_address(address).is_unspecified:
        host = "::1" if ":" in address else "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def running(emulator: Emulator) -> Generator[str]:
    """Serve in a thread within the block; the value is the URL."""
    host = "127.0.0.1"
    with listen(host, 0) as listener, server_for(emulator, listener) as server:
        thread = Thread(target=server.serve_forever, args=(POLL_SECONDS,))
        thread.start()
        try:
            yield url_of(host, listener)
        finally:
            server.shutdown()
            thread.join()


def server_for(emulator: Emulator, listener: socket.socket) -> BaseWSGIServer:
    """Return a server that serves an emulator at a listening socket."""
    host, port, *_ = listener.getsockname()
    return make_server(
        host,
        port,
        wsgi_application(emulator),
        threaded=True,
        request_handler=RequestHandler,
        fd=listener.fileno(),
    )
