"""Operations on MFA factors.

Source: https://github.com/supabase/auth/blob/master/internal/api/admin.go
"""

from typing import Final

from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.operations import Operation
from supabase_gotrue.request import delete
from supabase_gotrue.response import no_content
from supabase_gotrue.schemas.arguments import combine, path_segment
from supabase_gotrue.schemas.cast import Id

FACTOR: Final = "/admin/users/{user_id}/factors/{factor_id}"


def delete_factor(user_id: Id, factor_id: Id) -> Result[Operation[None], Error]:
    return combine(
        lambda uid, fid: Operation(delete(FACTOR, user_id=uid, factor_id=fid), no_content),
        path_segment("user_id", user_id),
        path_segment("factor_id", factor_id),
    )
