"""The page `/_emulator`: users, mails and requests, for people who build a front end.

It is served over a socket only, and to its own origin only: another web page that is open in
the same browser can neither read it nor press its button.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Final

from supabase_gotrue.emulator.emulator import Emulator
from supabase_gotrue.emulator.go import gourl
from supabase_gotrue.emulator.server import LoggedRequest
from supabase_gotrue.emulator.services.outbox import Mail
from supabase_gotrue.emulator.wire.request import ServerRequest
from supabase_gotrue.models.user import User
from supabase_gotrue.request import Request
from supabase_gotrue.response import Response

PAGE_PATH: Final = "/_emulator"
_HEADERS: Final[Mapping[str, str]] = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # `no-referrer` would make browsers send `Origin: null` with the form.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}
# Columns whose content may break anywhere.
_WIDE: Final = ("Link", "Path", "State", "To", "User")
_FORBIDDEN: Final = b"This page is for this machine and its own origin only.\n"

# A row of HTML: the text or markup of each cell.
Cells = tuple[str, ...]


def page_response(emulator: Emulator, request: Request) -> Response | None:
    """Return the page, or None for a request of another path."""
    if ServerRequest.from_request(request).path != PAGE_PATH:
        return None
    if not _is_own_origin(request):
        return Response(403, {**_HEADERS, "content-type": "text/plain"}, _FORBIDDEN)
    if request.method == "POST":
        emulator.reset()
        return Response(303, {**_HEADERS, "location": PAGE_PATH}, b"")
    if request.method != "GET":
        return Response(405, {**_HEADERS, "allow": "GET, POST"}, b"")
    return Response(200, _HEADERS, _render(emulator).encode("utf-8", "replace"))


def _is_own_origin(request: Request) -> bool:
    """Return whether a person on this machine, or the page itself, sent a request.

    A foreign page cannot choose these headers. `Host` shows a name that was pointed at this
    machine: https://developer.mozilla.org/docs/Glossary/Fetch_metadata_request_header
    """
    headers = request.headers
    host = headers.get("host", "")
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    url = gourl.parse(f"http://{host}")
    if url is None or url.hostname.lower() not in gourl.LOOPBACK_NAMES:
        return False
    if origin not in (None, f"http://{host}") or site not in (None, "none", "same-origin"):
        return False
    return request.method != "POST" or origin is not None or site == "same-origin"


def _render(emulator: Emulator) -> str:
    users = ("User", "State", "Providers", "Created", "Last sign-in")
    mails = ("To", "Type", "Code", "Link", "Sent")
    requests = ("Time", "Method", "Path", "Status")
    sections = (
        _section("Users", users, map(_user_cells, emulator.users)),
        _section("Mails", mails, map(_mail_cells, reversed(emulator.outbox))),
        _section("Requests", requests, map(_request_cells, reversed(emulator.requests))),
    )
    return _template().substitute(sections="\n".join(sections))


@cache
def _template() -> Template:
    return Template(files("supabase_gotrue.emulator").joinpath("page.html").read_text("utf-8"))


def _section(title: str, columns: Iterable[str], rows: Iterable[Cells]) -> str:
    """Return a heading and a table, newest first."""
    names = tuple(columns)
    body = [f"<tr>{''.join(map(_cell, names, cells))}</tr>" for cells in rows]
    heading = f"<h2>{title} <small>{len(body)}</small></h2>"
    if not body:
        return f'<section>{heading}<p class="none">None yet.</p></section>'
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    return f"<section>{heading}{table}</section>"


def _cell(name: str, content: str) -> str:
    wide = ' class="wide"' if name in _WIDE else ""
    # On a narrow screen a cell is a row: the label, and the content as one block.
    block = content and f"<div>{content}</div>"
    return f'<td data-label="{name}"{wide}>{block}</td>'


def _user_cells(user: User) -> Cells:
    states = {
        "deleted": user.deleted_at,
        "anonymous": user.is_anonymous,
        "confirmed": user.confirmed_at,
        "invited": user.invited_at,
    }
    state = next((name for name, holds in states.items() if holds), "unconfirmed")
    until = "" if user.banned_until is None else f", banned until {_time(user.banned_until)}"
    providers = sorted({identity.provider for identity in user.identities or ()})
    signed_in = "" if user.last_sign_in_at is None else _time(user.last_sign_in_at)
    return (
        f"{escape(user.email or user.phone or 'no address')}<br><code>{escape(user.id)}</code>",
        state + until,
        escape(", ".join(providers)),
        _time(user.created_at),
        signed_in,
    )


def _mail_cells(mail: Mail) -> Cells:
    link = escape(mail.link)
    return (
        escape(mail.to),
        escape(mail.type),
        f'<code class="code">{escape(mail.otp)}</code>',
        f'<a href="{link}" rel="noreferrer">{link}</a>' if link else "",
        _time(datetime.fromisoformat(mail.sent_at)),
    )


def _request_cells(request: LoggedRequest) -> Cells:
    failed = ' class="failed"' if request.status >= 400 else ""
    return (
        _time(datetime.fromisoformat(request.at)),
        escape(request.method),
        f"<code>{escape(request.path)}</code>",
        f"<span{failed}>{request.status}</span>",
    )


def _time(moment: datetime) -> str:
    """Return a time in UTC, to the second."""
    text = moment.astimezone(UTC).isoformat(" ", "seconds").removesuffix("+00:00")
    return f'<time datetime="{moment.isoformat()}">{text}</time>'
