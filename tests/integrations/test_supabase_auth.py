"""What the docs say about supabase_auth, with both libraries against the same server."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import supabase_auth
from supabase_auth.errors import AuthApiError, AuthRetryableError

from supabase_gotrue import Request, admin
from supabase_gotrue.emulator import Emulator
from tests.canned import Canned

URL = "http://localhost:9999"
USER_ID = "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"
ADA = {"email": "ada@example.com"}

Handler = Callable[[httpx.Request], httpx.Response]


def their_client(handler: Handler, key: str = "service-key") -> Any:
    http_client = httpx.Client(transport=httpx.MockTransport(handler), follow_redirects=True)
    headers = {"apikey": key, "authorization": f"Bearer {key}"}
    return supabase_auth.SyncGoTrueAdminAPI(url=URL, headers=headers, http_client=http_client)


def handler_of(emulator: Emulator) -> Handler:
    def handle(request: httpx.Request) -> httpx.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        sent = Request(request.method, str(request.url), headers, request.content or None)
        response = emulator(sent).unwrap()
        return httpx.Response(response.status, headers=response.headers, content=response.body)

    return handle


def test_failed_call() -> None:
    emulator = Emulator()
    theirs = their_client(handler_of(emulator), emulator.key())
    theirs.create_user(ADA)
    with pytest.raises(AuthApiError) as raised:
        theirs.create_user(ADA)
    assert raised.value.code == "email_exists"

    error = admin.create_user(emulator.client(), {"email": "ada@example.com"}).failure()
    assert error.error_code == "email_exists"


def test_misspelt_attribute() -> None:
    emulator = Emulator()
    created = their_client(handler_of(emulator), emulator.key()).create_user(
        {**ADA, "email_confrim": True}
    )
    assert created.user.email_confirmed_at is None

    attrs: Any = {"email": "grace@example.com", "email_confrim": True}
    error = admin.create_user(emulator.client(), attrs).failure()
    assert error.errors["email_confrim"] == ("is unknown", "did you mean 'email_confirm'?")


def test_change_without_a_response() -> None:
    def lose(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("timed out", request=request)

    with pytest.raises(AuthRetryableError):
        their_client(lose).create_user(ADA)

    error = admin.create_user(Canned(504).client(), {"email": "ada@example.com"}).failure()
    assert (error.outcome_unknown, error.retryable) == (True, False)


def test_total_and_next_page() -> None:
    emulator = Emulator()
    client = emulator.client()
    for number in range(3):
        admin.create_user(client, {"email": f"user-{number}@example.com"}).unwrap()
    theirs = their_client(handler_of(emulator), emulator.key())
    assert type(theirs.list_users(page=1, per_page=2)) is list

    page = admin.list_users(client, {"page": 1, "per_page": 2}).unwrap()
    assert (page.pagination.next_page, page.pagination.total) == (2, 3)


def test_redirect_to_another_host() -> None:
    hosts: dict[str, str | None] = {}

    def redirect(request: httpx.Request) -> httpx.Response:
        hosts[request.url.host] = request.headers.get("apikey")
        if request.url.host == "localhost":
            return httpx.Response(307, headers={"location": "http://elsewhere.example/"})
        return httpx.Response(404, json={"code": "user_not_found", "message": "User not found"})

    with pytest.raises(AuthApiError):
        their_client(redirect).get_user_by_id(USER_ID)
    assert hosts == {"localhost": "service-key", "elsewhere.example": "service-key"}

    ours = Canned(307, b"", {"location": "http://elsewhere.example/"})
    error = admin.get_user_by_id(ours.client(), USER_ID).failure()
    assert error.message.startswith("the server redirects to elsewhere.example")


def test_default_client_of_supabase_auth_follows_redirects() -> None:
    theirs: Any = supabase_auth.SyncGoTrueAdminAPI(url=URL, headers={})
    assert theirs._http_client.follow_redirects is True
