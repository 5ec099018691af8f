"""users_table, and rows that come back from pandas.

Libraries for tables are imported by the tests that need them: each process collects all tests.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from returns.result import Success

from supabase_gotrue import AdminUserParams, User
from supabase_gotrue.admin import create_user, get_user_by_id
from supabase_gotrue.bulk import import_users, stream_users, users_table
from supabase_gotrue.emulator import Emulator


def users() -> list[User]:
    """Return 150 users, of whom one alone, the last, is banned."""
    client = Emulator().client()
    rows: list[dict[str, object]] = [{"email": f"user{n}@example.com"} for n in range(149)]
    metadata = {"n": [1, "é"]}
    rows.append({"email": "ada@example.com", "ban_duration": "24h", "user_metadata": metadata})
    assert {row.outcome for row in import_users(client, rows)} == {"created"}
    listed = [user.unwrap() for user in stream_users(client)]
    return sorted(listed, key=lambda user: user.banned_until is not None)


def test_table_has_one_schema_whatever_the_rows(tmp_path: Path) -> None:
    import pyarrow.parquet

    found = users()
    table: Any = users_table(found)
    assert table.schema == users_table([]).schema == users_table(found[:1]).schema
    assert table.schema.names == list(User.__struct_fields__)
    times = [name for name in table.schema.names if name.endswith(("_at", "_until"))]
    assert len(times) == 14
    assert {str(table.schema.field(name).type) for name in times} == {"timestamp[us, tz=UTC]"}
    assert [table["banned_until"][n].as_py() for n in (0, -1)] == [None, found[-1].banned_until]
    assert table["user_metadata"][-1].as_py() == '{"n":[1,"é"]}'
    pyarrow.parquet.write_table(table, tmp_path / "users.parquet")
    assert pyarrow.parquet.read_table(tmp_path / "users.parquet").equals(table)


def test_pandas_and_polars_read_it() -> None:
    import polars

    found = users()
    pandas_frame: Any = users_table(found).to_pandas()
    assert str(pandas_frame["banned_until"].dtype) == "datetime64[us, UTC]"
    polars_frame = polars.from_arrow(users_table(found))
    assert isinstance(polars_frame, polars.DataFrame)
    assert polars_frame["created_at"].dtype == polars.Datetime("us", "UTC")
    assert polars_frame["email"].to_list() == list(pandas_frame["email"])


def test_identities_and_factors_are_json_if_they_are_loaded() -> None:
    client = Emulator().client()
    ada = create_user(client, {"email": "ada@example.com"}).unwrap()
    loaded = get_user_by_id(client, ada.id).unwrap()
    (row,) = users_table([loaded]).to_pylist()
    assert row["factors"] == "[]"
    assert row["identities"].startswith('[{"')
    assert row["created_at"] == ada.created_at
    assert row["created_at"] <= datetime.now(UTC)


def test_result_has_to_be_unwrapped() -> None:
    result: Any = Success(1)
    with pytest.raises(TypeError, match="users, not Success: unwrap Results first"):
        users_table([result])


@pytest.mark.parametrize(
    ("attrs", "path"),
    [
        ({"email": float("nan")}, "email"),
        ({"email": "a@b.c", "email_confirm": float("nan")}, "email_confirm"),
        ({"email": "a@b.c", "app_metadata": float("nan")}, "app_metadata"),
        ({"email": "a@b.c", "user_metadata": {"plan": float("nan")}}, "user_metadata.plan"),
    ],
)
def test_empty_cell_of_pandas_is_an_error_that_says_so(attrs: dict[str, object], path: str) -> None:
    error = AdminUserParams.parse(attrs).failure()
    assert error.message == f"{path} is nan: use None for absent"
