"""One client in many threads and processes, and its resources after it is deleted."""

import copy
import gc
import json
import multiprocessing
import os
import pickle
import socket
import warnings
from collections.abc import Callable, Generator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from msgspec import structs
from returns.result import Success

from supabase_gotrue import Client, Request, RequestsTransport, admin, init_client
from tests.programs import PATIENCE
from tests.transports.wire import (
    KEY,
    MakeClient,
    Server,
    http_response,
    keep_alive,
    receive_request,
    reset_connection,
    serve,
)


def echo_user_id(conn: Any, server: Server) -> None:
    """Answer with the user that was get_id for."""
    while request := receive_request(conn, server):
        user_id = request.split(b" ")[1].rpartition(b"/")[2].decode()
        user = {"id": user_id, "aud": "a", "created_at": "2026-08-20T10:00:00Z"}
        conn.sendall(http_response(json.dumps(user).encode()))


def get_id(client: Client, user_id: str) -> str:
    return admin.get_user_by_id(client, user_id).unwrap().id


@pytest.mark.slow
def test_fifty_threads_share_a_client(make_client: MakeClient) -> None:
    with serve(echo_user_id) as server, ThreadPoolExecutor(50) as threads:
        client = make_client(server.url, timeout=60.0, pool_size=7)
        ids = [f"user-{number}" for number in range(50 * 200)]
        assert list(threads.map(partial(get_id, client), ids)) == ids
        assert server.max_open <= 7
        assert server.connections <= 7


@contextmanager
def kill_at_failure() -> Generator[None]:
    """Let a pool of processes end whatever they do when a test fails."""
    try:
        yield
    except BaseException:
        for process in multiprocessing.active_children():
            process.kill()
        raise


@pytest.mark.slow
@pytest.mark.parametrize("start", ["fork", "spawn", "forkserver"])
def test_works_in_other_processes(make_client: MakeClient, start: str) -> None:
    with serve(echo_user_id) as server:
        client = make_client(server.url)
        assert get_id(client, "parent") == "parent"
        context = multiprocessing.get_context(start)
        with ProcessPoolExecutor(2, context) as processes, kill_at_failure():
            ids = [f"user-{number}" for number in range(20)]
            assert list(processes.map(get_id, [client] * 20, ids)) == ids
        assert get_id(client, "parent") == "parent"


def test_fork_opens_its_own_connections(make_client: MakeClient) -> None:
    with serve(echo_user_id) as server:
        client = make_client(server.url)
        assert get_id(client, "parent") == "parent"
        read, write = os.pipe()
        with warnings.catch_warnings():  # of Python 3.12 and later, because there are threads
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            try:
                os.write(write, get_id(client, "child").encode())
            finally:  # the child must not run the other tests
                os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert os.read(read, 100) == b"child"
        os.close(read)
        os.close(write)
        assert get_id(client, "again") == "again"
        assert server.connections == 2


def test_pickled_client_works(make_client: MakeClient) -> None:
    with serve(echo_user_id) as server:
        client = make_client(server.url, pool_size=3)
        get_id(client, "1")
        again = pickle.loads(pickle.dumps(client))
        assert again == client
        assert hash(again) == hash(client)
        assert get_id(again, "2") == "2"


def test_connections_close_with_the_client(make_client: MakeClient) -> None:
    def until_closed(conn: Any, server: Server) -> None:
        keep_alive(http_response())(conn, server)
        server.stopped.set()

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with serve(until_closed) as server:
            client = make_client(server.url)
            admin.get_user_by_id(client, "1").unwrap()
            del client
            gc.collect()
            assert server.stopped.wait(PATIENCE)


def test_transport_is_a_value() -> None:
    transport = RequestsTransport(timeout=3.0)
    assert transport == RequestsTransport(timeout=3.0)
    assert transport != RequestsTransport(timeout=4.0)
    assert hash(transport) == hash(RequestsTransport(timeout=3.0))
    assert pickle.loads(pickle.dumps(transport)) == transport
    for name in transport.__struct_fields__:
        with pytest.raises(AttributeError):
            setattr(transport, name, 1)


def pickled(transport: RequestsTransport) -> RequestsTransport:
    unpickled: RequestsTransport = pickle.loads(pickle.dumps(transport))
    return unpickled


@pytest.mark.parametrize(
    "copied",
    [
        pytest.param(copy.copy, id="copy"),
        pytest.param(copy.deepcopy, id="deepcopy"),
        pytest.param(partial(structs.replace, timeout=4.0), id="replace"),
        pytest.param(pickled, id="pickle"),
    ],
)
def test_copy_of_a_transport_sends(
    copied: Callable[[RequestsTransport], RequestsTransport],
) -> None:
    with serve(keep_alive(http_response())) as server:
        transport = copied(RequestsTransport(timeout=3.0))
        request = Request("GET", f"{server.url}/", {})
        assert transport(request).map(lambda response: response.status) == Success(200)
    assert len(server.requests) == 1


@pytest.fixture
def no_garbage_collector() -> Generator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_garbage_collector")
def test_connections_close_with_the_client_after_a_failed_attempt() -> None:
    def until_closed(conn: socket.socket, server: Server) -> None:
        keep_alive(http_response())(conn, server)
        server.stopped.set()

    with serve(reset_connection, until_closed) as server:
        client = init_client(server.url, KEY, auth_url=server.url).unwrap()
        assert isinstance(admin.get_user_by_id(client, "1"), Success)
        del client
        assert server.stopped.wait(PATIENCE)


def test_calls_leak_no_objects(make_client: MakeClient) -> None:
    with serve(keep_alive(http_response())) as server:
        client = make_client(server.url)

        def new_objects() -> int:
            gc.collect()
            before = len(gc.get_objects())
            for _ in range(200):
                assert isinstance(admin.get_user_by_id(client, "1"), Success)
                server.requests.clear()
            gc.collect()
            return len(gc.get_objects()) - before

        # Other threads of the process may make objects, too, but not each time.
        assert any(new_objects() < 100 for _ in range(10))


def test_interrupted_call_leaves_no_socket_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_args: Any) -> int:
        raise KeyboardInterrupt

    with serve(keep_alive(http_response())) as server:
        client = init_client(server.url, KEY, auth_url=server.url, pool_size=1).unwrap()
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            with monkeypatch.context() as patched:
                patched.setattr(socket.SocketIO, "readinto", interrupted)
                with pytest.raises(KeyboardInterrupt):
                    admin.get_user_by_id(client, "1")
            gc.collect()
        assert warned == []
        assert isinstance(admin.get_user_by_id(client, "1"), Success)
