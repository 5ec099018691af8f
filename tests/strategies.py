"""What hypothesis draws: attributes, ids, and the users that servers send."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from supabase_gotrue import Factor, Identity, User
from supabase_gotrue.schemas.generate_link import REQUIRED_BY_TYPE

# The same examples in each run: what fails for one fails for all.
settings.register_profile("same", derandomize=True, deadline=None, max_examples=70)
settings.load_profile("same")

# What can be written as UTF-8 and is not blank, which would count as absent.
texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).filter(str.strip)
integers = st.integers(-(2**63), 2**64 - 1)
floats = st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | integers | floats | st.text(st.characters(codec="utf-8"))
json_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=12,
)
json_objects = st.dictionaries(st.text(st.characters(codec="utf-8")), json_values, max_size=5)
booleans = st.booleans()

beside_email: dict[str, st.SearchStrategy[Any]] = {
    "phone": texts,
    "password": texts,
    "email_confirm": booleans,
    "phone_confirm": booleans,
    "app_metadata": json_objects,
    "user_metadata": json_objects,
    "ban_duration": texts,
    "role": texts,
    "nonce": texts,
}
updates = st.fixed_dictionaries({}, optional={"email": texts, **beside_email})
creations = st.fixed_dictionaries(
    {"email": texts},
    optional={**beside_email, "id": texts, "aud": texts, "password_hash": texts},
)
paths = st.from_regex(r"[a-z0-9/._~-]{0,20}", fullmatch=True)
redirects = st.builds("https://example.com/{}?next={}".format, paths, paths)
any_redirects = st.builds("{}{}".format, st.sampled_from(["", "HTTP://", "//"]), texts)
link_types = st.sampled_from(sorted(REQUIRED_BY_TYPE))


def _link(type: str) -> st.SearchStrategy[dict[str, Any]]:
    needed: dict[str, st.SearchStrategy[Any]] = dict.fromkeys(REQUIRED_BY_TYPE[type], texts)
    return st.fixed_dictionaries(
        {"type": st.just(type), "email": texts, **needed},
        optional={"data": json_objects, "redirect_to": redirects},
    )


links = link_types.flatmap(_link)
invitations = st.fixed_dictionaries({}, optional={"data": json_objects, "redirect_to": redirects})
positives = st.integers(1, 2**63 - 1)
pages = st.fixed_dictionaries(
    {}, optional={"page": positives, "per_page": positives, "filter": texts, "sort": texts}
)

ids = st.text(max_size=30) | st.uuids().map(str) | st.sampled_from([".", "..", "%2e%2e", "a/b"])

zones = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(datetime(1970, 1, 2), datetime(2999, 1, 1), timezones=st.just(UTC) | zones)
maybe_time = st.none() | times
maybe_text = st.none() | texts

identities = st.builds(
    Identity,
    id=texts,
    provider=texts,
    identity_id=maybe_text,
    user_id=maybe_text,
    identity_data=json_objects,
    email=maybe_text,
    created_at=maybe_time,
)
factors = st.builds(Factor, id=texts, factor_type=texts, status=texts, phone=maybe_text)
users = st.builds(
    User,
    id=texts,
    aud=texts,
    created_at=times,
    email=maybe_text,
    phone=maybe_text,
    app_metadata=json_objects,
    user_metadata=json_objects,
    identities=st.lists(identities, max_size=2).map(tuple),
    factors=st.lists(factors, max_size=2).map(tuple),
    banned_until=maybe_time,
    is_anonymous=st.booleans(),
)
