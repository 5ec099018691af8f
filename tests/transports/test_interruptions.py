"""Exceptions of signal handlers, raised while the blocking transport does something."""

import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from supabase_gotrue.transports.requests_slots import ConnectionQueue, Slot, Slots
from tests.programs import PATIENCE, run_program
from tests.transports.wire import http_response, keep_alive, serve

# Interrupts its transport again and again, also while that cleans up. Then the pool still serves.
PROGRAM = """
import signal, sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from supabase_gotrue import Request, RequestsTransport

class InterruptionError(BaseException):
    pass

def interrupt(_number, frame):
    while frame is not None:
        if frame.f_globals["__name__"].startswith("supabase_gotrue.transports"):
            seen.append(1)
            raise InterruptionError
        frame = frame.f_back

url, pool_size, seen = sys.argv[1], int(sys.argv[2]), []
transport = RequestsTransport(timeout=60, pool_size=pool_size)
request = Request("GET", url, {})
transport(request).unwrap()
signal.signal(signal.SIGALRM, interrupt)
signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
while len(seen) < 1000:
    with suppress(InterruptionError):
        transport(request).unwrap()
signal.setitimer(signal.ITIMER_REAL, 0)
with ThreadPoolExecutor(2 * pool_size) as threads:
    results = [*threads.map(transport, [request] * 4 * pool_size)]
print({result.unwrap().status for result in results})
"""


@pytest.mark.parametrize("pool_size", [1, 4])
def test_interrupted_calls_lose_no_slot_and_no_lock(pool_size: int) -> None:
    with serve(keep_alive(http_response())) as server:
        assert run_program(PROGRAM, server.url, str(pool_size)).stdout == "{200}\n"


def test_slots() -> None:
    slots = Slots(1)
    slots.give_back()
    slot = slots.take(time.monotonic())
    assert slot is not None
    again = slots.take(time.monotonic())  # a traceback keeps what an interrupted call had
    assert again is not None
    taken: list[Slot | None] = []

    def take(deadline: float) -> None:
        taken.append(slots.take(deadline))
        slots.give_back()

    late = threading.Thread(target=take, args=(time.monotonic() + 0.1,))
    late.start()
    late.join()
    assert taken.pop() is None
    patient = threading.Thread(target=take, args=(time.monotonic() + PATIENCE,))
    patient.start()
    slots.give_back()
    patient.join()
    assert taken.pop() is not None


def test_slot_of_an_interrupted_call_is_free_for_other_threads() -> None:
    slots = Slots(1)
    assert slots.take(time.monotonic()) is not None  # and nobody keeps it
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(slots.take, time.monotonic()).result() is not None


def test_queue_of_connections() -> None:
    connections = ConnectionQueue(1)
    connections.put("a")
    assert connections.qsize() == 1
    with pytest.raises(queue.Full):
        connections.put("b")
    assert connections.get() == "a"
    with pytest.raises(queue.Empty):
        connections.get()
