"""The emulator has the route of every function."""

from http import HTTPStatus

import pytest
from returns.result import Result

from supabase_gotrue import AdminUserAttrs, Error, Request, Response, admin, with_options
from supabase_gotrue.emulator import Emulator
from tests.calls import ID, SENDING, USER, USER_ID, USERS, Call, call_id, outcomes


def is_routed(response: Response) -> bool:
    """Whether a handler responded: the router's own responses have no JSON."""
    is_json = response.headers.get("content-type", "").startswith("application/json")
    return is_json or response.status < HTTPStatus.BAD_REQUEST


def emulator_with_user() -> Emulator:
    """Return an emulator with the user of the table: guards look for users before methods."""
    emulator = Emulator()
    user: AdminUserAttrs = {"id": USER_ID, "email": "grace@example.com"}
    admin.create_user(emulator.client(), user).unwrap()
    return emulator


@pytest.mark.parametrize("call", SENDING, ids=call_id)
def test_emulator_has_the_route(call: Call) -> None:
    emulator = emulator_with_user()
    responses: list[Response] = []

    def observed(request: Request) -> Result[Response, Error]:
        result = emulator(request)
        responses.append(result.unwrap())
        return result

    outcomes(call(with_options(emulator.client(), transport=observed).unwrap()))
    assert is_routed(responses[0]), f"add {call.sends} to the routes of the emulator"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/admin/nothing"), ("PATCH", USERS), ("GET", f"{USER}/passkeys/{ID}")],
)
def test_route_that_is_missing_is_noticed(method: str, path: str) -> None:
    emulator = emulator_with_user()
    headers = {"authorization": f"Bearer {emulator.key()}"}
    assert not is_routed(emulator(Request(method, f"http://localhost{path}", headers)).unwrap())
