"""Records what a real server responds, for tests/samples/exchanges.

    GOTRUE_URL=http://127.0.0.1:9999 GOTRUE_JWT_SECRET=... \\
        python -m tests.record passkeys/list GET '/admin/users/{user_id}/passkeys'

The request may name a user who is created for it and deleted afterwards: `{user_id}`, `{email}`,
`{identity_id}`. `--prepare` sends a request first, for example to create what the next one reads,
and `{prepared_id}` is the `id` of its response, or of the first item of a list. Record test data
only: responses are kept as they are, except that tokens of requests are replaced by what they are.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast
from uuid import uuid4

import jwt
import requests
from returns.result import Success

from supabase_gotrue import Client, admin, init_client
from supabase_gotrue.json_types import is_array
from supabase_gotrue.request import API_VERSION
from tests.calls import EXCHANGES

TOKENS: Final = ("service_role", "anon", "session", "none")
KEPT_HEADERS: Final = (
    "content-length",
    "content-type",
    "link",
    "location",
    "retry-after",
    "www-authenticate",
    "x-sb-error-code",
    "x-supabase-api-version",
    "x-total-count",
)
PASSWORD: Final = "Correct-horse-1"


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.record",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("case", help="the file to write, as FOLDER/NAME")
    parser.add_argument("method", help="GET, POST, PUT or DELETE")
    parser.add_argument("path", help="below GOTRUE_URL, with the query")
    parser.add_argument("body", nargs="?", help="JSON")
    parser.add_argument("--token", choices=TOKENS, default="service_role")
    parser.add_argument("--prepare", nargs="+", metavar=("METHOD", "PATH"), help="and a body")
    parser.add_argument("--server", default="auto", help="how the server is configured")
    parser.add_argument("--without-version", action="store_true", help="as old clients ask")
    parser.add_argument("--replace", action="store_true", help="an exchange that is there")
    parser.add_argument("--folder", type=Path, default=EXCHANGES, help=argparse.SUPPRESS)
    return parser.parse_args(given)


def sign(role: str, secret: str) -> str:
    now = int(time.time())
    return jwt.encode({"role": role, "iat": now - 10, "exp": now + 600}, secret, algorithm="HS256")


def token_of(name: str, url: str, secret: str, email: str) -> str | None:
    """Return the token that authorizes the request."""
    if name == "none":
        return None
    if name != "session":
        return sign(name, secret)
    body = {"email": email, "password": PASSWORD}
    signed_in = requests.post(f"{url}/token?grant_type=password", json=body, timeout=30)
    return str(signed_in.json()["access_token"])


def send(
    url: str, method: str, path: str, body: str | None, headers: Mapping[str, str]
) -> requests.Response:
    content = {} if body is None else {"content-type": "application/json"}
    data = None if body is None else body.encode()
    return requests.request(
        method,
        url + path,
        data=data,
        headers={**headers, **content},
        timeout=30,
        allow_redirects=False,
    )


def exchange(
    given: argparse.Namespace, path: str, body: str | None, response: requests.Response
) -> dict[str, Any]:
    """Return an exchange as the samples describe it."""
    sent = {name.lower(): str(value) for name, value in response.request.headers.items()}
    shown = ("accept", "authorization", "x-supabase-api-version", "content-type")
    headers = {name: sent[name] for name in shown if name in sent}
    if "authorization" in headers:
        headers["authorization"] = f"Bearer <{given.token}>"
    received = {name.lower(): value for name, value in response.headers.items()}
    return {
        "case": given.case,
        "server": given.server,
        "request": {
            "method": given.method,
            "path": path,
            "headers": headers,
            "body": None if body is None else json.loads(body),
        },
        "response": {
            "status": response.status_code,
            "headers": {name: received[name] for name in KEPT_HEADERS if name in received},
            "body": response.text,
        },
    }


def first_id(prepared: object) -> str:
    """Return the `id` of an object, or of the first one of a list."""
    listed = prepared if is_array(prepared) else [prepared]
    items = cast("list[dict[str, Any]]", listed)
    return str(items[0].get("id") if items else None)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replace placeholders; other braces are JSON."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def record(given: argparse.Namespace, client: Client, url: str, secret: str) -> dict[str, Any]:
    """Send the request of the arguments, with a user of its own, and return the exchange."""
    email = f"recorded-{uuid4().hex[:8]}@example.com"
    attrs: Any = {"email": email, "password": PASSWORD, "email_confirm": True}
    user = admin.create_user(client, attrs).unwrap()
    identity_id = next(each.identity_id for each in user.identities or ())
    values = {"user_id": user.id, "email": email, "identity_id": str(identity_id)}
    version = {} if given.without_version else {"x-supabase-api-version": API_VERSION}
    try:
        token = token_of(given.token, url, secret, email)
        bearer = {} if token is None else {"authorization": f"Bearer {token}"}
        headers = {"accept": "application/json", **bearer, **version}
        if given.prepare:
            method, path, *body = (fill(text, values) for text in given.prepare)
            prepared = send(url, method, path, body[0] if body else None, headers)
            values["prepared_id"] = first_id(prepared.json())
        path = fill(given.path, values)
        body_text = None if given.body is None else fill(given.body, values)
        return exchange(given, path, body_text, send(url, given.method, path, body_text, headers))
    finally:
        admin.delete_user(client, user.id)


def main(given: Sequence[str] | None = None) -> int:
    parsed = arguments(given)
    file = parsed.folder / f"{parsed.case}.json"
    if file.exists() and not parsed.replace:
        print(f"{file} is there: --replace records it again", file=sys.stderr)
        return 1
    try:
        url, secret = (os.environ[name] for name in ("GOTRUE_URL", "GOTRUE_JWT_SECRET"))
    except KeyError as missing:
        print(f"{missing.args[0]} is not set", file=sys.stderr)
        return 2
    match init_client(url, sign("service_role", secret), auth_url=url):
        case Success(client):
            recorded = record(parsed, client, url.rstrip("/"), secret)
        case invalid:
            print(invalid.failure(), file=sys.stderr)
            return 2
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(recorded, indent=1, ensure_ascii=False))
    print(f"{recorded['response']['status']} {file}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
