"""Where a link leads: the cast of `redirect_to`."""

import re
from typing import Final
from urllib.parse import quote

from supabase_gotrue.schemas.cast import WRONG, text

# A header cannot hold them, and no URL does.
_BLANK_OR_CONTROL: Final = r"[\s\x00-\x1f\x7f-\x9f]"
_VISIBLE_ASCII: Final = "".join(map(chr, range(0x21, 0x7F)))

# What comes before the path, but for the user's name and password.
_SCHEME: Final = r"^[A-Za-z][A-Za-z0-9+.-]*:"
_HOST: Final = r"^((?:[a-z][a-z0-9+.-]*:)?//(?:[^/?#]*@)?)([^/?#@]*)"

# The original leaves them out: https://hexdocs.pm/elixir/URI.html#to_string/1
_DEFAULT_PORT: Final = r"^(http://[^/?#]*(?=:80(?:[/?#]|$))|https://[^/?#]*(?=:443(?:[/?#]|$))):\d+"


def redirect_url(value: object) -> object:
    """One text for query, header and body: ASCII, scheme and host in lower case.

    >>> redirect_url("HTTPS://Example.com:443/Ü?q=Ö#f")
    'https://example.com/%C3%9C?q=%C3%96#f'
    """
    url = text(value)
    if not isinstance(url, str) or re.search(_BLANK_OR_CONTROL, url):
        return WRONG
    url = quote(url, safe=_VISIBLE_ASCII)
    url = re.sub(_SCHEME, lambda found: found[0].lower(), url)
    url = re.sub(_HOST, lambda found: found[1] + found[2].lower(), url)
    return re.sub(_DEFAULT_PORT, r"\1", url)
