"""awsfed serve --init: settings and store of a new broker, by questions; a second run says what is there."""

from collections.abc import Mapping
from pathlib import Path

import click

from awsfed.cli import asking, output
from awsfed.cli.audit_details import warn_of_other_keys
from awsfed.cli.values import NAME, URL, Parsed
from awsfed.errors import AwsfedError, ConfigError, StoreError
from awsfed.model.secret import Secret
from awsfed.outside.secrets.given import into_file
from awsfed.settings.load import user_config_file
from awsfed.wiring import Wiring, storing

_CROWD = """\
  [crowd]
  url = "https://crowd.example.org/crowd"
  application = "awsfed"
  secret = "file:{folder}/crowd-secret"
  [access]
  administrators = ["aws-administrators"]
"""
_SERVER = """\
  [server]
  folder = "{store}"
  sealing_key = "file:{folder}/sealing.key"
  audit_key = "file:{folder}/audit.key"
"""


_NEXT = "Next: awsfed serve"
_AFTER_THAT = """\
      and then, as an administrator, an access key and connectors:
      POST /rest/identity-federation-for-aws/2.2/accounts and …/connectors, as docs/how-to/serve.md shows"""


def make(wiring: Wiring) -> None:
    """Ask for what is not there yet, make it, and say what comes next.

    Raises:
        ConfigError: something must be known, and there is no terminal to ask on; or a settings file that is there lacks
            it, and nobody but its owner changes that.
        AwsfedError: Crowd does not take the application, or cannot be asked; everything else is made.
    """
    storing.check_installed()
    path = user_config_file(wiring.environ)
    if path.exists():
        wiring.here("a server is made")
        output.note(f"Settings: {path}")
        if wiring.settings.crowd is None or wiring.settings.server.folder is None:
            lacking = ("" if wiring.settings.crowd else _CROWD) + ("" if wiring.settings.server.folder else _SERVER)
            raise _lacking(wiring, path, f"{path} does not describe a broker yet", lacking)
    elif not asking.somebody_is_there():
        raise _lacking(wiring, path, f"there are no settings in {path}, and no terminal to ask on", _CROWD + _SERVER)
    else:
        _ask(wiring, path)
        wiring = wiring.changed()  # which reads them
    trouble = _look_at_crowd(wiring)
    has_access_keys = _make_store(wiring)
    if not wiring.settings.administrators:
        output.warn(
            "nobody may change connectors and access keys while it serves; name a group in access.administrators"
        )
    if trouble:  # the rest is made, and what is missing is said last
        raise type(trouble)(trouble.message, hint=f"{trouble.hint or 'mend that'}; then: awsfed serve --init")
    output.note(_NEXT)
    if wiring.settings.administrators and not has_access_keys:
        output.note(_AFTER_THAT)
    output.note("To reach it from other machines, set server.listen, server.certificate and server.url.")


def _ask(wiring: Wiring, path: Path) -> None:
    folder = path.parent
    url = _asked("Address of Crowd, with its context path", URL)
    application = _asked("Application name in Crowd", NAME, default="awsfed")
    secret = Secret(click.prompt(f"Password of the application {application} in Crowd", hide_input=True, err=True))
    administrators = _asked("Group of the administrators (Enter for none)", NAME, default="")
    answers: dict[str, object] = {
        "crowd.url": url,
        "crowd.application": application,
        "access.administrators": [administrators] if administrators else None,
        "server.folder": str(wiring.state_directory / "broker"),
        "server.sealing_key": f"file:{folder / 'sealing.key'}",
        "server.audit_key": f"file:{folder / 'audit.key'}",
    }
    wiring.write_settings(path, _given(answers))
    output.note(f"Wrote {path}.")
    known = wiring.changed()
    try:
        output.note(f"Kept the password in {known.keep_crowd_secret(secret)}.")
    except StoreError:
        place = folder / "crowd-secret"
        into_file(place, secret)
        known.write_settings(path, _given(answers | {"crowd.secret": f"file:{place}"}))
        output.note(f"There is no keyring here: the password is in {place}, which only you can read.")


def _given(answers: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in answers.items() if value}


def _look_at_crowd(wiring: Wiring) -> AwsfedError | None:
    """Find out whether Crowd takes the application; return what is in the way."""
    try:
        wiring.identities.ping()
    except AwsfedError as error:
        return error
    output.note(f"Crowd:    {wiring.crowd.url} accepts the application {wiring.crowd.application}")
    return None


def _make_store(wiring: Wiring) -> bool:
    """Make what is not there yet; tell whether the store has an access key."""
    from awsfed.wiring import auditing

    made = storing.make_store(wiring)()
    output.note(f"Store:    {made.folder}, " + ("made now" if made.is_new else "which was there"))
    if made.is_new_key:
        output.note(f"          its sealing key is {made.sealing_key}: keep a copy of it, apart from the store")
    if wiring.settings.server.audit_key and (signer := auditing.make_audit_key(wiring)):
        key, place = signer
        output.note(f"Trail:    signed with {place}; its public half is {key.public}")
        warn_of_other_keys(wiring, key)
    return made.has_access_keys


def _lacking(wiring: Wiring, path: Path, message: str, lacking: str) -> ConfigError:
    needed = lacking.rstrip().format(folder=path.parent, store=wiring.state_directory / "broker")
    return ConfigError(message, hint=f"write into it what follows, then run awsfed serve --init again\n{needed}")


def _asked(question: str, kind: Parsed, *, default: str | None = None) -> str:
    return str(
        click.prompt(
            question,
            default=default,
            show_default=bool(default),
            value_proc=lambda text: kind(text.strip()) if text.strip() or default is None else "",
            err=True,
        )
    )
