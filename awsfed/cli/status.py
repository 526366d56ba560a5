"""awsfed status."""

from collections.abc import Mapping
from datetime import UTC, datetime

import click

from awsfed.cli import output
from awsfed.errors import AwsfedError
from awsfed.wiring import Wiring
from awsfed.workstation.cache.interface import connector_of
from awsfed.workstation.delivery.process import parse_document
from awsfed.workstation.known import Known


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def status(wiring: Wiring, as_json: bool) -> None:
    """Show who is signed in, until when, and which credentials live.

    It asks nobody: what is shown is what this machine knows.
    """
    now = wiring.clock.now()
    sessions = [_session(wiring, known, now) for known in wiring.known.all()]
    written = [
        {"profile": own.profile, "connector": own.connector, "expires": own.expires_at}
        for own in wiring.profile_files.credentials.ours()
    ]
    failures = _failures(wiring)
    if as_json:
        output.answer_json({"sessions": sessions, "profiles": written, "failures": failures})
        return
    names = {one.id: one.name for known in wiring.known.all() for one in known.connectors}
    if not sessions:
        output.answer(f"Not signed in: {_way_in(wiring)}")
    for session in sessions:
        until = output.moment(datetime.fromisoformat(str(session["ends"])).timestamp())
        state = f"until {until}" if session["live"] else f"ended {until}: awsfed login"
        output.answer(f"{session['user']} at {session['issuer']}, {state}")
        for connector, expires in dict(session["credentials"]).items():  # type: ignore[call-overload]
            left_s = datetime.fromisoformat(expires).timestamp() - now
            output.answer(f"  {_named(connector, names)}: {_length(left_s)} left")
    for section in written:
        connector = _named(str(section["connector"]), names)
        output.answer(f"Profile {section['profile']} in the credentials file: {connector}, {section['expires']}")
    for failure in failures:
        at = output.moment(datetime.fromisoformat(failure["at"]).timestamp())
        output.answer(f"Last renewal of {_named(failure['connector'], names)} failed at {at}: {failure['message']}")


def _named(connector: str, names: Mapping[str, str]) -> str:
    """Return a connector's id, and its name where that is another and known."""
    name = names.get(connector, connector)
    return connector if name == connector else f"{connector} ({name})"


def _way_in(wiring: Wiring) -> str:
    try:
        return "awsfed login" if wiring.issuer else ""
    except AwsfedError as error:
        return error.hint or error.message


def _failures(wiring: Wiring) -> list[dict[str, str]]:
    """Return what went wrong last with each connector and has not been followed by a success."""
    names = dict.fromkeys(connector.id for known in wiring.known.all() for connector in known.connectors)
    found = [(name, wiring.failures.last(name)) for name in names]
    return [
        {"connector": name, "at": _rfc3339(failure.at), "message": failure.error.message}
        for name, failure in found
        if failure
    ]


def _rfc3339(epoch_s: float) -> str:
    return datetime.fromtimestamp(epoch_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _session(wiring: Wiring, known: Known, now: float) -> dict[str, object]:
    credentials: dict[str, str] = {}
    for key in known.keys:
        entry = wiring.cache.get(key)
        if entry is None:
            continue
        kept = parse_document(entry.answer, entry.issued_at)
        if kept.expires_at > now:  # of those that were narrowed and those that were not, whichever live longer
            connector = connector_of(key)
            credentials[connector] = max(kept.expiration, credentials.get(connector, ""))
    return {
        "issuer": known.issuer,
        "user": known.name,
        "ends": _rfc3339(known.ends_at),
        "live": now < known.ends_at,
        "credentials": credentials,
    }


def _length(seconds: float) -> str:
    hours, minutes = divmod(int(seconds) // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
