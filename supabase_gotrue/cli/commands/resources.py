"""The groups `oauth`, `sso` and `providers`: the same commands for three kinds of things."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

from returns.result import Result

from supabase_gotrue import (
    Client,
    CustomProvider,
    CustomProviderParams,
    Error,
    OAuthClient,
    OAuthClientParams,
    SSOProvider,
    SSOProviderParams,
)
from supabase_gotrue.admin import custom_providers, oauth, sso
from supabase_gotrue.cli.files.json_objects import read_object
from supabase_gotrue.cli.output.status import ExitStatus
from supabase_gotrue.cli.output.tables import View
from supabase_gotrue.cli.running.paging import print_all
from supabase_gotrue.cli.running.session import Session
from supabase_gotrue.models.base import ServerStruct
from supabase_gotrue.schemas.params import UpdatableParams

_T = TypeVar("_T", bound=ServerStruct)
_P = TypeVar("_P", bound=UpdatableParams)


@dataclass(frozen=True)
class Resource(Generic[_T, _P]):
    """The commands for one kind of thing.

    Args:
        noun: What one is, for people.
        view: How many are shown.
        params: Checks the attributes that a file holds.
        read_all, read, add, change, remove: The functions of the library.
    """

    noun: str
    view: View[_T]
    params: type[_P]
    read_all: Callable[[Client], Result[tuple[_T, ...], Error]]
    read: Callable[[Client, str], Result[_T, Error]]
    add: Callable[[Client, _P], Result[_T, Error]]
    change: Callable[[Client, str, _P], Result[_T, Error]]
    remove: Callable[[Client, str], Result[object, Error]]

    def list(self, session: Session) -> ExitStatus:
        """List all."""
        return print_all(session, session.call(self.read_all), self.view)

    def get(self, session: Session, id: str) -> ExitStatus:
        """Show one."""
        return self._finish(session, session.call(lambda client: self.read(client, id)))

    def create(self, session: Session, file: Path) -> ExitStatus:
        """Create one with the attributes that a file holds."""

        def create(client: Client) -> Result[_T, Error]:
            params = read_object(file).bind(self.params.parse)
            return params.bind(lambda checked: self.add(client, checked))

        return self._finish(session, session.call(create))

    def update(self, session: Session, id: str, file: Path) -> ExitStatus:
        """Change one as a file says."""

        def update(client: Client) -> Result[_T, Error]:
            params = read_object(file).bind(self.params.parse_update)
            return params.bind(lambda checked: self.change(client, id, checked))

        return self._finish(session, session.call(update))

    def delete(self, session: Session, id: str, yes: bool = False) -> ExitStatus:
        """Ask, and delete one."""
        refused = session.ask_to_delete(f"the {self.noun} {id} of {session.project}", is_given=yes)
        if refused is not None:
            return refused
        result = session.call(lambda client: self.remove(client, id))
        return session.finish_deletion(result, self.noun, id)

    def _finish(self, session: Session, result: Result[_T, Error]) -> ExitStatus:
        return session.finish(result, self.view.model.to_dict, self.view.model.to_dict)


def oauth_client_row(client: OAuthClient) -> tuple[str, ...]:
    """Return the cells of an OAuth client."""
    uris = " ".join(client.redirect_uris)
    return (client.client_id, client.client_name or "", client.client_type, uris)


def sso_provider_row(provider: SSOProvider) -> tuple[str, ...]:
    """Return the cells of an SSO provider."""
    domains = " ".join(each.domain for each in provider.domains)
    state = "disabled" if provider.disabled else "enabled"
    return (provider.id, provider.resource_id or "", domains, state)


def custom_provider_row(provider: CustomProvider) -> tuple[str, ...]:
    """Return the cells of a custom provider."""
    state = "enabled" if provider.enabled else "disabled"
    return (provider.identifier, provider.name, provider.provider_type, state)


OAUTH_CLIENT_VIEW: Final = View(
    "OAuth clients",
    ("ID", "Name", "Type", "Redirects to"),
    range(4),
    oauth_client_row,
    OAuthClient,
)
SSO_PROVIDER_VIEW: Final = View(
    "SSO providers",
    ("ID", "Resource", "Domains", "State"),
    range(4),
    sso_provider_row,
    SSOProvider,
)
CUSTOM_PROVIDER_VIEW: Final = View(
    "providers",
    ("ID", "Name", "Type", "State"),
    range(4),
    custom_provider_row,
    CustomProvider,
)
OAUTH: Final = Resource(
    "OAuth client",
    OAUTH_CLIENT_VIEW,
    OAuthClientParams,
    oauth.list_clients,
    oauth.get_client,
    oauth.create_client,
    oauth.update_client,
    oauth.delete_client,
)
SSO: Final = Resource(
    "SSO provider",
    SSO_PROVIDER_VIEW,
    SSOProviderParams,
    sso.list_providers,
    sso.get_provider,
    sso.create_provider,
    sso.update_provider,
    sso.delete_provider,
)
PROVIDERS: Final = Resource(
    "provider",
    CUSTOM_PROVIDER_VIEW,
    CustomProviderParams,
    custom_providers.list_providers,
    custom_providers.get_provider,
    custom_providers.create_provider,
    custom_providers.update_provider,
    custom_providers.delete_provider,
)


def rotate_secret(session: Session, id: str, yes: bool = False) -> ExitStatus:
    """Ask, give an OAuth client another secret, and print it."""
    refused = session.ask_consent(
        f"Replace the secret of the OAuth client {id} of {session.project}?"
        " The old one stops working at once.",
        is_given=yes,
        declined="the secret was not replaced",
    )
    if refused is not None:
        return refused
    result = session.call(lambda client: oauth.regenerate_client_secret(client, id))
    return session.finish(result, OAuthClient.to_dict, OAuthClient.to_dict)
