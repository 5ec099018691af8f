"""Run the checkers over each style of composing calls, and print the table of functional-style.md.

python -m tests.typesafety.styles
"""

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from tests.docs.pages import ROOT
from tests.typesafety.checkers import MYPY, PYRIGHT, WITHOUT_PLUGIN, output

PAGE = ROOT / "docs" / "functional-style.md"
PROGRAM = ROOT / "build" / "styles.py"
NAMES = """\
from returns.context import RequiresContextResult
from returns.future import FutureResult
from returns.io import IOResult
from returns.iterables import Fold
from returns.methods import cond
from returns.pipeline import flow, managed, pipe
from returns.pointfree import bind
from returns.result import Result, Success

from supabase_gotrue import Client, Error, User
from supabase_gotrue.admin import get_user_by_id
from supabase_gotrue.aio import AsyncClient, admin as async_admin
from supabase_gotrue.lifts import future, io, reader


class Given:
    client: Client
    async_client: AsyncClient
    user: User
    results: list[Result[User, Error]]


def find(user_id: str) -> Result[User, Error]: raise NotImplementedError
def email(user: User) -> Result[str, Error]: raise NotImplementedError
def use(user: User) -> IOResult[str, Error]: raise NotImplementedError
def release(user: User, used: object) -> IOResult[None, Error]: raise NotImplementedError


find_io = io(get_user_by_id)
find_later = future(async_admin.get_user_by_id)
find_by_client = reader(get_user_by_id)
"""


class Style(NamedTuple):
    """A way to compose calls.

    Args:
        name: Its name in the table.
        expression: A use of it.
        value: The type of the value.
        container: The type of the expression, with `{}` for the type of the value.
    """

    name: str
    expression: str
    value: str = "str"
    container: str = "Result[{}, Error]"


STYLES = (
    Style("`.bind`, `.map`", 'find("1").bind(lambda user: find(user.id))', "User"),
    Style("`Result.do`", 'Result.do(found for user in find("1") for found in email(user))'),
    Style("`flow`", 'flow("1", find, bind(email))'),
    Style("`pipe`", 'pipe(find, bind(email))("1")'),
    Style("`returns.pointfree`", 'bind(email)(find("1"))'),
    Style("`Fold.collect`", "Fold.collect(given.results, Success(()))", "tuple[User, ...]"),
    Style(
        "`cond`", 'cond(Result, given.user.is_anonymous, given.user, Error("not_found"))', "User"
    ),
    Style(
        "`IOResult` by `lifts.io`",
        'find_io(given.client, "1").bind(use)',
        "str",
        "IOResult[{}, Error]",
    ),
    Style(
        "`managed`",
        'managed(use, release)(find_io(given.client, "1"))',
        "str",
        "IOResult[{}, Error]",
    ),
    Style(
        "`FutureResult` by `lifts.future`",
        'find_later(given.async_client, "1").map(lambda user: user.id)',
        "str",
        "FutureResult[{}, Error]",
    ),
    Style(
        "`RequiresContextResult` by `lifts.reader`",
        'find_by_client("1").bind(lambda user: find_by_client(user.id))',
        "User",
        "RequiresContextResult[{}, Error, Client]",
    ),
)


class Report(NamedTuple):
    """What a checker reports.

    Args:
        errors: The lines with errors.
        types: The revealed types by line, without the modules of names.
    """

    errors: set[int]
    types: dict[int, str]


def uses(style: Style) -> list[tuple[str, str]]:
    """Return the bodies and return types of functions: no type, right, wrong."""
    returned = f"return {style.expression}"
    return [
        (f"reveal_type({style.expression})", "None"),
        (returned, style.container.format(style.value)),
        (returned, style.container.format("bytes")),
    ]


def write_program() -> None:
    """Write functions of two lines each: mypy skips what follows a call that returns `Never`."""
    functions = (
        f"def use_{number}(given: Given) -> {returns}:\n    {body}"
        for number, (body, returns) in enumerate(chain.from_iterable(map(uses, STYLES)))
    )
    PROGRAM.parent.mkdir(parents=True, exist_ok=True)
    PROGRAM.write_text("\n".join([NAMES, *functions, ""]))


def mypy_report(command: list[str]) -> Report:
    report = Report(set(), {})
    for text in output([*command, str(PROGRAM)]).splitlines():
        found = json.loads(text)
        _add(report, found["line"], found["severity"], found["message"])
    return report


def pyright_report() -> Report:
    report = Report(set(), {})
    for found in json.loads(output([*PYRIGHT, str(PROGRAM)]))["generalDiagnostics"]:
        line = found["range"]["start"]["line"] + 1
        _add(report, line, found["severity"], found["message"])
    return report


def _add(report: Report, line: int, severity: str, message: str) -> None:
    if severity == "error":
        report.errors.add(line)
    for revealed in re.findall(r'(?:Revealed type is|^Type of ".*" is) "(.*)"$', message):
        report.types[line] = re.sub(r"[\w.]+\.(?=\w)", "", revealed)


def verdict(style: Style, line: int, report: Report) -> str:
    """Return a cell of the table.

    Args:
        style: The style of the row.
        line: The line of its expression without a type; those with a type follow.
        report: The report of the checker of the column.
    """
    right, wrong = line + 2, line + 4
    if right in report.errors:
        return "refused"
    if line not in report.errors and report.types[line] == style.container.format(style.value):
        return "inferred"
    return "if annotated" if wrong in report.errors else "not checked"


def rows() -> Iterator[str]:
    write_program()
    reports = (mypy_report(MYPY), mypy_report(WITHOUT_PLUGIN), pyright_report())
    first = NAMES.count("\n") + 3
    yield "| style | mypy with plugin | mypy | pyright |"
    yield "| --- | --- | --- | --- |"
    for number, style in enumerate(STYLES):
        verdicts = [verdict(style, first + 6 * number, report) for report in reports]
        yield f"| {' | '.join([style.name, *verdicts])} |"


def is_current() -> bool:
    """Return whether the page has the table as the checkers of today fill it."""
    return "\n\n" + "\n".join(rows()) + "\n\n" in PAGE.read_text()


if __name__ == "__main__":
    print("\n".join(rows()))
