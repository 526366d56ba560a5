"""What EC2, ECS and EKS tell a machine about its own role: how they are asked, and the one shape of their answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from awsfed.broker.keys.parsing import parse_access_key
from awsfed.errors import AwsUnavailable, InvalidValue, ProtocolError
from awsfed.model.credentials import AccessKey
from awsfed.outside.clock import Clock
from awsfed.outside.http import HttpClient
from awsfed.outside.http_reading import Answer
from awsfed.outside.retry import Retries, TryAgain

OK, NOT_FOUND, TOO_MANY, FAILED = 200, 404, 429, 500
_LIMIT = 65_536
_RETRIES = 2
_ATTEMPT_S = 2.0
_DEADLINE_S = 10.0


class Unreachable(AwsUnavailable):
    """Nobody answers at the address at all."""


class _Failing(TryAgain):
    """Somebody answers that it cannot now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The services of the platform, on this machine's own link."""

    http: HttpClient
    """One that may ask them; see `HttpClient.for_metadata`."""
    clock: Clock

    def ask(self, method: str, url: str, headers: Mapping[str, str]) -> Answer:
        """Make one request, and two more at most where the service fails.

        Raises:
            Unreachable: no connection.
            AwsUnavailable: it answers that it cannot.
            ConfigError, ProtocolError: see `HttpClient.send`.
        """

        def attempt() -> Answer:
            answer = self.http.send(method, url, headers=headers, limit=_LIMIT)
            if answer.status == TOO_MANY or answer.status >= FAILED:
                raise _Failing(f"the metadata service failed with status {answer.status}", hint="try again")
            return answer

        retries = Retries(
            clock=self.clock,
            retries=_RETRIES,
            deadline_s=_DEADLINE_S,
            attempt_s=_ATTEMPT_S,
            started_at=self.clock.monotonic(),
        )
        try:
            return retries.run("the metadata service", attempt)
        except _Failing as error:
            raise AwsUnavailable(error.message, hint=error.hint) from error
        except TryAgain as error:
            raise Unreachable(error.message, hint=error.hint) from error

    def parse(self, name: str, answer: Answer) -> AccessKey:
        """Return the credentials of an answer, as a key of this name.

        Raises:
            ProtocolError: something is missing or malformed.
            AwsUnavailable: they have expired; the platform renews them some minutes before, unless it fails.
        """
        try:
            parts: dict[str, Any] = json.loads(answer.body)
            key = parse_access_key(
                name,
                {
                    "aws_access_key_id": parts["AccessKeyId"],
                    "aws_secret_access_key": parts["SecretAccessKey"],
                    "aws_session_token": parts["Token"],
                },
            )
            expires = datetime.fromisoformat(parts["Expiration"])
        except (ValueError, KeyError, TypeError, RecursionError, InvalidValue):
            expires, key = None, None
        if key is None or expires is None or expires.tzinfo is None or not key.session_token:
            raise ProtocolError(f"the metadata service gave access key {name!r} in a form that is not its own")
        if expires.timestamp() <= self.clock.now():
            raise AwsUnavailable("the credentials of this machine's role have expired", hint="check its clock")
        return replace(key, expires_at=int(expires.timestamp()))
