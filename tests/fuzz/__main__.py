"""Random arguments and answers until the time is up: `python -m tests.fuzz [SECONDS] [SEED]`.

Contents: the loop and what must hold of each call. Guided by coverage: a case
that goes from one line to another as none did before is kept, and changed in its turn.
"""

import json
import os
import pickle
import socket
import sys
import time
import zlib
from collections.abc import Callable
from itertools import count
from random import Random
from types import CodeType, FrameType
from typing import Any, NamedTuple

import supabase_gotrue
from supabase_gotrue import Request, admin, init_client, with_options
from tests.calls import ADMIN, EXCHANGES, TOKEN, Call
from tests.canned import KEY, Canned
from tests.fuzz import mutate
from tests.promises.test_total import OPTIONS, PARSERS, VALID, check_result
from tests.transports.wire import KEY as WIRE_KEY
from tests.transports.wire import Server, http_response, receive_request, serve

PACKAGE = os.path.dirname(supabase_gotrue.__file__)
PASSWORD = 'pass "word" of ada/ü'
CALLS_MADE = count()
SECRETS = [KEY, PASSWORD, TOKEN]
USER = {"email": "ada@example.com", "password": PASSWORD, "user_metadata": {"a": [1, None]}}
CHANGED: dict[str, dict[str, Any]] = {
    "create_user": {"attrs": USER},
    "update_user_by_id": {"attrs": USER},
    "generate_link": {"attrs": {"type": "signup", **USER, "redirect_to": "https://a.b/c"}},
}


class Case(NamedTuple):
    """One call and its answer."""

    call: Call
    arguments: dict[str, Any]
    status: int
    headers: dict[str, str]
    body: bytes

    def changed(self, random: Random) -> "Case":
        match random.randrange(5):
            case 0:
                name = random.choice(list(self.arguments))
                new = mutate.value(random, self.arguments[name])
                return self._replace(arguments={**self.arguments, name: new})
            case 1:
                return self._replace(headers=mutate.headers(random, self.headers))
            case 2:
                statuses = (200, 204, 302, 400, 401, 404, 422, 429, 503, random.randrange(999))
                return self._replace(status=random.choice(statuses))
            case _:
                return self._replace(body=mutate.body(random, self.body, SECRETS)[:200_000])

    def run(self) -> None:
        canned = Canned(self.status, self.body, self.headers)
        result = self.call(canned.client(), **self.arguments)
        checked(result, [secret for request in canned.sent for secret in carried(request)])


def carried(request: Request) -> list[str]:
    """What an answer to it may not echo."""
    sent: dict[str, Any] = json.loads(request.body) if request.body else {}
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    return [secret for secret in SECRETS if secret in (KEY, token, sent.get("password"))]


def checked(result: object, secrets: list[str] = SECRETS) -> None:
    """A Result, and an Error that shows no secret."""
    next(CALLS_MADE)
    outcome = check_result(result)
    error = outcome.swap().value_or(None)
    if error is not None:
        shown = f"{error!r}{error}{error.metadata}{pickle.dumps(error)!r}"
        assert not [secret for secret in secrets if secret in shown], shown


def seeds() -> list[Case]:
    answers = [json.loads(path.read_text())["response"] for path in EXCHANGES.glob("*/*.json")]
    return [
        Case(
            call,
            {**call.arguments, **CHANGED.get(call.name.removeprefix("admin."), {})},
            answer["status"],
            answer["headers"],
            answer["body"].encode(),
        )
        for call in ADMIN
        for answer in answers
    ]


class Lines:
    """Which line followed which, in the package alone."""

    def __init__(self) -> None:
        self.seen: set[tuple[CodeType, int, int]] = set()

    def __call__(self, frame: FrameType, _event: str, _arg: object) -> Callable[..., Any] | None:
        code, before = frame.f_code, 0
        if not code.co_filename.startswith(PACKAGE):
            return None

        def line(frame: FrameType, event: str, _arg: object) -> Callable[..., Any]:
            nonlocal before
            if event == "line":
                self.seen.add((code, before, frame.f_lineno))
                before = frame.f_lineno
            return line

        return line


def traced(lines: Lines, work: Callable[[], object]) -> bool:
    """Whether it went a new way."""
    known = len(lines.seen)
    sys.settrace(lines)
    try:
        work()
    finally:
        sys.settrace(None)
    return len(lines.seen) > known


def payloads(random: Random, body: bytes) -> None:
    for given in (body, mutate.value(random, USER)):
        for parse in PARSERS.values():
            checked(parse(given), [])


def options(random: Random) -> None:
    named: Any = mutate.value(random, {**VALID, "headers": {"x-a": "b"}, "timeout": 1})
    if mutate.is_dict(named) and set(OPTIONS).issuperset(named):
        checked(init_client(**{**VALID, **named}))
        checked(with_options(init_client(**VALID).unwrap(), **named))


def over_a_socket(random: Random, server: Server, case: Case) -> None:
    """The bytes of an answer, changed anywhere; the deadline holds."""
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(case.body), case.body)
    raw = random.choice(
        (
            http_response(case.body, "200 OK", "Content-Type: application/json"),
            http_response(zlib.compress(case.body), "404 Not Found", "Content-Encoding: deflate"),
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks,
            b"HTTP/1.1 100 Continue\r\n\r\n" + http_response(case.body, "500 X", "Retry-After: 1"),
        )
    )
    for _ in range(random.randrange(4)):
        raw = mutate.body(random, raw, [WIRE_KEY])
    server.response = raw
    start = time.monotonic()
    client = init_client(server.url, WIRE_KEY, auth_url=server.url, timeout=2, max_retries=0)
    checked(admin.get_user_by_id(client.unwrap(), "1"), [WIRE_KEY])
    assert time.monotonic() - start < 2.3, raw


def send_response_bytes(conn: socket.socket, server: Server) -> None:
    receive_request(conn, server)
    conn.sendall(server.response)


def fuzz(server: Server, seconds: int, seed: int) -> None:
    random, lines, corpus = Random(seed), Lines(), seeds()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        case = random.choice(corpus if random.random() < 0.5 else corpus[-100:])
        for _ in range(random.randrange(1, 4)):
            case = case.changed(random)
        try:
            # Tracing takes five times as long as a call.
            if random.random() < 0.9:
                case.run()
            elif traced(lines, case.run):
                corpus.append(case)
            if random.random() < 0.05:
                payloads(random, case.body)
                options(random)
                over_a_socket(random, server, case)
                server.requests.clear()
        except Exception:
            print(f"seed {seed}: {case.call.name} {case.status} {case.headers}")
            print(f"{case.body[:2000]!r}")
            raise
    print(f"{next(CALLS_MADE)} calls, {len(corpus)} cases, {len(lines.seen)} ways; seed {seed}")


def main(seconds: int = 600, seed: int = 1) -> None:
    with serve(send_response_bytes) as server:
        fuzz(server, seconds, seed)


if __name__ == "__main__":
    main(*(int(given) for given in sys.argv[1:]))
