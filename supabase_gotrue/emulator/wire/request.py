"""`ServerRequest`: a request as the server sees it."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, unquote, unquote_plus

import msgspec

from supabase_gotrue.request import Request

# Hosted projects serve GoTrue below this path, a bare GoTrue serves it at the root.
HOSTED_PREFIX: Final = "/auth/v1"
# What is not sent as the target of a request: scheme and authority, and the fragment.
_TARGET: Final = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*|#.*$", re.DOTALL)
_FORM: Final = "application/x-www-form-urlencoded"
_INVALID_ESCAPE: Final = re.compile(r"%(?![0-9a-fA-F]{2})")


class ServerRequest(msgspec.Struct, frozen=True):
    """A request as the server sees it.

    Args:
        method: The HTTP method.
        path: Without the hosted prefix, decoded as Go's router decodes it.
        query: The values of each parameter, in order.
        headers: With lower-case names.
        body: The raw body; empty if it was a form, which Go has parsed already.
        form: The fields of the form.
        is_hosted: Whether the path had the prefix of hosted projects.
    """

    method: str
    path: str
    query: dict[str, list[str]]
    headers: Mapping[str, str]
    body: bytes | None
    form: dict[str, list[str]] = {}
    is_hosted: bool = False

    @classmethod
    def from_request(cls, request: Request) -> "ServerRequest":
        """Parse the URL of a request."""
        path, _, query = _TARGET.sub("", request.url).partition("?")
        path = _decode_path(path)
        is_hosted = path == HOSTED_PREFIX or path.startswith(f"{HOSTED_PREFIX}/")
        path = path.removeprefix(HOSTED_PREFIX) if is_hosted else path
        headers = {name: value.strip(" \t") for name, value in request.headers.items()}
        form = _parse_form(request.method, headers, request.body)
        return cls(
            method=request.method,
            path=path or "/",
            query=_parse_query(query),
            headers=headers,
            body=request.body if form is None else b"",
            form=form or {},
            is_hosted=is_hosted,
        )

    def query_param(self, name: str) -> str:
        """Return the first value of a query parameter, or `""`."""
        return self.query.get(name, [""])[0]

    def form_value(self, name: str) -> str:
        """Return a field of the form or, without one, a query parameter, or `""`."""
        return self.form.get(name, [""])[0] if name in self.form else self.query_param(name)

    @property
    def version(self) -> str:
        return self.headers.get("x-supabase-api-version", "")


def _decode_path(path: str) -> str:
    """Decode a path unless Go would encode the result differently, as Go's router does."""
    decoded = unquote(path)
    return decoded if quote(decoded, safe="/$&+,:;=@") == path else path


def _parse_form(
    method: str, headers: Mapping[str, str], body: bytes | None
) -> dict[str, list[str]] | None:
    """Parse a form, which the server does only to find `redirect_to`."""
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if method not in ("POST", "PUT", "PATCH") or media_type != _FORM or headers.get("redirect_to"):
        return None
    return _parse_query((body or b"").decode("utf-8", "replace"))


def _parse_query(text: str) -> dict[str, list[str]]:
    """Parse a query as Go does: invalid pairs are ignored."""
    query: dict[str, list[str]] = {}
    for pair in text.split("&"):
        if pair and ";" not in pair and not _INVALID_ESCAPE.search(pair):
            name, _, value = pair.partition("=")
            query.setdefault(unquote_plus(name), []).append(unquote_plus(value))
    return query
