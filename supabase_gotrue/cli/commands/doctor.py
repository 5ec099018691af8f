"""The commands `doctor` and `profiles`."""

from msgspec.structs import asdict
from returns.result import Success

from supabase_gotrue.cli.connection.profiles import Profile, config_path, parse_profile, read_tables
from supabase_gotrue.cli.output.status import ExitStatus
from supabase_gotrue.cli.running.session import Session


def diagnose(session: Session) -> ExitStatus:
    """Find out why calls fail, and what to do."""
    from supabase_gotrue.cli.connection import diagnosis  # imported late: slow

    for check in diagnosis.checks(session.connect(), session.sources):
        sentence, style = diagnosis.to_sentence(check)
        session.output.record(diagnosis.to_record(check), sentence, style)
        if not check.is_passed:
            return check.status
    return ExitStatus.DONE


def list_profiles(session: Session) -> ExitStatus:
    """List the profiles of `config.toml`; one that is invalid does not hide the others."""
    path = config_path()
    match read_tables(path):
        case Success(tables):
            pass
        case failed:
            return session.fail(failed.failure())
    status = ExitStatus.DONE
    for name, table in tables.items():
        match parse_profile(name, table, path):
            case Success(Profile() as profile):
                record = {"name": name, **asdict(profile)}
                session.output.record(record, describe(name, profile))
            case invalid:
                status = session.fail(invalid.failure())
    if not tables:
        session.output.message(f"there are no profiles in {path}")
    return status


def describe(name: str, profile: Profile) -> str:
    """Return a profile in a line: its name, its server, and where its key is."""
    server = profile.url or profile.auth_url or ""
    kind = "production" if profile.production else ""
    return f"{name}  {server}  {profile.key_source or 'asks for the key'}  {kind}".rstrip()
