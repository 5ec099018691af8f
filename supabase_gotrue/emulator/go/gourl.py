"""URLs as Go's `net/url` parses them.

https://pkg.go.dev/net/url
"""

import re
from ipaddress import IPv6Address
from typing import Final, NamedTuple

LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "::1")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f]")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)
_INVALID_ESCAPE: Final = re.compile(r"%(?![0-9a-fA-F]{2})")
_USERINFO: Final = re.compile(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*")
_PORT: Final = re.compile(r"(:[0-9]*)?")
# A host may escape only what is not ASCII.
_HOST: Final = re.compile(
    r"(?:[A-Za-z0-9\-_.~!$&'()*+,;=:\]<>\"\u0080-\U0010ffff]|%25|%[89a-fA-F].)*"
)


class GoURL(NamedTuple):
    """The parts of a URL that the server looks at; the scheme is in lower case."""

    scheme: str
    host: str
    hostname: str
    fragment: str


def parse(text: str) -> GoURL | None:
    """Parse a URL, or return None where Go's `url.Parse` fails.

    >>> parse("HTTPS://Example.com:8443/a#b")
    GoURL(scheme='https', host='Example.com:8443', hostname='Example.com', fragment='b')
    >>> parse("https://a b/") is None
    True
    """
    url, _, fragment = text.partition("#")
    if _INVALID_ESCAPE.search(fragment):
        return None
    return _parse(url, fragment, absolute=False)


def parse_request_uri(text: str) -> GoURL | None:
    """Parse an absolute URL or an absolute path, or return None, as `url.ParseRequestURI`.

    >>> parse_request_uri("/path") is not None, parse_request_uri("path") is None
    (True, True)
    """
    return _parse(text, "", absolute=True) if text else None


def _parse(text: str, fragment: str, *, absolute: bool) -> GoURL | None:
    if _CONTROL.search(text) or text.startswith(":"):
        return None
    found = _SCHEME.fullmatch(text)
    scheme, rest = (found[1].lower(), found[2]) if found else ("", text)
    path = rest.partition("?")[0]
    if scheme and not path.startswith("/"):
        return GoURL(scheme, "", "", fragment)
    relative = not path.startswith("/") and text != "*"
    if relative and (absolute or ":" in path.partition("/")[0]):
        return None
    host = ""
    if path.startswith("//") and (scheme or not (absolute or path.startswith("///"))):
        authority, slash, path = path[2:].partition("/")
        path = slash + path
        userinfo, _, host = authority.rpartition("@")
        if not (_USERINFO.fullmatch(userinfo) and _is_host(scheme, host)):
            return None
        if _INVALID_ESCAPE.search(userinfo):
            return None
    return None if _INVALID_ESCAPE.search(path) else GoURL(scheme, host, _hostname(host), fragment)


def _is_host(scheme: str, host: str) -> bool:
    if host.startswith("["):
        address, bracket, port = host[1:].partition("]")
        return bool(bracket and _is_ipv6(address.replace("%25", "%")) and _PORT.fullmatch(port))
    colons = host.count(":")
    name, colon, port = host.rpartition(":") if colons else (host, "", "")
    if colons > 1 and scheme in ("http", "https"):
        return False
    return bool(_HOST.fullmatch(name) and _PORT.fullmatch(colon + port))


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def _hostname(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0].replace("%25", "%")
    return host.rpartition(":")[0] if ":" in host else host
