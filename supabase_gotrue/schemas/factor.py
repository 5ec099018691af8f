"""Attributes of `update_factor`."""

from typing_extensions import TypedDict

from supabase_gotrue.schemas.cast import Text
from supabase_gotrue.schemas.params import Params


class FactorAttrs(TypedDict, total=False):
    """The changes to an MFA factor; `None` and blank strings count as absent."""

    friendly_name: str | None
    """The name that users see."""
    phone: str | None
    """E.164; the server drops the `+`, and ignores it for other factors than `phone`."""


class FactorParams(Params, frozen=True, kw_only=True):
    """Checked changes to an MFA factor; nothing is required.

    >>> FactorParams.parse({"freindly_name": "laptop"})
    <Failure: freindly_name is unknown (did you mean 'friendly_name'?) (validation)>
    """

    friendly_name: Text | None = None
    phone: Text | None = None
