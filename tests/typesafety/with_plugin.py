"""Types that only mypy with the plugin of returns infers. Nothing here runs."""

from functools import partial
from typing import assert_type

from returns.iterables import Fold
from returns.pipeline import flow
from returns.pointfree import bind, map_
from returns.result import Result, Success

from supabase_gotrue import AdminUserAttrs, Client, Error, User, admin


def collected(client: Client, emails: list[str]) -> None:
    invited = [admin.invite_user_by_email(client, email) for email in emails]
    users: Result[tuple[User, ...], Error] = Fold.collect(invited, Success(()))
    assert_type(users, Result[tuple[User, ...], Error])


def identifier(user: User) -> str:
    return user.id


def pipelines(client: Client, attrs: AdminUserAttrs) -> None:
    found = flow(
        admin.create_user(client, attrs),
        map_(identifier),
        bind(partial(admin.get_user_by_id, client)),
    )
    assert_type(found, Result[User, Error])
