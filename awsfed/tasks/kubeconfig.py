"""A kubeconfig for one cluster of EKS: ask where the cluster is, and write how kubectl gets in."""

import sysconfig
from dataclasses import dataclass
from pathlib import Path

from awsfed.errors import AwsUnavailable, RoleRefused
from awsfed.model.credentials import AccessKey, Credentials
from awsfed.outside.aws import AwsDoor
from awsfed.outside.aws_answers import AwsRefusal
from awsfed.outside.retry import Retries, TryAgain
from awsfed.workstation.delivery import kubernetes
from awsfed.workstation.delivery.kubernetes import Cluster


def own_program() -> str:
    """Return the path of the program as it is installed here, for those who start it without our search path."""
    installed = Path(sysconfig.get_path("scripts")) / "awsfed"
    return str(installed) if installed.is_file() else "awsfed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeKubeconfig:
    """Finds clusters, and writes files that lead to them."""

    door: AwsDoor
    retries: Retries
    program: tuple[str, ...]
    """What kubectl starts, with the options that find the same settings."""

    def cluster(self, name: str, *, connector: str, credentials: Credentials, region: str) -> Cluster:
        """Return where a cluster is.

        Raises:
            RoleRefused: AWS said no, or knows no such cluster there.
            AwsUnavailable: it could not be asked.
            ProtocolError: it told no address.
        """
        key = AccessKey(
            name=connector,
            access_key_id=credentials.access_key_id,
            secret_access_key=credentials.secret_access_key,
            session_token=credentials.session_token,
        )
        try:
            answer = self.retries.run(
                "AWS", lambda: self.door.call("eks", "DescribeCluster", {"name": name}, key, region)
            )
        except AwsRefusal as refusal:
            hint = f"look at the name and the region, {region}; the connector has to be allowed eks:DescribeCluster"
            raise RoleRefused(f"AWS refused connector {connector!r}: {refusal.message}", hint=hint) from refusal
        except TryAgain as error:
            raise AwsUnavailable(error.message, hint=error.hint) from error
        return kubernetes.described(answer.data, region)

    def document(self, cluster: Cluster, *, connector: str, context: str) -> dict[str, object]:
        """Return the kubeconfig whose user gets its tokens through a connector."""
        token = ("eks", "token", "--cluster", cluster.name, "--region", cluster.region, connector)
        return kubernetes.kubeconfig(cluster, context=context, command=(*self.program, *token))

    def write(self, path: Path, document: dict[str, object]) -> None:
        """Write a kubeconfig; raise Refused where the file is for another cluster, or StoreError."""
        kubernetes.write_kubeconfig(path, document)
