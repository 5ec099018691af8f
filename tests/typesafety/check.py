"""Check that mypy, mypy without its plugin, and pyright report what `refused.py` expects.

A comment at the end of a line names the codes of mypy and the rules of pyright that must be
reported there. In the other files of this folder, and in the programs of README and docs, nothing
may be reported.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.docs.pages import PAGES, ROOT, program

FOLDER = Path(__file__).parent
PROGRAMS = ROOT / "build" / "pages"
REFUSED = FOLDER / "refused.py"
MYPY = [sys.executable, "-m", "mypy", "--output=json"]
PYRIGHT = [sys.executable, "-m", "pyright", "--outputjson"]
# `--verifytypes` finds the installed package by the PATH alone.
PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

Location = tuple[str, int, str]


def expected(*, rules: bool) -> set[Location]:
    """Return the expected codes of mypy, or rules of pyright, from the comments."""
    return {
        (_relative(str(REFUSED)), number, code)
        for number, line in enumerate(REFUSED.read_text().splitlines(), 1)
        for comment in re.findall(r"# ([a-z-]+(?: report\w+)+)$", line)
        for code in comment.split()
        if code.startswith("report") is rules
    }


def mypy_errors(*options: str) -> Iterator[Location]:
    for line in _output([*MYPY, *options]).splitlines():
        found = json.loads(line)
        if found["severity"] == "error":
            yield _relative(found["file"]), found["line"], found["code"]


def pyright_errors() -> Iterator[Location]:
    for found in json.loads(_output([*PYRIGHT, f"--project={FOLDER}"]))["generalDiagnostics"]:
        yield (
            _relative(found["file"]),
            found["range"]["start"]["line"] + 1,
            found.get("rule", "syntax"),
        )


def incompletely_typed_names() -> set[Location]:
    """Return the public names of the installed package whose type is not completely known."""
    options = ["--verifytypes", "supabase_gotrue", "--ignoreexternal"]
    symbols = json.loads(_output([*PYRIGHT, *options]))["typeCompleteness"]["symbols"]
    unknown = {(s["name"], 0, "unknown type") for s in symbols if not s["isTypeKnown"]}
    return unknown if symbols else {("supabase_gotrue", 0, "not installed")}


def _relative(file: str) -> str:
    return str((ROOT / file).relative_to(ROOT))


def _output(command: list[str]) -> str:
    env = {**os.environ, "PATH": PATH}
    return subprocess.run(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, check=False, text=True
    ).stdout


def write_programs() -> list[str]:
    """Write the programs of the pages to files, with the line numbers of the pages."""
    PROGRAMS.mkdir(parents=True, exist_ok=True)
    for page in PAGES:
        (PROGRAMS / f"{page.stem}.py").write_text(program(page))
    return [str(PROGRAMS / f"{page.stem}.py") for page in PAGES]


def main() -> int:
    files = [str(REFUSED), str(FOLDER / "accepted.py"), *write_programs()]
    codes, rules = expected(rules=False), expected(rules=True)
    differences = {
        "mypy": codes ^ set(mypy_errors(*files)),
        "mypy without plugin": codes ^ set(mypy_errors(f"--config-file={FOLDER / 'mypy.ini'}")),
        "pyright": rules ^ set(pyright_errors()),
        "pyright --verifytypes": incompletely_typed_names(),
    }
    for checker, locations in differences.items():
        for file, line, code in sorted(locations):
            print(f"{file}:{line}: {checker}: {code} is missing or not expected")
    print(f"{len(codes)} errors by mypy, with and without plugin; {len(rules)} by pyright")
    return 1 if any(differences.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
