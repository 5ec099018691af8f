"""Handler of `/user/identities/{identity_id}`.

https://github.com/supabase/auth/blob/master/internal/api/identity.go
"""

from supabase_gotrue.emulator.go.uuids import parse_uuid
from supabase_gotrue.emulator.services import accounts, audit
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.store.rows import User
from supabase_gotrue.emulator.wire.errors import APIError
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.response import Response


def delete_identity(ctx: Context) -> Response:
    identity_id = parse_uuid(ctx.path_params["identity_id"])
    if identity_id is None:
        raise APIError(404, "validation_failed", "identity_id must be an UUID")
    if ctx.audience != ctx.token_audience:
        message = "Token audience doesn't match request audience"
        raise APIError(403, "unexpected_audience", message)
    user, identities = ctx.user, ctx.user.identities or []
    if len(identities) <= 1:
        message = "User must have at least 1 identity after unlinking"
        raise APIError(422, "single_identity_not_deletable", message)
    identity = next((row for row in identities if row.id == identity_id), None)
    if identity is None:
        raise APIError(422, "identity_not_found", "Identity doesn't exist")
    traits = {
        "identity_id": identity.id,
        "provider": identity.provider,
        "provider_id": identity.provider_id,
    }
    audit.record(ctx, audit.IDENTITY_UNLINKED, user, **traits)
    ctx.tx.execute("DELETE FROM identities WHERE id = ?", identity.id)
    if identity.provider == "phone":
        accounts.save_user(ctx.tx, user, phone=None, phone_confirmed_at=None)
    else:
        _unset_email(ctx, user)
    accounts.update_providers(ctx.tx, user)
    return json_response({})


def _unset_email(ctx: Context, user: User) -> None:
    """Remove the email of a user who signs in by phone."""
    accounts.save_user(ctx.tx, user, email=None, email_confirmed_at=None)
    accounts.clear_pending_changes(ctx.tx, user)
    unverified = accounts.merge_metadata(user.user_metadata, {"email_verified": False})
    accounts.save_user(ctx.tx, user, user_metadata=unverified)
