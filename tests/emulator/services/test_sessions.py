"""Sessions and their tokens."""

from typing import Any

import jwt
from returns.result import Success

from supabase_gotrue import admin
from supabase_gotrue.emulator import Emulator
from tests.emulator.helpers import EMAIL, Clock, post, server
from tests.server.server import PASSWORD


def test_access_tokens_verify_with_the_secret() -> None:
    emulator = Emulator(jwt_secret="another secret of thirty-two bytes")
    attrs: Any = {"email": EMAIL, "password": PASSWORD, "email_confirm": True}
    user = admin.create_user(emulator.client(), attrs).unwrap()
    session = server(emulator).sign_in(EMAIL).unwrap()
    response = jwt.decode(
        session.access_token,
        "another secret of thirty-two bytes",
        ["HS256"],
        audience="authenticated",
    )
    assert (response["sub"], response["role"], response["aal"]) == (
        user.id,
        "authenticated",
        "aal1",
    )


def test_bans_links_and_sessions_expire() -> None:
    clock = Clock()
    emulator = Emulator(clock=clock)
    client, api = emulator.client(), server(emulator)
    attrs: Any = {"email": EMAIL, "password": PASSWORD, "email_confirm": True}
    user = admin.create_user(client, attrs).unwrap()
    session = api.sign_in(EMAIL).unwrap()
    admin.update_user_by_id(client, user.id, {"ban_duration": "1h"}).unwrap()
    assert api.send("GET", "/user", session=session).failure().error_code == "user_banned"
    clock.now += 3600
    assert api.send("GET", "/user", session=session).failure().error_code == "bad_jwt"
    assert isinstance(api.sign_in(EMAIL), Success)
    link = admin.generate_link(client, {"type": "magiclink", "email": EMAIL}).unwrap()
    clock.now += 86401
    late = {"type": "magiclink", "token_hash": link.hashed_token}
    assert post(emulator, "/verify", late) == "otp_expired"
    by_code = {"type": "magiclink", "token": link.email_otp, "email": EMAIL}
    assert post(emulator, "/verify", by_code) == "otp_expired"
