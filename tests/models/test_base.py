"""JSON as models accept it: any Mapping that ends."""

from collections.abc import Iterator, Mapping
from itertools import count
from types import MappingProxyType

from supabase_gotrue import User


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
