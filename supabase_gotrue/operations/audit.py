"""Operations on the audit log.

Source: https://github.com/supabase/auth/blob/master/internal/api/audit.go
"""

from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.models.audit_log import AuditLogEntry, AuditLogPage
from supabase_gotrue.operations import Operation
from supabase_gotrue.request import get
from supabase_gotrue.response import Exchange, decode, parse_pagination
from supabase_gotrue.schemas.audit_log import AuditLogOptions, AuditLogParams


def list_audit_logs(
    params: AuditLogOptions | AuditLogParams,
) -> Result[Operation[AuditLogPage], Error]:
    return AuditLogParams.parse(params).map(
        lambda page: Operation(get("/admin/audit", query=page.to_query()), _read_page)
    )


def _read_page(exchange: Exchange) -> Result[AuditLogPage, Error]:
    return decode(AuditLogEntry.parse_list)(exchange).map(
        lambda entries: AuditLogPage(entries, parse_pagination(exchange.response))
    )
