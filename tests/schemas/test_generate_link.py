"""Attributes of links: their types and what each needs."""

from typing import Any

import pytest

from supabase_gotrue import GenerateLinkParams
from tests.validation import BLANK, INVALID, errors


@pytest.mark.parametrize(
    ("type", "required_field"),
    [
        ("signup", "password"),
        ("invite", None),
        ("magiclink", None),
        ("magicLink", None),
        ("recovery", None),
        ("email_change_current", "new_email"),
        ("email_change_new", "new_email"),
    ],
)
def test_link_types_and_their_required_fields(type: str, required_field: str | None) -> None:
    attrs: Any = {"type": type, "email": "a"}
    if required_field:
        assert errors(GenerateLinkParams.parse(attrs)) == {required_field: BLANK}
        attrs[required_field] = "x"
    params = GenerateLinkParams.parse({**attrs, "data": {"a": 1}}).unwrap()
    assert params.type == type.lower()
    assert params.data == {"a": 1}


@pytest.mark.parametrize("invalid", ["magic", "SIGNUP", "sms", 1, ["signup"]])
def test_rejects_unknown_link_types(invalid: Any) -> None:
    assert errors(GenerateLinkParams.parse({"type": invalid})) == {"type": INVALID, "email": BLANK}
    assert errors(GenerateLinkParams.parse({})) == {"type": BLANK, "email": BLANK}
