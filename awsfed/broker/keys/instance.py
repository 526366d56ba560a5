"""The role of this EC2 instance as an access key, by version 2 of the instance metadata service and by no other."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from awsfed.broker.keys.metadata import NOT_FOUND, OK, Metadata, Unreachable
from awsfed.errors import ConfigError, StoreError
from awsfed.model.addresses import is_loopback
from awsfed.model.credentials import AccessKey
from awsfed.outside.http_reading import Answer

_IPV4, _IPV6 = "http://169.254.169.254", "http://[fd00:ec2::254]"
_ENDPOINT = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
_TOKEN_TTL_S = 60
"""A token serves the requests of one look."""
_TOKEN = re.compile(rb"[\x21-\x7e]{1,1024}")
_ROLE = re.compile(rb"[\w+=,.@-]{1,128}", re.ASCII)
_ROLES_PATH = "/latest/meta-data/iam/security-credentials/"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceKey:
    """The role of the instance that this process runs on."""

    name: str
    metadata: Metadata
    environ: Mapping[str, str] = field(repr=False)

    @property
    def place(self) -> str:
        """The machine; see the port."""
        return "the role of this EC2 instance"

    def load(self) -> AccessKey | None:
        """Return the role's credentials; None where nobody answers as EC2 does, or the instance has no role.

        Raises:
            StoreError: the service refuses; version 1, which other programs could be tricked to ask, is never tried.
            AwsUnavailable: it fails now.
            ProtocolError, ConfigError: see the port.
        """
        if self.environ.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true":
            return None
        base = self._base()
        try:
            token = self._token(base)
        except Unreachable:
            return None
        roles = self._get(base + _ROLES_PATH, token)
        if roles.status == NOT_FOUND or not roles.body.strip():
            return None
        self._check(roles)
        role = roles.body.splitlines()[0].strip()
        if not _ROLE.fullmatch(role):
            raise StoreError("the metadata service of this instance names a role that cannot be one")
        answer = self._get(base + _ROLES_PATH + role.decode("ascii"), token)
        self._check(answer)
        return self.metadata.parse(self.name, answer)

    def _base(self) -> str:
        """Return the service's address; another one may be set for tests on this machine."""
        given = self.environ.get(_ENDPOINT, "").rstrip("/")
        if not given:
            return _IPV6 if self.environ.get(f"{_ENDPOINT}_MODE", "").lower() == "ipv6" else _IPV4
        try:
            host = urlsplit(given).hostname or ""
        except ValueError:
            host = ""
        if given not in {_IPV4, _IPV6} and not is_loopback(host):
            raise ConfigError(f"{_ENDPOINT} names another machine", hint="unset it")
        return given

    def _token(self, base: str) -> str:
        headers = {"X-aws-ec2-metadata-token-ttl-seconds": str(_TOKEN_TTL_S)}
        answer = self.metadata.ask("PUT", f"{base}/latest/api/token", headers)
        self._check(answer)
        if not _TOKEN.fullmatch(answer.body):
            raise StoreError("the metadata service of this instance gave a token that is none")
        return answer.body.decode("ascii")

    def _get(self, url: str, token: str) -> Answer:
        return self.metadata.ask("GET", url, {"X-aws-ec2-metadata-token": token})

    def _check(self, answer: Answer) -> None:
        if answer.status != OK:
            raise StoreError(
                f"the metadata service of this instance answered with status {answer.status}",
                hint="it has to be on, with version 2, and a hop limit of 2 for containers",
            )
