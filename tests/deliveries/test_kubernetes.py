import base64
import json
import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import Workstation
from deliveries.verifying import Presigned

from awsfed.errors import ConfigError, ProtocolError
from awsfed.model.credentials import Credentials
from awsfed.model.partitions import PARTITIONS
from awsfed.model.secret import Secret
from awsfed.workstation.delivery import kubernetes

NOW = 1_769_860_800
CREDENTIALS = Credentials(
    access_key_id="ASIAEXAMPLE",
    secret_access_key=Secret("secret/with+signs"),
    session_token=Secret("token/with+signs=="),
    issued_at=NOW,
    expires_at=NOW + 3600,
    expiration="2026-01-31T13:00:00Z",
)
# From the reference of client.authentication.k8s.io: required fields and their types, nothing else allowed.
SCHEMA: dict[str, Any] = {
    "kind": lambda value: value == "ExecCredential",
    "apiVersion": lambda value: value in {"client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"},
    "spec": lambda value: (
        isinstance(value, dict)
        and value.keys() <= {"cluster", "interactive"}
        and isinstance(value.get("interactive", False), bool)
    ),
    "status": lambda value: (
        value.keys() == {"expirationTimestamp", "token"}
        and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value["expirationTimestamp"])
        and isinstance(value["token"], str)
    ),
}


def check(document: dict[str, Any]) -> None:
    """Hold an answer against the schema."""
    assert SCHEMA.keys() == document.keys()
    assert [] == [name for name, is_right in SCHEMA.items() if not is_right(document[name])]


def url_of(token: str) -> str:
    """Take a token apart, as a cluster does."""
    prefix, _, text = token.partition(".")
    assert "k8s-aws-v1" == prefix
    assert re.fullmatch(r"[A-Za-z0-9_-]+", text)
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()


def test_the_token_is_signed_for_one_cluster() -> None:
    """The signature holds for this cluster's name and for no other, and says one minute."""
    token = kubernetes.token("prod", region="eu-central-1", credentials=CREDENTIALS, now=NOW)

    url = Presigned.read(url_of(token.token.reveal()))

    assert ("sts.eu-central-1.amazonaws.com", "/", ["eu-central-1", "sts"]) == (url.host, url.path, url.scope)
    assert {"Action": "GetCallerIdentity", "Version": "2011-06-15", "X-Amz-Expires": "60"}.items() <= url.query.items()
    assert "token/with+signs==" == url.query["X-Amz-Security-Token"]
    assert NOW == url.signed_at.timestamp()
    assert url.matches("secret/with+signs", x_k8s_aws_id="prod")
    assert not url.matches("secret/with+signs", x_k8s_aws_id="test")
    assert not url.matches("another", x_k8s_aws_id="prod")
    assert NOW + 14 * 60 == token.expires_at


@pytest.mark.parametrize("partition", PARTITIONS.values(), ids=lambda partition: partition.id)
def test_every_partition_has_its_own_sts(partition: Any) -> None:
    """The host ends as the partition's hosts do."""
    region = partition.default_region
    token = kubernetes.token("prod", region=region, credentials=CREDENTIALS, now=NOW)

    assert f"sts.{region}.{partition.dns_suffix}" == Presigned.read(url_of(token.token.reveal())).host


def test_a_token_is_signed_for_the_endpoint_for_fips_where_that_is_wanted() -> None:
    """And there is none where STS has no such endpoint."""
    token = kubernetes.token("prod", region="us-east-1", credentials=CREDENTIALS, now=NOW, fips=True)
    assert "sts-fips.us-east-1.amazonaws.com" == Presigned.read(url_of(token.token.reveal())).host

    with pytest.raises(ConfigError, match="STS has no FIPS endpoint in eu-central-1"):
        kubernetes.token("prod", region="eu-central-1", credentials=CREDENTIALS, now=NOW, fips=True)


def test_a_token_ends_with_its_credentials() -> None:
    """Credentials that end sooner than a token let kubectl ask again in time."""
    token = kubernetes.token("prod", region="eu-central-1", credentials=CREDENTIALS, now=NOW + 3000)

    assert CREDENTIALS.expires_at == token.expires_at


@pytest.mark.parametrize(
    ("info", "version"),
    [
        (None, "v1beta1"),
        ("", "v1beta1"),
        ("not json", "v1beta1"),
        ("[]", "v1beta1"),
        ('{"apiVersion": "client.authentication.k8s.io/v1"}', "v1"),
        ('{"apiVersion": "client.authentication.k8s.io/v1beta1", "spec": {"interactive": true}}', "v1beta1"),
        ('{"apiVersion": "client.authentication.k8s.io/v1alpha1"}', "v1beta1"),
        ('{"apiVersion": ["client.authentication.k8s.io/v1"]}', "v1beta1"),
    ],
)
def test_the_answer_has_the_version_that_was_asked_for(info: str | None, version: str) -> None:
    """What kubectl says in its variable counts, where it is one that is known."""
    token = kubernetes.Token(token=Secret("k8s-aws-v1.x"), expires_at=NOW)
    environ = {} if info is None else {"KUBERNETES_EXEC_INFO": info}

    document = json.loads(kubernetes.exec_credential(token, environ))

    check(document)
    assert f"client.authentication.k8s.io/{version}" == document["apiVersion"]
    assert "2026-01-31T12:00:00Z" == document["status"]["expirationTimestamp"]


def test_the_program_prints_a_token_of_the_cached_credentials(alice: Workstation) -> None:
    """Once credentials are there, nobody is asked for a token, and its signature is theirs."""
    kept = json.loads(alice.awsfed("credential-process", "dev"))
    calls = len(alice.sandbox.crowd.calls), len(alice.sandbox.aws.calls)

    document = json.loads(alice.awsfed("eks", "token", "dev", "--cluster", "sandbox"))

    check(document)
    url = Presigned.read(url_of(document["status"]["token"]))
    assert kept["AccessKeyId"] == url.access_key_id
    assert url.matches(kept["SecretAccessKey"], x_k8s_aws_id="sandbox")
    ends = datetime.fromisoformat(document["status"]["expirationTimestamp"])
    assert 13 * 60 < (ends - url.signed_at).total_seconds() <= 14 * 60
    assert calls == (len(alice.sandbox.crowd.calls), len(alice.sandbox.aws.calls))


def test_a_kubeconfig_of_its_own(alice: Workstation) -> None:
    """The file holds the place of the cluster and a command that prints a token; the shell is told how to use it."""
    printed = alice.awsfed("eks", "kubeconfig", "sandbox", "dev")

    path = alice.home / ".kube" / "awsfed" / "sandbox.json"
    assert f"export KUBECONFIG={path}\n" == printed
    assert 0o600 == path.stat().st_mode & 0o777
    document = json.loads(path.read_text())
    assert ("v1", "Config", "sandbox") == (document["apiVersion"], document["kind"], document["current-context"])
    assert document["clusters"][0]["cluster"]["server"].endswith(".eu-central-1.eks.amazonaws.com")
    exec_ = document["users"][0]["user"]["exec"]
    answer = alice.run(exec_["command"], *exec_["args"])
    check(json.loads(answer.stdout))
    assert "Secret" not in path.read_text()


def test_the_kubeconfig_finds_the_same_settings(alice: Workstation, tmp_path: Path) -> None:
    """A settings file that was named on the command line is named in the kubeconfig too."""
    elsewhere = tmp_path / "elsewhere.toml"
    alice.config.rename(elsewhere)

    document = json.loads(
        alice.awsfed("--config", str(elsewhere), "eks", "kubeconfig", "sandbox", "dev", "--print", "--name", "x")
    )

    exec_ = document["users"][0]["user"]["exec"]
    assert "x" == document["current-context"]
    assert 0 == alice.run(exec_["command"], *exec_["args"]).returncode


def test_another_clusters_file_is_left_alone(alice: Workstation) -> None:
    """A cluster of the same name in another region needs a name of its own."""
    alice.awsfed("eks", "kubeconfig", "sandbox", "dev")
    alice.awsfed("eks", "kubeconfig", "sandbox", "dev")

    said = alice.fails(10, "eks", "kubeconfig", "sandbox", "dev", "--region", "eu-west-1")

    assert "--name" in said
    alice.awsfed("eks", "kubeconfig", "sandbox", "dev", "--region", "eu-west-1", "--name", "west")


def test_a_cluster_that_is_not_there(alice: Workstation) -> None:
    """What AWS says is repeated, with where it was looked for."""
    said = alice.fails(6, "eks", "kubeconfig", "other", "dev")

    assert "No cluster found for name: other" in said
    assert "eu-central-1" in said


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"cluster": {"name": "x", "endpoint": None, "certificateAuthority": {"data": "eA=="}}},
        {"cluster": {"name": "x", "endpoint": "http://x", "certificateAuthority": {"data": "eA=="}}},
        {"cluster": {"name": "x", "endpoint": "https://x", "certificateAuthority": {"data": "?"}}},
        {"cluster": {"name": "x", "endpoint": "https://x"}},
    ],
)
def test_half_a_cluster_is_none(answer: dict[str, Any]) -> None:
    """A cluster that is still being made has no address, and an odd one is not written anywhere."""
    with pytest.raises(ProtocolError):
        kubernetes.described(answer, "eu-central-1")


def test_kubectl_reads_the_file(alice: Workstation) -> None:
    """JSON is YAML to kubectl, also in a list with other files."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("needs kubectl")
    alice.awsfed("eks", "kubeconfig", "sandbox", "dev")
    ours = alice.home / ".kube" / "awsfed" / "sandbox.json"
    theirs = alice.home / ".kube" / "config"
    theirs.write_text("apiVersion: v1\nkind: Config\ncontexts:\n- name: mine\n  context: {cluster: a, user: b}\n")

    result = alice.run(kubectl, "config", "get-contexts", "--output=name", environ={"KUBECONFIG": f"{theirs}:{ours}"})

    assert (0, ["mine", "sandbox"]) == (result.returncode, sorted(result.stdout.split())), result.stderr
