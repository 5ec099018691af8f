"""LIKE and ILIKE of PostgreSQL, in a time that grows linearly with the text.

https://www.postgresql.org/docs/15/functions-matching.html
"""

import re
from functools import lru_cache

_PART = re.compile(r"\\.|.", re.DOTALL)


def like(text: object, pattern: str) -> bool:
    """Return whether a text matches a pattern.

    >>> like("ada@example.com", "a%@_xample.com"), like("Ada", "a%"), like(None, "%")
    (True, False, False)
    """
    return text is not None and bool(_compile(pattern, re.NOFLAG).fullmatch(str(text)))


def ilike(text: object, pattern: str) -> bool:
    """Return whether a text matches a pattern in any case.

    >>> ilike("Ada", "a%")
    True
    """
    return text is not None and bool(_compile(pattern, re.IGNORECASE).fullmatch(str(text)))


@lru_cache(maxsize=256)
def _compile(pattern: str, flags: re.RegexFlag) -> re.Pattern[str]:
    """Compile a pattern.

    Each literal between two `%` matches where it first occurs, and the last one at the end.
    Atomic groups keep the expression from trying another place, which would not help either.
    """
    literals = [""]
    for part in _PART.findall(pattern):
        if part == "%":
            literals.append("")
        else:
            literals[-1] += "." if part == "_" else re.escape(part[-1])
    first, *middle = literals
    last = middle.pop() if middle else None
    end = "" if last is None else f".*{last}"
    found = "".join(f"(?>.*?{literal})" for literal in middle if literal)
    return re.compile(f"{first}{found}{end}", re.DOTALL | flags)
