"""A canned server of 100,000 users: pages by cursor, and creations that are not kept."""

import json
import re
from functools import cache

USERS = 100_000
_LIMIT = re.compile(r"[?&]limit=(\d+)")
_CURSOR = re.compile(r"[?&]cursor=(\d+)")


def user_json(number: int) -> bytes:
    """Return a user as the server writes one, about 700 bytes."""
    at = f"2026-08-{1 + number // 86400 % 28:02}T{number // 3600 % 24:02}:"
    at += f"{number // 60 % 60:02}:{number % 60:02}.123456Z"
    return (
        f'{{"id":"13b6d1ec-2b1f-4f2e-9a52-{number:012x}","aud":"authenticated",'
        f'"role":"authenticated","email":"user{number}@example.com",'
        f'"email_confirmed_at":"{at}","phone":"","confirmed_at":"{at}",'
        '"app_metadata":{"provider":"email","providers":["email"],"plan":"free"},'
        f'"user_metadata":{{"name":"User {number}","email_verified":true}},'
        f'"identities":null,"created_at":"{at}","updated_at":"{at}","is_anonymous":false}}'
    ).encode()


def body_for(method: str, target: str) -> bytes:
    """Return the body of a response, always with status 200."""
    if method == "POST":
        return _created()
    if "per_page=" in target:
        return b'{"users":[' + user_json(USERS - 1) + b"]}"
    limit, cursor = _LIMIT.search(target), _CURSOR.search(target)
    return _page(int(cursor[1]) if cursor else 0, int(limit[1]) if limit else 50)


@cache
def _created() -> bytes:
    return user_json(1)


def _page(start: int, size: int) -> bytes:
    end = min(start + size, USERS)
    rest: dict[str, object] = {"has_more": end < USERS}
    if end < USERS:
        rest["next_cursor"] = str(end)
    users = b",".join(map(user_json, range(start, end)))
    return b'{"users":[' + users + b'],"pagination":' + json.dumps(rest).encode() + b"}"
