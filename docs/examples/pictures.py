"""Draw the pictures of the page on the command line: `python docs/examples/pictures.py`.

Each picture is what a real process shows on a terminal, in front of an emulator.
"""

import io
import itertools
import os
import pty
import re
import subprocess
import sys
import tempfile
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.text import Text

from supabase_gotrue import admin
from supabase_gotrue.emulator import Emulator
from supabase_gotrue.emulator.serving import running

FOLDER = Path(__file__).parents[1] / "_static"
COLUMNS = 60  # more are too small to read on a phone
COMMAND = (sys.executable, "-m", "supabase_gotrue")
ANSI = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
PEOPLE = ("ada", "grace", "joan", "kay", "edith", "mary")


def show(environ: dict[str, str], cwd: str, *args: str) -> str:
    """Run a command on a terminal, and return what it writes there."""
    controller, device = pty.openpty()
    size = {"COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    with subprocess.Popen(
        [*COMMAND, *args],
        env={**os.environ, **environ, **size},
        cwd=cwd,
        stdin=device,
        stdout=device,
        stderr=device,
    ):
        os.close(device)
        written = b""
        with suppress(OSError):  # raised at the end of the process
            while piece := os.read(controller, 65536):
                written += piece
    os.close(controller)
    return written.decode()


def with_frame(written: str) -> str:
    """Return a frame of a progress bar at about two thirds, and what follows the bar."""
    *frames, rest = re.split(r"\r(?:\x1b\[1A)?\x1b\[2K", written)
    frame = next(frame for frame in frames if re.search(r" 6\d%", ANSI.sub("", frame)))
    return frame.strip("\r\n") + "\n" + re.sub(r"\x1b\[\?25[hl]", "", rest).lstrip()


def draw(name: str, command: str, written: str) -> None:
    """Write a picture of a command and what it shows."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text.assemble(("$ ", "bold green"), (f"supabase-gotrue {command}", "bold")))
    console.print(Text.from_ansi(written.replace("\r\n", "\n").strip("\n")))
    svg = console.export_svg(title="supabase-gotrue", unique_id=name)
    # Without the fonts, which a browser would load from another site.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.S)
    (FOLDER / f"{name}.svg").write_text(svg.replace("Fira Code, monospace", "monospace"))


def main() -> None:
    """Draw all pictures."""
    now = datetime.now(UTC)
    ticks = itertools.count()  # unlike a generator, it serves several threads at a time

    def clock() -> datetime:
        return now - timedelta(days=30 - next(ticks) / 6)

    with closing(Emulator(autoconfirm=True, clock=clock)) as emulator:
        client = emulator.client()
        for name in PEOPLE:
            user = admin.create_user(
                client, {"email": f"{name}@example.com", "email_confirm": name != "kay"}
            ).unwrap()
            if name in ("ada", "grace", "mary"):
                emulator.sign_in(f"{name}@example.com").unwrap()
            if name == "joan":
                admin.update_user_by_id(client, user.id, {"ban_duration": "2400h"}).unwrap()
        with running(emulator) as url:
            environ = {"SUPABASE_URL": url, "SUPABASE_SECRET_KEY": emulator.key()}
            with tempfile.TemporaryDirectory() as folder:
                draw("cli-list", "users list", show(environ, folder, "users", "list"))
                write_rows(Path(folder, "users.csv"))
                command = "import users.csv --failures failed.csv"
                draw("cli-import", command, with_frame(show(environ, folder, *command.split())))
                environ["SUPABASE_SECRET_KEY"] = emulator.key("anon")
                found = show(environ, folder, "doctor")
                draw("cli-doctor", "doctor", found.replace(url, "http://localhost:9999"))


def write_rows(path: Path) -> None:
    """Write 5,000 rows, of which three are invalid."""
    rows = [f"user{n}@example.com,{'maybe' if n % 1700 == 9 else 'true'}" for n in range(5000)]
    path.write_text("\n".join(["email,email_confirm", *rows]))


if __name__ == "__main__":
    main()
