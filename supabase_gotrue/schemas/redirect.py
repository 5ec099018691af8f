"""The `redirect_to` of links: its cast, and how it is sent."""

import re
from typing import Annotated, Final, TypeAlias
from urllib.parse import quote

from supabase_gotrue.schemas.cast import INVALID_VALUE, cast_str

# Not allowed in a header or a URL.
_BLANK_OR_CONTROL: Final = r"[\s\x00-\x1f\x7f-\x9f]"
_VISIBLE_ASCII: Final = "".join(map(chr, range(0x21, 0x7F)))

# The parts before the path; user info is left as it is.
_SCHEME: Final = r"^[A-Za-z][A-Za-z0-9+.-]*:"
_HOST: Final = r"^((?:[a-z][a-z0-9+.-]*:)?//(?:[^/?#]*@)?)([^/?#@]*)"

# The Elixir library leaves default ports out: https://hexdocs.pm/elixir/URI.html#to_string/1
_DEFAULT_PORT: Final = r"^(http://[^/?#]*(?=:80(?:[/?#]|$))|https://[^/?#]*(?=:443(?:[/?#]|$))):\d+"


def cast_redirect(value: object) -> object:
    """Cast to ASCII with scheme and host in lower case: one text for query, header and body.

    >>> cast_redirect("HTTPS://Example.com:443/Ü?q=Ö#f")
    'https://example.com/%C3%9C?q=%C3%96#f'
    """
    url = cast_str(value)
    if not isinstance(url, str) or re.search(_BLANK_OR_CONTROL, url):
        return INVALID_VALUE
    url = quote(url, safe=_VISIBLE_ASCII)
    url = re.sub(_SCHEME, lambda found: found[0].lower(), url)
    url = re.sub(_HOST, lambda found: found[1] + found[2].lower(), url)
    return re.sub(_DEFAULT_PORT, r"\1", url)


RedirectUrl: TypeAlias = Annotated[str, cast_redirect]


def redirect_headers(redirect_to: str | None) -> dict[str, str]:
    """Return the parameter for the query and for the headers.

    The query reaches every server; proxies drop the Elixir library's header, because its
    name contains `_`.
    """
    return {} if redirect_to is None else {"redirect_to": redirect_to}
