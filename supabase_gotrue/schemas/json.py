"""The type of what callers may put into metadata."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias, Union

Json: TypeAlias = Union[
    None, bool, int, float, str, Sequence["Json"], Mapping[str, "Json"]
]
