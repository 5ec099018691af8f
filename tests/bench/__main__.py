"""Measure this library and its peers side by side, and print which goals are missed: `make bench`.

Name parts to measure only these: `python -m tests.bench calls decoding`.
"""

import sys
from collections.abc import Callable, Iterator, Mapping

from tests.bench import async_calls, bulk, calls, decoding, emulated, start_up
from tests.bench.figures import Figure

PARTS: Mapping[str, Callable[[], Iterator[Figure]]] = {
    "calls": calls.measure,
    "async_calls": async_calls.measure,
    "start_up": start_up.measure,
    "decoding": decoding.measure,
    "bulk": bulk.measure,
    "emulated": emulated.measure,
}


def main() -> None:
    figures = [each for name in sys.argv[1:] or PARTS for each in PARTS[name]()]
    print(f"\n{'ratio':52} {'median':>7}  {'range':>15}  goal")
    for figure in figures:
        print(figure)
    missed = [figure.name for figure in figures if figure.is_missed]
    print("\nmissed:", "; ".join(missed) or "no goal")


if __name__ == "__main__":
    main()
