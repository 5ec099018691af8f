"""Operations on passkeys.

Source: https://github.com/supabase/auth/blob/master/internal/api/passkey_admin.go
"""

from typing import Final

from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.models.passkey import Passkey
from supabase_gotrue.operations import Operation
from supabase_gotrue.request import delete, get
from supabase_gotrue.response import decode, no_content
from supabase_gotrue.schemas.arguments import combine, path_segment
from supabase_gotrue.schemas.cast import Id

PASSKEYS: Final = "/admin/users/{user_id}/passkeys"
PASSKEY: Final = PASSKEYS + "/{passkey_id}"


def list_passkeys(user_id: Id) -> Result[Operation[tuple[Passkey, ...]], Error]:
    return path_segment("user_id", user_id).map(
        lambda uid: Operation(get(PASSKEYS, user_id=uid), decode(Passkey.parse_list))
    )


def delete_passkey(user_id: Id, passkey_id: Id) -> Result[Operation[None], Error]:
    return combine(
        lambda uid, pid: Operation(delete(PASSKEY, user_id=uid, passkey_id=pid), no_content),
        path_segment("user_id", user_id),
        path_segment("passkey_id", passkey_id),
    )
