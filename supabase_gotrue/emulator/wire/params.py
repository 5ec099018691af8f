"""Request bodies: one Struct per Go struct of the server."""

from uuid import UUID

import msgspec

Json = dict[str, object]


class Params(msgspec.Struct, frozen=True):
    """The parameters in the body of a request."""


class AdminUserParams(Params, frozen=True):
    id: str = ""
    aud: str = ""
    role: str = ""
    email: str = ""
    phone: str = ""
    password: str | None = None
    password_hash: str = ""
    email_confirm: bool = False
    phone_confirm: bool = False
    user_metadata: Json | None = None
    app_metadata: Json | None = None
    ban_duration: str = ""


class adminUserDeleteParams(Params, frozen=True):
    should_soft_delete: bool = False


class adminUserUpdateFactorParams(Params, frozen=True):
    friendly_name: str = ""
    phone: str = ""


class InviteParams(Params, frozen=True):
    email: str = ""
    data: Json | None = None


class GenerateLinkParams(Params, frozen=True):
    type: str = ""
    email: str = ""
    new_email: str = ""
    password: str = ""
    data: Json | None = None
    redirect_to: str = ""


class PKCEParams(Params, frozen=True):
    """Parameters that start a PKCE flow."""

    code_challenge: str = ""
    code_challenge_method: str = ""


class SignupParams(PKCEParams, frozen=True):
    email: str = ""
    phone: str = ""
    password: str = ""
    data: Json | None = None
    channel: str = ""


class PasswordGrantParams(Params, frozen=True):
    email: str = ""
    phone: str = ""
    password: str = ""


class RefreshTokenGrantParams(Params, frozen=True):
    refresh_token: str = ""


class PKCEGrantParams(Params, frozen=True):
    auth_code: str = ""
    code_verifier: str = ""


class IdTokenGrantParams(Params, frozen=True):
    id_token: str = ""
    access_token: str = ""
    nonce: str = ""
    provider: str = ""
    client_id: str = ""
    issuer: str = ""
    link_identity: bool = False


class VerifyParams(Params, frozen=True):
    type: str = ""
    token: str = ""
    token_hash: str = ""
    email: str = ""
    phone: str = ""
    redirect_to: str = ""


class OtpParams(PKCEParams, frozen=True):
    email: str = ""
    phone: str = ""
    create_user: bool = True
    data: Json | None = None
    channel: str = ""


class MagicLinkParams(PKCEParams, frozen=True):
    email: str = ""
    data: Json | None = None


class RecoverParams(PKCEParams, frozen=True):
    email: str = ""


class ResendConfirmationParams(PKCEParams, frozen=True):
    type: str = ""
    email: str = ""
    phone: str = ""


class UserUpdateParams(PKCEParams, frozen=True):
    email: str = ""
    password: str | None = None
    current_password: str | None = None
    nonce: str = ""
    data: Json | None = None
    app_metadata: Json | None = None
    phone: str = ""
    channel: str = ""


class EnrollFactorParams(Params, frozen=True):
    friendly_name: str = ""
    factor_type: str = ""
    issuer: str = ""
    phone: str = ""


class ChallengeFactorParams(Params, frozen=True):
    channel: str = ""


class VerifyFactorParams(Params, frozen=True):
    challenge_id: UUID = UUID(int=0)
    code: str = ""


class OAuthServerClientRegisterParams(Params, frozen=True):
    redirect_uris: list[str] | None = None
    client_type: str = ""
    token_endpoint_auth_method: str = ""
    grant_types: list[str] | None = None
    client_name: str = ""
    client_uri: str = ""
    logo_uri: str = ""


class OAuthServerClientUpdateParams(Params, frozen=True):
    redirect_uris: list[str] | None = None
    grant_types: list[str] | None = None
    client_name: str | None = None
    client_uri: str | None = None
    logo_uri: str | None = None
    token_endpoint_auth_method: str | None = None


class AdminCustomOAuthProviderParams(Params, frozen=True):
    provider_type: str = ""
    identifier: str = ""
    name: str = ""
    client_id: str = ""
    client_secret: str = ""
    acceptable_client_ids: list[str] | None = None
    scopes: list[str] | None = None
    pkce_enabled: bool | None = None
    attribute_mapping: Json | None = None
    custom_claims_allowlist: list[str] | None = None
    authorization_params: Json | None = None
    enabled: bool | None = None
    email_optional: bool | None = None
    issuer: str = ""
    discovery_url: str | None = None
    skip_nonce_check: bool | None = None
    authorization_url: str = ""
    token_url: str = ""
    userinfo_url: str = ""
    jwks_uri: str | None = None


class SAMLAttribute(Params, frozen=True):
    name: str = ""
    names: list[str] | None = None
    default: object = None
    array: bool = False


class SAMLAttributeMapping(Params, frozen=True):
    keys: dict[str, SAMLAttribute] | None = None


class CreateSSOProviderParams(Params, frozen=True):
    type: str = ""
    metadata_url: str = ""
    metadata_xml: str = ""
    domains: list[str] | None = None
    attribute_mapping: SAMLAttributeMapping = SAMLAttributeMapping()
    name_id_format: str = ""
    resource_id: str | None = None
    disabled: bool | None = None
