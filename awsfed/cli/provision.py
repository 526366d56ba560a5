"""awsfed provision."""

import click

from awsfed.cli import output
from awsfed.cli.groups import ListingGroup
from awsfed.cli.provision_deploy import Wish, account_of_key, deployed, keep, printed, template_options
from awsfed.cli.values import SLUG
from awsfed.errors import NotFound, Refused
from awsfed.model.connector import Connector, ConnectorType
from awsfed.settings.values import KeySource
from awsfed.tasks.provision import roles, templates
from awsfed.tasks.provision.selection import of_key
from awsfed.tasks.provision.templates import Machine
from awsfed.wiring import Wiring

_IN_OUTPUTS = "everybody who may describe the stack can read the secret among its outputs; awsfed does not print it"
_BOUND = "Federated users and session tokens can do no more than CoreUser itself: --parameter ManagedPolicyArns=ARN,ARN"
_machine_option = click.option(
    "--runs-on",
    "machine",
    type=click.Choice([machine.value for machine in Machine]),
    help="What may take the role CoreRole; by default what the settings say of the key, or else ec2.",
)


@click.group(cls=ListingGroup)
def provision() -> None:
    """Write CloudFormation templates of what connectors need in AWS, and deploy them.

    A template allows the STS calls that connectors make, on the roles that they name, and nothing else. It is printed
    unless --deploy is given.
    """


@provision.command()
@click.argument("key", type=SLUG, required=False)
@_machine_option
@template_options
@click.pass_obj
def core(wiring: Wiring, key: str | None, machine: str | None, wish: Wish) -> None:
    """Make what the connectors of an access KEY need: a role and a policy.

    The policy allows the calls of these connectors. The role has it, and is for a machine that awsfed runs on without
    a key. KEY may be left out where connectors use only one.
    """
    key, connectors = of_key(wiring.all_connectors(), key)
    template = templates.core(connectors, _machine(wiring, key, machine))
    if wish.deploy:
        deployed(wiring, template, wish, name="awsfed-core", partition=connectors[0].partition)
    else:
        printed(template, wish)


@provision.command()
@click.argument("key", type=SLUG, required=False)
@_machine_option
@click.option("--secret-in-outputs", is_flag=True, help="Show the key's secret as an output, instead of storing it.")
@template_options
@click.pass_obj
def quickstart(wiring: Wiring, key: str | None, machine: str | None, secret_in_outputs: bool, wish: Wish) -> None:
    """Make the same, and a user whose access key becomes KEY.

    The secret of the key goes into Secrets Manager. After --deploy, awsfed offers to put it into the keyring; it is
    never printed.
    """
    key, connectors = of_key(wiring.all_connectors(), key)
    template = templates.quickstart(connectors, _machine(wiring, key, machine), secret_in_outputs=secret_in_outputs)
    if secret_in_outputs:
        output.warn(_IN_OUTPUTS)
    if "ManagedPolicyArns" not in wish.parameters and any(map(_acts_as_user, connectors)):
        output.note(_BOUND)
    if wish.deploy:
        stack, stacks = deployed(wiring, template, wish, name="awsfed-quickstart", partition=connectors[0].partition)
        keep(wiring, key, stack, stacks, yes=wish.yes)
    else:
        printed(template, wish)


@provision.command()
@click.argument("connector", type=SLUG)
@template_options
@click.pass_obj
def role(wiring: Wiring, connector: str, wish: Wish) -> None:
    """Make the role of a CONNECTOR.

    It says who may assume the role, in which way, and for how long. What the role may do is said with
    --parameter ManagedPolicyArns=ARN,ARN.
    """
    connectors = wiring.all_connectors()
    named = next((one for one in connectors if one.id == connector), None)
    if named is None:
        raise NotFound(f"no connector named {connector!r}", hint="awsfed connectors")
    template = roles.role(named, connectors)
    if others := roles.others(named, connectors):
        output.warn(f"the role does not trust those who assume it for {', '.join(others)}: another key, or a chain")
    if not wish.deploy:
        if "Default" not in template["Parameters"][roles.TRUSTED] and roles.TRUSTED not in wish.parameters:
            whose = f"awsfed keys check {named.access_key}"
            output.note(f"{roles.TRUSTED} has no value yet: whose key {named.access_key} is, says {whose}")
        printed(template, wish)
        return
    if named.via is None and roles.TRUSTED not in wish.parameters:
        wish = wish.with_parameter(roles.TRUSTED, _caller(wiring, named))
    _check_account(wiring, named, wish)
    name = f"awsfed-role-{connector.replace('.', '-').replace('_', '-')}"
    deployed(wiring, template, wish, name=name, partition=named.partition)


def _machine(wiring: Wiring, key: str, given: str | None) -> Machine:
    if given is not None:
        return Machine(given)
    setting = wiring.settings.keys.get(key)
    return Machine.ECS if setting and setting.source is KeySource.CONTAINER else Machine.EC2


def _acts_as_user(connector: Connector) -> bool:
    return connector.type in {ConnectorType.FEDERATION_TOKEN, ConnectorType.SESSION_TOKEN}


def _caller(wiring: Wiring, connector: Connector) -> str:
    """Ask AWS whose key makes the connector's call."""
    key = wiring.access_key_source(connector.access_key).load()
    if key is None:
        raise NotFound(
            f"no access key named {connector.access_key!r}, so who assumes the role cannot be told",
            hint=f"give --parameter {roles.TRUSTED}=ARN",
        )
    return roles.principal(wiring.vendor.caller_identity(key, wiring.vendor.region_of(connector)).arn)


def _check_account(wiring: Wiring, connector: Connector, wish: Wish) -> None:
    """Refuse to make a role in another account than that of its ARN."""
    from awsfed.model.arns import account_of

    wanted, found = account_of(connector.role_arn or ""), account_of_key(wiring, wish, connector.partition)
    if wanted != found:
        raise Refused(
            f"the role of {connector.id!r} belongs to account {wanted}, and access key {wish.key_name!r} to {found}",
            hint="use a key of that account, or hand the template to somebody who has one",
        )
