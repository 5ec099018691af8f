"""No secret in what Sentry, structlog and python-json-logger make of the library's values."""

import json
import sys

import pytest

from tests.programs import run_command
from tests.transports.wire import http_response, keep_alive, serve


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scenario", "reported"),
    [
        ("exception_with_local_variables", ['"link":', '"headers":', '"session":', "ValueError"]),
        ("custom_transport_that_raises", ["UnwrapFailedError", "ZeroDivisionError"]),
        ("adapter_that_reports", ["from within a call", '"request":']),
        ("debug_logs", ["after the calls", "supabase_gotrue", "/admin/generate_link"]),
        ("structlog_json", ['"link":', '"headers":', '"session":']),
        ("json_logger", ['"link":', '"headers":', '"session":']),
    ],
)
def test_reports_show_no_secret(scenario: str, reported: list[str]) -> None:
    from tests.integrations.report_program import DONE, LINK, SCENARIOS, SECRETS

    assert scenario in SCENARIOS
    with serve(keep_alive(http_response(json.dumps(LINK).encode()))) as server:
        program = (sys.executable, "-m", "tests.integrations.report_program")
        done = run_command(*program, scenario, server.url)
    report = done.stdout + done.stderr
    assert DONE in report
    assert [text for text in reported if text not in report] == []
    assert [secret for secret in SECRETS if secret in report] == []
