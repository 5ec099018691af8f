"""The examples in docstrings run: with `client`, `async_client`, and `ada`, a user."""

import doctest
import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest

import supabase_gotrue
from supabase_gotrue import admin
from supabase_gotrue.emulator import Emulator


def examples() -> Iterator[doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    packages = pkgutil.walk_packages(supabase_gotrue.__path__, "supabase_gotrue.")
    for name in ["supabase_gotrue", *(package.name for package in packages)]:
        if not name.endswith("__main__"):
            module = importlib.import_module(name)
            yield from (test for test in finder.find(module, name) if test.examples)


def namespace() -> dict[str, Any]:
    emulator = Emulator()
    client = emulator.client()
    ada = admin.create_user(client, {"email": "ada@example.com"}).unwrap()
    return {"client": client, "async_client": emulator.async_client(), "ada": ada}


@pytest.mark.parametrize("example", list(examples()), ids=lambda example: example.name)
def test_example(example: doctest.DocTest) -> None:
    example.globs.update(namespace())
    output: list[str] = []
    failed, attempted = doctest.DocTestRunner().run(example, out=output.append)
    assert (failed, attempted > 0) == (0, True), "".join(output)
