"""Parts of the command line that processes do not show: progress, statuses, help."""



from supabase_gotrue.cli.progress import ProgressLines
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "command-line.md"


def test_progress_is_a_line_every_few_seconds() -> None:
    lines: list[str] = []
    times = iter([0.0, 4.9, 5.0, 9.9, 10.0])
    with ProgressLines("importing", lines.append, lambda: next(times)) as progress:
        progress.update(10, 10, 100)
        progress.update(20, 20, 100)
        progress.update(30, 30, None)
        progress.update(40, 40, None)
    assert lines == [
        "importing: 20 users, 4/s, 20%, 20 s left",
        "importing: 40 users, 4/s",
    ]
