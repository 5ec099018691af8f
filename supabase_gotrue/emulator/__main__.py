"""The emulator over a socket: `python -m supabase_gotrue.emulator`.

What may live here: the command line, and HTTP by werkzeug around an `Emulator`.
"""

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


class Handler(WSGIRequestHandler):
    """Keeps the header `redirect_to`, which WSGI servers drop for its `_`."""

    def make_environ(self) -> Any:
        environ = super().make_environ()
        environ["emulator.headers"] = {k.lower(): v for k, v in self.headers.items()}
        return environ

    def log(self, type: str, message: str, *args: Any) -> None:
        """Requests hold tokens in their paths: nothing is logged."""


def application(emulator: Emulator) -> Any:
    """The emulator as WSGI."""

    def answer(environ: Any, start_response: Any) -> Iterable[bytes]:
        url = "http://emulator" + environ["REQUEST_URI"]
        try:
            body = get_input_stream(environ).read() or None
        except BadRequest as broken:  # whoever asked has gone in the middle
            return broken(environ, start_response)
        request = Request(environ["REQUEST_METHOD"], url, environ["emulator.headers"], body)
        said = emulator.answer(request)
        length = {"content-length": str(len(said.body))} if said.status != 204 else {}
        start_response(f"{said.status} ", [*length.items(), *said.headers.items()])
        return [said.body]

    return answer


class Options(argparse.ArgumentParser):
    """The command line; what is wrong with it is one line and exit status 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def secret(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("is empty")
    return text


def options() -> Options:
    parser = Options(
        prog="python -m supabase_gotrue.emulator",
        description="A local GoTrue for development and tests, and for nothing else.",
        epilog="It answers at / as a bare GoTrue and at /auth/v1 as a hosted project.",
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default=9999, type=int, help="0 picks one")
    parser.add_argument("--jwt-secret", default=DEFAULT_SECRET, type=secret, metavar="S")
    parser.add_argument("--database", default=":memory:", metavar="FILE")
    parser.add_argument("--autoconfirm", action=argparse.BooleanOptionalAction, default=False)
    parser.add_argument("--disable-signup", action="store_true")
    parser.add_argument("--site-url", default="http://localhost:3000", metavar="URL")
    parser.add_argument("--allow-redirect", action="append", default=[], metavar="GLOB")
    parser.add_argument("--password-min-length", default=6, type=int, metavar="N")
    parser.add_argument("--email-rate-limit", type=int, metavar="N", help="mails in an hour")
    return parser


def listen(host: str, port: int) -> socket.socket:
    return socket.create_server((host, port), family=select_address_family(host, port))


def serve(emulator: Emulator, listener: socket.socket) -> None:
    """Answer until a signal comes."""
    host, port, *_ = listener.getsockname()
    wsgi, fd = application(emulator), listener.fileno()
    with make_server(host, port, wsgi, threaded=True, request_handler=Handler, fd=fd) as server:
        server.serve_forever()


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    parser = options()
    told = vars(parser.parse_args())
    host, port, allowed = told.pop("host"), told.pop("port"), tuple(told.pop("allow_redirect"))
    try:
        listener = listen(host, port)
        port = listener.getsockname()[1]
        url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        emulator = Emulator(external_url=url, allow_redirect=allowed, **told)
    except (OSError, OverflowError, sqlite3.Error) as fault:
        parser.error(str(fault))
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
