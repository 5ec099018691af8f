"""What all tests need of their process."""

import _thread
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from supabase_gotrue.bulk import import_planner

# The same examples in each run, so that failures are reproducible, and no limit of time, which a
# busy machine would exceed. `make fuzz` draws more.
settings.register_profile(
    "same",
    derandomize=True,
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("same")


def pytest_configure() -> None:
    """Let processes of the tests be interrupted: `nohup` and `&` ignore Ctrl-C for all of them."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run three processes on two cores: the tests wait for a third of their time."""
    cores = os.cpu_count() or 1
    return cores + (cores + 1) // 2


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Let the garbage collector pass over the tests, which are most of the objects and stay."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@pytest.fixture(autouse=True, scope="session")
def trace_all_threads() -> Generator[None]:
    """Let coverage see threads that are started without `threading.Thread`."""
    stock: Any = _thread.start_new_thread

    def start(function: Callable[..., object], *arguments: Any) -> int:
        def run(*called_with: object) -> None:
            sys.settrace(threading.gettrace())
            function(*called_with)

        started: int = stock(run, *arguments)
        return started

    with pytest.MonkeyPatch.context() as patched:
        if threading.gettrace() is not None:
            patched.setattr(_thread, "start_new_thread", start)
        yield


@pytest.fixture
def no_retry_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let imports repeat calls at once; `test_import_planner.py` shows how long they wait."""
    delays = (0,) * len(import_planner.RETRY_DELAYS)
    monkeypatch.setattr(import_planner, "RETRY_DELAYS", delays)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse names with an address: pytest-xdist needs the same names in each process."""
    named = [item.nodeid for item in items if " at 0x" in item.nodeid]
    if named:
        raise pytest.UsageError(f"the name of a test differs from run to run: {named[0]}")
