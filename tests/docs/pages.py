"""The programs of README and docs.

What may live here: reading pages. A page's `python` blocks are one program, from top to
bottom; a `text` block right after one is what it prints, and without one it prints nothing.
"""

from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))


class Block(NamedTuple):
    """A fenced block, and the number of lines before its first."""

    language: str
    text: str
    above: int


def blocks(page: Path) -> list[Block]:
    return [
        Block(token.info, token.content, token.map[0] + 1)
        for token in MarkdownIt().parse(page.read_text())
        if token.type == "fence" and token.map
    ]


def programs(page: Path) -> list[tuple[Block, str]]:
    """Each block of Python with what it is said to print."""
    found = [*blocks(page), Block("", "", 0)]
    return [
        (block, after.text if after.language == "text" else "")
        for block, after in pairwise(found)
        if block.language == "python"
    ]


def program(page: Path) -> str:
    """All of a page's Python, each line where the page has it."""
    lines: list[str] = []
    for block, _ in programs(page):
        lines += [""] * (block.above - len(lines)) + block.text.splitlines()
    return "\n".join(lines) + "\n"
