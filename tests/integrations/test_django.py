"""Django: the form of docs/examples creates users, and shows what is wrong at its fields."""

import subprocess
import sys
from importlib import import_module
from typing import Any

import pytest

from supabase_gotrue import AdminUserParams, Client, admin
from supabase_gotrue.emulator import Emulator
from tests.docs.pages import ROOT

pytest.importorskip("django")
pytestmark = pytest.mark.slow


@pytest.fixture
def browser(gotrue_client: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    example = import_module("docs.examples.django_signup")
    monkeypatch.setattr(example, "auth", lambda: gotrue_client)
    return import_module("django.test").Client()


def test_creates_a_user(browser: Any, gotrue_client: Client) -> None:
    response = browser.post("/users/new", {"email": "Ada@example.com", "full_name": "Ada"})
    [user] = admin.list_users(gotrue_client).unwrap().users
    assert response.status_code == 201
    assert (user.email, user.user_metadata["full_name"]) == ("ada@example.com", "Ada")


def test_shows_the_form(browser: Any) -> None:
    response = browser.get("/users/new")
    assert (response.status_code, b'name="email"' in response.content) == (200, True)


def test_shows_a_taken_address_at_its_field(browser: Any) -> None:
    browser.post("/users/new", {"email": "ada@example.com"})
    response = browser.post("/users/new", {"email": "ada@example.com"})
    assert response.status_code == 422
    assert 'id="id_email_error"' in response.content.decode()
    assert "This address is taken." in response.content.decode()


def test_shows_each_error_of_the_arguments(browser: Any) -> None:
    example = import_module("docs.examples.django_signup")
    form = example.NewUser({"email": "ada@example.com"})
    invalid = {"email": 7, "phone_confirm": "maybe"}
    example.add_errors(form, AdminUserParams.parse(invalid).failure())
    assert form.errors == {"email": ["is invalid"], "__all__": ["is invalid"]}


def test_shows_other_failures_above_the_form(browser: Any, gotrue: Emulator) -> None:
    gotrue.fail_next(status=503)
    response = browser.post("/users/new", {"email": "ada@example.com"})
    assert response.status_code == 422
    assert "Try again later." in response.content.decode()


def test_test_case_of_the_page_passes() -> None:
    command = [sys.executable, "-m", "unittest", "docs.examples.test_django_signup"]
    ended = subprocess.run(
        command, cwd=ROOT, check=False, timeout=100, stderr=subprocess.PIPE, text=True
    )
    assert (ended.returncode, "Ran 2 tests" in ended.stderr) == (0, True), ended.stderr
