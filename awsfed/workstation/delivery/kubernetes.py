"""Tokens for clusters of EKS, and a kubeconfig whose user gets them from awsfed."""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from awsfed.errors import InvalidValue, ProtocolError, Refused
from awsfed.model.credentials import Credentials
from awsfed.model.endpoints import Variant, sts_host
from awsfed.model.secret import Secret
from awsfed.outside.files import private_directory, read_private, write_atomic

_GROUP = "client.authentication.k8s.io"
_VERSIONS = (f"{_GROUP}/v1beta1", f"{_GROUP}/v1")
_REQUEST = "KUBERNETES_EXEC_INFO"
_PREFIX = "k8s-aws-v1."
_SIGNED_S = 60
"""Clusters refuse longer ones, and take the signature for 15 minutes whatever it says."""
_LIFE_S = 14 * 60
_CLUSTER = re.compile(r"[0-9A-Za-z][A-Za-z0-9_-]{0,99}", re.ASCII)
_SERVER = re.compile(r"https://[A-Za-z0-9.-]{1,255}(:\d{1,5})?/?", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]+={0,2}\s*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What opens a cluster."""

    token: Secret
    expires_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Where a cluster is and whose certificate to expect."""

    name: str
    server: str
    authority: str
    """Certificate in base64, as kubeconfig holds it."""
    region: str


def parse_cluster(text: object) -> str:
    """Return the name of a cluster; raise InvalidValue for what cannot be one."""
    if not isinstance(text, str) or not _CLUSTER.fullmatch(text):
        raise InvalidValue("is not the name of a cluster: letters, digits, hyphens and underscores")
    return text


def token(cluster: str, *, region: str, credentials: Credentials, now: float, fips: bool = False) -> Token:
    """Return a token: an address of STS that tells the cluster who signed it, and for which cluster.

    It is the cluster that asks there, and it knows the usual endpoints of STS and those for FIPS.

    Raises:
        ConfigError: STS has no endpoint for FIPS in the region.
    """
    from awsfed.outside.signing import presigned

    url = presigned(
        f"https://{sts_host(region, Variant(fips=fips))}/?Action=GetCallerIdentity&Version=2011-06-15",
        service="sts",
        region=region,
        credentials=credentials,
        expires_s=_SIGNED_S,
        now=now,
        headers={"x-k8s-aws-id": cluster},
    )
    text = base64.urlsafe_b64encode(url.reveal().encode("ascii")).decode("ascii").rstrip("=")
    return Token(token=Secret(_PREFIX + text), expires_at=min(int(now) + _LIFE_S, credentials.expires_at))


def exec_credential(given: Token, environ: Mapping[str, str]) -> str:
    """Return the answer to kubectl, in the version that it asked for where that is one of ours."""
    document = {
        "kind": "ExecCredential",
        "apiVersion": _wanted_version(environ),
        "spec": {},
        "status": {
            "expirationTimestamp": datetime.fromtimestamp(given.expires_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "token": given.token.reveal(),
        },
    }
    return json.dumps(document, separators=(",", ":")) + "\n"


def _wanted_version(environ: Mapping[str, str]) -> str:
    try:
        wanted = json.loads(environ.get(_REQUEST, "")).get("apiVersion")
    except (ValueError, AttributeError, RecursionError):
        wanted = None
    return wanted if wanted in _VERSIONS else _VERSIONS[0]


def described(answer: Mapping[str, Any], region: str) -> Cluster:
    """Return a cluster as EKS describes it; raise ProtocolError where its address or certificate is missing."""
    try:
        found = answer["cluster"]
        name, server, authority = found["name"], found["endpoint"], found["certificateAuthority"]["data"]
    except (KeyError, TypeError):
        raise ProtocolError(
            "EKS tells no address of the cluster", hint="a cluster that is still being made has none; wait for it"
        ) from None
    if not _fits(_SERVER, server) or not _fits(_BASE64, authority):
        raise ProtocolError("the address or the certificate that EKS tells cannot be one")
    return Cluster(name=parse_cluster(name), server=server, authority=authority, region=region)


def _fits(pattern: re.Pattern[str], text: object) -> bool:
    return isinstance(text, str) and pattern.fullmatch(text) is not None


def kubeconfig(cluster: Cluster, *, context: str, command: Sequence[str]) -> dict[str, object]:
    """Return a kubeconfig with one cluster, one user and one context, all of the same name.

    Args:
        cluster: what EKS told.
        context: that name.
        command: the program and the arguments that print a token.
    """
    exec_ = {
        "apiVersion": _VERSIONS[0],
        "command": command[0],
        "args": list(command[1:]),
        "env": None,
        "interactiveMode": "Never",
        "provideClusterInfo": False,
        "installHint": "this context signs in with awsfed, which is not installed here",
    }
    place = {"server": cluster.server, "certificate-authority-data": cluster.authority}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "preferences": {},
        "clusters": [{"name": context, "cluster": place}],
        "users": [{"name": context, "user": {"exec": exec_}}],
        "contexts": [{"name": context, "context": {"cluster": context, "user": context}}],
        "current-context": context,
    }


def write_kubeconfig(path: Path, document: Mapping[str, Any]) -> None:
    """Write a kubeconfig of our own, as JSON, which is YAML too; the file is readable by its owner alone.

    Raises:
        Refused: the file is there and is for another cluster, or is none of ours.
        StoreError: it cannot be read or written.
    """
    private_directory(path.parent)
    there = read_private(path)
    if there is not None and _server_of(there) != document["clusters"][0]["cluster"]["server"]:
        raise Refused(f"{path} is not for this cluster", hint="choose another name with --name, or delete the file")
    write_atomic(path, (json.dumps(document, indent=2) + "\n").encode("utf-8"))


def _server_of(data: bytes) -> object:
    try:
        return json.loads(data)["clusters"][0]["cluster"]["server"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return None
