"""JSON as models accept it: any Mapping that ends."""

from collections.abc import Iterator, Mapping
from itertools import count
from types import MappingProxyType

from supabase_gotrue import User
from tests.programs import run_program


class EndlessMapping(Mapping[str, object]):
    """A Mapping whose keys never end."""

    def __getitem__(self, name: str) -> object:
        return name

    def __iter__(self) -> Iterator[str]:
        return map(str, count())

    def __len__(self) -> int:
        return 1


def test_parse_accepts_any_finite_mapping() -> None:
    payload = {"id": "1", "aud": "a", "created_at": "2026-08-20T10:11:12Z"}
    metadata = {str(number): number for number in range(2**16)}
    user = User.parse(MappingProxyType({**payload, "user_metadata": MappingProxyType(metadata)}))
    assert user.unwrap().user_metadata == metadata
    for mapping in (EndlessMapping(), {**payload, "user_metadata": EndlessMapping()}):
        assert User.parse(mapping).failure().errors == {"payload": ("is not valid JSON",)}


# Many processes, in each of which nothing was decoded before.
FIRST_USERS = """
import os, sys, threading
from supabase_gotrue import User
from tests.programs import run_program

sys.setswitchinterval(1e-6)
FACTOR = {"id": "1", "factor_type": "totp", "status": "verified"}
USER = {"id": "1", "aud": "", "created_at": "2026-08-20T10:00:00Z", "factors": [FACTOR]}
barrier = threading.Barrier(12)

def parse():
    barrier.wait()
    User.parse(USER).unwrap()

def parse_in_threads():
    threads = [threading.Thread(target=parse) for _ in range(barrier.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

for _ in range(30):
    child = os.fork()
    if child == 0:
        parse_in_threads()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
"""


def test_first_users_can_arrive_in_several_threads() -> None:
    run_program(FIRST_USERS)
