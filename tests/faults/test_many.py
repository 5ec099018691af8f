"""One client in many threads and processes, and what is left when it goes."""

import gc
import json
import multiprocessing
import os
import pickle
import socket
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from returns.result import Success

from supabase_gotrue import Client, RequestsTransport, admin
from tests.faults.wire import Wire, answer, keeping, receive, serving


def echoing(conn: Any, wire: Wire) -> None:
    """Answer with the user that was asked for."""
    while request := receive(conn, wire):
        user_id = request.split(b" ")[1].rpartition(b"/")[2].decode()
        user = {"id": user_id, "aud": "a", "created_at": "2026-08-20T10:00:00Z"}
        conn.sendall(answer(json.dumps(user).encode()))


def asked(client: Client, user_id: str) -> str:
    return admin.get_user_by_id(client, user_id).unwrap().id


def test_fifty_threads_mix_nothing() -> None:
    with serving(echoing) as wire, ThreadPoolExecutor(50) as threads:
        client = wire.client(timeout=60.0, pool_size=7)
        ids = [f"user-{number}" for number in range(50 * 200)]
        assert list(threads.map(partial(asked, client), ids)) == ids
        assert wire.most_open <= 7
        assert wire.connections <= 7


@pytest.mark.parametrize("start", ["fork", "spawn", "forkserver"])
def test_other_processes(start: str) -> None:
    with serving(echoing) as wire:
        client = wire.client()
        assert asked(client, "parent") == "parent"
        with ProcessPoolExecutor(2, multiprocessing.get_context(start)) as processes:
            ids = [f"user-{number}" for number in range(20)]
            assert list(processes.map(asked, [client] * 20, ids)) == ids
        assert asked(client, "parent") == "parent"


def test_fork_in_the_middle() -> None:
    with serving(echoing) as wire:
        client = wire.client()
        assert asked(client, "parent") == "parent"
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(write, asked(client, "child").encode())
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert os.read(read, 100) == b"child"
        os.close(read)
        os.close(write)
        assert asked(client, "again") == "again"
        assert wire.connections == 2


def test_pickled() -> None:
    with serving(echoing) as wire:
        client = wire.client(pool_size=3)
        asked(client, "1")
        again = pickle.loads(pickle.dumps(client))
        assert again == client
        assert hash(again) == hash(client)
        assert asked(again, "2") == "2"


def test_connections_close_with_the_client() -> None:
    def until_closed(conn: Any, wire: Wire) -> None:
        keeping(answer())(conn, wire)
        wire.ended.set()

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with serving(until_closed) as wire:
            client = wire.client()
            admin.get_user_by_id(client, "1").unwrap()
            del client
            gc.collect()
            assert wire.ended.wait(5)


def test_transport_is_a_value() -> None:
    transport = RequestsTransport(timeout=3.0)
    assert transport == RequestsTransport(timeout=3.0)
    assert transport != RequestsTransport(timeout=4.0)
    assert hash(transport) == hash(RequestsTransport(timeout=3.0))
    assert pickle.loads(pickle.dumps(transport)) == transport
    for name in transport.__struct_fields__:
        with pytest.raises(AttributeError):
            setattr(transport, name, 1)


def test_calls_hold_no_memory() -> None:
    with serving(keeping(answer())) as wire:
        client = wire.client()
        for _ in range(20):
            admin.get_user_by_id(client, "1")
        gc.collect()
        before = len(gc.get_objects())
        for _ in range(200):
            assert isinstance(admin.get_user_by_id(client, "1"), Success)
            wire.requests.clear()
        gc.collect()
        assert len(gc.get_objects()) - before < 100


def test_interrupted_call_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_args: Any) -> int:
        raise KeyboardInterrupt

    with serving(keeping(answer())) as wire:
        client = wire.client(pool_size=1)
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            with monkeypatch.context() as patched:
                patched.setattr(socket.SocketIO, "readinto", interrupted)
                with pytest.raises(KeyboardInterrupt):
                    admin.get_user_by_id(client, "1")
            gc.collect()
        assert warned == []
        assert isinstance(admin.get_user_by_id(client, "1"), Success)
