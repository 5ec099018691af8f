"""Serve the emulator over HTTP: `python -m supabase_gotrue.emulator`."""

import argparse
import signal
import socket
import sqlite3
import sys
from collections.abc import Iterable
from contextlib import closing, suppress
from typing import Any, NoReturn

from werkzeug.exceptions import BadRequest
from werkzeug.serving import WSGIRequestHandler, make_server, select_address_family
from werkzeug.wsgi import get_input_stream

from supabase_gotrue.emulator import DEFAULT_SECRET, Emulator
from supabase_gotrue.request import Request


class RequestHandler(WSGIRequestHandler):
    """Keeps headers with `_` in their names, such as `redirect_to`, which WSGI drops."""

    def make_environ(self) -> Any:
        environ = super().make_environ()
        environ["emulator.headers"] = {k.lower(): v for k, v in self.headers.items()}
        return environ

    def log(self, type: str, message: str, *args: Any) -> None:
        """Log nothing: paths can contain tokens."""


def wsgi_application(emulator: Emulator) -> Any:
    """Wrap an emulator as a WSGI application."""

    def respond(environ: Any, start_response: Any) -> Iterable[bytes]:
        url = "http://emulator" + environ["REQUEST_URI"]
        try:
            body = get_input_stream(environ).read() or None
        except BadRequest as error:  # the connection was closed within the body
            return error(environ, start_response)
        request = Request(environ["REQUEST_METHOD"], url, environ["emulator.headers"], body)
        response = emulator.respond(request)
        length_header = (
            {"content-length": str(len(response.body))} if response.status != 204 else {}
        )
        start_response(f"{response.status} ", [*length_header.items(), *response.headers.items()])
        return [response.body]

    return respond


class ArgumentParser(argparse.ArgumentParser):
    """Reports errors in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def nonempty(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("is empty")
    return text


def build_parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="python -m supabase_gotrue.emulator",
        description="A local GoTrue server for development and tests; do not use it in production.",
        epilog="Serves the routes at / like a bare GoTrue, and at /auth/v1 like a hosted project.",
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default=9999, type=int, help="0 picks a free port")
    parser.add_argument("--jwt-secret", default=DEFAULT_SECRET, type=nonempty, metavar="S")
    parser.add_argument("--database", default=":memory:", metavar="FILE")
    parser.add_argument("--autoconfirm", action=argparse.BooleanOptionalAction, default=False)
    parser.add_argument("--disable-signup", action="store_true")
    parser.add_argument("--site-url", default="http://localhost:3000", metavar="URL")
    parser.add_argument("--allow-redirect", action="append", default=[], metavar="GLOB")
    parser.add_argument("--password-min-length", default=6, type=int, metavar="N")
    parser.add_argument("--email-rate-limit", type=int, metavar="N", help="emails per hour")
    return parser


def listen(host: str, port: int) -> socket.socket:
    return socket.create_server((host, port), family=select_address_family(host, port))


def serve(emulator: Emulator, listener: socket.socket) -> None:
    """Serve until a signal arrives."""
    host, port, *_ = listener.getsockname()
    wsgi, fd = wsgi_application(emulator), listener.fileno()
    with make_server(
        host, port, wsgi, threaded=True, request_handler=RequestHandler, fd=fd
    ) as server:
        server.serve_forever()


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    parser = build_parser()
    arguments = vars(parser.parse_args())
    host, port = arguments.pop("host"), arguments.pop("port")
    arguments["allow_redirect"] = tuple(arguments["allow_redirect"])
    try:
        listener = listen(host, port)
        port = listener.getsockname()[1]
        url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        emulator = Emulator(external_url=url, **arguments)
    except (OSError, OverflowError, sqlite3.Error) as error:
        parser.error(str(error))
    with suppress(KeyboardInterrupt), listener, closing(emulator):
        sys.stdout.write(
            "# for development and tests only\n"
            f"export SUPABASE_URL={url}\n"
            f"export SUPABASE_SERVICE_ROLE_KEY={emulator.key()}\n"
            f"export SUPABASE_ANON_KEY={emulator.key('anon')}\n"
        )
        sys.stdout.flush()
        serve(emulator, listener)


if __name__ == "__main__":
    main()
