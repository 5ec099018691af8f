"""Links: what is sent for each type."""

from typing import Any

from hypothesis import given

from supabase_gotrue import admin
from tests import strategies as draw
from tests.canned import body_of, query_of, sent


@given(draw.links)
def test_generate_link_sends_its_attributes(attrs: Any) -> None:
    request = sent(lambda client: admin.generate_link(client, attrs))
    assert body_of(request) == attrs
    assert query_of(request).get("redirect_to") == attrs.get("redirect_to")
    assert request.headers.get("redirect_to") == attrs.get("redirect_to")


def test_spelling_of_the_original_is_sent_as_the_server_spells_it() -> None:
    request = sent(
        lambda client: admin.generate_link(client, {"type": "magicLink", "email": "a@b.c"})
    )
    assert request.body == b'{"type":"magiclink","email":"a@b.c"}'
