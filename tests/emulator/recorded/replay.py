"""Runs a script against emulators, and normalizes what they return."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from supabase_gotrue import Request
from supabase_gotrue.emulator import Emulator
from tests.emulator.recorded.compare import decode, normalize
from tests.emulator.recorded.script import Script, Send


def sender(emulators: Mapping[str, Emulator]) -> Send:
    """Return the function by which a script sends its requests to emulators."""

    def send(
        on: str, method: str, path: str, headers: Mapping[str, str], body: Any
    ) -> tuple[int, dict[str, str], Any]:
        is_raw = isinstance(body, (bytes, type(None)))
        data = body if is_raw else json.dumps(body).encode()
        url = f"http://localhost{path}"
        response = emulators[on].respond(Request(method, url, dict(headers), data))
        return response.status, dict(response.headers), decode(response.body)

    return send


def normalized(script: Script) -> dict[str, dict[str, Any]]:
    """Run a script and return its responses by case, without what differs between runs."""
    responses: dict[str, dict[str, Any]] = {}
    for entry in script.run():
        headers, body = normalize(entry["headers"], entry["body"], script.tag)
        responses[entry["case"]] = {**entry, "headers": headers, "body": body}
    return responses


def mail_reader(emulators: Mapping[str, Emulator]) -> Callable[[str], str]:
    """Return the function by which a script reads the token hash of an email."""

    def read_mail(to: str) -> str:
        sent = [mail for emulator in emulators.values() for mail in emulator.outbox]
        received = [mail for mail in sent if mail.to == to]
        return max(received, key=lambda mail: mail.sent_at).token_hash

    return read_mail
