"""Celery: the task of docs/examples, eager and with a worker."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from supabase_gotrue import Client, Error, admin
from supabase_gotrue.emulator import Emulator

pytest.importorskip("celery")
pytestmark = pytest.mark.slow


@pytest.fixture
def tasks(gotrue_client: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    example = import_module("docs.examples.celery_tasks")
    monkeypatch.setattr(example, "auth", lambda: gotrue_client)
    return example


@pytest.fixture(params=["eager", "worker"])
def ban_user(tasks: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "eager":
        tasks.app.conf.update(task_always_eager=True, task_store_eager_result=True)
        yield tasks.ban_user
        tasks.app.conf.update(task_always_eager=False)
    else:
        testing = import_module("celery.contrib.testing.worker")
        with testing.start_worker(tasks.app, perform_ping_check=False, pool="solo"):
            yield tasks.ban_user


def test_bans_a_user(ban_user: Any, gotrue_client: Client) -> None:
    user = admin.create_user(gotrue_client, {"email": "ada@example.com"}).unwrap()
    assert ban_user.delay(user.id).get(timeout=60) == "ada@example.com"
    assert admin.get_user_by_id(gotrue_client, user.id).unwrap().banned_until is not None


def test_failure_keeps_its_message(ban_user: Any) -> None:
    with pytest.raises(Error, match="user_id must be an UUID"):
        ban_user.delay("no-such-id").get(timeout=60)


def test_is_repeated_if_that_makes_sense(
    ban_user: Any, gotrue: Emulator, gotrue_client: Client
) -> None:
    user = admin.create_user(gotrue_client, {"email": "ada@example.com"}).unwrap()
    gotrue.fail_next(status=429, headers={"retry-after": "0"})
    assert ban_user.delay(user.id).get(timeout=60) == "ada@example.com"
