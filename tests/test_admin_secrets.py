"""The secrets of OAuth clients and custom providers are in no text of the library's values."""

import json
import pickle
from pprint import pformat

import pytest
from returns.result import Result
from rich.pretty import pretty_repr

from supabase_gotrue import (
    Client,
    CustomProviderAttrs,
    CustomProviderParams,
    Error,
    OAuthClient,
    OAuthClientAttrs,
    admin,
)
from supabase_gotrue.emulator import Emulator
from supabase_gotrue.operations import custom_providers
from supabase_gotrue.redaction import REDACTED
from tests.canned import Canned

SECRET = "s3cret-of-acme"
CUSTOM: CustomProviderAttrs = {
    "provider_type": "oidc",
    "identifier": "custom:acme",
    "name": "Acme",
    "client_id": "id",
    "client_secret": SECRET,
    "issuer": "https://id.acme.example.com",
}
CLIENT: OAuthClientAttrs = {"redirect_uris": ["https://acme.example.com/callback"]}


def texts(value: object) -> str:
    """All the texts that a value has."""
    return "\n".join([repr(value), str(value), pformat(value, width=20), pretty_repr(value)])


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(CustomProviderParams.parse(CUSTOM).unwrap(), id="params"),
        pytest.param(
            OAuthClient.parse(
                {
                    "client_id": "1",
                    "client_type": "confidential",
                    "created_at": "2026-08-20T10:00:00Z",
                    "client_secret": SECRET,
                }
            ).unwrap(),
            id="client",
        ),
    ],
)
def test_values_hide_the_secret(value: object) -> None:
    assert SECRET not in texts(value)
    assert REDACTED in repr(value)


def test_operation_hides_the_secret() -> None:
    operation = custom_providers.create_provider(CUSTOM).unwrap()
    assert SECRET not in texts(operation)


def test_new_secret_is_in_its_field_alone() -> None:
    client = Emulator().client()
    made = admin.oauth.create_client(client, CLIENT).unwrap()
    rotated = admin.oauth.regenerate_client_secret(client, made.client_id).unwrap()
    for one in (made, rotated):
        assert str(one.client_secret) not in texts(one)
        assert one.to_dict()["client_secret"] == one.client_secret


def shown(result: Result[object, Error]) -> str:
    error = result.failure()
    return texts(error) + json.dumps(error.to_dict()) + str(pickle.dumps(error))


@pytest.mark.parametrize("status", [400, 500])
def test_error_hides_the_secret_that_the_server_repeats(status: int) -> None:
    detail = f"Failing row contains (1, oidc, custom:acme, Acme, id, {SECRET}, null)."
    body = json.dumps({"code": "23514", "message": SECRET, "detail": detail}).encode()
    client: Client = Canned(status, body).client()
    assert SECRET not in shown(admin.custom_providers.create_provider(client, CUSTOM))
    updated = admin.custom_providers.update_provider(
        client, "custom:acme", {"client_secret": SECRET}
    )
    assert SECRET not in shown(updated)


def test_error_hides_a_response_that_cannot_be_decoded() -> None:
    client = Canned(201, json.dumps({"client_secret": SECRET}).encode()).client()
    assert SECRET not in shown(admin.oauth.create_client(client, CLIENT))
    assert SECRET not in shown(admin.oauth.regenerate_client_secret(client, "1"))
