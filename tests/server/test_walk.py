"""Random calls to a real server and to an emulator, whose results are compared.

IDs of users are compared as they are, because the test chooses them. Times, tokens, one-time codes
and other IDs are replaced by placeholders first.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)
from msgspec import structs
from returns.functions import tap
from returns.result import Result, Success

from supabase_gotrue import Error, Identity, LinkProperties, Session, User, UserPage, admin
from supabase_gotrue.json_types import is_object, is_sequence
from tests.server.server import PASSWORD, WELCOME, Server

SEED: Final = 20260820
WALKS: Final = 12
STEPS: Final = 50

SIGNS_IN: Final = {"password": PASSWORD, "email_confirm": True}

PLACEHOLDERS: Final[Mapping[str, str]] = {
    r"\d{4}-\d\d-\d\dT[\d:.]+Z": "<time>",
    r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b": "<id>",
    r"\b[0-9a-f]{56}\b": "<token>",
    r"^\d{6}$": "<code>",
    r"^https?://[^/?]+(/[^?]*)?/verify\?": "<verify>?",
}

# The server returns these in the order of its database, which is undefined.
UNORDERED: Final = ("identities", "factors", "providers")

emails = st.integers(0, 3)
phones = st.integers(0, 3)
passwords = st.sampled_from([PASSWORD, PASSWORD, "Another-horse-2", "abc", "x" * 73])
metadata = st.dictionaries(
    st.sampled_from(["a", "b", "full_name"]),
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["Ada", {"x": 1}, [None]]),
    max_size=2,
)
bans = st.sampled_from(["none", "24h", "1h30m", "-1h", "soon"])
flags = st.booleans()
changes = st.fixed_dictionaries(
    {},
    optional={
        "password": passwords,
        "email_confirm": flags,
        "phone_confirm": flags,
        "user_metadata": metadata,
        "app_metadata": metadata,
        "role": st.sampled_from(["editor", "authenticated"]),
        "ban_duration": bans,
    },
)
scopes = st.sampled_from(["global", "local", "others"])
links = st.sampled_from(
    ["signup", "invite", "magiclink", "recovery", "email_change_current", "email_change_new"]
)
filters = st.sampled_from(["{tag}", "{tag}-1", "%{tag}-_@", "{tag}_2", "%{tag}%.COM"])
sorts = st.sampled_from(["", "created_at asc", "created_at desc", "email"])


@dataclass
class Side:
    """One of the two servers, with the sessions, factors and users that it created."""

    server: Server
    sessions: list[Session] = field(default_factory=list[Session])
    factors: list[str] = field(default_factory=list[str])
    user_ids: set[str] = field(default_factory=set[str])


Step = Callable[[Side], Result[Any, Error]]


def results(*values: object) -> Any:
    """Any number of values for a bundle; a rule returns one value otherwise."""
    return multiple(*values)


class Walk(RuleBasedStateMachine):
    users = Bundle("users")
    sessions = Bundle("sessions")
    factors = Bundle("factors")

    def __init__(self, servers: tuple[Server, Server]) -> None:
        super().__init__()
        self.tag = uuid4().hex[:12]
        self.numbers = uuid4().int % 10**9
        self.sides = [Side(server) for server in servers]
        for side in self.sides:
            side.server = side.server.recording(side.user_ids)

    def run_on_both(self, step: Step) -> bool:
        """Run a step on both sides, compare the results, and return whether it succeeded."""
        real, emulated = (step(side) for side in self.sides)
        assert self.normalized(emulated) == self.normalized(real)
        return isinstance(real, Success)

    def normalized(self, result: Result[Any, Error]) -> object:
        return self.without_random_values(result.map(_to_json).lash(_error_fields).unwrap())

    def without_random_values(self, value: Any) -> Any:
        if is_object(value):
            fields: dict[str, Any] = {
                key: self.without_random_values(item) for key, item in value.items()
            }
            return fields | {
                key: sorted(fields[key], key=str) for key in UNORDERED if fields.get(key)
            }
        if is_sequence(value):
            return [self.without_random_values(item) for item in value]
        if not isinstance(value, str) or value in self.ids:
            return value
        for pattern, kind in PLACEHOLDERS.items():
            value = re.sub(pattern, kind, value)
        return value

    @property
    def ids(self) -> set[str]:
        return self.sides[0].user_ids & self.sides[1].user_ids

    def email(self, number: int) -> str:
        return f"walk-{self.tag}-{number}@example.com"

    def phone(self, number: int) -> str:
        return f"1{self.numbers:09}{number}"

    @initialize(target=users)
    def create_first_user(self) -> Any:
        """A user who can sign in."""
        return self.create(0, 0, SIGNS_IN | {"phone_confirm": True})

    @initialize(target=sessions)
    def sign_in_twice(self) -> Any:
        self.create(1, None, SIGNS_IN)
        begun = (self.sign_in(1, PASSWORD) for _ in range(2))
        return results(*(session for session in begun if isinstance(session, int)))

    @rule(target=users, email=st.none() | emails, phone=st.none() | phones, attrs=changes)
    def create(self, email: int | None, phone: int | None, attrs: dict[str, Any]) -> Any:
        given: Any = {"id": str(uuid4())} | attrs | self.addresses(email, phone)
        created = self.run_on_both(lambda side: admin.create_user(side.server.client, given))
        return given["id"] if created else results()

    def addresses(self, email: int | None, phone: int | None) -> dict[str, str | None]:
        return {
            "email": None if email is None else self.email(email),
            "phone": None if phone is None else self.phone(phone),
        }

    @rule(user=users, email=st.none() | emails, phone=st.none() | phones, attrs=changes)
    def update(
        self, user: str, email: int | None, phone: int | None, attrs: dict[str, Any]
    ) -> None:
        given: Any = attrs | self.addresses(email, phone)
        self.run_on_both(lambda side: admin.update_user_by_id(side.server.client, user, given))

    @rule(user=users)
    def get(self, user: str) -> None:
        self.run_on_both(lambda side: admin.get_user_by_id(side.server.client, user))

    @rule(user=users, soft=flags)
    def delete(self, user: str, soft: bool) -> None:
        self.run_on_both(lambda side: admin.delete_user(side.server.client, user, soft))

    @rule(page=st.integers(1, 4), per_page=st.integers(1, 4), filter=filters, sort=sorts)
    def list(self, page: int, per_page: int, filter: str, sort: str) -> None:
        params: Any = {
            "page": page,
            "per_page": per_page,
            "filter": filter.format(tag=self.tag),
            "sort": sort,
        }
        self.run_on_both(lambda side: admin.list_users(side.server.client, params))

    @rule(type=links, email=emails, to=emails, password=passwords, data=metadata, sent=flags)
    def link(
        self, type: Any, email: int, to: int, password: str, data: dict[str, Any], sent: bool
    ) -> None:
        attrs: Any = {
            "type": type,
            "email": self.email(email),
            "password": password if type == "signup" else None,
            "new_email": self.email(to) if type.startswith("email_change") else None,
            "data": data,
            "redirect_to": WELCOME if sent else "https://evil.test/",
        }
        self.run_on_both(lambda side: admin.generate_link(side.server.client, attrs))

    @rule(target=sessions, email=emails, type=st.sampled_from(["magiclink", "recovery"]))
    def sign_in_by_link(self, email: int, type: Any) -> Any:
        def step(side: Side) -> Result[Session, Error]:
            attrs: Any = {"type": type, "email": self.email(email)}
            return admin.generate_link(side.server.client, attrs).bind(
                lambda link: side.server.verify(link.verification_type, link.hashed_token)
            )

        return self.keep_session(step)

    @rule(target=sessions, email=emails, password=passwords)
    def sign_in(self, email: int, password: str) -> Any:
        body = {"email": self.email(email), "password": password}
        return self.keep_session(
            lambda side: side.server.send("POST", "/token?grant_type=password", body).bind(
                Session.parse
            )
        )

    def keep_session(self, step: Callable[[Side], Result[Session, Error]]) -> Any:
        def kept(side: Side) -> Result[Session, Error]:
            return step(side).map(tap(side.sessions.append))

        return len(self.sides[0].sessions) - 1 if self.run_on_both(kept) else results()

    @rule(email=emails, data=metadata)
    def invite(self, email: int, data: dict[str, Any]) -> None:
        options: Any = {"data": data}
        self.run_on_both(
            lambda side: admin.invite_user_by_email(side.server.client, self.email(email), options)
        )

    @rule(session=sessions, scope=scopes)
    def sign_out(self, session: int, scope: Any) -> None:
        self.run_on_both(
            lambda side: admin.sign_out(side.server.client, side.sessions[session], scope)
        )

    @rule(session=sessions)
    def get_own_user(self, session: int) -> None:
        self.run_on_both(
            lambda side: side.server.send("GET", "/user", session=side.sessions[session])
        )

    @rule(target=factors, session=sessions, name=st.sampled_from(["laptop", "desk"]))
    def enroll_factor(self, session: int, name: str) -> Any:
        def step(side: Side) -> Result[Any, Error]:
            factor = {"factor_type": "totp", "friendly_name": name}
            enrolled = side.server.send("POST", "/factors", factor, session=side.sessions[session])
            return enrolled.map(lambda factor: str(factor["id"])).map(tap(side.factors.append))

        return len(self.sides[0].factors) - 1 if self.run_on_both(step) else results()

    @rule(user=users, factor=factors)
    def delete_factor(self, user: str, factor: int) -> None:
        self.run_on_both(
            lambda side: admin.delete_factor(side.server.client, user, side.factors[factor])
        )

    @rule(factor=consumes(factors), session=sessions)
    def delete_own_factor(self, factor: int, session: int) -> None:
        def step(side: Side) -> Result[Any, Error]:
            owner = _owner(side.sessions[session])
            return admin.delete_factor(side.server.client, owner, side.factors[factor])

        self.run_on_both(step)

    @rule(session=sessions, provider=st.sampled_from(["email", "phone"]))
    def delete_identity(self, session: int, provider: str) -> None:
        def step(side: Side) -> Result[None, Error]:
            client, own = side.server.client, side.sessions[session]
            user_id = _owner(own)
            return admin.list_identities(client, user_id).bind(
                lambda found: admin.delete_identity(
                    client, user_id, _identity(found, provider), session=own
                )
            )

        self.run_on_both(step)

    def teardown(self) -> None:
        for side in self.sides:
            for user_id in side.user_ids:
                admin.delete_user(side.server.client, user_id)


def _owner(session: Session) -> str:
    assert session.user is not None
    return session.user.id


def _identity(found: tuple[Identity, ...], provider: str) -> str:
    ids = [identity.identity_id for identity in found if identity.provider == provider]
    return next(filter(None, ids), str(uuid4()))


def _error_fields(error: Error) -> Result[object, Error]:
    return Success([error.code, error.status, error.error_code, error.message, error.reasons])


def _to_json(value: object) -> object:
    match value:
        case LinkProperties():
            return value.to_dict()
        case UserPage(users, pagination):
            return [user.to_dict() for user in users], structs.asdict(pagination)
        case Session():
            return None if value.user is None else value.user.to_dict()
        case User():
            return value.to_dict()
        case _:
            return value


class TestWalk:
    @pytest.mark.timeout(300)
    def test_real_and_emulated_server_agree(self, base_server: Server, twin: Server) -> None:
        slowly = settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        )

        class Both(Walk):
            def __init__(self) -> None:
                super().__init__((base_server, twin))

        run_state_machine_as_test(seed(SEED)(Both), settings=slowly)
