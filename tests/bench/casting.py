"""Measure the check and copy of metadata beside msgspec's own encode and decode."""

import statistics
import time
from collections.abc import Callable, Mapping
from functools import partial

import msgspec

from supabase_gotrue import AdminUserParams

KEYS = 2_000
ROUNDS = 15
REPEATS = 10
METADATA: Mapping[str, dict[str, object]] = {
    "strings": {f"key{n}": f"value {n}" for n in range(KEYS)},
    "numbers": {f"key{n}": n * 1.5 if n % 2 else n for n in range(KEYS)},
    "lists": {f"key{n}": ["a", "b"] for n in range(KEYS)},
    "nested": {f"key{n}": {"id": n, "tags": ["é"], "seen": None} for n in range(KEYS)},
}


def cpu(call: Callable[[], object]) -> float:
    """Milliseconds of CPU per call, the fastest of several rounds."""
    times: list[float] = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(REPEATS):
            call()
        times.append((time.process_time() - start) / REPEATS * 1000)
    return min(times)


def encode_and_decode(metadata: object) -> object:
    return msgspec.json.decode(msgspec.json.encode(metadata))


def main() -> None:
    print(f"\nmetadata of {KEYS:,} keys, CPU per call")
    ratios: list[float] = []
    for name, metadata in METADATA.items():
        attrs = {"email": "ada@example.com", "app_metadata": metadata}
        ours = cpu(partial(AdminUserParams.parse, attrs))
        theirs = cpu(partial(encode_and_decode, metadata))
        ratios.append(ours / theirs)
        print(f"  {name:16} {ours:8.2f} ms   msgspec {theirs:8.2f} ms   {ours / theirs:6.2f}")
    print(f"  mean ratio {statistics.mean(ratios):.2f}")


if __name__ == "__main__":
    main()
