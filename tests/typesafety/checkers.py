"""How mypy and pyright are run."""

import os
import subprocess
import sys
from pathlib import Path

from tests.docs.pages import ROOT

FOLDER = Path(__file__).parent
MYPY = [sys.executable, "-m", "mypy", "--output=json"]
WITHOUT_PLUGIN = [*MYPY, f"--config-file={FOLDER / 'mypy.ini'}"]
PYRIGHT = [sys.executable, "-m", "pyright", "--outputjson"]
# `--verifytypes` finds the installed package by the PATH alone.
PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def output(command: list[str]) -> str:
    """Return what a checker prints, whether it finds errors or not."""
    env = {**os.environ, "PATH": PATH}
    return subprocess.run(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, check=False, text=True
    ).stdout
