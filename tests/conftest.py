"""What all tests need of their process."""

import signal

import pytest


def pytest_configure() -> None:
    """Let processes of the tests be interrupted: `nohup` and `&` ignore Ctrl-C for all of them."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse names with an address: pytest-xdist needs the same names in each process."""
    named = [item.nodeid for item in items if " at 0x" in item.nodeid]
    if named:
        raise pytest.UsageError(f"the name of a test differs from run to run: {named[0]}")
