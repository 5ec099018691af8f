"""Charts as SVG that is part of a page: `docs/_static/site.css` has their colours."""

from collections.abc import Mapping, Sequence
from html import escape

WIDTH = 460
LABELS = 150
BAR = 22
PLOT_HEIGHT = 150


def bars(name: str, title: str, rows: Mapping[str, float], own: str) -> str:
    """Draw a horizontal bar with its value for each row; names that begin with `own` stand out."""
    longest = max(rows.values())
    elements = [_text(0, 16, title, "term")]
    for number, (label, value) in enumerate(rows.items()):
        top = 30 + number * (BAR + 8)
        length = (WIDTH - LABELS - 60) * value / longest
        kind = "bar own" if label.startswith(own) else "bar"
        elements += [
            _text(LABELS - 8, top + 16, label, "note", "end"),
            f'<rect class="{kind}" x="{LABELS}" y="{top}" width="{length:.0f}" height="{BAR}"/>',
            _text(
                LABELS + length + 6,
                top + 16,
                f"{value:,.0f}" if value >= 10 else f"{value:.2g}",
                "label",
            ),
        ]
    return _svg(name, title, 34 + len(rows) * (BAR + 8), elements)


def line(name: str, title: str, points: Sequence[tuple[float, float]]) -> str:
    """Draw a line through points at equal distances, with both coordinates of each point."""
    tallest = max(y for _, y in points)
    bottom, step = 48 + PLOT_HEIGHT, (WIDTH - 90) / (len(points) - 1)
    places = [
        (50 + step * number, bottom - PLOT_HEIGHT * y / tallest)
        for number, (_, y) in enumerate(points)
    ]
    elements = [
        _text(0, 16, title, "term"),
        f'<path class="line" d="M20 {bottom}H{WIDTH - 20}"/>',
        f'<path class="line io" d="M{"L".join(f"{x:.0f} {y:.0f}" for x, y in places)}"/>',
    ]
    for (x, y), (left, top) in zip(points, places, strict=True):
        elements += [
            f'<circle class="own" cx="{left:.0f}" cy="{top:.0f}" r="4"/>',
            _text(left - 6, top - 6, f"{y:,.0f}", "label", "end"),
            _text(left, bottom + 18, f"{x:,.0f}", "note", "middle"),
        ]
    return _svg(name, title, bottom + 26, elements)


def _text(x: float, y: float, text: str, kind: str, anchor: str = "start") -> str:
    return (
        f'<text class="{kind}" x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{escape(text)}</text>'
    )


def _svg(name: str, title: str, height: int, elements: Sequence[str]) -> str:
    lines = "\n  ".join(elements)
    return (
        f'<svg class="picture" id="{name}" xmlns="http://www.w3.org/2000/svg" role="img"'
        f' viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" aria-label="{escape(title)}">\n'
        f"  <title>{escape(title)}</title>\n  {lines}\n</svg>\n"
    )
