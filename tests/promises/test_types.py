"""Public types are read by other libraries: by `typing`, msgspec, pydantic and hypothesis."""

import importlib
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any, get_type_hints

import msgspec
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from typing_extensions import is_typeddict

from supabase_gotrue.models.base import ServerStruct
from supabase_gotrue.schemas.params import Params

MODELS = "supabase_gotrue.models"
MODULES = [
    importlib.import_module(f"supabase_gotrue{name}")
    for name in (
        "",
        ".admin",
        ".admin.custom_providers",
        ".admin.oauth",
        ".admin.sso",
        ".aio",
        ".aio.admin",
        ".aio.bulk",
        ".bulk",
        ".bulk.dask",
        ".bulk.readers",
        ".emulator",
    )
]


def public_names(module: ModuleType) -> Iterator[tuple[str, Any]]:
    names = getattr(module, "__all__", None) or [n for n in vars(module) if n[0] != "_"]
    for name in names:
        value = getattr(module, name)
        if inspect.isclass(value) or inspect.isfunction(value):
            yield f"{module.__name__}.{name}", value


PUBLIC = dict(found for module in MODULES for found in public_names(module))
METHODS = {
    f"{name}.{method}": getattr(value, method)
    for name, value in PUBLIC.items()
    if inspect.isclass(value) and value.__module__.startswith("supabase_gotrue")
    for method, member in vars(value).items()
    if method[0] != "_" and inspect.isfunction(getattr(member, "__func__", member))
}
TYPED_DICTS = {name: value for name, value in PUBLIC.items() if is_typeddict(value)}
# The others hold a transport, which is a function.
DATA = {
    name: value for name, value in TYPED_DICTS.items() if "transport" not in value.__annotations__
}
STRUCTS = {
    name: value
    for name, value in PUBLIC.items()
    if inspect.isclass(value) and issubclass(value, ServerStruct)
}
PARAMS = {
    name: value
    for name, value in PUBLIC.items()
    if inspect.isclass(value) and issubclass(value, Params)
}


def test_lists_are_complete() -> None:
    assert "supabase_gotrue.aio.AiohttpTransport" in PUBLIC
    assert "supabase_gotrue.User.parse" in METHODS
    assert {"supabase_gotrue.AdminUserAttrs", "supabase_gotrue.SSOProviderAttrs"} < DATA.keys()
    models = {name for name, value in PUBLIC.items() if value.__module__.startswith(f"{MODELS}.")}
    assert models - STRUCTS.keys() == {
        "supabase_gotrue.AuditLogPage",
        "supabase_gotrue.UserPage",
    }


@pytest.mark.parametrize("name", [*PUBLIC, *METHODS])
def test_type_hints(name: str) -> None:
    assert isinstance(get_type_hints({**PUBLIC, **METHODS}[name], include_extras=True), dict)


@pytest.mark.parametrize("name", DATA)
def test_pydantic_reads_and_describes_typed_dicts(name: str) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(DATA[name])
    assert adapter.json_schema()["properties"].keys() == DATA[name].__annotations__.keys()
    with pytest.raises(ValidationError):
        adapter.validate_python({key: object() for key in DATA[name].__annotations__})


@pytest.mark.parametrize("name", DATA)
def test_msgspec_reads_and_describes_typed_dicts(name: str) -> None:
    schema = msgspec.json.schema(DATA[name])
    properties = schema["$defs"][DATA[name].__name__]["properties"]
    assert properties.keys() == DATA[name].__annotations__.keys()


@pytest.mark.parametrize("name", DATA)
def test_hypothesis_draws_typed_dicts(name: str) -> None:
    drawn = find(st.from_type(DATA[name]), bool, settings=settings(phases=[Phase.generate]))
    assert drawn.keys() <= DATA[name].__annotations__.keys()


@pytest.mark.parametrize("name", STRUCTS)
def test_msgspec_describes_structs(name: str) -> None:
    schema = msgspec.json.schema(STRUCTS[name])
    properties = schema["$defs"][STRUCTS[name].__name__]["properties"]
    assert properties.keys() == set(STRUCTS[name].__struct_fields__)


@pytest.mark.parametrize("name", [*STRUCTS, *PARAMS])
def test_pydantic_describes_structs(name: str) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(PUBLIC[name])
    for mode in ("validation", "serialization"):
        schema = adapter.json_schema(mode=mode)
        assert schema["properties"].keys() == set(PUBLIC[name].__struct_fields__)


@pytest.mark.parametrize("name", [*STRUCTS, "supabase_gotrue.Error"])
def test_pydantic_reads_what_it_writes(name: str) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(PUBLIC[name])

    @given(st.from_type(PUBLIC[name]))
    @settings(max_examples=5)
    def write_and_read(value: Any) -> None:
        assert adapter.validate_json(adapter.dump_json(value)) == value
        assert adapter.validate_python(adapter.dump_python(value)) == value

    write_and_read()


@pytest.mark.parametrize("name", PARAMS)
def test_pydantic_reads_params_as_parse_does(name: str) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(PUBLIC[name])
    with pytest.raises(ValidationError, match="is unknown"):
        adapter.validate_python({"no_such_name": 1})
