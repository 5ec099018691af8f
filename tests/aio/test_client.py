"""Async clients: how they are created, what they send, and custom transports."""

import pickle
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from returns.future import FutureResult
from returns.io import IOFailure, IOSuccess
from returns.result import Failure, Result, Success

from supabase_gotrue import Error, Request, Response, User, admin, aio, init_client
from supabase_gotrue.aio import AiohttpTransport, AsyncClient
from tests.canned import KEY, Canned
from tests.hostile import objects
from tests.in_event_loop import Run

URL = "http://localhost"
USER = b'{"id":"1","aud":"authenticated","created_at":"2026-08-20T10:00:00Z"}'


def test_default_client() -> None:
    assert aio.init_client(URL, KEY).unwrap() == AsyncClient(
        base_url=URL,
        auth_url="http://localhost/auth/v1",
        api_key=KEY,
        access_token=None,
        headers=(),
        transport=AiohttpTransport(),
    )


def test_rejects_what_the_blocking_client_rejects() -> None:
    for options in ({"timeout": 0}, {"transport": 1}, {"headers": {"apikey": "x"}}):
        arguments: dict[str, Any] = {"base_url": "ftp://localhost", "api_key": "", **options}
        expected = init_client(**arguments).failure()
        assert aio.init_client(**arguments).failure() == expected


def test_client_is_a_value() -> None:
    client = aio.init_client(URL, KEY, timeout=3.0).unwrap()
    assert client == aio.init_client(URL, KEY, timeout=3.0).unwrap()
    assert client != aio.init_client(URL, KEY).unwrap()
    assert hash(client) == hash(aio.init_client(URL, KEY, timeout=3.0).unwrap())
    assert pickle.loads(pickle.dumps(client)) == client
    assert KEY not in repr(client)
    for name in client.__struct_fields__:
        with pytest.raises(AttributeError):
            setattr(client, name, 1)


def test_with_options() -> None:
    client = aio.init_client(URL, KEY).unwrap()
    changed = aio.with_options(client, timeout=3.0, headers={"x-a": "1"}).unwrap()
    assert changed.transport == AiohttpTransport(timeout=3.0)
    assert changed.headers == (("x-a", "1"),)
    assert aio.with_options(client, headers={"x-a": "1"}).unwrap().transport is client.transport
    assert aio.with_options(client, timeout=0).failure().errors == {"timeout": ("is invalid",)}


def test_update_access_token() -> None:
    client = aio.init_client(URL, KEY).unwrap()
    changed = aio.update_access_token(client, "a.b.c").unwrap()
    assert (changed.access_token, changed.transport) == ("a.b.c", client.transport)
    blank: Any = None
    error = aio.update_access_token(client, blank).failure()
    assert error.errors == {"access_token": ("can't be blank",)}


def test_client_from_env(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPABASE_URL", URL)
    monkeypatch.setenv("SUPABASE_SECRET_KEY", "sb_secret_1")
    assert aio.client_from_env() == aio.init_client(URL, "sb_secret_1")


def test_sends_what_the_blocking_client_sends(run: Run) -> None:
    canned = Canned(body=USER)
    admin.get_user_by_id(canned.client(), "1").unwrap()
    user = run(aio.admin.get_user_by_id(canned.async_client(), "1")).unwrap()
    assert user.id == "1"
    blocking, asynchronous = canned.sent
    assert asynchronous == blocking


def test_reports_invalid_clients_and_arguments_together(run: Run) -> None:
    client: Any = init_client(URL, KEY).unwrap()
    error = run(aio.admin.get_user_by_id(client, "..")).failure()
    assert error.errors == {"client": ("is invalid",), "user_id": ("is invalid",)}


def test_rejects_anything_but_an_async_client(run: Run) -> None:
    async def main() -> None:
        for client in objects():
            error = (await aio.admin.list_users(client)).failure()
            assert error.errors == {"client": ("is invalid",)}

    run(main())


async def raise_exception(request: Request) -> Result[Response, Error]:
    raise ValueError(request.headers["apikey"])


async def return_text(_request: Request) -> Any:
    return "text"


def not_awaitable(_request: Request) -> Any:
    return Success(Response(200, {}, USER))


async def return_failure(_request: Request) -> Result[Response, Error]:
    return Failure(Error("timeout"))


@pytest.mark.parametrize(
    ("transport", "expected"),
    [
        pytest.param(raise_exception, "the transport raised ValueError at ", id="raises"),
        pytest.param(return_text, "the transport must return a Result of a Response", id="text"),
        pytest.param(not_awaitable, "the transport raised TypeError at ", id="not awaitable"),
        pytest.param(return_failure, "Timeout", id="failure"),
    ],
)
def test_failure_of_a_custom_transport(
    run: Run, transport: Callable[[Request], Awaitable[Any]], expected: str
) -> None:
    client = aio.init_client(URL, KEY, transport=transport).unwrap()
    error = run(aio.admin.get_user_by_id(client, "1")).failure()
    assert error.message.startswith(expected)
    assert KEY not in str(error)


def test_context_manager_closes_a_custom_transport(run: Run) -> None:
    class Closing:
        closed = 0

        async def __call__(self, _request: Request) -> Result[Response, Error]:
            return Success(Response(200, {}, USER))

        async def aclose(self) -> None:
            self.closed += 1
            raise ValueError

    async def main(transport: Closing) -> None:
        async with aio.init_client(URL, KEY, transport=transport).unwrap() as client:
            assert isinstance(await aio.admin.get_user_by_id(client, "1"), Success)
            assert transport.closed == 0

    transport = Closing()
    run(main(transport))
    assert transport.closed == 1


def test_context_manager_accepts_a_transport_that_cannot_be_closed(run: Run) -> None:
    async def main() -> None:
        async with Canned(body=USER).async_client() as client:
            assert isinstance(await aio.admin.get_user_by_id(client, "1"), Success)

    run(main())


def test_calls_compose_as_future_results(run: Run) -> None:
    def found(client: AsyncClient, user_id: str) -> FutureResult[User, Error]:
        return FutureResult(aio.admin.get_user_by_id(client, user_id))

    async def main(body: bytes) -> tuple[object, int]:
        canned = Canned(body=body)
        client = canned.async_client()
        chained = found(client, "1").bind(lambda user: found(client, user.id))
        return await chained.map(lambda user: user.id).awaitable(), len(canned.sent)

    assert run(main(USER)) == (IOSuccess("1"), 2)
    failed, calls = run(main(b"[]"))
    assert isinstance(failed, IOFailure)
    assert calls == 1
