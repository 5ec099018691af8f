"""Attributes of SSO providers: what is wrong with them, and what they become."""

from collections.abc import Callable
from typing import Any

import pytest
from returns.result import Result, Success

from supabase_gotrue import Error, SSOProviderListParams, SSOProviderParams
from tests.validation import BLANK, INVALID

Parse = Callable[[Any], Result[Any, Error]]
XML = {"metadata_xml": "<a/>"}


def keys(**attributes: Any) -> dict[str, Any]:
    return {**XML, "attribute_mapping": {"keys": attributes}}


@pytest.mark.parametrize(
    ("parse", "attrs", "errors"),
    [
        pytest.param(
            SSOProviderParams.parse,
            {"domains": ["example.com"]},
            {"metadata_xml": BLANK, "metadata_url": BLANK},
            id="no metadata",
        ),
        pytest.param(
            SSOProviderParams.parse,
            {**XML, "metadata_url": "https://a"},
            {"metadata_url": ("cannot be combined with metadata_xml",)},
            id="metadata twice",
        ),
        pytest.param(
            SSOProviderParams.parse_update,
            {**XML, "metadata_url": "https://a", "type": "saml"},
            {
                "metadata_url": ("cannot be combined with metadata_xml",),
                "type": ("is unknown",),
            },
            id="update by metadata twice",
        ),
        pytest.param(
            SSOProviderParams.parse,
            {"metadata_url": "http://a", "type": "oidc", "name_id_format": "email"},
            {"metadata_url": INVALID, "type": INVALID, "name_id_format": INVALID},
            id="no such choice",
        ),
        pytest.param(
            SSOProviderParams.parse,
            {**XML, "domains": ["example.com", ""], "resource_id": 1},
            {"domains[1]": INVALID, "resource_id": INVALID},
            id="blank domain",
        ),
        pytest.param(
            SSOProviderParams.parse,
            {**XML, "attribute_mapping": []},
            {"attribute_mapping": INVALID},
            id="list of a mapping",
        ),
        pytest.param(
            SSOProviderParams.parse,
            {**XML, "attribute_mapping": {"key": {}}},
            {"attribute_mapping.key": ("is unknown, did you mean 'keys'?",)},
            id="unknown part of a mapping",
        ),
        pytest.param(
            SSOProviderParams.parse,
            {**XML, "attribute_mapping": {"keys": []}},
            {"attribute_mapping.keys": INVALID},
            id="list of keys",
        ),
        pytest.param(
            SSOProviderParams.parse,
            keys(name={"name": "a"}, email="mail"),
            {"attribute_mapping.keys.email": INVALID},
            id="text of an attribute",
        ),
        pytest.param(
            SSOProviderParams.parse,
            keys(email={"nmae": "mail"}),
            {"attribute_mapping.keys.email.nmae": ("is unknown, did you mean 'name'?",)},
            id="unknown part of an attribute",
        ),
        pytest.param(
            SSOProviderParams.parse,
            keys(email={"names": ["mail", 1]}),
            {"attribute_mapping.keys.email.names[1]": INVALID},
            id="number among names",
        ),
        pytest.param(
            SSOProviderParams.parse,
            keys(email={"array": "yes"}),
            {"attribute_mapping.keys.email.array": INVALID},
            id="text of a flag",
        ),
        pytest.param(
            SSOProviderParams.parse,
            keys(email={"default": {1, 2}}),
            {"attribute_mapping.keys.email.default": ("is not JSON: set",)},
            id="default that is no JSON",
        ),
        pytest.param(
            SSOProviderListParams.parse,
            {"resource_id": "a", "resource_id_prefix": "b"},
            {"resource_id_prefix": ("cannot be combined with resource_id",)},
            id="two filters",
        ),
    ],
)
def test_names_what_is_wrong(parse: Parse, attrs: Any, errors: dict[str, tuple[str, ...]]) -> None:
    assert dict(parse(attrs).failure().errors) == errors


@pytest.mark.parametrize(
    ("parse", "attrs", "expected"),
    [
        pytest.param(
            SSOProviderParams.parse,
            {"type": "saml", **XML, "resource_id": ""},
            SSOProviderParams(type="saml", metadata_xml="<a/>"),
            id="SSO provider",
        ),
        pytest.param(
            SSOProviderParams.parse_update,
            keys(a={"name": None, "default": None}, _b={"default": False}),
            SSOProviderParams(
                metadata_xml="<a/>",
                attribute_mapping={"keys": {"a": {}, "_b": {"default": False}}},
            ),
            id="mapping",
        ),
    ],
)
def test_casts(parse: Parse, attrs: Any, expected: Any) -> None:
    assert parse(attrs) == Success(expected)
    assert parse(expected) == Success(expected)


def test_message_says_what_is_valid() -> None:
    error = SSOProviderParams.parse_update({"metadata_url": "a"}).failure()
    assert error.message == "metadata_url is invalid (must begin with https://)"
