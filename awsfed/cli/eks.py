"""awsfed eks."""

import shlex

import click

from awsfed.cli import output
from awsfed.cli.asking import chosen_connector
from awsfed.cli.groups import ListingGroup
from awsfed.cli.tokens import credentials_for_token, region_option, settled_region
from awsfed.cli.values import SLUG, Parsed
from awsfed.wiring import Wiring
from awsfed.workstation.delivery.kubernetes import parse_cluster

_CLUSTER = Parsed(parse_cluster)


@click.group(cls=ListingGroup)
def eks() -> None:
    """Open Kubernetes clusters of EKS."""


@eks.command()
@click.argument("connector", required=False)
@click.option("-c", "--cluster", type=_CLUSTER, required=True, help="Name of the cluster.")
@region_option
@click.pass_obj
def token(wiring: Wiring, connector: str | None, cluster: str, region: str | None) -> None:
    """Print a token for a cluster as an ExecCredential, which kubectl asks for by itself.

    A token is good for 15 minutes, and made on this machine: nobody is asked while credentials are cached.
    """
    from awsfed.workstation.delivery import kubernetes

    obtained = credentials_for_token(wiring, connector)
    given = kubernetes.token(
        cluster,
        region=settled_region(region, obtained),
        credentials=obtained.credentials,
        now=wiring.clock.now(),
        fips=wiring.settings.aws.variant.fips,
    )
    output.answer_bytes(kubernetes.exec_credential(given, wiring.environ).encode())


@eks.command()
@click.argument("cluster", type=_CLUSTER)
@click.argument("connector", required=False)
@region_option
@click.option("--name", type=SLUG, help="Name of the context and of the file; the cluster's by default.")
@click.option("--print", "print_", is_flag=True, help="Print the kubeconfig instead of writing it.")
@click.pass_obj
def kubeconfig(
    wiring: Wiring, cluster: str, connector: str | None, region: str | None, name: str | None, print_: bool
) -> None:
    """Write a kubeconfig for one cluster into a file of its own, and print the command that uses it.

    The file is ~/.kube/awsfed/NAME.json; other kubeconfigs are left alone. Its user gets a token from awsfed whenever
    kubectl needs one, so it holds no secret and need not be renewed.
    """
    from awsfed.settings.places import home_directory

    connector = chosen_connector(wiring, connector)
    obtained = credentials_for_token(wiring, connector)
    found = wiring.make_kubeconfig.cluster(
        cluster,
        connector=connector,
        credentials=obtained.credentials,
        region=settled_region(region, obtained),
    )
    context = name or cluster
    document = wiring.make_kubeconfig.document(found, connector=connector, context=context)
    if print_:
        output.answer_json(document)
        return
    path = home_directory(wiring.environ) / ".kube" / "awsfed" / f"{context}.json"
    wiring.make_kubeconfig.write(path, document)
    output.note(f"Wrote {path}. It counts in a shell where KUBECONFIG names it, alone or in a list of files:")
    output.answer(f"export KUBECONFIG={shlex.quote(str(path))}")
