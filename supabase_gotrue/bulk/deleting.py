"""`delete_users`: delete many users."""

from collections.abc import Iterable, Iterator

from returns.result import Failure, Result

from supabase_gotrue.bulk.concurrency import map_concurrent
from supabase_gotrue.client import BaseClient, Client, check_client, run
from supabase_gotrue.error import Error
from supabase_gotrue.operations import users
from supabase_gotrue.schemas.arguments import combine, soft_delete_argument
from supabase_gotrue.schemas.cast import Id, cast_id, cast_value


def delete_users(
    client: Client,
    user_ids: Iterable[Id],
    *,
    should_soft_delete: bool = False,
    max_concurrency: int = 8,
) -> Iterator[tuple[str, Result[None, Error]]]:
    """Delete users on several threads. This cannot be undone.

    Args:
        client: A client created with a secret or `service_role` key.
        user_ids: The IDs of the users, read lazily.
        should_soft_delete: Keep the rows, with hashed addresses and empty metadata. A value
            that is not a boolean, or the text of one, is rejected, and no user is deleted.
        max_concurrency: Maximum number of calls at a time, 1 to 1000.

    Returns:
        An iterator of `(user_id, result)`, in the order of `user_ids`. A user who is already
        gone is a Failure with code `not_found`; other Failures are those of
        `admin.delete_user`. Invalid arguments, and `user_ids` that raise,
        give a last pair of `""` and the Failure.

    Route: DELETE /admin/users/{user_id}.
    Source: https://github.com/supabase/auth/blob/master/internal/api/admin.go

    >>> [result for _, result in delete_users(client, [ada.id])]
    [<Success: None>]
    """
    checked = check_deletion(check_client(Client, client), should_soft_delete)
    if isinstance(checked, Failure):
        return iter([("", Failure(checked.failure()))])
    is_soft = checked.unwrap()

    def delete(user_id: Id) -> Result[None, Error]:
        return run(client, users.delete_user(user_id, is_soft)).map(lambda _: None)

    pairs = map_concurrent(delete, user_ids, max_concurrency=max_concurrency)
    return ((id_text(user_id), result) for user_id, result in pairs)


def check_deletion(
    client: Result[BaseClient, Error], should_soft_delete: object
) -> Result[bool, Error]:
    """Check the arguments of a deletion, and return whether it is a soft one."""
    flag = soft_delete_argument("should_soft_delete", should_soft_delete)
    return combine(lambda _, is_soft: is_soft, client, flag)


def id_text(user_id: object) -> str:
    """Return an id as text, or `""` for anything else."""
    text = cast_value(user_id, cast_id)
    return text if isinstance(text, str) else ""
