"""Makers of casters for choices, limited texts and lists of texts."""

from itertools import islice
from typing import Annotated, Literal, TypeAlias

from supabase_gotrue.json_types import is_sequence
from supabase_gotrue.schemas.cast import (
    INVALID_VALUE,
    MAX_FIELDS,
    Caster,
    Invalid,
    cast_str,
    is_blank,
)

Unit = Literal["byte", "character"]


def one_of(*choices: str) -> Caster:
    """Return a caster that accepts these texts only.

    >>> one_of("oauth2", "oidc")("saml") is INVALID_VALUE
    True
    """

    def cast_choice(value: object) -> object:
        text = cast_str(value)
        return text if text in choices else INVALID_VALUE

    return cast_choice


def at_most(limit: int, unit: Unit) -> Caster:
    """Return a caster for texts of a limited length.

    >>> at_most(1, "byte")("\\u00e9")
    Invalid(message='should be at most 1 byte(s)', path='')
    """

    def cast_limited(value: object) -> object:
        text = cast_str(value)
        if not isinstance(text, str):
            return INVALID_VALUE
        length = len(text.encode() if unit == "byte" else text)
        return text if length <= limit else Invalid(f"should be at most {limit} {unit}(s)")

    return cast_limited


def list_of(cast_item: Caster, max_items: int = MAX_FIELDS) -> Caster:
    """Return a caster for lists whose items are not blank.

    >>> list_of(cast_str)(["openid", ""])
    Invalid(message='is invalid', path='[1]')
    """

    def cast_list(value: object) -> object:
        if not is_sequence(value):
            return INVALID_VALUE
        given = list(islice(value, max_items + 1))
        if len(given) > max_items:
            return Invalid(f"should have at most {max_items} item(s)")
        items = [INVALID_VALUE if is_blank(item) else cast_item(item) for item in given]
        for index, item in enumerate(items):
            if type(item) is Invalid:
                return item.under(f"[{index}]")
        return items

    return cast_list


TextList: TypeAlias = Annotated[list[str], list_of(cast_str)]
