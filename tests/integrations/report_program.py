"""A program that reports values of the library, whose output the tests search for secrets.

`python -m tests.integrations.report_program SCENARIO URL` prints what Sentry would send and
what was logged.
"""

import logging
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import requests
import sentry_sdk
import structlog
from pythonjsonlogger.json import JsonFormatter
from requests.adapters import HTTPAdapter
from returns.result import Result
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport as SentryTransport

from supabase_gotrue import (
    Client,
    Error,
    LinkProperties,
    Request,
    RequestsTransport,
    Response,
    Session,
    User,
    admin,
    init_client,
)

KEY = "sb_secret_key-of-the-reports"
PASSWORD = "pass-word-of-ada"
TOKEN = "head.body.token-of-ada"
OTP = "842915"
HASHED_TOKEN = "hashed-token-of-ada"
SECRETS = (KEY, PASSWORD, TOKEN, OTP, HASHED_TOKEN)
USER = {"id": "1", "aud": "authenticated", "created_at": "2026-08-20T10:00:00Z"}
LINK = {
    **USER,
    "action_link": f"https://project.example/auth/v1/verify?token={HASHED_TOKEN}&type=recovery",
    "email_otp": OTP,
    "hashed_token": HASHED_TOKEN,
    "redirect_to": "https://project.example",
    "verification_type": "recovery",
}
SESSION = {"access_token": TOKEN, "refresh_token": TOKEN, "token_type": "bearer", "user": USER}
DONE = "the report is complete"


class Values(NamedTuple):
    """What user code holds of the library."""

    client: Client
    link: LinkProperties
    session: Session
    request: Request
    result: Result[User, Error]
    error: Error


class PrintingTransport(SentryTransport):
    """Prints events instead of sending them."""

    def capture_envelope(self, envelope: Envelope) -> None:
        print(envelope.serialize().decode(errors="replace"))


def start_sentry() -> None:
    sentry_sdk.init(
        dsn="https://public@sentry.example/1",
        transport=PrintingTransport(),
        include_local_variables=True,
        attach_stacktrace=True,
        traces_sample_rate=1.0,
        auto_session_tracking=False,
    )


def client_of(url: str, transport: Any = None) -> Client:
    return init_client(url, KEY, auth_url=url, transport=transport).unwrap()


def get_values(url: str) -> Values:
    sent: list[Request] = []
    send = RequestsTransport(timeout=5)

    def keep(request: Request) -> Result[Response, Error]:
        sent.append(request)
        return send(request)

    client = client_of(url)
    link = admin.generate_link(client, {"type": "recovery", "email": "a@b.c"}).unwrap()
    keeping = client_of(url, keep)
    result = admin.create_user(keeping, {"email": "a@b.c", "password": PASSWORD})
    error = admin.sign_out(client_of("http://localhost:1"), TOKEN).failure()
    return Values(client, link, Session.parse(SESSION).unwrap(), sent[0], result, error)


def exception_with_local_variables(url: str) -> None:
    """User code raises while it holds values."""
    start_sentry()
    try:
        client, link, session, request, result, error = get_values(url)
        headers = request.headers
        raise ValueError(len([client, link, session, request, result, error, headers]))
    except ValueError as raised:
        sentry_sdk.capture_exception(raised)


def custom_transport_that_raises(url: str) -> None:
    start_sentry()

    def transport(request: Request) -> Result[Response, Error]:
        headers, url = request.headers, request.url
        raise ZeroDivisionError(len(headers) + len(url))

    try:
        admin.sign_out(client_of(url, transport), TOKEN).unwrap()
    except Exception as raised:
        sentry_sdk.capture_exception(raised)


def adapter_that_reports(url: str) -> None:
    """A report from within a call has the library's own frames."""
    start_sentry()

    class Reporting(HTTPAdapter):
        def send(self, *_args: Any, **_named: Any) -> requests.Response:
            sentry_sdk.capture_message("from within a call")
            raise requests.ConnectionError

    with requests.Session() as session:
        session.mount("http://", Reporting())
        client = client_of(url, RequestsTransport(session=session))
        admin.sign_out(client, TOKEN)


def debug_logs(url: str) -> None:
    """All loggers at DEBUG, which Sentry adds to its events, too."""
    logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
    start_sentry()
    with sentry_sdk.start_transaction(name="calls"):
        get_values(url)
        sentry_sdk.capture_message("after the calls")


def structlog_json(url: str) -> None:
    structlog.configure(processors=[structlog.processors.JSONRenderer()])
    values = get_values(url)
    log: Any = structlog.get_logger()
    log.info("values", headers=values.request.headers, values=values, **values._asdict())


def json_logger(url: str) -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("report")
    logger.addHandler(handler)
    values = get_values(url)
    extra = {"headers": values.request.headers, "values": values, **values._asdict()}
    logger.warning("values", extra=extra)


SCENARIOS: dict[str, Callable[[str], None]] = {
    scenario.__name__: scenario
    for scenario in (
        exception_with_local_variables,
        custom_transport_that_raises,
        adapter_that_reports,
        debug_logs,
        structlog_json,
        json_logger,
    )
}


def main(scenario: str, url: str) -> None:
    SCENARIOS[scenario](url)
    print(DONE)


if __name__ == "__main__":
    main(*sys.argv[1:])
