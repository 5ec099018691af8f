"""Hold mypy, mypy without its plugin, and pyright to what `refused.py` says of them.

What may live here: running the checkers, and the comparison of what they find with the
comments `# mypy's-code pyright'sRule`. What they must accept is in the other files of
this folder, and in the programs of README and docs; anything found there is as wrong as
a refusal that fails to come.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.docs.pages import PAGES, ROOT, program

HERE = Path(__file__).parent
BUILT = ROOT / "build" / "pages"
REFUSED = HERE / "refused.py"
MYPY = [sys.executable, "-m", "mypy", "--output=json"]
PYRIGHT = [sys.executable, "-m", "pyright", "--outputjson"]
# `--verifytypes` finds the installed package by the PATH alone.
PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

Place = tuple[str, int, str]


def expected(*, rules: bool) -> set[Place]:
    """What the comments say: mypy's codes, or pyright's rules."""
    return {
        (_inside(str(REFUSED)), number, code)
        for number, line in enumerate(REFUSED.read_text().splitlines(), 1)
        for said in re.findall(r"# ([a-z-]+(?: report\w+)+)$", line)
        for code in said.split()
        if code.startswith("report") is rules
    }


def by_mypy(*options: str) -> Iterator[Place]:
    for line in _output([*MYPY, *options]).splitlines():
        found = json.loads(line)
        if found["severity"] == "error":
            yield _inside(found["file"]), found["line"], found["code"]


def by_pyright() -> Iterator[Place]:
    for found in json.loads(_output([*PYRIGHT, f"--project={HERE}"]))["generalDiagnostics"]:
        yield (
            _inside(found["file"]),
            found["range"]["start"]["line"] + 1,
            found.get("rule", "syntax"),
        )


def untyped() -> set[Place]:
    """The installed package's public names whose type is not wholly known."""
    options = ["--verifytypes", "supabase_gotrue", "--ignoreexternal"]
    symbols = json.loads(_output([*PYRIGHT, *options]))["typeCompleteness"]["symbols"]
    unknown = {(s["name"], 0, "unknown type") for s in symbols if not s["isTypeKnown"]}
    return unknown if symbols else {("supabase_gotrue", 0, "not installed")}


def _inside(file: str) -> str:
    return str((ROOT / file).relative_to(ROOT))


def _output(command: list[str]) -> str:
    env = {**os.environ, "PATH": PATH}
    return subprocess.run(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, check=False, text=True
    ).stdout


def written_programs() -> list[str]:
    """The pages' programs as files, each line where the page has it."""
    BUILT.mkdir(parents=True, exist_ok=True)
    for page in PAGES:
        (BUILT / f"{page.stem}.py").write_text(program(page))
    return [str(BUILT / f"{page.stem}.py") for page in PAGES]


def main() -> int:
    files = [str(REFUSED), str(HERE / "accepted.py"), *written_programs()]
    codes, rules = expected(rules=False), expected(rules=True)
    differences = {
        "mypy": codes ^ set(by_mypy(*files)),
        "mypy without plugin": codes ^ set(by_mypy(f"--config-file={HERE / 'mypy.ini'}")),
        "pyright": rules ^ set(by_pyright()),
        "pyright --verifytypes": untyped(),
    }
    for checker, places in differences.items():
        for file, line, code in sorted(places):
            print(f"{file}:{line}: {checker}: {code} is missing or not expected")
    print(f"{len(codes)} refusals by mypy, with and without plugin; {len(rules)} by pyright")
    return 1 if any(differences.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
