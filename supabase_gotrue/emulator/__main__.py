"""Serve the emulator over HTTP: `python -m supabase_gotrue.emulator`."""

import argparse
import inspect
import re
import signal
import socket
import sqlite3
import sys
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from ipaddress import ip_address
from typing import Any, NoReturn

import msgspec

from supabase_gotrue.emulator import Emulator, Settings
from supabase_gotrue.emulator.extra import missing_extra
from supabase_gotrue.json_types import is_array
from supabase_gotrue.request import Request

try:
    from werkzeug.exceptions import BadRequest
    from werkzeug.serving import WSGIRequestHandler, make_server, select_address_family
    from werkzeug.wsgi import get_input_stream
except ModuleNotFoundError as _error:
    raise missing_extra(_error) from _error

METAVARS: Mapping[str, str] = {"allow_redirect": "GLOB", "cors_allowed_headers": "NAME"}


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


def freeze(value: object) -> Any:
    """Return a tuple for a list: `Settings` has no lists."""
    return tuple(value) if is_array(value) else value


def build_parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="python -m supabase_gotrue.emulator",
        description="A local GoTrue server for development and tests; do not use it in production.",
        epilog="Serves the routes at / like a bare GoTrue, and at /auth/v1 like a hosted project.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="The address to listen on.")
    parser.add_argument("--port", default=9999, type=int, help="0 picks a free port.")
    parser.add_argument(
        "--database", default=":memory:", metavar="FILE", help="Keeps users; default: in memory."
    )
    group = parser.add_argument_group("settings")
    helps = setting_helps()
    for field in msgspec.structs.fields(Settings):
        add_setting(group, field, helps.get(field.name, ""))
    return parser


def setting_helps() -> dict[str, str]:
    """Return the description of each setting, from the docstring of `Settings`."""
    text = inspect.getdoc(Settings) or ""
    entries = re.findall(r"^    (\w+): (.+(?:\n        .+)*)", text, re.MULTILINE)
    return {name: " ".join(words.split()).replace("`", "") for name, words in entries}


def add_setting(group: Any, field: msgspec.structs.FieldInfo, description: str) -> None:
    """Add the switch of a setting; without it the default of `Settings` applies."""
    flag, default = f"--{field.name.replace('_', '-')}", argparse.SUPPRESS
    metavar = METAVARS.get(field.name)
    if field.type is bool:
        action = argparse.BooleanOptionalAction
        group.add_argument(flag, action=action, default=default, help=description)
    elif field.type == tuple[str, ...]:
        metavar = metavar or "TEXT"
        description = f"{description} Can be repeated."
        group.add_argument(
            flag, action="append", default=default, metavar=metavar, help=description
        )
    elif field.type in (int, int | None):
        group.add_argument(flag, type=int, default=default, metavar="N", help=description)
    else:
        kind = nonempty if field.name == "jwt_secret" else str
        group.add_argument(flag, type=kind, default=default, metavar="TEXT", help=description)


def listen(host: str, port: int) -> socket.socket:
    return socket.create_server((host, port), family=select_address_family(host, port))


def url_of(host: str, listener: socket.socket) -> str:
    """Return the URL at which this machine reaches a listening socket."""
    address, port, *_ = listener.getsockname()
    if ip_address(address).is_unspecified:
        host = "::1" if ":" in address else "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


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
    settings = {name: freeze(value) for name, value in arguments.items()}
    try:
        listener = listen(host, port)
        url = url_of(host, listener)
        settings.setdefault("external_url", url)
        emulator = Emulator(**settings)
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
