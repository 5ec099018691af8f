"""The table of all commands; to add one, add an entry here and the function that it names."""

from types import MappingProxyType
from typing import Final

from supabase_gotrue.cli.table.declarations import Argument, Command, Option

NAME: Final = "supabase-gotrue"
SUMMARY: Final = "Administer the users of a Supabase project or any other GoTrue server."
GROUPS: Final = MappingProxyType(
    {
        "users": "Find and administer users.",
        "factors": "Administer the MFA factors of a user.",
        "passkeys": "Administer the passkeys of a user.",
        "identities": "Look at the identities of a user.",
        "oauth": "Administer OAuth clients: applications that sign users in at this server.",
        "sso": "Administer SSO providers: the SAML identity providers of organisations.",
        "providers": "Administer custom OAuth 2 and OIDC providers.",
    }
)

CONNECTION: Final = (
    Option("--profile", "The project of this name in config.toml.", "NAME", short="-p"),
    Option("--url", "The URL of the project. Default: the variable SUPABASE_URL.", "URL"),
    Option(
        "--auth-url",
        "The URL of a GoTrue without a gateway. Default: the variable GOTRUE_URL.",
        "URL",
    ),
    Option(
        "--key-file",
        "A file that holds the secret key, with --url or --auth-url. Default: the key of the"
        " profile, or the variable SUPABASE_SECRET_KEY or SUPABASE_SERVICE_ROLE_KEY, else a"
        " prompt.",
        "FILE",
        "file",
    ),
    Option(
        "--timeout",
        "Seconds for each call, retries included. Default: 10.",
        "SECONDS",
        "number",
        default=10.0,
    ),
    Option("--emulator", "Use an empty emulator that is thrown away, to try a command out."),
    Option(
        "--confirm",
        "The name of a production profile, which destructive commands ask for.",
        "NAME",
    ),
)
OUTPUT: Final = (
    Option(
        "--output",
        "The format. Default: table on a terminal, else json, one object a line.",
        "FORMAT",
        short="-o",
        choices=("table", "json", "csv", "ids"),
    ),
    Option("--json", "Like --output json; errors are JSON on stderr, too."),
    Option("--fields", "Only these fields, such as id,email,app_metadata.plan.", "NAMES"),
    Option("--utc", "Show times, and read dates, in UTC. Default: the local time zone."),
    Option("--quiet", "Print no summaries and no progress on stderr.", short="-q"),
    Option("--debug", "Print each request and its time on stderr, without secrets."),
)
# All commands have them, by the title under which help shows them.
COMMON: Final = MappingProxyType({"Connection": CONNECTION, "Output": OUTPUT})

ID: Final = "7d9e8f60-2c4b-4d0e-9b1a-5f3c2e1d0a99"
FACTOR: Final = "1c0e5a3f-8f2d-4a7b-9f3c-2d1e0b9a8c7d"

USER_ID: Final = Argument("user_id", "USER", "The ID or the email address of the user.")
USERS_HELP: Final = "IDs or email addresses; - reads them from stdin, one a line."
USERS: Final = Argument("users", "USER", USERS_HELP, is_multiple=True)
USERS_OR_FILTER: Final = Argument(
    "users", "USER", f"{USERS_HELP} Or give filters.", is_multiple=True, is_required=False
)
EMAIL: Final = Argument("email", "EMAIL", "The email address of the user.")
REDIRECT_TO: Final = Option("--redirect-to", "Where the link leads.", "URL")
PASSWORD_STDIN: Final = Option(
    "--password-stdin", "Read the password from stdin; a terminal asks for it."
)
ATTRIBUTES: Final = (
    Option("--email", "The email address.", "TEXT"),
    Option("--phone", "The phone number, as E.164.", "TEXT"),
    Option("--email-confirm", "The email address counts as confirmed."),
    Option("--phone-confirm", "The phone number counts as confirmed."),
    PASSWORD_STDIN,
    Option("--user-metadata", "Users can change it themselves.", "JSON"),
    Option("--app-metadata", "Only administrators can change it.", "JSON"),
    Option(
        "--set",
        "Set a key of app_metadata: JSON, or else text. Can be repeated.",
        "KEY=VALUE",
        is_multiple=True,
    ),
    Option("--unset", "Remove a key of app_metadata.", "KEY", is_multiple=True),
    Option("--set-user", "Set a key of user_metadata.", "KEY=VALUE", is_multiple=True),
    Option("--unset-user", "Remove a key of user_metadata.", "KEY", is_multiple=True),
    Option(
        "--role",
        "The role that the database sees, and no name of yours: service_role makes an"
        " administrator. Roles of an app belong in app_metadata.",
        "TEXT",
    ),
)
FILTERS: Final = (
    Option("--filter", "A part of the email address or full name.", "TEXT"),
    Option("--unconfirmed", "No address is confirmed."),
    Option("--confirmed", "An address is confirmed."),
    Option("--banned", "The user is banned."),
    Option("--never-signed-in", "The user has never signed in."),
    Option(
        "--signed-in-before",
        "The last sign-in was before a date, or longer ago than 30d. Those who never signed in"
        " are left out.",
        "TIME",
    ),
    Option("--created-before", "Created before a date, or longer ago than 30d.", "TIME"),
    Option("--created-after", "Created since a date, or within 30d.", "TIME"),
    Option("--provider", "Can sign in by this provider, such as google.", "NAME"),
    Option("--anonymous", "The user is anonymous."),
    Option("--phone", "The phone number.", "TEXT"),
    Option(
        "--metadata", "A value of app_metadata. Can be repeated.", "KEY=VALUE", is_multiple=True
    ),
    Option(
        "--user-metadata",
        "A value of user_metadata. Can be repeated.",
        "KEY=VALUE",
        is_multiple=True,
    ),
)
# The fields of what is printed for each thing that is deleted.
DELETED: Final = ("id", "deleted")
DRY_RUN: Final = Option("--dry-run", "Show the users, and change nothing.")
LIMIT: Final = Option(
    "--limit", "Default: 50 on a terminal, otherwise all.", "N", "integer", minimum=1
)
YES: Final = Option("--yes", "Do not ask.", short="-y")

USER_COMMANDS: Final = (
    Command(
        "users list",
        "users.listing:list_users",
        "List users, the newest first unless --sort says otherwise.",
        "--filter @example.com --limit 20",
        (
            *FILTERS,
            Option("--sort", "'created_at asc' or 'created_at desc'.", "ORDER"),
            LIMIT,
        ),
        "Without --sort and --limit, piped output has all users, each of them once, in any order.",
        record="User",
    ),
    Command(
        "users count",
        "users.listing:count_users",
        "Print how many users there are.",
        "--unconfirmed --created-before 30d",
        FILTERS,
        own_fields=("count",),
    ),
    Command(
        "users get",
        "users.accounts:get_users",
        "Show users.",
        ID,
        (USERS,),
        record="User",
    ),
    Command(
        "users find",
        "users.accounts:find_user",
        "Find a user by the whole email address; case does not matter.",
        "ada@example.com",
        (EMAIL,),
        record="User",
    ),
    Command(
        "users create",
        "users.accounts:create_user",
        "Create a user. No email is sent.",
        "--email ada@example.com --email-confirm",
        (Option("--id", "The ID of the new user.", "UUID"), *ATTRIBUTES),
        "A user without a password can sign in by a link or a code.",
        record="User",
    ),
    Command(
        "users update",
        "users.accounts:update_users",
        "Change attributes of users; the others stay as they are.",
        f"{ID} --set plan=pro --set seats=5 --unset trial",
        (USERS, *ATTRIBUTES),
        "Metadata is merged at the top level, and a null removes its key. A new password ends"
        " all sessions.",
        record="User",
    ),
    Command(
        "users ban",
        "users.banning:ban_users",
        "Ban users: until the ban ends, they can neither sign in nor refresh a session.",
        f"{ID} --for 7d",
        (
            USERS_OR_FILTER,
            Option("--for", "Such as 7d, 24h or 1h30m.", "DURATION", name="duration"),
            Option("--permanent", "For a hundred years."),
            YES,
            DRY_RUN,
            *FILTERS,
        ),
        "Access tokens stay valid until they expire. With filters, the users are shown, it has to"
        " be confirmed, and each is read again: who has signed in meanwhile is left alone.",
        record="User",
        own_fields=("banned",),
    ),
    Command(
        "users unban",
        "users.banning:unban_users",
        "End the ban of users.",
        ID,
        (USERS,),
        record="User",
    ),
    Command(
        "users invite",
        "users.accounts:invite_user",
        "Create a user and send an invitation by email.",
        "ada@example.com",
        (EMAIL, REDIRECT_TO),
        record="User",
    ),
    Command(
        "users sign-out",
        "users.accounts:sign_out_users",
        "End all sessions of users by random passwords, which nobody gets to know.",
        f"{ID} --reset-password",
        (
            USERS,
            Option("--reset-password", "Set a random password, without asking."),
        ),
        "The server has no other way to end them by ID but to delete the user. Access tokens stay"
        " valid until they expire, and the user needs a recovery link to set a new password.",
        record="User",
    ),
    Command(
        "users delete",
        "users.deleting:delete_users",
        "Show the users, ask for confirmation, and delete them.",
        "--never-signed-in --created-before 90d --dry-run",
        (
            USERS_OR_FILTER,
            Option("--soft", "Keep the row, without what identifies the user."),
            YES,
            DRY_RUN,
            *FILTERS,
        ),
        "With filters, each user is read again before the deletion: who has signed in meanwhile is"
        " left alone.",
        own_fields=DELETED,
        also="User",
    ),
)
FACTORS: Final = (
    Command(
        "factors list",
        "factors:list_factors",
        "List the MFA factors of users.",
        ID,
        (USERS,),
        record="Factor",
        own_fields=("user_id",),
    ),
    Command(
        "factors delete",
        "factors:delete_factors",
        "Ask, and delete an MFA factor of a user, who may have lost the device.",
        f"{ID} {FACTOR} --yes",
        (
            USER_ID,
            Argument("factor_id", "FACTOR", "The ID of the factor.", is_required=False),
            Option("--all", "Delete all factors of the user."),
            YES,
        ),
        own_fields=DELETED,
    ),
)
PASSKEYS: Final = (
    Command(
        "passkeys list",
        "passkeys:list_passkeys",
        "List the passkeys of a user.",
        ID,
        (USER_ID,),
        record="Passkey",
    ),
    Command(
        "passkeys delete",
        "passkeys:delete_passkey",
        "Delete a passkey of a user, who may have lost the device.",
        f"{ID} {FACTOR} --yes",
        (USER_ID, Argument("passkey_id", "PASSKEY", "The ID of the passkey."), YES),
        "Sessions that it has started stay.",
        own_fields=DELETED,
    ),
    Command(
        "identities list",
        "passkeys:list_identities",
        "List the identities of a user: how they can sign in.",
        ID,
        (USER_ID,),
        record="Identity",
    ),
)


def resource_commands(
    group: str, resource: str, record: str, noun: str, id: Argument, example: str, file: str
) -> tuple[Command, ...]:
    """Return the commands of a group that administers one kind of thing.

    Args:
        group: The name of the group.
        resource: Its name in the module `resources`.
        record: The class of the library.
        noun: What one is, with its article.
        id: The argument that names one.
        example: Such an argument.
        file: An example of a file with the attributes.
    """
    plural = noun.partition(" ")[2] + "s"
    attributes = Option(
        "--file", "A file with the attributes as a JSON object, or - for stdin.", "FILE", "path",
        is_required=True,
    )  # fmt: skip
    return (
        Command(
            f"{group} list", f"resources:{resource}.list", f"List the {plural}.", "", record=record
        ),
        Command(
            f"{group} get",
            f"resources:{resource}.get",
            f"Show {noun}.",
            example,
            (id,),
            record=record,
        ),
        Command(
            f"{group} create",
            f"resources:{resource}.create",
            f"Create {noun}.",
            f"--file {file}",
            (attributes,),
            "The reference of the library lists the attributes.",
            record=record,
        ),
        Command(
            f"{group} update",
            f"resources:{resource}.update",
            f"Change attributes of {noun}; the others stay as they are.",
            f"{example} --file {file}",
            (id, attributes),
            record=record,
        ),
        Command(
            f"{group} delete",
            f"resources:{resource}.delete",
            f"Delete {noun}.",
            f"{example} --yes",
            (id, YES),
            own_fields=DELETED,
        ),
    )


CLIENT_ID: Final = Argument("id", "ID", "The ID of the OAuth client.")
RESOURCES: Final = (
    *resource_commands(
        "oauth", "OAUTH", "OAuthClient", "an OAuth client", CLIENT_ID, ID, "client.json"
    ),
    Command(
        "oauth rotate-secret",
        "resources:rotate_secret",
        "Give an OAuth client another secret, and print it; the old one stops working at once.",
        f"{ID} --yes",
        (CLIENT_ID, YES),
        record="OAuthClient",
    ),
    *resource_commands(
        "sso",
        "SSO",
        "SSOProvider",
        "an SSO provider",
        Argument("id", "ID", "The ID of the provider, or resource_ and its resource ID."),
        ID,
        "sso.json",
    ),
    *resource_commands(
        "providers",
        "PROVIDERS",
        "CustomProvider",
        "a custom provider",
        Argument("id", "IDENTIFIER", "The identifier of the provider: custom:NAME."),
        "custom:acme",
        "provider.json",
    ),
)
EMAIL_TYPES: Final = ("recovery", "magiclink", "invite")
LINK_TYPES: Final = (
    *("signup", "invite", "magiclink", "recovery"),
    *("email_change_current", "email_change_new"),
)
FORMATS: Final = (
    *("jsonl", "csv", "supabase", "firebase", "auth0"),
    *("django", "cognito", "clerk", "keycloak"),
)
OTHERS: Final = (
    Command(
        "link",
        "links:create_link",
        "Create a link that signs a user in. No email is sent.",
        "recovery ada@example.com",
        (
            Argument("type", "TYPE", "What the link does.", choices=LINK_TYPES),
            EMAIL,
            REDIRECT_TO,
            Option("--new-email", "The new address, for an email change.", "TEXT"),
            PASSWORD_STDIN,
        ),
        "It is a secret: it signs in the first who opens it. signup needs a password; signup and"
        " magiclink create the user if there is none.",
        record="LinkProperties",
    ),
    Command(
        "send",
        "sending:send_emails",
        "Let the server send an email to users: to set a new password, to sign in, to join.",
        "recovery ada@example.com grace@example.com",
        (
            Argument("type", "TYPE", "What the email is for.", choices=EMAIL_TYPES),
            Argument("emails", "EMAIL", "The email addresses.", is_multiple=True),
            REDIRECT_TO,
        ),
        "The link is not shown. invite creates the user if there is none; the others need one."
        " Servers limit how many emails they send in an hour.",
        own_fields=("email", "sent"),
    ),
    Command(
        "audit",
        "audit:list_audit_logs",
        "List what was done, the newest first.",
        f"--user {ID} --since 7d",
        (
            Option("--query", "The scope is author, action or type.", "SCOPE:TEXT"),
            Option("--user", "What this user did, or what was done to them.", "ID|EMAIL"),
            Option("--since", "Nothing older: 7d, or a date such as 2026-01-31.", "TIME"),
            LIMIT,
        ),
        record="AuditLogEntry",
    ),
    Command(
        "import",
        "importing:import_users",
        "Create users from a file.",
        "users.csv --failures failed.csv",
        (
            Argument("file", "FILE", "The file, or - for stdin.", "path"),
            Option(
                "--from",
                "The format. Default: by the suffix .csv, .jsonl or .ndjson.",
                "FORMAT",
                name="format",
                choices=FORMATS,
            ),
            Option(
                "--hash-config",
                "Firebase's password hash parameters, as its console shows them.",
                "FILE",
                "file",
            ),
            Option(
                "--passwords",
                "The file of password hashes that Auth0's support sends.",
                "FILE",
                "file",
            ),
            Option(
                "--delimiter",
                "What separates the fields of a CSV: ',', ';' or tab. Default: by the header.",
                "CHAR",
            ),
            Option(
                "--column",
                "Rename a column of a CSV: 'E-Mail=email'; 'Notes=' leaves it out.",
                "TITLE=NAME",
                is_multiple=True,
            ),
            Option("--model", "The user model of a Django dump with several.", "APP.MODEL"),
            Option(
                "--unsupported-passwords",
                "What to do with users whose password hash the server cannot verify.",
                "CHOICE",
                choices=("fail", "leave-out"),
                default="fail",
            ),
            Option("--dry-run", "Check all rows, and send nothing."),
            Option(
                "--failures",
                "Write failed rows to this new file, to be corrected and imported.",
                "FILE",
                "path",
            ),
            Option(
                "--concurrency",
                "Calls at a time. Default: 8.",
                "N",
                "integer",
                default=8,
                minimum=1,
                maximum=1000,
            ),
            Option("--skip", "Leave out the first rows.", "N", "integer", default=0, minimum=0),
        ),
        "The same file can be imported again, and creates no duplicates. A row without"
        " email_confirm makes a user who cannot sign in until the address is confirmed.",
        own_fields=("number", "line", "outcome", "user_id", "error"),
    ),
    Command(
        "export",
        "exporting:export_users",
        "Write users as JSON Lines or CSV, which import reads.",
        "users.jsonl",
        (
            Argument("file", "FILE", "The file, or - for stdout.", default="-"),
            Option("--continue", "Continue an export of this file that stopped.", name="resume"),
            Option("--force", "Replace an existing file."),
            *FILTERS,
        ),
        "A file that ends in .csv is CSV, and --fields chooses the fields. Passwords are not among"
        " them. The file appears under its name when it is complete, and only its owner can read"
        " it.",
        also="User",
    ),
    Command(
        "doctor",
        "doctor:diagnose",
        "Find out why calls fail, and what to do.",
        "",
        details="Checks the URL, the proxy, the connection, the server, the clock, the key and"
        " the features, and stops at the first thing that is wrong. Nothing is changed.",
        own_fields=("step", "passed", "detail", "advice"),
    ),
    Command(
        "profiles",
        "doctor:list_profiles",
        "List the profiles of config.toml.",
        "",
        details="A profile has url or auth_url, and key_command, key_file or key_env; with"
        " production = true, destructive commands ask for its name.",
        own_fields=("name", "url", "auth_url", "key_command", "key_file", "key_env", "production"),
    ),
    Command(
        "completion",
        "completion:print_script",
        "Print the script by which a shell completes commands, options and values.",
        "bash",
        (Argument("shell", "SHELL", "The shell.", choices=("bash", "zsh", "fish")),),
        'bash and zsh: put eval "$(supabase-gotrue completion bash)" (or zsh) into ~/.bashrc or'
        " ~/.zshrc. fish: supabase-gotrue completion fish >"
        " ~/.config/fish/completions/supabase-gotrue.fish",
    ),
)
COMMANDS: Final = MappingProxyType(
    {
        command.path: command
        for command in (*USER_COMMANDS, *FACTORS, *PASSKEYS, *RESOURCES, *OTHERS)
    }
)
