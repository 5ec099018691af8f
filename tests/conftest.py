"""What all tests need of their process."""

import signal


def pytest_configure() -> None:
    """Let processes of the tests be interrupted: `nohup` and `&` ignore Ctrl-C for all of them."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
