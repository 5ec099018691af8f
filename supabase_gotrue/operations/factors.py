"""Operations on MFA factors.

Source: https://github.com/supabase/auth/blob/master/internal/api/admin.go
"""

from typing import Final

from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.models.factor import Factor
from supabase_gotrue.operations import Operation
from supabase_gotrue.request import delete, get, put
from supabase_gotrue.response import decode, no_content
from supabase_gotrue.schemas.arguments import combine, path_segment
from supabase_gotrue.schemas.cast import Id
from supabase_gotrue.schemas.factor import FactorAttrs, FactorParams

FACTORS: Final = "/admin/users/{user_id}/factors"
FACTOR: Final = FACTORS + "/{factor_id}"


def list_factors(user_id: Id) -> Result[Operation[tuple[Factor, ...]], Error]:
    return path_segment("user_id", user_id).map(
        lambda uid: Operation(get(FACTORS, user_id=uid), decode(Factor.parse_list))
    )


def update_factor(
    user_id: Id, factor_id: Id, attrs: FactorAttrs | FactorParams
) -> Result[Operation[Factor], Error]:
    return combine(
        lambda uid, fid, params: Operation(
            put(FACTOR, body=params, user_id=uid, factor_id=fid), decode(Factor.parse)
        ),
        path_segment("user_id", user_id),
        path_segment("factor_id", factor_id),
        FactorParams.parse(attrs),
    )


def delete_factor(user_id: Id, factor_id: Id) -> Result[Operation[None], Error]:
    return combine(
        lambda uid, fid: Operation(delete(FACTOR, user_id=uid, factor_id=fid), no_content),
        path_segment("user_id", user_id),
        path_segment("factor_id", factor_id),
    )
