"""awsfed revoke."""

from collections.abc import Iterator

import click

from awsfed.cli import output
from awsfed.cli.main import usage
from awsfed.cli.values import NAME
from awsfed.errors import AwsfedError, StoreError
from awsfed.tasks.log_out import SignedOut
from awsfed.tasks.revoke import Concern, Person, Plan, Revoke
from awsfed.wiring import Wiring
from awsfed.wiring.revoking import revoking


@click.command()
@click.option("--user", required=True, type=NAME, help="Name of the user in Crowd; of a service, service=NAME.")
@click.option(
    "--connector", multiple=True, help="Only what came from this connector, by id or name; may be given several times."
)
@click.option(
    "--all-connectors", is_flag=True, help="What came from any connector, whatever the user's groups are now."
)
@click.option("--apply", "is_applied", is_flag=True, help="Put the policies, instead of printing how to.")
@click.option("--key", help="Access key that puts them; the one of each connector by default.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def revoke(
    wiring: Wiring,
    user: str,
    connector: tuple[str, ...],
    all_connectors: bool,
    is_applied: bool,
    key: str | None,
    as_json: bool,
) -> None:
    """End the sessions of a user, and what AWS still gives them.

    Switch the user off in Crowd first, or take them out of the groups: that alone keeps them from getting new
    credentials. Then this command signs them out of this machine, and ends what the broker that serves from it issued
    to them; and it prints for every role concerned the command that puts a policy there: it denies everything to the
    sessions of this user, and of nobody else, that began before now. With --apply it puts them itself.

    The roles are those of connectors that the user's groups open, of somebody who is switched off too. For a user whose
    groups open none, they are those of all connectors.
    """
    if connector and all_connectors:
        usage("Name CONNECTORs, or use --all-connectors.")
    if key and not is_applied:
        usage("--key goes with --apply.")
    with revoking(wiring) as ends:
        person = ends.find(user, even_unknown=bool(connector) or all_connectors)
        ended, stayed = _end_here(ends, person)
        served, unserved = _end_served(ends, person)
        _tell_about(person, ended, served, is_known_here=stayed is None)
        plan = ends.plan(person, connector, all_connectors=all_connectors, key=key)
        concerns = (ends.put(one) for one in plan.concerns) if is_applied else iter(plan.concerns)
        if as_json:
            failed = _json(person, ended, served, plan, concerns, is_applied=is_applied)
        else:
            failed = _text(person, plan, concerns, is_applied=is_applied)
    for name in plan.nameless:
        output.warn(f"connector {name} gives everybody the same session: it can only be ended for all")
    trouble = (
        failed or unserved or stayed or person.unasked or next((one.trouble for one in ended if one.trouble), None)
    )
    if trouble:
        raise trouble


def _end_here(ends: Revoke, person: Person) -> tuple[tuple[SignedOut, ...], StoreError | None]:
    """Sign the person out of this machine; what its disk or keyring refuses keeps nothing else from ending."""
    try:
        return ends.end_here(person), None
    except StoreError as error:
        output.warn(f"{person.name} is not signed out on this machine: {error.message}")
        return (), error


def _end_served(ends: Revoke, person: Person) -> tuple[int | None, AwsfedError | None]:
    """End what a broker issued from here; a store that cannot be used keeps nothing at AWS from ending."""
    try:
        return ends.end_served(person), None
    except AwsfedError as error:
        output.warn(f"the sessions of {person.name} at the broker of this machine go on: {error.message}")
        return None, error


def _tell_about(person: Person, ended: tuple[SignedOut, ...], served: int | None, *, is_known_here: bool) -> None:
    """Say what is done, and what cannot be done from here."""
    for one in ended:
        sections = f" Removed from the credentials file: {', '.join(one.profiles)}." if one.profiles else ""
        output.note(f"Signed {one.name} out of {one.issuer} on this machine.{sections}")
    if not ended and is_known_here:
        output.note(f"{person.name} is not signed in on this machine.")
    if served is not None:
        many = "1 session" if served == 1 else f"{served} sessions"
        output.note(f"Ended {many} of {person.name} at the broker of this machine.")
    if person.service:
        name = person.service.name
        output.warn(f"its token signs it in again: awsfed services rotate {name}, or awsfed services revoke {name}")
        return
    output.note("Sessions on other machines give nothing new once the user is inactive in Crowd, or out of the groups.")
    if person.unasked:
        output.warn(f"Crowd cannot be asked: the name {person.name!r} has to be spelled as in CloudTrail")
        return
    if person.is_active:
        output.warn(
            f"{person.name} is active in Crowd, and can get new credentials at once: switch them off there first"
        )
    if person.identity is None:
        output.warn(f"Crowd knows no user {person.name!r}: the name has to be spelled as in CloudTrail")


def _text(person: Person, plan: Plan, concerns: Iterator[Concern], *, is_applied: bool) -> AwsfedError | None:
    """Print each policy as it is made or put, and return the last error."""
    failed: AwsfedError | None = None
    count = 0
    for one in concerns:
        names = ", ".join(one.connectors)
        if one.error:
            failed = one.error
            whom = one.denial.principal_arn if one.denial else f"access key {one.access_key}"
            output.answer(f"{'FAILED  ' if is_applied else '# '}{whom} (connector {names}): {one.error.message}")
        elif one.denial and is_applied:
            count += 1
            output.answer(f"ok      {one.denial.principal_arn} (connector {names}): {one.denial.policy_name}")
        elif one.denial:
            output.answer(f"# {one.denial.principal_arn}, connector {names}\n{one.denial.command}")
    if count:
        output.note("AWS takes up to a minute to heed a policy everywhere. 36 hours from now they may be deleted.")
    if not plan.concerns:
        output.note(f"There is no role whose sessions could be ended for {person.name}.")
    return failed


def _json(
    person: Person,
    ended: tuple[SignedOut, ...],
    served: int | None,
    plan: Plan,
    concerns: Iterator[Concern],
    *,
    is_applied: bool,
) -> AwsfedError | None:
    """Print all of it at the end, and return the last error."""
    found = list(concerns)
    output.answer_json(
        {
            "user": person.name,
            "active": None if person.unasked else person.is_active,
            "signed_out": [one.issuer for one in ended],
            "broker_sessions_ended": served,
            "policies": [_policy(one, is_applied=is_applied) for one in found],
            "not_revocable": list(plan.nameless),
        }
    )
    return next((one.error for one in reversed(found) if one.error), None)


def _policy(one: Concern, *, is_applied: bool) -> dict[str, object]:
    denial = one.denial
    return {
        "connectors": list(one.connectors),
        "principal": denial.principal_arn if denial else None,
        "policy_name": denial.policy_name if denial else None,
        "policy": dict(denial.document) if denial else None,
        "command": denial.command if denial else None,
        "applied": is_applied and one.error is None,
        "error": one.error.message if one.error else None,
    }
