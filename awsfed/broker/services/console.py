"""Signing in to the AWS console with vended credentials, through the federation endpoint."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from awsfed.broker.answers import ConsolePlace
from awsfed.errors import AwsUnavailable, ConfigError, InvalidValue, ProtocolError, Refused, RoleRefused
from awsfed.model.connector import Connector, ConnectorType
from awsfed.model.credentials import AccessKey, Credentials
from awsfed.model.partitions import PARTITIONS, Partition, parse_region
from awsfed.model.secret import Secret
from awsfed.outside.forms import form
from awsfed.outside.http import HttpClient
from awsfed.outside.http_reading import Answer
from awsfed.outside.retry import Retries, TryAgain

_SERVICE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_TOKEN_LIMIT = 16_384
_OK, _BAD_REQUEST, _FAILED = 200, 400, 500
_LONGEST_S = 43_200


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSignIn:
    """The federation endpoint of each partition."""

    http: HttpClient
    retries: Retries
    endpoint: str | None = None
    """Instead of the partition's own; the settings allow that on test hosts only."""
    partitions: Mapping[str, Partition] = field(default_factory=lambda: PARTITIONS)
    """As the settings describe them."""
    fips: bool = False
    """Whether only endpoints for FIPS may be asked."""

    def check(self, connector: Connector, place: ConsolePlace) -> None:
        """Refuse what nobody could sign in to, before credentials are made for it.

        Raises:
            Refused: credentials of this kind cannot enter the console.
            InvalidValue: there cannot be such a place.
            ConfigError: the console of the connector's partition is not public.
        """
        if connector.type is ConnectorType.SESSION_TOKEN:
            raise Refused(
                f"connector {connector.label} gives session tokens, which cannot enter the console",
                hint="use a connector of type ASSUME_ROLE or FEDERATION_TOKEN",
            )
        self._federation(connector)
        console_destination(connector, place, self.partitions)

    def url(self, connector: Connector, credentials: Credentials, key: AccessKey, place: ConsolePlace) -> Secret:
        """Return a URL that signs whoever opens it into the console; it is good for 15 minutes.

        Raises:
            Refused, InvalidValue, ConfigError: as `check`.
            RoleRefused: the endpoint did not accept them.
            AwsUnavailable: it could not be asked.
        """
        self.check(connector, place)
        federation = self._federation(connector)
        destination = console_destination(connector, place, self.partitions)
        token = self._signin_token(federation, credentials, _session_duration(connector, key))
        query = form({"Action": "login", "Destination": destination, "SigninToken": token})
        return Secret(f"{federation}?{query}")

    def _federation(self, connector: Connector) -> str:
        name = connector.partition
        host = self.partitions[name].signin_host
        hint = f"set partitions.{name}.signin_host where you know it"
        if self.endpoint:
            return f"{self.endpoint}/federation"
        if host is None:
            raise ConfigError(f"the sign-in host of partition {name} is not public", hint=hint)
        if self.fips and host == PARTITIONS[name].signin_host:
            raise ConfigError(f"no FIPS endpoint is known for the console's sign-in of partition {name}", hint=hint)
        return f"https://{host}/federation"

    def _signin_token(self, federation: str, credentials: Credentials, duration: int | None) -> str:
        answer = self._post(federation, credentials, duration)
        if answer.status == _BAD_REQUEST and duration is not None:
            answer = self._post(federation, credentials, None)
        if answer.status != _OK:
            raise RoleRefused(
                f"the sign-in endpoint {urlsplit(federation).hostname} refused them (status {answer.status})",
                hint="check the connector's partition, and that its role may use the console",
            )
        return _parsed_token(answer)

    def _post(self, federation: str, credentials: Credentials, duration: int | None) -> Answer:
        session = {
            "sessionId": credentials.access_key_id,
            "sessionKey": credentials.secret_access_key.reveal(),
            "sessionToken": credentials.session_token.reveal(),
        }
        asked = {"Action": "getSigninToken", "Session": json.dumps(session)}
        if duration is not None:
            asked["SessionDuration"] = str(duration)
        body = form(asked).encode("ascii")

        def attempt() -> Answer:
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
            answer = self.http.send("POST", federation, headers=headers, body=body, limit=65_536)
            if answer.status >= _FAILED:
                raise TryAgain(f"the AWS sign-in endpoint failed with status {answer.status}")
            return answer

        try:
            return self.retries.run("AWS sign-in", attempt)
        except TryAgain as error:
            raise AwsUnavailable(error.message, hint=error.hint) from error


def _session_duration(connector: Connector, key: AccessKey) -> int | None:
    """Return the length to ask for: only a role assumed with a user's own key may have one of its own."""
    if connector.type is not ConnectorType.ASSUME_ROLE or not key.is_long_term or connector.duration is None:
        return None
    return min(connector.duration, _LONGEST_S)


def _parsed_token(answer: Answer) -> str:
    try:
        token = json.loads(answer.body)["SigninToken"]
    except (ValueError, KeyError, TypeError, RecursionError):
        token = None
    if not isinstance(token, str) or not re.fullmatch(rf"[\x21-\x7e]{{1,{_TOKEN_LIMIT}}}", token):
        raise ProtocolError("the answer of the AWS sign-in endpoint holds no sign-in token")
    return token


def console_destination(
    connector: Connector, place: ConsolePlace, partitions: Mapping[str, Partition] = PARTITIONS
) -> str:
    """Return the address of a place in the console of the connector's partition.

    Raises:
        InvalidValue: the service or region cannot be one.
        ConfigError: the console of the partition is not public.
    """
    partition = partitions[connector.partition]
    host = partition.console_host
    if host is None:
        hint = f"set partitions.{partition.id}.console_host where you know it"
        raise ConfigError(f"the console of partition {partition.id} is not public", hint=hint)
    service = place.service or "console"
    if not _SERVICE.fullmatch(service):
        raise InvalidValue(f"the service {service!r} is not one of the console's, such as s3 or cloudwatch")
    region = parse_region(place.region) if place.region else connector.region
    if region is None:
        return f"https://{host}/{service}/home"
    own = f"{region}.{host}" if partition.regional_console else host
    return f"https://{own}/{service}/home?region={region}"
