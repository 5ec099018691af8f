"""What users have typed, made harmless for a terminal."""


def printable(text: str) -> str:
    """Replace characters that could control a terminal by their escapes.

    >>> printable("red: \\x1b[31m")
    'red: \\\\x1b[31m'
    """
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


def escaped_json(text: str) -> str:
    """Escape what could control a terminal; the text decodes to the same data.

    >>> escaped_json('{"name":"\\x9b1m"}')
    '{"name":"\\\\u009b1m"}'
    """
    return "".join(c if c.isprintable() or c in "\n\t" else json_escape(c) for c in text)


def json_escape(character: str) -> str:
    """Return a character as the escapes of JSON, which are UTF-16.

    >>> json_escape("\\U000e0001")
    '\\\\udb40\\\\udc01'
    """
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
