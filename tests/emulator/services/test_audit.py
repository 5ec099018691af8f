"""The audit log."""

from typing import Any

from supabase_gotrue import admin
from supabase_gotrue.emulator import Emulator
from tests.emulator.helpers import EMAIL, server


def test_audit_log_records_creation() -> None:
    emulator = Emulator()
    admin.create_user(emulator.client(), {"email": EMAIL}).unwrap()
    response: Any = server(emulator).send("GET", "/admin/audit").unwrap()
    assert response[0]["payload"]["action"] == "user_signedup"
    assert response[0]["payload"]["traits"]["user_email"] == EMAIL
