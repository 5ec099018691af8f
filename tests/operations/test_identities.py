"""Identities: read with their user, deleted by an administrator or by the user."""

import json

from supabase_gotrue import admin
from tests.canned import Canned

ID = "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"
USER = {"id": ID, "aud": "authenticated", "created_at": "2026-08-20T10:00:00Z"}


def test_list_identities() -> None:
    user = {**USER, "identities": [{"id": "1", "provider": "email"}]}
    client = Canned(200, json.dumps(user).encode()).client()
    identities = admin.list_identities(client, ID).unwrap()
    assert [(identity.id, identity.provider) for identity in identities] == [("1", "email")]


def test_delete_identity_explains_a_missing_route() -> None:
    client = Canned(404, b"404 page not found\n", {"content-type": "text/plain"}).client()
    missing = admin.delete_identity(client, ID, ID).failure()
    assert missing.message == (
        "404 page not found: this server has no admin route to delete an identity;"
        " pass session= to delete it with the user's own token"
    )
    body = {"code": "identity_not_found", "message": "Identity not found"}
    known = Canned(404, json.dumps(body).encode()).client()
    assert admin.delete_identity(known, ID, ID).failure().message == "Identity not found"
    refused = Canned(422, b"no").client()
    assert admin.delete_identity(refused, ID, ID).failure().message == "no"
    owned = admin.delete_identity(client, ID, ID, session="a.b.c").failure()
    assert owned.message == "404 page not found"
