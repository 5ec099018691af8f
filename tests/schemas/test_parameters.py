"""Arguments: casts, required fields, unknown names, IDs, redirects, sessions; and `parse`."""

import base64
import json
from collections import OrderedDict
from datetime import date
from itertools import count
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from returns.result import Success

from supabase_gotrue import (
    AdminUserParams,
    GenerateLinkParams,
    Identity,
    InviteUserParams,
    PaginationParams,
    Session,
    User,
    admin,
)
from tests.canned import Canned

ID = "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"
USER = {"id": ID, "aud": "authenticated", "created_at": "2026-08-20T10:00:00Z"}
BLANK = ("can't be blank",)
INVALID = ("is invalid",)
UNKNOWN = ("is unknown",)
SUGGESTS_EMAIL = ("is unknown", "did you mean 'email'?")


def create(**attrs: Any) -> Any:
    """Return one attribute after its cast, or None if it is invalid."""
    parsed = AdminUserParams.parse({"email": "a", **attrs})
    [name] = attrs
    return parsed.map(lambda params: getattr(params, name)).value_or(None)


def errors(parsed: Any) -> dict[str, tuple[str, ...]]:
    assert parsed.failure().code == "validation"
    return dict(parsed.failure().errors)


@pytest.mark.parametrize(
    "name", ["email", "phone", "password", "ban_duration", "role", "nonce", "id", "aud"]
)
def test_casts_strings(name: str) -> None:
    assert create(**{name: " a "}) == " a "
    for invalid in (1, b"a", ["a"], {"a": 1}, "\ud800", True):
        assert errors(AdminUserParams.parse({"email": "a", name: invalid})) == {name: INVALID}


@pytest.mark.parametrize("name", ["email_confirm", "phone_confirm"])
@pytest.mark.parametrize(
    ("value", "expected"),
    [("true", True), ("1", True), ("false", False), ("0", False), (True, True), (False, False)],
)
def test_casts_booleans(name: str, value: object, expected: bool) -> None:
    assert create(**{name: value}) is expected


@pytest.mark.parametrize("invalid", ["yes", "True", "FALSE", "t", " true", 1, 0, 1.0, [], b"1"])
def test_rejects_invalid_booleans(invalid: object) -> None:
    assert errors(AdminUserParams.parse({"email": "a", "email_confirm": invalid})) == {
        "email_confirm": INVALID
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [("3", 3), ("+3", 3), ("007", 7), (3, 3), (2**63 - 1, 2**63 - 1), ("9" * 18, 10**18 - 1)],
)
def test_casts_positive_integers(value: object, expected: int) -> None:
    assert PaginationParams.parse({"page": value}) == Success(PaginationParams(page=expected))


@pytest.mark.parametrize(
    "invalid", [0, -1, "0", "-3", "3.0", 1.5, 3.0, True, "٣", "1_0", " 3", "9" * 19, 2**63, b"3"]
)
def test_rejects_invalid_positive_integers(invalid: object) -> None:
    for name in ("page", "per_page"):
        assert errors(PaginationParams.parse({name: invalid})) == {name: INVALID}


class IntWithOtherValue(int):
    """An int whose methods return another value."""

    def __int__(self) -> int:
        return 10**30

    __index__ = __trunc__ = __int__


class InfiniteFloat(float):
    """A float whose methods return infinity."""

    def __float__(self) -> float:
        return float("inf")


class StrWithOtherValue(str):
    """A str whose methods return other values, and that equals valid ones."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return other in ("signup", "magicLink", "true")

    def __hash__(self) -> int:
        return hash("signup")

    def __str__(self) -> str:
        return "recovery"

    def __int__(self) -> int:
        return -3


def test_sends_the_value_of_a_subclass_without_calling_its_methods() -> None:
    params = PaginationParams.parse(
        {"page": IntWithOtherValue(3), "per_page": StrWithOtherValue("4")}
    ).unwrap()
    assert (params.page, params.per_page) == (3, 4)
    assert create(user_metadata={"a": IntWithOtherValue(3), "b": InfiniteFloat(1.5)}) == {
        "a": 3,
        "b": 1.5,
    }
    assert type(create(user_metadata={"a": IntWithOtherValue(3)})["a"]) is int
    assert type(create(user_metadata={"a": InfiniteFloat(1.5)})["a"]) is float
    link = GenerateLinkParams.parse({"type": StrWithOtherValue("unknown"), "email": "a"})
    assert errors(link) == {"type": INVALID}
    assert create(email_confirm=StrWithOtherValue("no")) is None


@pytest.mark.parametrize("name", ["app_metadata", "user_metadata"])
def test_casts_metadata(name: str) -> None:
    value: dict[str, Any] = {
        "null": None,
        "bool": True,
        "int": -(2**63),
        "large": 2**64 - 1,
        "float": 1.5,
        "str": "ü",
        "list": [1, [2]],
        "tuple": (1, {"a": ()}),
        "mapping": OrderedDict(a=MappingProxyType({"b": 1})),
        "": "",
    }
    result = create(**{name: value})
    assert result == {**value, "tuple": [1, {"a": []}], "mapping": {"a": {"b": 1}}}
    assert type(result["mapping"]) is dict
    assert create(**{name: {}}) == {}
    assert json.loads(json.dumps(result)) == result


@pytest.mark.parametrize(
    ("metadata", "field", "message"),
    [
        pytest.param({1: "a"}, "", "has a key that is not a string: int", id="int key"),
        pytest.param({None: "a"}, "", "has a key that is not a string: NoneType", id="None key"),
        pytest.param({"\ud800": "a"}, "", "has a key that is not a string: str", id="key"),
        pytest.param({"a": {1: 2}}, ".a", "has a key that is not a string: int", id="deep key"),
        pytest.param({"a": float("nan")}, ".a", "is not JSON: nan", id="nan"),
        pytest.param({"a": float("-inf")}, ".a", "is not JSON: -inf", id="infinity"),
        pytest.param({"a": 2**64}, ".a", "is not JSON: integer out of range", id="large"),
        pytest.param({"a": -(2**63) - 1}, ".a", "is not JSON: integer out of range", id="small"),
        pytest.param({"a": b"x"}, ".a", "is not JSON: bytes", id="bytes"),
        pytest.param({"a": {1, 2}}, ".a", "is not JSON: set", id="set"),
        pytest.param({"a": object()}, ".a", "is not JSON: object", id="object"),
        pytest.param({"a": "\ud800"}, ".a", "is not JSON: lone surrogate", id="surrogate"),
        pytest.param({"a": UUID(ID)}, ".a", "is not JSON: UUID", id="uuid"),
        pytest.param({"born": date(1815, 12, 10)}, ".born", "is not JSON: date", id="date"),
        pytest.param({"a": [1, {"b": (range(3),)}]}, ".a[1].b[0]", "is not JSON: range", id="in"),
        pytest.param({"k" * 100: 1j}, "." + "k" * 64, "is not JSON: complex", id="long key"),
        pytest.param([("a", 1)], "", "is invalid", id="pairs"),
        pytest.param("{}", "", "is invalid", id="str"),
        pytest.param(1, "", "is invalid", id="int"),
    ],
)
def test_invalid_metadata_is_named_by_its_path(metadata: object, field: str, message: str) -> None:
    assert errors(AdminUserParams.parse({"email": "a", "app_metadata": metadata})) == {
        "app_metadata" + field: (message,)
    }


def nested(levels: int) -> dict[str, object]:
    value: dict[str, object] = {}
    for _ in range(levels):
        value = {"in": value}
    return value


def test_limits_the_depth_and_size_of_metadata() -> None:
    assert create(user_metadata=nested(100)) == nested(100)
    assert create(user_metadata=nested(101)) is None
    lists: list[Any] = []
    for _ in range(99):
        lists = [lists]
    assert create(user_metadata={"a": lists}) == {"a": lists}
    assert create(user_metadata={"a": [lists]}) is None
    shared = {"a": 1}
    assert create(user_metadata={"x": shared, "y": shared}) == {"x": {"a": 1}, "y": {"a": 1}}
    assert create(user_metadata={"x": [None] * (2**20 - 2)}) is not None
    assert create(user_metadata={"x": [None] * (2**20 - 1)}) is None


class EndlessDict(dict[str, object]):
    """A dict whose items never end."""

    def items(self) -> Any:
        return ((str(number), 1) for number in count())


class DuplicateKeyDict(dict[str, object]):
    """A dict whose items repeat a key."""

    def items(self) -> Any:
        return [("email", "a"), ("email", "b")]


def test_rejects_mappings_that_are_endless_or_repeat_a_key() -> None:
    assert create(user_metadata=EndlessDict()) is None
    for mapping in (EndlessDict(), DuplicateKeyDict()):
        assert errors(AdminUserParams.parse(mapping)) == {"attrs": INVALID}
    many = {f"{number}": 1 for number in range(257)}
    assert errors(AdminUserParams.parse(many)) == {"attrs": INVALID}
    numbered: Any = {"email": "a", 1: "x"}
    assert errors(AdminUserParams.parse(numbered)) == {"1": UNKNOWN}
    del many["0"]
    assert errors(AdminUserParams.parse(many)) == dict.fromkeys(many, UNKNOWN)


def test_copies_metadata() -> None:
    value: dict[str, Any] = {"list": [1], "in": {"a": 1}}
    params = AdminUserParams.parse({"email": "a", "user_metadata": value}).unwrap()
    value["list"].append(2)
    value["in"]["a"] = 2
    assert params.user_metadata == {"list": [1], "in": {"a": 1}}


@pytest.mark.parametrize("absent", [None, "", " ", "\t\n"])
def test_none_and_blank_strings_count_as_absent(absent: object) -> None:
    for name in AdminUserParams.__struct_fields__:
        expected = Success(AdminUserParams(email="a"))
        assert name == "email" or AdminUserParams.parse({"email": "a", name: absent}) == expected
    assert AdminUserParams.parse_update({"email": absent}) == Success(AdminUserParams())
    canned = Canned(body=json.dumps(USER).encode())
    attrs: Any = {"email": absent, "role": "editor"}
    admin.update_user_by_id(canned.client(), ID, attrs).unwrap()
    assert canned.sent[0].body == b'{"role":"editor"}'


def test_id_of_a_new_user_can_be_a_uuid() -> None:
    assert create(id=UUID(ID)) == ID
    canned = Canned(body=json.dumps(USER).encode())
    admin.create_user(canned.client(), {"email": "a", "id": UUID(ID)}).unwrap()
    assert canned.sent[0].body == b'{"email":"a","id":"%s"}' % ID.encode()


def test_ignores_form_keys_of_phoenix() -> None:
    form = {"email": "a", "_csrf_token": "x", "_method": "put"}
    assert AdminUserParams.parse(form) == Success(AdminUserParams(email="a"))
    canned = Canned()
    flag: Any = {"should_soft_delete": "true", "_target": ["should_soft_delete"]}
    admin.delete_user(canned.client(), ID, flag).unwrap()
    assert canned.sent[0].body == b'{"should_soft_delete":true}'


def test_requires_email_or_phone() -> None:
    required = ("at least an email or phone is required",)
    assert errors(AdminUserParams.parse({})) == {"email": required, "phone": required}
    assert errors(AdminUserParams.parse({"email": 1})) == {"email": INVALID}
    assert errors(AdminUserParams.parse({"rolle": "x"})) == {
        "rolle": ("is unknown", "did you mean 'role'?")
    }
    assert AdminUserParams.parse({"phone": "1"}) == Success(AdminUserParams(phone="1"))


def test_reports_all_errors_at_once() -> None:
    attrs = {"email": 1, "phone": " ", "email_confirm": "x", "emial": "a"}
    error = AdminUserParams.parse(attrs).failure()
    assert error.errors == {"email": INVALID, "email_confirm": INVALID, "emial": SUGGESTS_EMAIL}
    assert error.message == (
        "email is invalid; email_confirm is invalid; emial is unknown (did you mean 'email'?)"
    )
    canned = Canned()
    invalid: Any = {"page": 0}
    options: Any = {"x": 1}
    both = admin.invite_user_by_email(canned.client(), " ", options).failure()
    assert both.errors == {"email": BLANK, "x": UNKNOWN}
    no_client: Any = None
    assert admin.list_users(no_client, invalid).failure().errors == {
        "client": INVALID,
        "page": INVALID,
    }
    assert canned.sent == []


@pytest.mark.parametrize("name", ["id", "aud", "password_hash"])
def test_rejects_attributes_that_only_create_user_accepts(name: str) -> None:
    create_only = ("is unknown", "only create_user accepts it")
    assert errors(AdminUserParams.parse_update({name: "x"})) == {name: create_only}
    assert create(**{name: "x"}) == "x"
    value = AdminUserParams(email="a", password_hash="$2a$")
    assert errors(AdminUserParams.parse_update(value)) == {"password_hash": create_only}


@pytest.mark.parametrize("value", [None, 1, "email", ["email"], [("email", "a")], object()])
def test_rejects_values_that_are_not_mappings(value: Any) -> None:
    assert errors(AdminUserParams.parse(value)) == {"attrs": INVALID}
    assert errors(AdminUserParams.parse_update(value)) == {"attrs": INVALID}
    assert errors(GenerateLinkParams.parse(value)) == {"attrs": INVALID}
    assert errors(InviteUserParams.parse(value)) == {"options": INVALID}
    assert errors(PaginationParams.parse(value)) == {"params": INVALID}


def test_casts_the_fields_of_params() -> None:
    flag: Any = "1"
    invalid = AdminUserParams(email="a", email_confirm=flag, app_metadata={"a": (1,)})
    parsed = AdminUserParams.parse(invalid).unwrap()
    assert (parsed.email_confirm, parsed.app_metadata) == (True, {"a": [1]})
    other: Any = PaginationParams()
    assert errors(AdminUserParams.parse(other)) == {"attrs": INVALID}


@pytest.mark.parametrize(
    ("type", "required_field"),
    [
        ("signup", "password"),
        ("invite", None),
        ("magiclink", None),
        ("magicLink", None),
        ("recovery", None),
        ("email_change_current", "new_email"),
        ("email_change_new", "new_email"),
    ],
)
def test_link_types_and_their_required_fields(type: str, required_field: str | None) -> None:
    attrs: Any = {"type": type, "email": "a"}
    if required_field:
        assert errors(GenerateLinkParams.parse(attrs)) == {required_field: BLANK}
        attrs[required_field] = "x"
    params = GenerateLinkParams.parse({**attrs, "data": {"a": 1}}).unwrap()
    assert params.type == type.lower()
    assert params.data == {"a": 1}


@pytest.mark.parametrize("invalid", ["magic", "SIGNUP", "sms", 1, ["signup"]])
def test_rejects_unknown_link_types(invalid: Any) -> None:
    assert errors(GenerateLinkParams.parse({"type": invalid})) == {"type": INVALID, "email": BLANK}
    assert errors(GenerateLinkParams.parse({})) == {"type": BLANK, "email": BLANK}


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
        ("HTTPS://EXAMPLE.com/A", "https://example.com/A"),
        ("http://User:Pass@Example.com", "http://User:Pass@example.com"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("http://example.com:80", "http://example.com"),
        ("http://example.com:443", "http://example.com:443"),
        ("https://example.com:80?x", "https://example.com:80?x"),
        ("https://example.com:4430/", "https://example.com:4430/"),
        ("MyApp://Open/Path", "myapp://open/Path"),
        ("//Example.com/A", "//example.com/A"),
        ("/a/B", "/a/B"),
        ("a%20b%zz", "a%20b%zz"),
        ("https://münchen.example/ü?q=€", "https://m%c3%bcnchen.example/%C3%BC?q=%E2%82%AC"),
    ],
)
def test_normalizes_redirects(value: str, sent: str) -> None:
    parsed = InviteUserParams.parse({"redirect_to": value}).unwrap()
    assert parsed.redirect_to == sent
    assert InviteUserParams.parse(parsed) == Success(parsed)


@pytest.mark.parametrize("invalid", ["a b", "a\nb", "a\x7f", "a\x85", " a", "a\u2003", 1, b"a"])
def test_rejects_invalid_redirects(invalid: Any) -> None:
    assert errors(InviteUserParams.parse({"redirect_to": invalid})) == {"redirect_to": INVALID}


@pytest.mark.parametrize(
    "invalid", [".", "..", "a/b", "a\\b", "a?", "a#", "%", "a%2fb", "a b", "a\t", "a\x00", "\x7f"]
)
def test_rejects_ids_that_are_not_one_path_segment(invalid: str) -> None:
    canned = Canned()
    client = canned.client()
    both = {"user_id": INVALID, "factor_id": INVALID}
    assert errors(admin.get_user_by_id(client, invalid)) == {"user_id": INVALID}
    assert errors(admin.update_user_by_id(client, invalid, {})) == {"user_id": INVALID}
    assert errors(admin.delete_user(client, invalid)) == {"user_id": INVALID}
    assert errors(admin.list_identities(client, invalid)) == {"user_id": INVALID}
    assert errors(admin.delete_factor(client, invalid, invalid)) == both
    assert errors(admin.delete_identity(client, ID, invalid)) == {"identity_id": INVALID}
    assert errors(admin.delete_identity(client, invalid, ID)) == {"user_id": INVALID}
    assert errors(admin.delete_identity(client, invalid, ID, session="a")) == {"user_id": INVALID}
    assert canned.sent == []


@pytest.mark.parametrize("blank", ["", " ", None])
def test_rejects_blank_ids(blank: Any) -> None:
    client = Canned().client()
    assert errors(admin.get_user_by_id(client, blank)) == {"user_id": BLANK}
    assert errors(admin.delete_factor(client, ID, blank)) == {"factor_id": BLANK}


@pytest.mark.parametrize("id", [1, b"a", UUID, True, 1.5, ["a"]])
def test_rejects_ids_of_other_types(id: Any) -> None:
    assert errors(admin.get_user_by_id(Canned().client(), id)) == {"user_id": INVALID}


@pytest.mark.parametrize(
    ("flag", "expected_errors"),
    [
        (None, {"should_soft_delete": BLANK}),
        ("", {"should_soft_delete": BLANK}),
        ("yes", {"should_soft_delete": INVALID}),
        (1, {"should_soft_delete": INVALID}),
        (0, {"should_soft_delete": INVALID}),
        ([], {"should_soft_delete": INVALID}),
        ({"should_soft_delete": None}, {"should_soft_delete": BLANK}),
        ({"should_soft_delete": "soft"}, {"should_soft_delete": INVALID}),
        ({"soft": True}, {"soft": UNKNOWN}),
        ({"should_soft_delete": True, "x": 1}, {"x": UNKNOWN}),
    ],
)
def test_rejects_any_other_flag_and_deletes_nothing(
    flag: Any, expected_errors: dict[str, Any]
) -> None:
    canned = Canned()
    assert errors(admin.delete_user(canned.client(), ID, flag)) == expected_errors
    assert canned.sent == []


def test_suggests_the_name_of_the_flag() -> None:
    options: Any = {"should_soft_delte": True}
    error = admin.delete_user(Canned().client(), ID, options).failure()
    assert error.message == ("should_soft_delte is unknown (did you mean 'should_soft_delete'?)")


def test_soft_delete_is_off_by_default() -> None:
    canned = Canned()
    admin.delete_user(canned.client(), ID, {}).unwrap()
    admin.delete_user(canned.client(), ID, {"should_soft_delete": True}).unwrap()
    assert [request.body for request in canned.sent] == [
        b'{"should_soft_delete":false}',
        b'{"should_soft_delete":true}',
    ]


@pytest.mark.parametrize(
    ("scope", "expected_errors"),
    [("", BLANK), (None, BLANK), ("all", INVALID), ("GLOBAL", INVALID), (1, INVALID)],
)
def test_rejects_an_invalid_scope(scope: Any, expected_errors: tuple[str, ...]) -> None:
    canned = Canned()
    assert errors(admin.sign_out(canned.client(), "a.b.c", scope=scope)) == {
        "scope": expected_errors
    }
    assert canned.sent == []


@pytest.mark.parametrize(
    ("session", "expected_errors"),
    [
        ("", BLANK),
        (" ", BLANK),
        (None, BLANK),
        (Session(access_token=" "), BLANK),
        ("a b", INVALID),
        ("a\nb", INVALID),
        ("ü", INVALID),
        (1, INVALID),
        ({"access_token": "a"}, INVALID),
        (Session(access_token="a b"), INVALID),
    ],
)
def test_rejects_an_invalid_session(session: Any, expected_errors: tuple[str, ...]) -> None:
    canned = Canned()
    assert errors(admin.sign_out(canned.client(), session)) == {"session": expected_errors}
    if session is not None:
        result = admin.delete_identity(canned.client(), ID, ID, session=session)
        assert errors(result) == {"session": expected_errors}
    assert canned.sent == []


def token(**claims: object) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{payload}.c2ln"


@pytest.mark.parametrize(
    "session",
    [
        token(sub=ID),
        token(sub=ID.upper()),
        token(sub=ID.replace("-", "")),
        token(note="ü" * 7, sub=ID),
        token(sub=None),
        token(),
        "opaque",
        "a.b.c",
        "a.%%%.c",
        token(sub=5),
        Session(access_token=token(sub=ID), user=User.parse(USER).unwrap()),
    ],
)
def test_accepts_a_session_of_the_user_or_of_unknown_user(session: Any) -> None:
    canned = Canned()
    assert admin.delete_identity(canned.client(), UUID(ID), "i-1", session=session) == Success(None)
    [request] = canned.sent
    assert (request.method, request.path) == ("DELETE", "/auth/v1/user/identities/i-1")


@pytest.mark.parametrize(
    "session",
    [
        token(sub="another"),
        Session(access_token="opaque", user=User.parse({**USER, "id": "another"}).unwrap()),
        Session(access_token=token(sub="another"), user=User.parse(USER).unwrap()),
    ],
)
def test_rejects_a_session_of_another_user(session: Any) -> None:
    canned = Canned()
    result = admin.delete_identity(canned.client(), ID, "i-1", session=session)
    assert errors(result) == {"session": ("belongs to another user",)}
    assert canned.sent == []


def test_parses_a_user() -> None:
    user = User.parse(
        {
            **USER,
            "created_at": "2026-08-20T10:00:00",
            "updated_at": "2026-08-20T12:00:00.123456789+02:00",
            "banned_until": "2026-08-20T10:00:00.5",
            "email": "",
            "phone": "",
            "new_email": "",
            "new_phone": "",
            "app_metadata": None,
            "user_metadata": {"at_at": "2026-08-20T10:00:00", "x_metadata": None},
            "identities": [
                {"id": "1", "provider": "custom:x", "identity_data": None, "email": ""},
            ],
            "factors": [
                {"id": "1", "factor_type": "phone", "status": "verified", "phone": "", "x": 1},
            ],
            "unknown": [1],
        }
    ).unwrap()
    assert user.created_at.isoformat() == "2026-08-20T10:00:00+00:00"
    assert user.updated_at is not None
    assert user.updated_at.isoformat() == "2026-08-20T12:00:00.123457+02:00"
    assert user.banned_until is not None
    assert user.banned_until.isoformat() == "2026-08-20T10:00:00.500000+00:00"
    assert (user.email, user.phone, user.new_email, user.new_phone) == (None,) * 4
    assert (user.app_metadata, user.user_metadata) == (
        {},
        {"at_at": "2026-08-20T10:00:00", "x_metadata": None},
    )
    assert user.identities is not None
    assert (user.identities[0].identity_data, user.identities[0].email) == ({}, None)
    assert user.factors is not None
    assert user.factors[0].phone is None
    assert "unknown" not in user.to_dict()
    assert user.to_dict()["created_at"] == "2026-08-20T10:00:00Z"


@pytest.mark.parametrize(
    ("payload", "expected_errors"),
    [
        ({}, {"id": BLANK, "provider": BLANK}),
        ({"id": None, "provider": "x"}, {"id": BLANK}),
        ({"id": 5, "provider": "x"}, {"id": INVALID}),
        ({"id": "1", "provider": "x", "email": 1}, {"email": INVALID}),
        ([], {"payload": INVALID}),
        (b"nonsense", {"payload": ("is not valid JSON",)}),
        ({"id": object()}, {"payload": ("is not valid JSON",)}),
    ],
)
def test_rejects_invalid_payloads(payload: Any, expected_errors: dict[str, Any]) -> None:
    assert errors(Identity.parse(payload)) == expected_errors


def test_names_the_path_of_an_invalid_field() -> None:
    payload = {**USER, "identities": [{"id": "1", "provider": "x"}, {"id": "2"}]}
    assert errors(User.parse(payload)) == {"identities[1].provider": BLANK}
    assert errors(User.parse_list([USER, {**USER, "email": 1}])) == {"[1].email": INVALID}


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
