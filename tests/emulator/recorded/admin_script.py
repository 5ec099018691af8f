"""The requests of the routes for OAuth clients, custom and SSO providers, and passkeys."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.emulator.recorded.script import Json, Script

CLIENTS = "/admin/oauth/clients"
CUSTOM = "/admin/custom-providers"
SSO = "/admin/sso/providers"
# An address needs no DNS, and the server contacts no OAuth 2 provider.
HOST = "https://93.184.216.34"
CALLBACK = ["https://example.com/cb"]
MAPPING: Json = {
    "keys": {
        "a": {"name": "", "names": [], "default": None, "array": False},
        "b": {"names": ["x", None], "default": {"z": 1.0, "a": 2}, "array": True, "other": 1},
        "c": None,
    }
}
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
EMAIL_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"


def metadata(entity: str, providers: int = 1, root: str = "") -> str:
    """SAML metadata with some identity providers, inside another element if one is named."""
    namespace = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"'
    protocol = 'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"'
    idp = f"<md:IDPSSODescriptor {protocol}></md:IDPSSODescriptor>" * providers
    xml = f'<md:EntityDescriptor {namespace} entityID="{entity}">{idp}</md:EntityDescriptor>'
    return f"<md:{root} {namespace}>{xml}</md:{root}>" if root else xml


@dataclass
class AdminScript(Script):
    """Sends requests of administrators to the servers `auto` and `closed`.

    Args:
        add_passkey: Gives a user a passkey of some name: no route of administrators does.
    """

    add_passkey: Callable[[str, str], object] = lambda user_id, name: None

    def run(self) -> list[Json]:
        for part in (
            self.registering_clients,
            self.refusing_clients,
            self.changing_clients,
            self.creating_custom_providers,
            self.judging_urls,
            self.changing_custom_providers,
            self.creating_sso_providers,
            self.refusing_sso_providers,
            self.changing_sso_providers,
            self.passkeys,
        ):
            part()
        return self.responses

    def send_each(self, method: str, path: str, bodies: dict[str, Any], **headers: str) -> None:
        """Send one request per body to the server `auto`."""
        for case, body in bodies.items():
            self.ask(f"{case} ({method} {path.split('/')[2]})", method, path, body, **headers)

    def ask(self, case: str, method: str, path: str, body: Any = None, **how: Any) -> Any:
        return super().ask(case, method, path, body, **{"on": "auto", **how})

    def lacking(self, whole: Json, *names: str) -> dict[str, Json]:
        """A body without each of these fields."""
        return {
            f"without {name}": {key: whole[key] for key in whole if key != name} for name in names
        }

    # ---- OAuth clients

    def registering_clients(self) -> None:
        self.ask("no clients", "GET", CLIENTS)
        self.ask("disabled", "GET", CLIENTS, on="closed")
        self.ask("disabled, whatever the ID", "GET", f"{CLIENTS}/x", on="closed")
        self.ask("disabled, legacy", "GET", CLIENTS, on="closed", x_supabase_api_version="")
        self.ask("above the clients", "GET", "/admin/oauth")
        bodies: dict[str, Json] = {
            "no grant types": {"grant_types": []},
            "one grant type": {"grant_types": ["refresh_token"]},
            "public": {"client_type": "public"},
            "public by its method": {"token_endpoint_auth_method": "none"},
            "secret in the body": {"token_endpoint_auth_method": "client_secret_post"},
            "everything": {
                "client_type": "confidential",
                "client_name": "Acme",
                "client_uri": "https://example.com",
                "logo_uri": "https://example.com/logo.png#1",
                "scope": "openid",
                "response_types": ["code"],
            },
            "a path as URI": {"client_uri": "/about", "logo_uri": "ftp:x"},
            "null": {"client_name": None, "grant_types": None},
            "capitals": {"CLIENT_NAME": "Acme"},
        }
        uris = {
            "a comma": "https://example.com/a,b",
            "the loopback address": "http://[::1]/cb",
            "localhost": "http://localhost:3000/cb",
            "an empty fragment": "https://example.com/cb#",
            "an app": "myapp://cb",
            "a user": "https://user:pass@example.com/cb",
        }
        for case, uri in uris.items():
            bodies[f"redirect to {case}"] = {"redirect_uris": [uri]}
        for case, body in bodies.items():
            self.ask(f"register: {case}", "POST", CLIENTS, {"redirect_uris": CALLBACK} | body)
        raw = b' {"redirect_uris":["https://example.com/cb"]} trailing'
        self.ask("register: more after the JSON", "POST", CLIENTS, raw)
        listed = self.ask("many clients", "GET", f"{CLIENTS}?page=1&per_page=1")
        for client in listed["clients"]:
            self.ask("delete a client", "DELETE", f"{CLIENTS}/{client['client_id']}")
        self.ask("no clients any more", "GET", f"{CLIENTS}/")

    def refusing_clients(self) -> None:
        raw = (b"", b"{", b"null", b"[]", b'"x"', b'{"redirect_uris":"x"}')
        for text in (*raw, b'{"redirect_uris":[5]}', b'{"redirect_uris":[null]}'):
            self.ask(f"register: {text!r}", "POST", CLIENTS, text)
        uris = (
            *("", "x", "//example.com/cb", "myapp:/cb", "javascript://x/a", "DATA://x/a"),
            *("http://example.com", "https://example.com/#x", "https://a b/c", "https:///cb"),
            *("https://example.com/%zz", "https://example.com/\0", "https://example.com:x/"),
            *("https://[::1", "https://[1.2.3.4]/", "https://u@ser@example.com/", ":x", "a:b"),
            *("https://a.b/#%zz", "https://%zz@a.b/", "https://a:b:1/", "myapp://a:b:1/#x"),
        )
        for uri in uris:
            self.ask(f"redirect to {uri!r}", "POST", CLIENTS, {"redirect_uris": [uri]})
        bodies: dict[str, Json] = {
            "no URIs": {"redirect_uris": []},
            "too many URIs": {"redirect_uris": CALLBACK * 11},
            "unknown grant type": {"grant_types": ["x"]},
            "long name": {"client_name": "x" * 1025},
            "name of many bytes": {"client_name": "\u00e9" * 513},
            "long URI": {"client_uri": "x" * 2049},
            "wrong URI": {"client_uri": "x"},
            "wrong logo": {"logo_uri": "x"},
            "unknown type": {"client_type": "x"},
            "unknown method": {"token_endpoint_auth_method": "x"},
            "public with a secret": {
                "client_type": "public",
                "token_endpoint_auth_method": "client_secret_post",
            },
            "confidential without": {
                "client_type": "confidential",
                "token_endpoint_auth_method": "none",
            },
            "number of a name": {"client_name": 5},
            "NUL in a name": {"client_name": "a\0b"},
            "too large": {"pad": "a" * 2**20},
        }
        for case, body in bodies.items():
            self.ask(f"register: {case}", "POST", CLIENTS, {"redirect_uris": CALLBACK} | body)

    def changing_clients(self) -> None:
        made = self.ask("to be changed", "POST", CLIENTS, {"redirect_uris": CALLBACK})
        path = f"{CLIENTS}/{made['client_id']}"
        for text in (b"", b"null", b"[]", b"{}", b'{"x": 1}', b'{"redirect_uris": null}'):
            self.ask(f"change: {text!r}", "PUT", path, text)
        bodies: dict[str, Json] = {
            "no URIs": {"redirect_uris": []},
            "wrong URI": {"redirect_uris": ["x"]},
            "two URIs": {"redirect_uris": ["https://example.com/a", "https://example.com/b"]},
            "no grant types": {"grant_types": []},
            "one grant type": {"grant_types": ["authorization_code"]},
            "name": {"client_name": "Acme"},
            "URIs": {"client_uri": "https://example.com", "logo_uri": "https://example.com/l"},
            "empty texts": {"client_name": "", "client_uri": "", "logo_uri": ""},
            "type alone": {"client_type": "public"},
            "no method": {"token_endpoint_auth_method": ""},
            "unknown method": {"token_endpoint_auth_method": "x"},
            "method of the public": {"token_endpoint_auth_method": "none"},
            "another method": {"token_endpoint_auth_method": "client_secret_post"},
            "NUL": {"client_name": "a\0b"},
            "number": {"client_name": 5},
        }
        for case, body in bodies.items():
            self.ask(f"change: {case}", "PUT", path, body)
        self.ask("the changed client", "GET", f"{path}/")
        self.ask("another secret", "POST", f"{path}/regenerate_secret")
        self.ask("a slash after another secret", "POST", f"{path}/regenerate_secret/")
        self.ask("the secret", "GET", f"{path}/regenerate_secret")
        self.ask("below a client", "GET", f"{path}/x")
        self.ask("patch a client", "PATCH", path, {})
        self.ask("no UUID of a client", "GET", f"{CLIENTS}/abc")
        self.ask("braces around a client's ID", "GET", f"{CLIENTS}/%7B{made['client_id']}%7D")
        self.ask("delete the client", "DELETE", path)
        self.ask("the deleted client", "GET", path)
        public = {"redirect_uris": CALLBACK, "client_type": "public"}
        path = f"{CLIENTS}/{self.ask('a public client', 'POST', CLIENTS, public)['client_id']}"
        basic = {"token_endpoint_auth_method": "client_secret_basic"}
        self.ask("a secret of the public", "POST", f"{path}/regenerate_secret")
        self.ask("a method of the confidential", "PUT", path, basic)
        self.ask("delete the public client", "DELETE", path)

    # ---- custom providers

    def custom(self, slug: str, **attrs: Any) -> Json:
        return {
            "provider_type": "oauth2",
            "identifier": f"custom:{self.tag}-{slug}",
            "name": "Acme",
            "client_id": "id",
            "client_secret": "shh",
            "authorization_url": f"{HOST}/authorize",
            "token_url": f"{HOST}/token",
            "userinfo_url": f"{HOST}/userinfo",
        } | attrs

    def creating_custom_providers(self) -> None:
        self.ask("no custom providers", "GET", CUSTOM)
        self.ask("custom providers of no known type", "GET", f"{CUSTOM}?type=x")
        whole = self.custom("whole")
        required = ("identifier", "name", "client_id", "client_secret")
        urls = ("authorization_url", "token_url", "userinfo_url")
        bodies = {
            "created": whole,
            "created again": whole,
            **self.lacking(whole, "provider_type", *required, *urls),
            "without issuer": whole | {"provider_type": "oidc"},
            "empty name": whole | {"name": ""},
            "identifier without prefix": whole | {"identifier": "acme"},
            "no identifier after the prefix": whole | {"identifier": "custom:"},
            "capital": whole | {"identifier": "custom:A"},
            "underscore": whole | {"identifier": "custom:a_b"},
            "hyphen last": whole | {"identifier": "custom:a-"},
            "slash": whole | {"identifier": "custom:a/b"},
            "long identifier": whole | {"identifier": "custom:" + "a" * 44},
            "second colon": self.custom("a:b"),
            "long name": self.custom("b", name="x" * 101),
            "name of 100": self.custom("c", name="\u00e9" * 100),
            "long client ID": self.custom("d", client_id="x" * 513),
            "long URL": self.custom("e", jwks_uri=f"{HOST}/{'x' * 2048}"),
            "NUL": self.custom("f", name="a\0b"),
            "NUL in a scope": self.custom("f", scopes=["a\0b"]),
            "NUL in a mapping": self.custom("f", attribute_mapping={"a": "\0"}),
            "NUL in a parameter": self.custom("f", authorization_params={"a": "\0"}),
            "NUL in an identifier": self.custom("f\0"),
            "of another type": self.custom("g", issuer="x", discovery_url="x", skip_nonce_check=1),
            "flag of another type": self.custom("g", issuer="x", skip_nonce_check=True),
            "reserved parameter": self.custom("h", authorization_params={"state": "x"}),
            "number as parameter": self.custom("i", authorization_params={'a"b': 5}),
            "protected field": self.custom("j", attribute_mapping={"role": "x"}),
            "blank claim": self.custom("k", custom_claims_allowlist=["a", " "]),
            "empty jwks_uri": self.custom("l", jwks_uri=""),
            "everything": self.custom(
                "m",
                acceptable_client_ids=["a", None],
                scopes=["a,b", '"q"', ""],
                pkce_enabled=False,
                attribute_mapping={"name": 5, "a": {"b": [1.0]}},
                custom_claims_allowlist=["groups"],
                authorization_params={"prompt": "consent"},
                enabled=False,
                email_optional=True,
                jwks_uri=f"{HOST}/jwks",
            ),
            **{
                f"wrong {name}": self.custom("n", **{name: value})
                for name, value in {
                    "provider_type": "x",
                    "name": 5,
                    "scopes": "x",
                    "acceptable_client_ids": [5],
                    "attribute_mapping": 5,
                    "authorization_params": [],
                    "pkce_enabled": "x",
                    "discovery_url": 5,
                }.items()
            },
        }
        self.send_each("POST", CUSTOM, bodies)
        for body in (b"", b"null", b"[]"):
            self.ask(f"create a custom provider: {body!r}", "POST", CUSTOM, body)
        self.ask("all custom providers", "GET", CUSTOM)
        self.ask("custom providers of OIDC", "GET", f"{CUSTOM}?type=oidc")

    def judging_urls(self) -> None:
        urls = (
            *("http://example.com", "x", "https://", "https://a b", "https://a.b/%zz"),
            *("https://localhost/x", "https://LOCALHOST:8443/x", "https://a.localhost"),
            *("https://[::1]/x", "https://127.0.0.1", "https://0.0.0.0/", "https://[::]/"),
            *("https://127.0.0.2", "https://10.0.0.1", "https://172.31.1.1", "https://192.168.1.1"),
            *("https://169.254.169.254", "https://224.0.0.1", "https://230.0.0.1"),
            *("https://[fe80::1]", "https://[fe80::1%25eth0]/", "https://[fd00::1]"),
            *("https://[::ffff:10.0.0.1]", "https://[ff02::1]", "https://[ff05::1]"),
            *("https://[::ffff:0.0.0.0]/", "HTTPS://93.184.216.34/x", "https://93.184.216.34:x/"),
        )
        for url in urls:
            body = self.custom("url", authorization_url=url)
            self.ask(f"authorize at {url}", "POST", CUSTOM, body)
        self.ask(
            "issuer over HTTP",
            "POST",
            CUSTOM,
            self.custom("u", provider_type="oidc", issuer="http://x"),
        )
        body = self.custom("u", provider_type="oidc", issuer=HOST, discovery_url="https://[::1]/")
        self.ask("discovery at the loopback address", "POST", CUSTOM, body)

    def changing_custom_providers(self) -> None:
        path = f"{CUSTOM}/custom:{self.tag}-whole"
        bodies: dict[str, Any] = {
            "nothing": {},
            "no JSON": b"",
            "null": b"null",
            "identity": {"identifier": "custom:other", "provider_type": "oidc"},
            "empty texts": {"name": "", "client_id": "", "client_secret": "", "token_url": ""},
            "texts": {"name": "Acme 2", "client_id": "id2", "client_secret": "shh2"},
            "scopes": {"scopes": ["email"]},
            "null scopes": {"scopes": None},
            "no scopes": {"scopes": []},
            "lists": {"acceptable_client_ids": ["a"], "custom_claims_allowlist": ["groups"]},
            "objects": {"attribute_mapping": {"a": "b"}, "authorization_params": {"a": "b"}},
            "no objects": {"attribute_mapping": {}, "authorization_params": {}},
            "protected field": {"attribute_mapping": {"aud": 1}},
            "reserved parameter": {"authorization_params": {"nonce": "x"}},
            "blank claim": {"custom_claims_allowlist": [""]},
            "flags": {"enabled": False, "email_optional": True, "pkce_enabled": False},
            "URL": {"token_url": f"{HOST}/t2", "jwks_uri": f"{HOST}/jwks"},
            "wrong URL": {"authorization_url": "http://x"},
            "of OIDC": {"issuer": "http://x", "discovery_url": "x", "skip_nonce_check": True},
            "empty jwks_uri": {"jwks_uri": ""},
            "long name": {"name": "x" * 101},
            "NUL": {"name": "a\0"},
        }
        self.send_each("PUT", path, bodies)
        self.ask("the changed provider", "GET", f"{path}/")
        for named in (
            "nope",
            "custom:nope",
            "CUSTOM:nope",
            "custom%3Anope",
            "custom:a%2Fb",
            "%20",
            "custom:%00",
        ):
            self.ask(f"get {named}", "GET", f"{CUSTOM}/{named}")
        for named in ("nope", "custom:nope"):
            self.ask(f"change {named} by nothing", "PUT", f"{CUSTOM}/{named}", b"")
            self.ask(
                f"change {named}", "PUT", f"{CUSTOM}/{named}", {"attribute_mapping": {"id": 1}}
            )
            self.ask(f"rename {named}", "PUT", f"{CUSTOM}/{named}", {"name": "x"})
            self.ask(f"delete {named}", "DELETE", f"{CUSTOM}/{named}")
        self.ask("patch a provider", "PATCH", path, {})
        self.ask("below a provider", "GET", f"{path}/x")
        self.ask("delete all providers", "DELETE", CUSTOM)
        for name in ("whole", "whole", "a:b", "c", "g", "m"):
            self.ask("delete a provider", "DELETE", f"{CUSTOM}/custom:{self.tag}-{name}")

    # ---- SSO providers

    def entity(self, name: str) -> str:
        return f"https://idp.example.com/{self.tag}/{name}"

    def create_sso(self, case: str, **attrs: Any) -> Any:
        body = {"type": "saml", "metadata_xml": metadata(self.entity("new"))} | attrs
        return self.ask(f"create SSO: {case}", "POST", SSO, body)

    def creating_sso_providers(self) -> None:
        resource, domain = f"{self.tag}-r", f"{self.tag}.example.com"
        inside = metadata(self.entity("1"), root="EntitiesDescriptor")
        self.create_sso("inside another element", metadata_xml=inside, resource_id=resource)
        self.create_sso("entity taken", metadata_xml=inside)
        xml = metadata(self.entity("2"))
        self.create_sso("resource taken", metadata_xml=xml, resource_id=resource.upper())
        self.create_sso(
            "everything",
            metadata_xml=xml,
            domains=[f"A.{domain}", f"b.{domain}"],
            disabled=False,
            attribute_mapping=MAPPING,
            name_id_format=PERSISTENT,
            resource_id=f"{self.tag}_s",
        )
        xml = metadata(self.entity("3"))
        self.create_sso("domain taken", metadata_xml=xml, domains=[f"b.{domain}"])
        self.create_sso("domain taken in capitals", metadata_xml=xml, domains=[f"a.{domain}"])
        self.create_sso("domain twice", metadata_xml=xml, domains=["c." + domain, "c." + domain])
        self.create_sso("empty domain", metadata_xml=xml, domains=[""])
        self.create_sso("NUL in a domain", metadata_xml=xml, domains=["a\0.example.com"])
        self.create_sso("NUL in a resource", metadata_xml=xml, resource_id="a\0")
        nul = {"keys": {"a": {"default": "\0"}}}
        self.create_sso("NUL in a mapping", metadata_xml=xml, attribute_mapping=nul)
        self.create_sso(
            "null and empty",
            metadata_xml=xml,
            domains=[],
            attribute_mapping={"keys": {}},
            disabled=None,
            resource_id=f"{self.tag}-t",
        )
        queries = {
            "resource": f"resource_id={resource}",
            "resource in capitals": f"resource_id={resource.upper()}",
            "prefix": f"resource_id_prefix={self.tag}",
            "longer prefix": f"resource_id_prefix={self.tag}-",
            "wildcard": f"resource_id_prefix={self.tag}_",
            "percent sign": f"resource_id_prefix=%25{self.tag[1:]}",
        }
        for case, query in queries.items():
            self.ask(f"SSO by {case}", "GET", f"{SSO}?{query}")
        both = f"?resource_id={resource}&resource_id_prefix=x"
        self.ask("SSO by both", "GET", SSO + both)
        paths = {
            "path": resource,
            "path in capitals": resource.upper(),
            "no such path": "x" + resource,
        }
        for case, name in paths.items():
            self.ask(f"SSO by {case}", "GET", f"{SSO}/resource_{name}")
        self.ask("SSO by no UUID", "GET", f"{SSO}/abc")
        self.ask("below no provider", "GET", f"{SSO}/abc/x")

    def refusing_sso_providers(self) -> None:
        one = metadata(self.entity("new"))
        bodies: dict[str, Any] = {
            "no JSON": b"",
            "null": b"null",
            "list": b"[]",
            "no type": {"metadata_xml": one},
            "wrong type": {"type": "oidc", "metadata_xml": one},
            "number of a type": {"type": 5},
            "text of domains": {"domains": "x"},
            "number of a domain": {"domains": [5]},
            "number of a mapping": {"attribute_mapping": 5},
            "number of keys": {"attribute_mapping": {"keys": 5}},
            "number of a key": {"attribute_mapping": {"keys": {"a": 5}}},
            "number of a name": {"attribute_mapping": {"keys": {"a": {"name": 5}}}},
            "number of names": {"attribute_mapping": {"keys": {"a": {"names": 5}}}},
            "number among names": {"attribute_mapping": {"keys": {"a": {"names": [5]}}}},
            "number of an array": {"attribute_mapping": {"keys": {"a": {"array": 5}}}},
            "text of disabled": {"disabled": "x"},
            "number of a resource": {"resource_id": 5},
        }
        self.send_each("POST", SSO, bodies)
        url = "https://idp.example.com/metadata"
        attrs: dict[str, Json] = {
            "no metadata": {"metadata_xml": ""},
            "XML and URL": {"metadata_url": url},
            "wrong URL": {"metadata_xml": "", "metadata_url": "x"},
            "URL over HTTP": {"metadata_xml": "", "metadata_url": "http://example.com"},
            "path as URL": {"metadata_xml": "", "metadata_url": "/x"},
            "wrong format": {"name_id_format": "x"},
            "no XML": {"metadata_xml": "x"},
            "open XML": {"metadata_xml": "<a>"},
            "another root": {"metadata_xml": "<x/>"},
            "no namespace": {"metadata_xml": one.replace("md:", "").replace("xmlns:md", "a")},
            "no entity ID": {"metadata_xml": one.replace("entityID", "x")},
            "empty entity ID": {"metadata_xml": metadata("")},
            "entity of XML": {"metadata_xml": f'<!DOCTYPE a [<!ENTITY new "c">]>{one}'},
            "used entity of XML": {
                "metadata_xml": f'<!DOCTYPE a [<!ENTITY new "c">]>{one}'.replace("/new", "/&new;")
            },
            "no provider": {"metadata_xml": metadata("a", 0)},
            "two providers": {"metadata_xml": metadata("a", 2)},
            "no provider inside": {"metadata_xml": metadata("a", 0, root="EntitiesDescriptor")},
            "two providers inside": {"metadata_xml": metadata("a", 2, root="EntitiesDescriptor")},
        }
        for case, given in attrs.items():
            self.create_sso(case, **given)

    def changing_sso_providers(self) -> None:
        domain = f"{self.tag}.example.com"
        items = self.ask("to be changed", "GET", f"{SSO}?resource_id_prefix={self.tag}")["items"]
        first = next(item for item in items if item["saml"]["entity_id"] == self.entity("1"))
        second = next(item for item in items if item["saml"]["entity_id"] == self.entity("2"))
        path = f"{SSO}/{first['id']}"
        bodies: dict[str, Any] = {
            "no JSON": b"",
            "null": b"null",
            "list": b"[]",
            "nothing": {},
            "type": {"type": "oidc"},
            "XML and URL": {"metadata_xml": "a", "metadata_url": "b"},
            "wrong URL": {"metadata_url": "x"},
            "wrong XML": {"metadata_xml": "<x/>"},
            "another entity": {"metadata_xml": metadata("other")},
            "metadata": {"metadata_xml": metadata(self.entity("1"))},
            "domain": {"domains": [f"c.{domain}"]},
            "null domains": {"domains": None},
            "no domains": {"domains": []},
            "domain taken": {"domains": [f"b.{domain}"]},
            "domain taken in capitals": {"domains": [f"B.{domain}"]},
            "domain twice": {"domains": [f"d.{domain}", f"d.{domain}"]},
            "two domains": {"domains": [f"d.{domain}", f"e.{domain}"]},
            "another of two domains": {"domains": [f"e.{domain}", f"f.{domain}"]},
            "the same domains": {"domains": [f"f.{domain}", f"e.{domain}"]},
            "one domain less": {"domains": [f"f.{domain}"]},
            "wrong format": {"name_id_format": "x"},
            "format": {"name_id_format": EMAIL_FORMAT},
            "mapping": {"attribute_mapping": {"keys": {"x": {"name": "y"}}}},
            "the same mapping": {"attribute_mapping": {"keys": {"x": {"name": "y"}}}},
            "mapping without keys": {"attribute_mapping": {}},
            "mapping and format": {
                "attribute_mapping": {"keys": {"x": {"name": "z"}}},
                "name_id_format": EMAIL_FORMAT,
            },
            "no format": {"disabled": True},
            "mapping without format": {"attribute_mapping": {"keys": {}}},
            "resource": {"resource_id": f"{self.tag}-R"},
            "no resource": {"resource_id": ""},
            "no resource again": {"resource_id": ""},
            "resource again": {"resource_id": f"{self.tag}-r"},
            "resource taken": {"resource_id": f"{self.tag}_S"},
            "enabled": {"disabled": False},
            "null disabled": {"disabled": None},
            "empty domain": {"domains": [""]},
            "NUL": {"resource_id": "a\0"},
            "NUL of a domain": {"domains": ["a\0.example.com"]},
            "NUL of a mapping": {"attribute_mapping": {"keys": {"a": {"name": "\0"}}}},
        }
        self.send_each("PUT", path, bodies)
        self.ask("the changed provider", "GET", path)
        legacy = {"x_supabase_api_version": ""}
        conflicts = {"domain": {"domains": [f"B.{domain}"]}, "r": {"resource_id": f"{self.tag}_S"}}
        for case, body in conflicts.items():
            self.ask(f"taken {case}, legacy", "PUT", path, body, **legacy)
        self.ask("unhandled, legacy", "PUT", path, {"metadata_xml": "<x/>"}, **legacy)
        self.ask("patch an SSO provider", "PATCH", path, {})
        self.ask("below an SSO provider", "GET", f"{path}/x")
        self.ask("delete all SSO providers", "DELETE", SSO)
        self.ask("delete an SSO provider", "DELETE", f"{path}/")
        self.ask("the deleted provider", "GET", path)
        self.ask("delete by its resource", "DELETE", f"{SSO}/resource_{second['resource_id']}")
        rest = self.ask("the rest", "GET", f"{SSO}?resource_id_prefix={self.tag}")["items"]
        for item in rest:
            self.ask("delete the rest", "DELETE", f"{SSO}/{item['id']}")

    # ---- passkeys

    def passkeys(self) -> None:
        user, other = (self.create_user(name, on="auto") for name in ("keys", "other"))
        path = f"/admin/users/{user['id']}/passkeys"
        self.ask("no passkeys", "GET", path)
        for name in ("laptop", ""):
            self.add_passkey(user["id"], name)
        passkeys = self.ask("two passkeys", "GET", f"{path}/")
        passkey_id = passkeys[0]["id"]
        self.ask("a passkey", "GET", f"{path}/{passkey_id}")
        self.ask("add a passkey", "POST", path, {})
        self.ask("no UUID of a passkey", "DELETE", f"{path}/x")
        elsewhere = f"/admin/users/{other['id']}/passkeys/{passkey_id}"
        self.ask("a passkey of another user", "DELETE", elsewhere)
        self.ask("delete a passkey", "DELETE", f"{path}/{passkey_id}")
        self.ask("delete a passkey twice", "DELETE", f"{path}/{passkey_id}")
        self.ask("one passkey", "GET", path)
        self.ask("deleting is recorded", "GET", "/admin/audit?query=action:passkey&per_page=1")
        for each in (user, other):
            self.ask("delete a user", "DELETE", f"/admin/users/{each['id']}")
