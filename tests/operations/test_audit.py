"""The audit log: its query, entries and pages."""

import json
from typing import Any

from hypothesis import given

from supabase_gotrue import AuditLogParams, Pagination, admin
from tests import strategies as draw
from tests.canned import Canned, query_of, sent

TIME = "2026-08-20T10:00:00Z"


@given(draw.audit_pages)
def test_query_decodes_to_what_was_given(params: Any) -> None:
    request = sent(lambda client: admin.list_audit_logs(client, params))
    assert query_of(request) == {"page": "1", **{name: str(params[name]) for name in params}}


def test_accepts_params() -> None:
    request = sent(lambda client: admin.list_audit_logs(client, AuditLogParams(query="type:")))
    assert query_of(request) == {"page": "1", "query": "type:"}


def test_keeps_payload_and_pagination() -> None:
    payload = {"action": "login", "traits": {"provider": "email"}, "new_field": [1]}
    entry = {"id": "1", "payload": payload, "created_at": TIME, "ip_address": ""}
    link = '<http://localhost/admin/audit?page=2&per_page=1>; rel="next"'
    canned = Canned(200, json.dumps([entry]).encode(), {"x-total-count": "7", "link": link})
    entries, pagination = admin.list_audit_logs(canned.client()).unwrap()
    assert entries[0].payload == payload
    assert entries[0].ip_address is None
    assert pagination == Pagination(next_page=2, last_page=None, total=7)


def test_entry_without_payload_is_named() -> None:
    body = json.dumps([{"id": "1", "created_at": TIME}]).encode()
    error = admin.list_audit_logs(Canned(200, body).client()).failure()
    assert error.code == "invalid_response"
    assert "payload can't be blank" in error.message
