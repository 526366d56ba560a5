"""awsfed status."""

from datetime import UTC, datetime

import click

from awsfed.cli import output
from awsfed.wiring import Wiring
from awsfed.workstation.cache.interface import connector_of
from awsfed.workstation.delivery.process import parse_document
from awsfed.workstation.known import Known


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def status(wiring: Wiring, as_json: bool) -> None:
    """Show who is signed in, until when, and which credentials live. Asks nobody."""
    now = wiring.clock.now()
    sessions = [_session(wiring, known, now) for known in wiring.known.all()]
    written = [
        {"profile": own.profile, "connector": own.connector, "expires": own.expires_at}
        for own in wiring.credentials_file.ours()
    ]
    if as_json:
        output.answer_json({"sessions": sessions, "profiles": written})
        return
    if not sessions:
        output.answer("Not signed in: awsfed login")
    for session in sessions:
        until = output.moment(datetime.fromisoformat(str(session["ends"])).timestamp())
        state = f"until {until}" if session["live"] else f"ended {until}: awsfed login"
        output.answer(f"{session['user']} at {session['issuer']}, {state}")
        for name, expires in dict(session["credentials"]).items():  # type: ignore[call-overload]
            left_s = datetime.fromisoformat(expires).timestamp() - now
            output.answer(f"  {name}: {_length(left_s)} left")
    for section in written:
        output.answer(
            f"Profile {section['profile']} in the credentials file: {section['connector']}, {section['expires']}"
        )


def _session(wiring: Wiring, known: Known, now: float) -> dict[str, object]:
    credentials = {}
    for key in known.keys:
        entry = wiring.cache.get(key)
        if entry is None:
            continue
        kept = parse_document(entry.answer, entry.issued_at)
        if kept.expires_at > now:
            credentials[connector_of(key)] = kept.expiration
    ends = datetime.fromtimestamp(known.ends_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "issuer": known.issuer,
        "user": known.name,
        "ends": ends,
        "live": now < known.ends_at,
        "credentials": credentials,
    }


def _length(seconds: float) -> str:
    hours, minutes = divmod(int(seconds) // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
