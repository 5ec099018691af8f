"""The checks of `doctor`: why calls fail, step by step, and what to do about it."""

import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import msgspec
from returns.result import Result, Success

from supabase_gotrue import Client, Error, Request, Response, admin, with_options
from supabase_gotrue.cli.connection.keys import ADMIN_KEY, Key, inspect_key, key_advice
from supabase_gotrue.cli.output.status import ExitStatus, status_of
from supabase_gotrue.json_types import is_object

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
HOSTED_PREFIX: Final = "/auth/v1"
# A server refuses tokens that were issued in its future, or have expired.
MAX_CLOCK_SKEW: Final = 30
# By a part of the transport's message.
CONNECTION_ADVICE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "name": "check the host in the URL: no such name is known here",
        "TLS": "check that the URL's host is the certificate's; for a private certificate"
        " authority, set REQUESTS_CA_BUNDLE to its file",
        "HTTP": "what listens there does not speak HTTP: check the port and http or https",
        "connection": "check the host and the port: nothing accepts connections there",
        "time": "the server or a firewall does not respond: check the host, the port, and VPN",
    }
)
PROXY_ADVICE: Final = (
    "check the proxy {}, which HTTP_PROXY or HTTPS_PROXY names; NO_PROXY lists hosts without one"
)
NO_OBJECT: Final[Mapping[str, object]] = MappingProxyType({})
NO_SOURCES: Final[Mapping[str, str]] = MappingProxyType({})
# Where gateways and servers say what is wrong.
WORDS: Final = ("message", "msg", "error", "error_description", "hint")
# How much of a response that is not GoTrue's is shown.
MAX_WORDS: Final = 300
CONFIGURE: Final = (
    "set SUPABASE_URL and SUPABASE_SECRET_KEY, or give --profile, or --url and --key-file"
)


class Check(NamedTuple):
    """The result of one step.

    Args:
        step: What was checked.
        detail: What was found.
        advice: What to do, if that is wrong.
        status: The exit status, if that is wrong.
    """

    step: str
    detail: str
    advice: str | None = None
    status: ExitStatus = ExitStatus.DONE

    @property
    def is_passed(self) -> bool:
        """Whether the next step makes sense."""
        return self.status is ExitStatus.DONE


def to_record(check: Check) -> dict[str, object]:
    """Return a check as JSON."""
    return {
        "step": check.step,
        "passed": check.is_passed,
        "detail": check.detail,
        "advice": check.advice,
    }


def to_sentence(check: Check) -> tuple[str, str]:
    """Return a check for people, and its style."""
    text = f"{check.step}: {check.detail}"
    if check.advice is None:
        return f"✓ {text}", ""
    mark, style = ("!", "yellow") if check.is_passed else ("✗", "red")
    return f"{mark} {text}\n  → {check.advice}", style


def checks(
    connected: Result[Client, Error], sources: Mapping[str, str] = NO_SOURCES
) -> Iterator[Check]:
    """Yield the checks in their order; those after a failed one mean nothing.

    Args:
        connected: The client, or why there is none.
        sources: Where the URL and the key came from.
    """
    match connected:
        case Success(Client() as client):
            proxy = proxy_of(client.auth_url)
            yield check_url(client, sources.get("URL"))
            yield Check("proxy", proxy or "not used")
            yield from check_answers(client, proxy, sources.get("key"))
        case failed:
            error = failed.failure()
            yield Check("configuration", error.message, CONFIGURE, status_of(error))


def check_answers(client: Client, proxy: str | None, key_source: str | None) -> Iterator[Check]:
    """Yield the checks that need the server."""
    match get(client, "/health"):
        case Success(Response() as health):
            yield Check("connection", f"the server answers with status {health.status}")
            yield check_server(client, health)
            yield check_clock(health, time.time())
            key = inspect_key(client.access_token or client.api_key)
            yield Check("key", with_source(key.kind, key_source))
            yield check_admin(client, key)
            yield from check_features(client)
        case failed:
            error = failed.failure()
            yield Check("connection", error.message, advise(error, proxy), status_of(error))


def get_object(client: Client, path: str) -> Mapping[str, object]:
    """Return the JSON object at a path; any failure is empty."""
    return get(client, path).map(json_object).value_or(NO_OBJECT)


def get(client: Client, path: str) -> Result[Response, Error]:
    """Send a request for which the library has no function."""
    url = client.auth_url + path
    route = path.partition("?")[0]
    return client.transport(Request("GET", url, client.headers_for(None), None, route))


def json_object(response: Response) -> Mapping[str, object]:
    """Return the JSON object of a response with status 200; any other response is empty."""
    return json_members(response.body) if response.status == 200 else NO_OBJECT


def json_members(body: bytes) -> Mapping[str, object]:
    """Return the members of a JSON object; anything else has none."""
    try:
        value: object = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return NO_OBJECT
    return value if is_object(value) else NO_OBJECT


def advise(error: Error, proxy: str | None) -> str:
    """Return what to do about a connection that was not made."""
    if proxy is not None:
        return PROXY_ADVICE.format(proxy)
    found = (advice for part, advice in CONNECTION_ADVICE.items() if part in error.message)
    return next(found, "check the URL")


def with_source(value: str, source: str | None) -> str:
    """Return a value, and where it came from if that is known."""
    return value if source is None else f"{value}, from {source}"


def check_url(client: Client, source: str | None) -> Check:
    """Check that the key is sent encrypted."""
    detail = with_source(client.auth_url, source)
    url = urlsplit(client.auth_url)
    if url.scheme == "https" or url.hostname in LOOPBACK:
        return Check("URL", detail)
    return Check("URL", detail, "the key is sent unencrypted: use https")


def proxy_of(url: str) -> str | None:
    """Return the host and port of the environment's proxy for a URL."""
    parts = urlsplit(url)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme, proxies.get("all"))
    if proxy is None or proxy_bypass(parts.hostname or ""):
        return None
    return proxy.rpartition("@")[2].rpartition("/")[2]


def check_server(client: Client, health: Response) -> Check:
    """Check that the server is GoTrue, and look for it at other paths of the URL."""
    about = json_object(health)
    if is_gotrue(about):
        return Check("server", f"GoTrue {about.get('version')}".strip())
    location = health.header("location")
    if location is not None:
        detail = f"it redirects to {location.partition('?')[0]}"
        return Check("server", detail, "use that URL", ExitStatus.REFUSED)
    words = server_words(client, health)
    if health.status in (401, 403):
        detail = f"the gateway refuses the key with status {health.status}"
        return Check("server", detail + words, ADMIN_KEY, ExitStatus.NOT_ADMIN)
    detail = f"{client.auth_url}/health is not GoTrue's, status {health.status}"
    return Check("server", detail + words, find_root(client), ExitStatus.REFUSED)


def server_words(client: Client, response: Response) -> str:
    """Return what a response says, if it is short and does not repeat the key."""
    members = json_members(response.body)
    if members:
        texts = [str(members[name]) for name in WORDS if isinstance(members.get(name), str)]
        words = "; ".join(texts)
    else:
        is_page = (response.header("content-type") or "").startswith("text/html")
        words = "" if is_page else response.body[:MAX_WORDS].decode(errors="replace")
    words = " ".join(words.split())[:MAX_WORDS]
    return f": {words}" if words and client.api_key not in words else ""


def is_gotrue(about: Mapping[str, object]) -> bool:
    """Whether the answer of `/health` is GoTrue's."""
    return about.get("name") == "GoTrue"


def find_root(client: Client) -> str:
    """Return how to reach GoTrue at the same host, if it is there."""
    origin = client.auth_url.removesuffix(HOSTED_PREFIX)
    advice = {
        origin: f"give --auth-url {origin}, or set GOTRUE_URL: this GoTrue has no gateway",
        origin + HOSTED_PREFIX: f"give --url {origin}, or set SUPABASE_URL: GoTrue is at"
        f" {HOSTED_PREFIX}",
    }
    advice.pop(client.auth_url, None)
    for root, hint in advice.items():
        match with_options(client, auth_url=root):
            case Success(Client() as other) if is_gotrue(get_object(other, "/health")):
                return hint
            case _:
                pass
    return "check the URL: it is that of another server, or the server is down"


def check_clock(response: Response, now: float) -> Check:
    """Compare the clocks: tokens have a time from which and until which they are valid."""
    try:
        skew = now - parsedate_to_datetime(response.header("date") or "").timestamp()
    except ValueError:
        return Check("clock", "the server does not send its time")
    if abs(skew) <= MAX_CLOCK_SKEW:
        return Check("clock", f"as the server's, within {MAX_CLOCK_SKEW} seconds")
    detail = f"{abs(skew):.0f} seconds {'ahead of' if skew > 0 else 'behind'} the server's"
    return Check("clock", detail, "set the clock: tokens may count as expired or not yet valid")


def check_admin(client: Client, key: Key) -> Check:
    """Check that the server accepts the key, as an administrator's."""
    match admin.list_users(client, {"page": 1, "per_page": 1}):
        case Success((_, pagination)):
            return Check("access", f"the key is an administrator's; {pagination.total} users")
        case failed:
            error = failed.failure()
            status = status_of(error)
            advice = key_advice(client, key, error)
            return Check(
                "access", f"{error.message} ({error.error_code or error.code})", advice, status
            )


def check_features(client: Client) -> Iterator[Check]:
    """Tell what is switched on."""
    settings = get_object(client, "/settings")
    external = settings.get("external")
    providers = [name for name, on in external.items() if on] if is_object(external) else []
    yield Check("sign-up", on_or_off(settings.get("disable_signup") is False))
    yield Check("providers", ", ".join(providers) or "none")
    yield Check("automatic confirmation", on_or_off(settings.get("mailer_autoconfirm")))
    yield Check("SAML", on_or_off(settings.get("saml_enabled")))
    oauth = get(client, "/admin/oauth/clients").map(lambda response: response.status == 200)
    yield Check("OAuth server", on_or_off(oauth.value_or(False)))
    users = get_object(client, "/admin/users?limit=1")
    yield Check("cursor pagination", on_or_off("pagination" in users))


def on_or_off(is_on: object) -> str:
    """Return a switch in words."""
    return "on" if is_on else "off"
