"""The command `doctor`."""

from supabase_gotrue.cli.session import Session
from supabase_gotrue.cli.status import ExitStatus


def diagnose(session: Session) -> ExitStatus:
    """Find out why calls fail, and what to do.

    Checks the URL, the proxy, the connection, the server, the clock, the key and the
    features, and stops at the first thing that is wrong. Nothing is changed.
    """
    from supabase_gotrue.cli import diagnosis  # imported late: slow

    for check in diagnosis.checks(session.connect()):
        sentence, style = diagnosis.to_sentence(check)
        session.output.record(diagnosis.to_record(check), sentence, style)
        if not check.is_passed:
            return check.status
    return ExitStatus.DONE
