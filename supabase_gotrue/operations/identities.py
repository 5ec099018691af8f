"""Operations on the identities of a user."""

from typing import Final, NamedTuple

from returns.result import Failure, Result

from supabase_gotrue.error import Error, validation_error
from supabase_gotrue.json_types import has_type
from supabase_gotrue.models.identity import Identity
from supabase_gotrue.models.session import Session
from supabase_gotrue.models.user import User
from supabase_gotrue.operations import Operation
from supabase_gotrue.operations.users import USER
from supabase_gotrue.request import delete, get
from supabase_gotrue.response import Exchange, decode, no_content
from supabase_gotrue.schemas.arguments import combine, path_segment
from supabase_gotrue.schemas.cast import Id
from supabase_gotrue.schemas.session import check_owner, is_same_id, token_of

MISSING_ROUTE_HINT: Final = (
    ": this server has no admin route to delete an identity;"
    " pass session= to delete it with the user's own token"
)


def list_identities(user_id: Id) -> Result[Operation[tuple[Identity, ...]], Error]:
    """GoTrue has no route for identities alone: they come with their user."""
    return path_segment("user_id", user_id).map(
        lambda uid: Operation(get(USER, user_id=uid), _read_identities)
    )


def delete_identity(
    user_id: Id, identity_id: Id | Identity, session: Session | str | None
) -> Result[Operation[None], Error]:
    user = path_segment("user_id", user_id)
    identity = _identity_of(user_id, identity_id)
    if session is None:
        return combine(_delete_as_admin, user, identity)
    # Both are checked before the owner is compared, so that all errors are reported.
    owner = combine(_Owner, user, token_of(session))
    token = owner.bind(lambda claimed: check_owner(session, claimed.user_id, claimed.token))
    return combine(_delete_as_owner, identity, token)


class _Owner(NamedTuple):
    user_id: str
    token: str


def _identity_of(user_id: object, identity: object) -> Result[str, Error]:
    """Return the ID of an identity, which must not be known to belong to another user."""
    if not has_type(identity, Identity):
        return path_segment("identity_id", identity)
    if identity.user_id is not None and not is_same_id(identity.user_id, user_id):
        return Failure(validation_error({"identity_id": ("belongs to another user",)}))
    return path_segment("identity_id", identity.identity_id)


def _delete_as_admin(user_id: str, identity_id: str) -> Operation[None]:
    """The route of the Elixir library, which current servers answer with 404."""
    route = USER + "/identities/{identity_id}"
    return Operation(
        delete(route, user_id=user_id, identity_id=identity_id), _explain_missing_route
    )


def _delete_as_owner(identity_id: str, token: str) -> Operation[None]:
    """Return the operation that unlinks an identity with the token of its user.

    https://github.com/supabase/auth/blob/master/internal/api/identity.go
    """
    route = "/user/identities/{identity_id}"
    return Operation(delete(route, token=token, identity_id=identity_id), no_content)


def _read_identities(exchange: Exchange) -> Result[tuple[Identity, ...], Error]:
    return decode(User.parse)(exchange).map(lambda user: user.identities or ())


def _explain_missing_route(exchange: Exchange) -> Result[None, Error]:
    return no_content(exchange).lash(_add_route_hint)


def _add_route_hint(error: Error) -> Result[None, Error]:
    if error.status == 404 and error.error_code is None:
        return Failure(error.with_message(error.message + MISSING_ROUTE_HINT))
    return Failure(error)
