"""What pytest users get: the fixtures `gotrue` and `gotrue_client`.

What may live here: fixtures. A wheel has this file beside the package, where pytest
reads it at each start: nothing but pytest is imported before a test asks.
"""

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from supabase_gotrue import Client
    from supabase_gotrue.emulator import Emulator


@pytest.fixture
def gotrue() -> "Iterator[Emulator]":
    """A GoTrue of the test's own: nobody is in it, no mail was sent."""
    try:
        from supabase_gotrue.emulator import Emulator
    except ModuleNotFoundError as missing:
        said = f"this needs supabase-gotrue[emulator]: {missing}"
        raise pytest.fail.Exception(said, pytrace=False) from None
    with closing(Emulator()) as emulator:
        yield emulator


@pytest.fixture
def gotrue_client(gotrue: "Emulator") -> "Client":
    """A client of `gotrue` with the service role's key, without a socket."""
    return gotrue.client()
