"""Celery tasks that ban users. The key comes from the environment of the worker.

Run a worker with `celery --app celery_tasks worker`, and queue a ban with
`ban_user.delay(user_id)`.
"""

from datetime import timedelta
from functools import cache
from typing import Any

from celery import Celery, Task
from returns.result import Failure, Success

from supabase_gotrue import Client, Error, User, admin, client_from_env

app = Celery("bans", broker="memory://", backend="cache+memory://")


@cache
def auth() -> Client:
    """One client for each worker process, created in it."""
    return client_from_env().unwrap()


@app.task(bind=True, acks_late=True, max_retries=5)
def ban_user(task: "Task[Any, Any]", user_id: str) -> str | None:
    """Ban a user for a week, and return their email address."""
    match admin.update_user_by_id(auth(), user_id, {"ban_duration": timedelta(weeks=1)}):
        case Success(User() as user):
            return user.email
        case Failure(Error(retryable=True) as error):
            # A ban can be repeated without harm, and the error says when it makes sense.
            raise task.retry(exc=error, countdown=error.retry_after or 2**task.request.retries)
        case failure:
            # An Error is an exception that can be pickled, and that holds no secret.
            raise failure.failure()
