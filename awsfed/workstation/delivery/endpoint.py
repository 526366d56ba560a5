"""The container-credentials endpoint: credentials over http for programs on this machine that know a token.

The contract is the one that SDKs have with Amazon's containers: a URL and a token in the environment, and JSON with
four strings for an answer.
"""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from awsfed.errors import AccessDenied, AwsfedError, StoreError
from awsfed.model.credentials import Credentials
from awsfed.model.secret import Secret
from awsfed.workstation.delivery.environ import endpoint_variables
from awsfed.workstation.delivery.loopback import ADDRESS, PATH, LoopbackServer, Reply
from awsfed.workstation.delivery.quiet_files import QuietFiles
from awsfed.workstation.delivery.refresher import Refresher


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Serves what a refresher holds."""

    refresher: Refresher
    region: str | None
    quiet_files: Callable[[], AbstractContextManager[QuietFiles]]

    @contextmanager
    def serving(self, port: int = 0) -> Iterator[Mapping[str, str]]:
        """Serve for as long as the context lasts; it yields the variables that lead an AWS program here.

        Raises:
            StoreError: the port, or the folder for the files that go with it, cannot be used.
        """
        token = Secret(secrets.token_urlsafe(32))
        with self.quiet_files() as files:
            try:
                server = LoopbackServer(self._reply, refusal, token=token, port=port)
            except OSError as error:
                reason = (error.strerror or type(error).__name__).lower()
                raise StoreError(
                    f"port {port} of {ADDRESS} cannot be used: {reason}", hint="leave the port out to get a free one"
                ) from error
            self.refresher.start()
            server.start()
            try:
                yield endpoint_variables(
                    url=f"http://{ADDRESS}:{server.port}{PATH}",
                    token=token,
                    config=files.config,
                    credentials=files.credentials,
                    region=self.region,
                )
            finally:
                server.stop()
                self.refresher.stop()

    def _reply(self) -> Reply:
        current = self.refresher.current()
        if isinstance(current, Credentials):
            return Reply(status=200, body=container_document(current))
        return trouble(current)


def container_document(credentials: Credentials) -> bytes:
    """Return the answer of a container endpoint; an absent `AccountId` is left out, since null offends some SDKs."""
    answer = {
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key.reveal(),
        "Token": credentials.session_token.reveal(),
        "Expiration": credentials.expiration,
    }
    if credentials.account_id:
        answer["AccountId"] = credentials.account_id
    return json.dumps(answer, separators=(",", ":")).encode("ascii")


def trouble(error: AwsfedError) -> Reply:
    """Return an error as SDKs show it: 403 for a refusal, which they do not dwell on, else 503."""
    message = f"{error.message}; {error.hint}" if error.hint else error.message
    status = 403 if isinstance(error, AccessDenied) else 503
    return _error(status, type(error).__name__, f"awsfed: {message}")


def refusal(status: int, message: str) -> Reply:
    """Return what a caller is told whose request is not answered."""
    return _error(status, "RequestRefused", message)


def _error(status: int, code: str, message: str) -> Reply:
    """Spell the names in both ways: the SDKs for JavaScript and Rust look for different ones."""
    body = {"Code": code, "Message": message, "code": code, "message": message}
    return Reply(status=status, body=json.dumps(body).encode("ascii"))
