"""The role of this container as an access key: an ECS task's role, or an EKS pod identity."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from awsfed.broker.keys.metadata import OK, Metadata
from awsfed.errors import ConfigError, StoreError
from awsfed.model.addresses import is_loopback
from awsfed.model.credentials import AccessKey

_RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
_FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
_TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"  # noqa: S105 - the name of a variable
_TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN"  # noqa: S105 - the name of a variable
_ECS = "http://169.254.170.2"
_HOSTS = {"169.254.170.2", "169.254.170.23", "fd00:ec2::23"}
_PATH = re.compile(r"/[\x21-\x7e]{0,1023}")
_VALUE = re.compile(r"[\x21-\x7e]+(?: [\x21-\x7e]+)*")
_LIMIT = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerKey:
    """The role of the container that this process runs in, found through the variables that its platform sets."""

    name: str
    metadata: Metadata
    environ: Mapping[str, str] = field(repr=False)

    @property
    def place(self) -> str:
        """The container; see the port."""
        return "the role of this container"

    def load(self) -> AccessKey | None:
        """Return the role's credentials; None where the platform names no place for them.

        Raises:
            ConfigError: a variable leads to another machine, or the token cannot be one.
            StoreError: the token's file cannot be read, or the service refuses.
            AwsUnavailable: it cannot be reached, or fails now.
            ProtocolError: see the port.
        """
        url = self._url()
        if url is None:
            return None
        token = self._token()
        answer = self.metadata.ask("GET", url, {"Authorization": token} if token else {})
        if answer.status != OK:
            raise StoreError(
                f"the credentials service of this container answered with status {answer.status}",
                hint="check the task's role, or the pod identity association",
            )
        return self.metadata.parse(self.name, answer)

    def _url(self) -> str | None:
        relative, full = self.environ.get(_RELATIVE), self.environ.get(_FULL)
        if relative:
            if not _PATH.fullmatch(relative):
                raise ConfigError(f"{_RELATIVE} is not a path")
            return _ECS + relative
        if not full:
            return None
        try:
            host = urlsplit(full).hostname or ""
        except ValueError:
            host = ""
        if host not in _HOSTS and not is_loopback(host):
            raise ConfigError(f"{_FULL} leads to another machine", hint="unset it")
        return full

    def _token(self) -> str:
        """Return what proves that this is the container; its file is read each time, for the platform changes it."""
        file, text = self.environ.get(_TOKEN_FILE), self.environ.get(_TOKEN, "")
        if file:
            try:
                with Path(file).open("rb") as opened:
                    text = opened.read(_LIMIT).decode("ascii", "replace").strip()
            except (OSError, ValueError):
                raise StoreError(f"the file that {_TOKEN_FILE} names cannot be read") from None
        if (text or file) and not _VALUE.fullmatch(text):
            raise ConfigError(f"the token of {_TOKEN_FILE if file else _TOKEN} cannot be sent")
        return text
