"""Check that mypy, mypy without its plugin, and pyright report what `refused.py` expects.

A comment at the end of a line names the codes of mypy and the rules of pyright that must be
reported there. In the other files of this folder, and in the programs of README and docs, nothing
may be reported. The table of styles in functional-style.md must be current.
"""

import json
import re
import sys
from collections.abc import Iterator

from tests.docs.pages import PAGES, ROOT, program
from tests.typesafety import styles
from tests.typesafety.checkers import FOLDER, MYPY, PYRIGHT, WITHOUT_PLUGIN, output

PROGRAMS = ROOT / "build" / "pages"
REFUSED = FOLDER / "refused.py"

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


def mypy_errors(command: list[str]) -> Iterator[Location]:
    for line in output(command).splitlines():
        found = json.loads(line)
        if found["severity"] == "error":
            yield _relative(found["file"]), found["line"], found["code"]


def pyright_errors() -> Iterator[Location]:
    for found in json.loads(output([*PYRIGHT, f"--project={FOLDER}"]))["generalDiagnostics"]:
        yield (
            _relative(found["file"]),
            found["range"]["start"]["line"] + 1,
            found.get("rule", "syntax"),
        )


def incompletely_typed_names() -> set[Location]:
    """Return the public names of the installed package whose type is not completely known."""
    options = ["--verifytypes", "supabase_gotrue", "--ignoreexternal"]
    symbols = json.loads(output([*PYRIGHT, *options]))["typeCompleteness"]["symbols"]
    unknown = {(s["name"], 0, "unknown type") for s in symbols if not s["isTypeKnown"]}
    return unknown if symbols else {("supabase_gotrue", 0, "not installed")}


def _relative(file: str) -> str:
    return str((ROOT / file).relative_to(ROOT))


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
        "mypy": codes ^ set(mypy_errors([*MYPY, *files])),
        "mypy without plugin": codes ^ set(mypy_errors(WITHOUT_PLUGIN)),
        "pyright": rules ^ set(pyright_errors()),
        "pyright --verifytypes": incompletely_typed_names(),
    }
    for checker, locations in differences.items():
        for file, line, code in sorted(locations):
            print(f"{file}:{line}: {checker}: {code} is missing or not expected")
    print(f"{len(codes)} errors by mypy, with and without plugin; {len(rules)} by pyright")
    is_current = styles.is_current()
    if not is_current:
        print("the table of docs/functional-style.md differs: python -m tests.typesafety.styles")
    return 0 if is_current and not any(differences.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
