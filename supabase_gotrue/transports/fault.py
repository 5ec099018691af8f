"""What can go wrong between a request and its answer.

What may live here: `Fault`, the value by which a carrier tells. Nothing here knows a
library that carries.
"""

from typing import Literal, NamedTuple

Kind = Literal[
    "late",
    "crowded",
    "unconnected",
    "nameless",
    "untrusted",
    "proxy",
    "cut",
    "garbage",
    "encoding",
    "large",
    "unknown",
]


class Fault(NamedTuple):
    """Why no whole answer arrived, and the status where at least that did."""

    kind: Kind
    status: int | None = None
