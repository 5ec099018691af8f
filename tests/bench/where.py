"""Where the time of one call goes: `make bench-profile`."""

import cProfile
import pstats
import subprocess
import sys
from pathlib import Path

from tests.bench.worker import supabase_gotrue

TIMES = 2000


def main() -> None:
    command = [sys.executable, str(Path(__file__).with_name("server.py"))]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        get, _ = supabase_gotrue(f"http://127.0.0.1:{server.stdout.readline().strip()}")
        get()
        profile = cProfile.Profile()
        with profile:
            for _ in range(TIMES):
                get()
        server.communicate()
    pstats.Stats(profile).sort_stats("tottime").print_stats(30)


if __name__ == "__main__":
    main()
