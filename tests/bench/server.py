"""A canned GoTrue on loopback, as cheap as a server can be: it parses next to nothing.

Run it: it prints its port, and serves until its standard input closes.
"""

import asyncio
import json
import sys
from typing import ClassVar

# Requests below this path get their response after this many seconds.
SLOW = b"/slow/"
DELAY = 0.01
USER_ID = "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"


def user(number: int) -> dict[str, object]:
    """A user as the server writes one, about 1 kB."""
    at = f"2026-08-20T10:{number // 60 % 60:02}:{number % 60:02}.123456Z"
    user_id = f"13b6d1ec-2b1f-4f2e-9a52-{number:012x}"
    email = f"user{number}@example.com"
    return {
        "id": user_id,
        "aud": "authenticated",
        "role": "authenticated",
        "email": email,
        "email_confirmed_at": at,
        "phone": "",
        "confirmed_at": at,
        "last_sign_in_at": at,
        "app_metadata": {"provider": "email", "providers": ["email"], "plan": "free"},
        "user_metadata": {"name": f"User {number}", "tags": ["a", "b", "c"], "locale": "en"},
        "identities": [
            {
                "identity_id": user_id,
                "id": user_id,
                "user_id": user_id,
                "identity_data": {
                    "email": email,
                    "email_verified": True,
                    "phone_verified": False,
                    "sub": user_id,
                },
                "provider": "email",
                "last_sign_in_at": at,
                "created_at": at,
                "updated_at": at,
                "email": email,
            }
        ],
        "created_at": at,
        "updated_at": at,
        "is_anonymous": False,
    }


def answer(body: object, *headers: str) -> bytes:
    text = json.dumps(body, separators=(",", ":")).encode()
    head = [
        "HTTP/1.1 200 OK",
        "Content-Type: application/json",
        "Vary: Origin",
        "X-Request-Id: 7e9f0c52-3a9c-4a1b-9c0e-6f6b1b9f2f0a",
        "Date: Thu, 20 Aug 2026 10:00:00 GMT",
        f"Content-Length: {len(text)}",
        *headers,
    ]
    return "\r\n".join([*head, "", ""]).encode() + text


def page(size: int) -> bytes:
    users = [user(number) for number in range(size)]
    last = 100_000 // size
    link = f'</admin/users?page=2>; rel="next", </admin/users?page={last}>; rel="last"'
    return answer(
        {"users": users, "aud": "authenticated"}, f"Link: {link}", "X-Total-Count: 100000"
    )


class Canned(asyncio.Protocol):
    """Answers each request that has no body, as soon as its blank line is there."""

    one = answer(user(1))
    pages: ClassVar[dict[int, bytes]] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.pending = b""

    def data_received(self, data: bytes) -> None:
        *whole, self.pending = (self.pending + data).split(b"\r\n\r\n")
        for request in whole:
            target = request.split(b" ", 2)[1]
            _, _, size = target.partition(b"per_page=")
            response = self.paged(int(size)) if size else self.one
            if target.startswith(SLOW):
                asyncio.get_running_loop().call_later(DELAY, self.transport.write, response)
            else:
                self.transport.write(response)

    def paged(self, size: int) -> bytes:
        if size not in self.pages:
            self.pages[size] = page(size)
        return self.pages[size]


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Canned, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
