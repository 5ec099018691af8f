"""Calls most functions once and prints a line for each: `make demo`.

Uses the server that SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY name, or else an emulator. It
deletes the users that it creates.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import TypeVar
from uuid import uuid4

from returns.result import Failure, Result, Success

from supabase_gotrue import (
    Client,
    Error,
    Identity,
    Request,
    Session,
    User,
    admin,
    client_from_env,
)

T = TypeVar("T")
RUN = uuid4().hex[:8]
ADA, GRACE = f"ada-{RUN}@example.com", f"grace-{RUN}@example.com"


def tour(client: Client, ada: User) -> None:
    show("find", admin.list_users(client, {"filter": ADA}), lambda page: page.users[0].email)
    grace = admin.invite_user_by_email(client, GRACE, {"data": {"team": "compilers"}})
    show("invite", grace, lambda user: user.user_metadata)
    page = admin.list_users(client, {"filter": RUN, "page": 1, "per_page": 1})
    show("page", page, lambda page: f"{len(page.users)} of {page.pagination.total}")
    editor = admin.update_user_by_id(client, ada.id, {"app_metadata": {"role": "editor"}})
    show("update", editor, lambda user: user.app_metadata)
    banned = admin.update_user_by_id(client, ada.id, {"ban_duration": "24h"})
    show("ban", banned, lambda user: f"until {user.banned_until}")
    free = admin.update_user_by_id(client, ada.id, {"ban_duration": "none"})
    show("unban", free, lambda user: user.banned_until)

    link = admin.generate_link(client, {"type": "magiclink", "email": ADA})
    show("link", link, lambda link: f"{link!r:.60}...")
    session = link.bind(lambda link: follow(client, link.hashed_token))
    show("follow", session, lambda session: session.user and session.user.last_sign_in_at)
    factor = session.bind(lambda session: enrol(client, session))
    show("enrol", factor, lambda factor_id: f"factor {factor_id}")
    reset = factor.bind(lambda factor_id: admin.delete_factor(client, ada.id, factor_id))
    show("factor", reset)
    identity = session.bind(lambda session: unlink(client, session, ada.id, "phone"))
    show("identity", identity)
    show("sign out", session.bind(lambda session: admin.sign_out(client, session)))

    show("taken", admin.create_user(client, {"email": ADA}))
    show("unknown", admin.get_user_by_id(client, str(uuid4())))
    show("soft delete", admin.delete_user(client, ada.id, True))
    show("invalid", admin.create_user(client, {"email": " "}))
    show("delete", admin.delete_user(client, ada.id))
    show("delete", grace.bind(lambda user: admin.delete_user(client, user.id)))


def show(step: str, result: Result[T, Error], about: Callable[[T], object] = str) -> None:
    match result:
        case Success(None):
            outcome: object = "done"
        case Success(value):
            outcome = about(value)
        case Failure(Error("validation", message)):
            outcome = f"not sent: {message}"
        case Failure(Error(error_code="email_exists" | "phone_exists")):
            outcome = "failed: the address is taken"
        case Failure(Error("not_found")):
            outcome = "failed: no such user"
        case other:
            outcome = f"failed: {other.failure()}"
    print(f"{step:12}", outcome)


def follow(client: Client, token_hash: str) -> Result[Session, Error]:
    """Sign a user in with the token of a link, as the user's browser does."""
    body = post(client, "/verify", {"type": "magiclink", "token_hash": token_hash})
    return body.bind(Session.parse)


def enrol(client: Client, session: Session) -> Result[str, Error]:
    """Enrol an authenticator app, as the user's client does, and return the ID of the factor."""
    post(client, "/factors", {"factor_type": "totp"}, session.access_token)
    user = admin.get_user_by_id(client, session.user.id if session.user else "")
    return user.map(lambda user: user.factors[0].id if user.factors else "")


def unlink(client: Client, session: Session, user_id: str, provider: str) -> Result[None, Error]:
    def identity_id(found: tuple[Identity, ...]) -> str:
        return next((i.identity_id or "" for i in found if i.provider == provider), "")

    return (
        admin.list_identities(client, user_id)
        .map(identity_id)
        .bind(lambda found: admin.delete_identity(client, user_id, found, session=session))
    )


def post(client: Client, path: str, body: object, token: str | None = None) -> Result[bytes, Error]:
    """Send a request of a user, which is not part of the admin API."""
    headers = {**client.headers_for(token), "content-type": "application/json"}
    request = Request("POST", client.auth_url + path, headers, json.dumps(body).encode())
    return client.transport(request).map(lambda response: response.body)


def connect() -> Result[Client, Error]:
    if {"SUPABASE_URL", "GOTRUE_URL"} & set(os.environ):
        return client_from_env()
    from supabase_gotrue.emulator import Emulator

    return Success(Emulator().client())


def main() -> None:
    match connect():
        case Success(Client() as client):
            phone = f"1555{int(RUN, 16) % 10**7:07}"
            ada = admin.create_user(client, {"email": ADA, "phone": phone, "email_confirm": True})
            show("create", ada, lambda user: f"{user.email} and {user.phone}")
            ada.map(lambda user: tour(client, user))
            print("The tour is complete. docs/start.md explains these calls.")
        case other:
            sys.exit(str(other.failure()))


if __name__ == "__main__":
    main()
