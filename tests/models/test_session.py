"""Sessions: parsed from JSON, and written as JSON."""

from hypothesis import given, settings
from hypothesis import strategies as st

from supabase_gotrue import Session, User, strategies
from tests.validation import BLANK, errors

ID = "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"
USER = {"id": ID, "aud": "authenticated", "created_at": "2026-08-20T10:00:00Z"}


def test_parses_a_session() -> None:
    payload = {"access_token": "a.b.c", "expires_in": 60, "user": USER}
    session = Session.parse(payload, now=lambda: 1000.9).unwrap()
    assert (session.expires_at, session.token_type) == (1060, "bearer")
    assert session.user is not None
    assert (session.user.identities, session.user.factors) == ((), ())
    known = Session.parse({**payload, "expires_at": 5}, now=lambda: 1000).unwrap()
    assert known.expires_at == 5
    assert Session.parse({"access_token": "a"}).unwrap().expires_at is None
    soon = Session.parse(payload).unwrap().expires_at
    assert soon is not None
    assert soon > 1_700_000_000
    assert errors(Session.parse({"access_token": " "})) == {"access_token": BLANK}
    assert errors(Session.parse({})) == {"access_token": BLANK}
    assert session.to_dict()["access_token"] == "a.b.c"


@given(strategies.texts(), st.none() | st.integers(0, 2**40), strategies.users())
@settings(max_examples=20)
def test_session_survives_to_dict_and_parse(token: str, seconds: int | None, user: User) -> None:
    session = Session(access_token=token, expires_in=seconds, user=user)
    parsed = Session.parse(session.to_dict(), now=lambda: 0.9).unwrap()
    assert parsed.expires_at == seconds
    assert parsed == Session(access_token=token, expires_in=seconds, expires_at=seconds, user=user)
