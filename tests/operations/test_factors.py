"""Second factors: what is sent, and which responses cannot be decoded."""

import json
from typing import Any

from hypothesis import given

from supabase_gotrue import FactorParams, admin
from tests import strategies as draw
from tests.canned import Canned, body_of, sent


@given(draw.factor_changes)
def test_update_factor_sends_its_attributes(attrs: Any) -> None:
    assert body_of(sent(lambda client: admin.update_factor(client, "1", "2", attrs))) == attrs


def test_update_factor_accepts_params() -> None:
    params = FactorParams(phone="15550001")
    request = sent(lambda client: admin.update_factor(client, "1", "2", params))
    assert request.body == b'{"phone":"15550001"}'


def test_response_that_is_no_list() -> None:
    client = Canned(200, json.dumps({}).encode()).client()
    assert admin.list_factors(client, "1").failure().code == "invalid_response"
