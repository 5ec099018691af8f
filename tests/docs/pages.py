"""The programs and tables of README and docs.

The `python` blocks of a page are one program, from top to bottom. A `text` block right after a
block is its output; a block without one prints nothing.
"""

from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))


class Block(NamedTuple):
    """A fenced block.

    Args:
        language: The word after the fence.
        text: The content.
        line: The number of lines before the content.
        section: The heading of level 2 above it, or `""`.
    """

    language: str
    text: str
    line: int
    section: str = ""


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page."""
    found: list[Block] = []
    section = ""
    tokens = MarkdownIt().parse(page.read_text())
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            section = tokens[index + 1].content
        if token.type == "fence" and token.map:
            found.append(Block(token.info, token.content, token.map[0] + 1, section))
    return found


def programs(page: Path) -> list[tuple[Block, str]]:
    """Return each block of Python with its output."""
    found = [*blocks(page), Block("", "", 0)]
    return [
        (block, after.text if after.language == "text" else "")
        for block, after in pairwise(found)
        if block.language == "python"
    ]


def program(page: Path) -> str:
    """Return the Python of a page, with the same line numbers as the page."""
    lines: list[str] = []
    for block, _ in programs(page):
        lines += [""] * (block.line - len(lines)) + block.text.splitlines()
    return "\n".join(lines) + "\n"


def table(page: str, head: str) -> list[tuple[str, ...]]:
    """Return the rows of the table with this head, without backquotes.

    Args:
        page: The name of a page in docs.
        head: The names of the columns: `cast | accepts`.
    """
    _, _, after = (ROOT / "docs" / page).read_text().partition(f"| {head} |\n")
    rows = after.partition("\n\n")[0].replace("`", "").splitlines()[1:]
    return [tuple(cell.strip() for cell in row.strip("|").split("|")) for row in rows]
