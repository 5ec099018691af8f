"""Numbers with their nouns."""


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> count_of(1, "user"), count_of(2000, "user")
    ('1 user', '2,000 users')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def singular(noun: str) -> str:
    """Return the singular of a noun.

    >>> singular("entries"), singular("OAuth clients")
    ('entry', 'OAuth client')
    """
    return f"{noun[:-3]}y" if noun.endswith("ies") else noun.removesuffix("s")
