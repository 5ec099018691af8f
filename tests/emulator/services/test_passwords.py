"""Imported password hashes."""

from typing import Any

from supabase_gotrue import admin
from supabase_gotrue.emulator import Emulator
from supabase_gotrue.emulator.services.passwords import verify_password
from tests.emulator.helpers import EMAIL, post


def test_invalid_hash_matches_no_password() -> None:
    assert not verify_password("$fbscrypt$nonsense", "horse")


def test_password_with_nul_is_rejected() -> None:
    emulator = Emulator()
    attrs: Any = {"email": EMAIL, "password_hash": "$2a$10$" + "!" * 53, "email_confirm": True}
    admin.create_user(emulator.client(), attrs).unwrap()
    body = {"email": EMAIL, "password": "a\0b"}
    assert post(emulator, "/token?grant_type=password", body) == "invalid_credentials"


def test_hash_that_needs_too_much_memory_matches_no_password() -> None:
    assert not verify_password("$fbscrypt$v=1,n=40,r=8,p=1$QqH11g==$sKse", "horse")
