"""Operations on links that sign a user in.

Source: https://github.com/supabase/auth/blob/master/internal/api/mail.go
"""

from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.models.link import LinkProperties
from supabase_gotrue.operations import Operation
from supabase_gotrue.request import post
from supabase_gotrue.response import decode
from supabase_gotrue.schemas.generate_link import GenerateLinkAttrs, GenerateLinkParams
from supabase_gotrue.schemas.redirect import redirect_headers


def generate_link(
    attrs: GenerateLinkAttrs | GenerateLinkParams,
) -> Result[Operation[LinkProperties], Error]:
    return GenerateLinkParams.parse(attrs).map(_generate)


def _generate(params: GenerateLinkParams) -> Operation[LinkProperties]:
    redirect = redirect_headers(params.redirect_to)
    request = post("/admin/generate_link", query=redirect, body=params, extra_headers=redirect)
    return Operation(request, decode(LinkProperties.parse))
