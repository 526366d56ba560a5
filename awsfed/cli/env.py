"""awsfed env."""

import click

from awsfed.cli import output
from awsfed.cli.asking import chosen_connector
from awsfed.cli.delivering import deliver
from awsfed.cli.main import usage
from awsfed.cli.needing import need_options
from awsfed.cli.values import Parsed
from awsfed.wiring import Wiring
from awsfed.workstation.credentials import Need
from awsfed.workstation.delivery import builds
from awsfed.workstation.delivery import environ as delivery


@click.command()
@click.argument("connector", required=False)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(list(delivery.FORMATS)),
    default="bash",
    show_default=True,
    help="Shell or tool that will read it.",
)
@click.option("--unset", is_flag=True, help="Print the commands that take the variables back instead.")
@click.option(
    "--namespace",
    type=Parsed(builds.parse_namespace),
    default=builds.NAMESPACE,
    help="First part of the names of Bamboo's variables, custom by default; empty where its task adds one.",
)
@click.option("--ecr", is_flag=True, help="Add the password of the connector's container registry, for Bamboo.")
@need_options
@click.pass_obj
def env(wiring: Wiring, connector: str | None, form: str, unset: bool, namespace: str, ecr: bool, need: Need) -> None:
    """Print credentials as environment variables, for a shell, a tool or a build server.

    The format github prints commands that mask the keys in the log, and adds the variables to the file GITHUB_ENV, for
    the steps that follow. Where several jobs share variables through files, consider a login in each instead.

    Example: eval "$(awsfed env dev)"
    """
    if form != "bamboo" and (ecr or namespace != builds.NAMESPACE):
        usage("--ecr and --namespace go with --format bamboo only.")
    if unset:
        if form not in delivery.UNSET_FORMATS:
            usage(f"--unset goes with the formats {', '.join(delivery.UNSET_FORMATS)}.")
        output.answer_bytes(delivery.unset(form).encode())
        return
    shared = builds.github_file(wiring.environ) if form == "github" else None
    name = chosen_connector(wiring, connector)
    obtained = deliver(wiring, name, need)
    values = delivery.variables(obtained.credentials, obtained.region)
    if form == "bamboo":
        password = (
            wiring.broker.ecr_credentials(wiring.sessions.load(wiring.issuer), name, None).password if ecr else None
        )
        output.answer_bytes(builds.bamboo(values, namespace, password).encode())
        return
    text = delivery.FORMATS[form](values)
    output.answer_bytes(text.encode())
    if shared:
        builds.add_to(shared, values)
    if form == "gitlab":
        _warn_about_gitlab(len(text))


def _warn_about_gitlab(length: int) -> None:
    output.warn(
        "GitLab masks no variable of a dotenv report in logs, and keeps the report as an artifact that members of the "
        "project can download; awsfed exec in the job itself needs neither"
    )
    if length > builds.GITLAB_LIMIT:
        output.warn(
            f"the report has {length} bytes, and GitLab takes {builds.GITLAB_LIMIT} unless it is told otherwise"
        )
