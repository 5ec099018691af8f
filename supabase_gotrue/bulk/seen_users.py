"""`SeenUsers`: the ids and addresses of all rows so far, in little memory."""

from collections.abc import Collection
from typing import Final, Literal, NamedTuple

Kind = Literal["id", "address"]


class Key(NamedTuple):
    """What two rows must not share.

    Args:
        kind: An id, or an address, which is represented by the id that is derived from it.
        value: The 16 bytes of the UUID.
    """

    kind: Kind
    value: bytes


BUCKETS: Final = 4096
LINE_BYTES: Final = 6
RECORD_BYTES: Final = 16 + LINE_BYTES
FLAGS: Final = {"id": 1, "address": 2}


class SeenUsers:
    """Which keys were seen, and on which line each one was first.

    A dict takes about 150 bytes for a key, this 22 bytes and what the allocator adds. A record of
    22 bytes is a UUID and a number: the line, and a flag for each kind of key with this UUID. A
    bucket is one bytes object of records, in which `find` of bytes looks for a UUID.
    """

    def __init__(self) -> None:
        self._buckets: list[bytearray | None] = [None] * BUCKETS

    def add(self, keys: Collection[Key], line: int) -> None:
        """Remember the keys of a row."""
        for value in {key.value for key in keys}:
            flags = sum(FLAGS[key.kind] for key in keys if key.value == value)
            record = value + (line << 2 | flags).to_bytes(LINE_BYTES)
            number = hash(value) % BUCKETS
            bucket = self._buckets[number]
            if bucket is None:
                self._buckets[number] = bytearray(record)
            else:
                bucket += record

    def find(self, key: Key) -> int | None:
        """Return the line of a key, or None if it was not seen."""
        bucket = self._buckets[hash(key.value) % BUCKETS] or b""
        start = bucket.find(key.value)
        while start >= 0:
            if start % RECORD_BYTES == 0:
                number = int.from_bytes(bucket[start + 16 : start + RECORD_BYTES])
                if number & FLAGS[key.kind]:
                    return number >> 2
            start = bucket.find(key.value, start + 1)
        return None
