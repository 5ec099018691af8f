"""The library's types in pydantic, FastAPI and Litestar.

Frameworks are imported by the tests that need them: each process collects all tests.
"""

import asyncio
import json
from typing import Annotated, Any
from uuid import uuid4

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from returns.result import Failure, Result, Success

from supabase_gotrue import (
    AdminUserAttrs,
    AdminUserParams,
    Client,
    Error,
    Json,
    Session,
    User,
    admin,
)
from supabase_gotrue.emulator import Emulator
from supabase_gotrue.hypothesis_plugin import TYPES
from supabase_gotrue.models.base import ServerStruct

METADATA: dict[str, Json] = {"tags": ["a", {"b": [1, 2.5, None, True]}]}
ADA: AdminUserAttrs = {"email": "ada@example.com", "user_metadata": METADATA}


class Member(BaseModel):
    user: User
    session: Session | None = None


@pytest.fixture
def client() -> Client:
    return Emulator().client()


@pytest.fixture
def ada(client: Client) -> User:
    return admin.create_user(client, ADA).unwrap()


async def send(app: Any, method: str, path: str, body: object = None) -> tuple[int, Any]:
    """Call an ASGI application; return the status and the decoded body."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": json.dumps(body).encode()}

    async def keep(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json")]
    scope = {"type": "http", "method": method, "path": path, "headers": headers}
    await app({**scope, "query_string": b"", "http_version": "1.1"}, receive, keep)
    content = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], json.loads(content)


def test_model_holds_a_struct_and_survives_json(ada: User) -> None:
    member = Member(user=ada, session=Session(access_token="a.b.c", user=ada))
    assert Member.model_validate_json(member.model_dump_json()) == member
    assert member.user is ada


def test_model_takes_decoded_json_as_parse_does(ada: User) -> None:
    payload: dict[str, Any] = {**ada.to_dict(), "phone": "", "unknown": 1}
    assert Member.model_validate({"user": payload}).user == User.parse(payload).unwrap()


def test_model_names_invalid_fields_only() -> None:
    with pytest.raises(ValidationError, match="created_at can't be blank") as raised:
        Member.model_validate({"user": {"id": "1", "aud": "a"}})
    assert raised.value.error_count() == 1


def test_attributes_take_a_uuid_as_functions_do() -> None:
    user_id = uuid4()
    adapter = TypeAdapter(AdminUserAttrs)
    assert adapter.validate_python({"id": user_id}) == {"id": user_id}
    assert adapter.validate_python({"id": str(user_id)}) == {"id": str(user_id)}


def test_fastapi_body_and_response(client: Client) -> None:
    from fastapi import Body, FastAPI

    app = FastAPI()

    @app.post("/users")
    def create(attrs: AdminUserAttrs) -> User:
        return admin.create_user(client, attrs).unwrap()

    @app.post("/members")
    def keep(user: Annotated[User, Body()]) -> list[User]:
        return [user]

    status, created = asyncio.run(send(app, "POST", "/users", ADA))
    assert (status, created["user_metadata"]) == (200, METADATA)
    assert asyncio.run(send(app, "POST", "/members", created)) == (200, [created])
    assert asyncio.run(send(app, "POST", "/members", {"id": "1"}))[0] == 422
    assert asyncio.run(send(app, "POST", "/users", {"email": 1}))[0] == 422
    status, openapi = asyncio.run(send(app, "GET", "/openapi.json"))
    assert {"AdminUserAttrs", "User", "Identity", "Factor"} <= openapi["components"][
        "schemas"
    ].keys()


def test_fastapi_checks_params_as_functions_do(client: Client) -> None:
    from fastapi import Body, FastAPI

    app = FastAPI()

    @app.post("/users")
    def create(params: Annotated[AdminUserParams, Body()]) -> User | Error:
        created = admin.create_user(client, params)
        return created.failure() if isinstance(created, Failure) else created.unwrap()

    body = {"email": "ada@example.com", "email_confirm": "true"}
    status, created = asyncio.run(send(app, "POST", "/users", body))
    assert (status, created["email_confirmed_at"] is not None) == (200, True)
    status, refused = asyncio.run(send(app, "POST", "/users", {"emial": "ada@example.com"}))
    assert (status, refused["detail"][0]["msg"].partition(" (")[0]) == (
        422,
        "Value error, emial is unknown",
    )
    status, error = asyncio.run(send(app, "POST", "/users", body))
    assert (status, error["error_code"]) == (200, "email_exists")


def test_litestar_body_and_response(client: Client) -> None:
    from litestar import Litestar, post
    from litestar.params import JSONBody
    from litestar.testing import TestClient

    @post("/users", sync_to_thread=False)
    def create(data: JSONBody[AdminUserAttrs]) -> User:
        return admin.create_user(client, data).unwrap()

    with TestClient(Litestar([create])) as http:
        created = http.post("/users", json=ADA)
        assert (created.status_code, created.json()["email"]) == (201, "ada@example.com")
        assert http.post("/users", json={"email": 1}).status_code == 400
        assert "User" in http.get("/schema/openapi.json").text


def test_litestar_describes_all_that_the_server_returns() -> None:
    from litestar import Litestar, get
    from litestar.testing import TestClient

    structs: list[type[Any]] = [kind for kind in TYPES if issubclass(kind, ServerStruct)]

    def route(kind: type[Any]) -> Any:
        def read() -> Any:
            """Return nothing; only the type is looked at."""

        read.__annotations__["return"] = kind
        return get(f"/{kind.__name__}", sync_to_thread=False)(read)

    with TestClient(Litestar([route(kind) for kind in structs])) as http:
        schemas = http.get("/schema/openapi.json").json()["components"]["schemas"]
    assert {kind.__name__ for kind in structs} <= schemas.keys()


def test_results_are_read_without_a_model(client: Client) -> None:
    found: Result[User, Error] = admin.get_user_by_email(client, "nobody@example.com")
    match found:
        case Success(User()):
            pytest.fail("nobody has this address")
        case other:
            assert isinstance(other, Failure)
