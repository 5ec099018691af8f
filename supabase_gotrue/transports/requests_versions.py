"""The versions of requests and urllib3 that the default transport needs."""

import re
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Final

# As in pyproject.toml, for environments that were installed without regard to it.
MINIMUM_VERSIONS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {"requests": (2, 32), "urllib3": (2, 6)}
)
MISSING: Final = "(cannot be imported)"


def import_versions() -> dict[str, str]:
    """Import the libraries and return their versions."""
    return {name: _import_version(name) for name in MINIMUM_VERSIONS}


def _import_version(name: str) -> str:
    try:
        return str(import_module(name).__version__)
    except Exception:  # a broken installation can raise anything
        return MISSING


def is_supported(installed: Mapping[str, str]) -> bool:
    """Whether all versions are at least the minimum; unreadable versions are not.

    >>> is_supported({"requests": "2.34.2", "urllib3": "3.0.0.dev1"})
    True
    """
    return all(_release(installed[name]) >= lowest for name, lowest in MINIMUM_VERSIONS.items())


def describe_versions(installed: Mapping[str, str]) -> str:
    """Name the installed versions and those that are needed.

    >>> describe_versions({"requests": "2.31.0", "urllib3": "1.26.18"})
    'requests 2.31.0 and urllib3 1.26.18; needs requests>=2.32 and urllib3>=2.6'
    """
    found = " and ".join(f"{name} {installed[name]}" for name in MINIMUM_VERSIONS)
    needed = " and ".join(f"{name}>={a}.{b}" for name, (a, b) in MINIMUM_VERSIONS.items())
    return f"{found}; needs {needed}"


def _release(version: str) -> tuple[int, ...]:
    numbers = re.match(r"(\d{1,9})\.(\d{1,9})", version)
    return tuple(map(int, numbers.groups())) if numbers else ()
