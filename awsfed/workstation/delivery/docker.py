"""Passwords for container tools: the protocol of Docker's credential helpers, and signing a tool in."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from awsfed.broker.answers import RegistryPassword
from awsfed.errors import InvalidValue, NotFound, Refused, StoreError
from awsfed.model.registries import chosen, is_pattern, parse_ecr_host, parse_server
from awsfed.version import VERSION
from awsfed.workstation.delivery.environ import without_secrets

PROGRAM = "docker-credential-awsfed"
ACTIONS = ("get", "store", "erase", "list", "version")
NOT_FOUND = "credentials not found in native keychain"
"""Part of the protocol, word by word: the tool goes on without credentials."""
TOOLS = ("docker", "podman", "nerdctl", "finch")
"""They take `login --username NAME --password-stdin HOST`."""
_USER = "AWS"


class NoCredentials(NotFound):
    """This helper is not responsible for a registry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Helper:
    """What a container tool asks when it is about to use a registry."""

    registries: Mapping[str, str]
    """Connector by host or pattern of hosts."""
    default: str | None
    """The connector for registries of ECR that are not among them."""
    password: Callable[[str, str | None], RegistryPassword]
    """Gets the password of a connector for a region."""
    ignores_storing: bool = False
    """Whether `store` and `erase` do nothing instead of refusing, as Amazon's helper can be told to."""

    def answer(self, action: str, given: str) -> str:
        """Return what belongs on standard output.

        Raises:
            NoCredentials: the registry is none of ours; its message is part of the protocol.
            Refused: nothing can be stored or erased here.
            InvalidValue: an action that the protocol does not have.
        """
        match action:
            case "get":
                return self._get(given)
            case "list":
                return _json({host: _USER for host in self.registries if not is_pattern(host)})
            case "version":
                return f"{PROGRAM} (awsfed) {VERSION}\n"
            case "store" | "erase":
                return self._kept_nowhere(action)
        raise InvalidValue(f"usage: {PROGRAM} <{'|'.join(ACTIONS)}>")

    def _get(self, server: str) -> str:
        try:
            host = parse_server(server)
        except InvalidValue:
            raise NoCredentials(NOT_FOUND) from None
        try:
            region = parse_ecr_host(host).region
        except InvalidValue:
            region = None
        connector = chosen(host, self.registries) or (self.default if region else None)
        if connector is None:
            raise NoCredentials(NOT_FOUND)
        found = self.password(connector, region)
        return _json({"ServerURL": server.strip(), "Username": found.username, "Secret": found.password.reveal()})

    def _kept_nowhere(self, action: str) -> str:
        if self.ignores_storing:
            return ""
        verb = "keeps" if action == "store" else "has kept"
        raise Refused(
            f"awsfed {verb} no password of a registry: it gets one whenever it is asked",
            hint="docker login and docker logout are not needed for this registry; "
            "AWS_ECR_IGNORE_CREDS_STORAGE=true lets them pass",
        )


def sign_in(tool: str, given: RegistryPassword, environ: Mapping[str, str]) -> None:
    """Sign a container tool in to a registry; it reads the password from its standard input.

    Raises:
        NotFound: the tool is not installed.
        StoreError: it cannot be started, or it did not succeed; it says itself why.
    """
    program = shutil.which(tool, path=environ.get("PATH", os.defpath))
    if program is None:
        raise NotFound(f"{tool} was not found", hint="install it, name another with --tool, or use --print")
    command = [program, "login", "--username", given.username, "--password-stdin", given.host]
    try:
        done = subprocess.run(  # noqa: S603 - one of TOOLS, with a host that was parsed
            command, input=given.password.reveal().encode("ascii"), stdout=2, env=without_secrets(environ), check=False
        )
    except OSError as error:
        raise StoreError(f"{tool} cannot be started: {error.strerror}") from error
    if done.returncode:
        raise StoreError(f"{tool} login failed with status {done.returncode}", hint="what it said stands above")


def _json(value: Mapping[str, str]) -> str:
    return json.dumps(value, separators=(",", ":")) + "\n"
