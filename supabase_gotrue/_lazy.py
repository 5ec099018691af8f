"""Names of a package that are imported at their first use."""

import sys
from importlib import import_module

TYPE_CHECKING = False  # the start of the command line imports as little as possible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def lazy(
    package: str, submodules: tuple[str, ...], module_of: "Mapping[str, str]" = {}
) -> "Callable[[str], object]":
    """Return the `__getattr__` of a package.

    Args:
        package: The name of the package.
        submodules: The submodules that are names of the package.
        module_of: The submodule that defines a name, by name.
    """

    def find(name: str) -> object:
        if name in submodules:
            return import_module(f"{package}.{name}")
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{package}.{module_of[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return find
