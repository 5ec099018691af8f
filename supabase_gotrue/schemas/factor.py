"""Attributes of `update_factor`."""

from collections.abc import Mapping
from typing import Self, TypedDict

from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.redaction import RedactedStruct
from supabase_gotrue.schemas.cast import Text, parse


class FactorAttrs(TypedDict, total=False):
    """The changes to an MFA factor; `None` and blank strings count as absent."""

    friendly_name: str | None
    """The name that users see."""
    phone: str | None
    """E.164; the server drops the `+`, and ignores it for other factors than `phone`."""


class FactorParams(RedactedStruct, frozen=True, kw_only=True, omit_defaults=True):
    """Checked changes to an MFA factor."""

    friendly_name: Text | None = None
    phone: Text | None = None

    @classmethod
    def parse(cls, attrs: Mapping[str, object] | Self) -> Result[Self, Error]:
        """Check the changes to a factor. Nothing is required, and nothing is sent.

        Args:
            attrs: Any Mapping; blank values leave the attribute unchanged.

        Returns:
            The parameters, or an Error with code `validation` that names each invalid field.

        >>> FactorParams.parse({"freindly_name": "laptop"})
        <Failure: freindly_name is unknown (did you mean 'friendly_name'?) (validation)>
        """
        return parse(cls, attrs, "attrs")
