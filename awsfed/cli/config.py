"""awsfed config."""

import sys

import click

from awsfed.cli import asking, exits, output
from awsfed.cli.groups import ListingGroup
from awsfed.cli.main import usage
from awsfed.cli.values import NAME, REGION, URL, Parsed
from awsfed.errors import ConfigError, NoKeyring, Refused
from awsfed.model.secret import Secret
from awsfed.settings.load import user_config_file
from awsfed.settings.problems import Severity
from awsfed.settings.values import SecretSource
from awsfed.wiring import Wiring


@click.group(cls=ListingGroup)
def config() -> None:
    """Write, check and show the settings."""


@config.command()
@click.option("--crowd-url", type=URL, help="Address of Crowd, such as https://crowd.example.org/crowd.")
@click.option("--application", type=NAME, help="Name of the application that awsfed is in Crowd.")
@click.option("--administrators", type=NAME, help="Group whose members may use every connector.")
@click.option("--region", type=REGION, help="Region for connectors that name none.")
@click.option("--replace", is_flag=True, help="Replace a settings file that exists.")
@click.pass_obj
def init(
    wiring: Wiring,
    crowd_url: str | None,
    application: str | None,
    administrators: str | None,
    region: str | None,
    replace: bool,
) -> None:
    """Ask what must be known and write a commented settings file."""
    path = user_config_file(wiring.environ)
    if path.exists() and not replace:
        raise Refused(f"there is a settings file already: {path}", hint="edit it, or use --replace")
    answers = {
        "crowd.url": crowd_url or _asked("Address of Crowd, with its context path", URL, "--crowd-url"),
        "crowd.application": application
        or _asked("Application name in Crowd", NAME, "--application", default="awsfed"),
        "access.administrators": _as_list(administrators or _asked("Group of the administrators", NAME, default="")),
        "aws.region": region or _asked("AWS region", REGION, default=""),
    }
    wiring.write_settings(path, {name: value for name, value in answers.items() if value})
    output.note(f"Wrote {path}.")
    output.note(
        "Next: awsfed config set-secret    the application's password in Crowd\n"
        "      awsfed keys add main        the access key that connectors use\n"
        "      edit the file               describe connectors\n"
        "      awsfed config check\n"
        "      awsfed login"
    )


@config.command()
@click.option("--online", is_flag=True, help="Ask Crowd too whether it accepts the application, or who the broker is.")
@click.pass_obj
def check(wiring: Wiring, online: bool) -> int:
    """Find every mistake in the settings and connectors at once."""
    problems = wiring.problems()
    for problem in problems:
        mark = "" if problem.severity is Severity.ERROR else "warning: "
        output.answer(f"{mark}{problem}" + (f"\n  hint: {problem.hint}" if problem.hint else ""))
    if any(problem.severity is Severity.ERROR for problem in problems):
        return exits.CODES[ConfigError]
    if online and wiring.settings.broker_url:
        output.note(f"{wiring.issuer} {wiring.broker_at(wiring.issuer).greeting()}.")
    elif online:
        wiring.identities.ping()
        output.note(f"{wiring.issuer} is a Crowd and accepts the application.")
    if not problems:
        is_empty = wiring.settings.crowd is None and wiring.settings.broker_url is None
        way_in = " Neither a broker nor a Crowd is set: awsfed login --broker URL, or awsfed config init"
        output.note(f"No mistakes found.{way_in if is_empty else ''}")
    return exits.OK


@config.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def show(wiring: Wiring, as_json: bool) -> None:
    """Show every setting with where its value comes from."""
    from awsfed.settings.show import rows

    found = rows(wiring.settings)
    if as_json:
        output.answer_json([{"name": r.name, "value": r.value, "source": r.source, "locked": r.locked} for r in found])
        return
    output.table(
        ("SETTING", "VALUE", "FROM"), [(r.name, r.value, r.source + (" (locked)" if r.locked else "")) for r in found]
    )


@config.command("set-secret")
@click.option("--stdin", "from_stdin", is_flag=True, help="Read it from the first line of standard input.")
@click.pass_obj
def set_secret(wiring: Wiring, from_stdin: bool) -> None:
    """Keep the Crowd application's password, or its OAuth client secret, where the settings look for it.

    That is the keyring, or the file that crowd.secret names.
    """
    crowd = wiring.crowd
    if crowd.secret.source not in {SecretSource.KEYRING, SecretSource.FILE}:
        usage(f"The settings take the secret from {crowd.secret.source.value}, where nothing can be kept.")
    if crowd.secret.source is SecretSource.KEYRING:
        _check_keyring(wiring)
    if from_stdin:
        text = sys.stdin.readline().removesuffix("\n").removesuffix("\r")
    elif asking.somebody_is_there():
        text = click.prompt(f"Secret of the application {crowd.application} at {crowd.url}", hide_input=True, err=True)
    else:
        usage("There is no terminal to ask on; use --stdin.")
    if not text:
        usage("The secret is empty.")
    output.note(f"Kept it in {wiring.keep_crowd_secret(Secret(text))}.")


def _check_keyring(wiring: Wiring) -> None:
    """Raise NoKeyring before anything is asked, with what else there is for this secret."""
    try:
        wiring.keyring.get("nothing")  # a keyring tells only when it is asked for something
    except NoKeyring as error:
        hint = 'name a place for it: crowd.secret = "file:/etc/awsfed/crowd-secret", or "environment"'
        raise NoKeyring(error.message, hint=hint) from None


def _as_list(text: str) -> list[str]:
    return [text] if text else []


def _asked(question: str, kind: Parsed, option: str | None = None, *, default: str | None = None) -> str:
    """Ask until the answer is of its kind, or is left empty where that may be."""
    if asking.somebody_is_there():
        return str(
            click.prompt(
                question,
                default=default,
                show_default=bool(default),
                value_proc=lambda text: kind(text.strip()) if text.strip() or default is None else "",
                err=True,
            )
        )
    if default is None:
        usage(f"There is no terminal to ask on; give {option}.")
    return default
