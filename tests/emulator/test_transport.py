"""The clients of an emulator: retries, and responses that are lost."""

import asyncio

import pytest
from returns.result import Success

from supabase_gotrue import Client, Error, admin
from supabase_gotrue.aio import admin as aio_admin
from supabase_gotrue.emulator import Emulator
from tests.emulator.helpers import EMAIL

RETRY_AFTER = {"retry-after": "1"}


def paths(emulator: Emulator) -> list[tuple[str, int]]:
    """The methods and statuses of the requests that an emulator responded to."""
    return [(request.method, request.status) for request in emulator.requests]


def test_failures_are_not_retried_by_default() -> None:
    emulator = Emulator()
    emulator.fail_next(429, headers=RETRY_AFTER)
    assert admin.list_users(emulator.client()).failure().status == 429
    assert paths(emulator) == [("GET", 429)]


@pytest.mark.parametrize("status", [429, 503])
def test_reads_are_retried(status: int) -> None:
    emulator = Emulator()
    emulator.fail_next(status, headers=RETRY_AFTER, times=2)
    assert admin.list_users(emulator.client(max_retries=2)).unwrap().users == ()
    assert paths(emulator) == [("GET", status), ("GET", status), ("GET", 200)]


@pytest.mark.parametrize(
    ("status", "headers", "statuses"),
    [
        pytest.param(429, RETRY_AFTER, [429, 200], id="nothing was done"),
        pytest.param(503, RETRY_AFTER, [503], id="something may have been done"),
        pytest.param(429, {}, [429], id="no time to wait is known"),
        pytest.param(429, {"retry-after": "10"}, [429], id="longer than the timeout"),
    ],
)
def test_changes_are_retried_where_that_is_safe(
    status: int, headers: dict[str, str], statuses: list[int]
) -> None:
    emulator = Emulator()
    emulator.fail_next(status, headers=headers)
    admin.create_user(emulator.client(max_retries=2), {"email": EMAIL})
    assert paths(emulator) == [("POST", status) for status in statuses]


def test_retries_end() -> None:
    emulator = Emulator()
    emulator.fail_next(429, headers=RETRY_AFTER, times=3)
    assert admin.list_users(emulator.client(max_retries=1)).failure().status == 429
    assert len(paths(emulator)) == 2


def test_pauses_count_against_the_timeout() -> None:
    emulator = Emulator()
    emulator.fail_next(429, headers={"retry-after": "6"}, times=3)
    assert admin.list_users(emulator.client(max_retries=5)).failure().status == 429
    assert len(paths(emulator)) == 2


def test_async_client_retries() -> None:
    emulator = Emulator()
    emulator.fail_next(503, headers=RETRY_AFTER)
    users = asyncio.run(aio_admin.list_users(emulator.async_client(max_retries=1))).unwrap().users
    assert users == ()


def lost(error: Error) -> tuple[str, bool, bool, int | None]:
    return error.code, error.outcome_unknown, error.retryable, error.status


LOST = ("connection_error", True, False, None)


@pytest.mark.parametrize("max_retries", [0, 3])
def test_lost_response_belongs_to_a_change_that_was_made(max_retries: int) -> None:
    emulator = Emulator()
    client = emulator.client(max_retries=max_retries)
    emulator.lose_response()
    assert lost(admin.create_user(client, {"email": EMAIL}).failure()) == LOST
    assert paths(emulator) == [("POST", 200)]
    assert admin.get_user_by_email(client, EMAIL).unwrap().email == EMAIL
    assert admin.create_user(client, {"email": EMAIL}).failure().error_code == "email_exists"


def test_reads_do_not_lose_their_response() -> None:
    emulator = Emulator()
    client = emulator.client()
    emulator.lose_response()
    assert isinstance(admin.list_users(client), Success)
    assert lost(admin.create_user(client, {"email": EMAIL}).failure()) == LOST
    assert isinstance(admin.create_user(client, {"email": "b@example.com"}), Success)


def test_rehearsed_failures_come_in_order() -> None:
    emulator = Emulator()
    client = emulator.client()
    emulator.fail_next(500)
    emulator.lose_response()
    emulator.fail_next(429)
    outcomes = [admin.create_user(client, {"email": EMAIL}).failure() for _ in range(4)]
    assert [error.status for error in outcomes] == [500, None, 429, 422]


def test_async_client_loses_a_response() -> None:
    emulator = Emulator()
    emulator.lose_response()
    creation = aio_admin.create_user(emulator.async_client(), {"email": EMAIL})
    assert lost(asyncio.run(creation).failure()) == LOST


def test_clients_are_equal_by_emulator_and_retries() -> None:
    def transport(client: Client) -> object:
        return client.transport

    emulator = Emulator()
    assert transport(emulator.client()) == transport(emulator.client())
    assert transport(emulator.client()) != transport(emulator.client(max_retries=1))
    assert transport(emulator.client()) != transport(Emulator().client())
