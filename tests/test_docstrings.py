"""The examples in docstrings, run: each finds a client, and a user whom it knows."""

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
    for name in ["supabase_gotrue", *(found.name for found in packages)]:
        if not name.endswith("__main__"):
            module = importlib.import_module(name)
            yield from (test for test in finder.find(module, name) if test.examples)


def found() -> dict[str, Any]:
    client = Emulator().client()
    ada = admin.create_user(client, {"email": "ada@example.com"}).unwrap()
    return {"client": client, "ada": ada}


@pytest.mark.parametrize("example", list(examples()), ids=lambda example: example.name)
def test_example(example: doctest.DocTest) -> None:
    example.globs.update(found())
    said: list[str] = []
    failed, tried = doctest.DocTestRunner().run(example, out=said.append)
    assert (failed, tried > 0) == (0, True), "".join(said)
