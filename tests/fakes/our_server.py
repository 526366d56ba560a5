"""Our own resources below `/rest/awsfed/1`, over real HTTP, around any broker: as small as their description allows."""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from fakes.served import Given, Received, Served, compact

from awsfed import errors
from awsfed.broker.answers import ConsolePlace, PackageDomain
from awsfed.broker.interface import Broker, ConnectorSummary
from awsfed.model.identity import Session
from awsfed.model.narrowing import Narrowing
from awsfed.model.secret import Secret
from awsfed.outside.clock import Clock

BASE = "/rest/awsfed/1"
_STATUSES: tuple[tuple[type[errors.AwsfedError], int], ...] = (
    (errors.InvalidValue, 400),
    (errors.ConfigError, 500),
    (errors.NotFound, 404),
    (errors.AuthenticationError, 401),
    (errors.AccessDenied, 403),
    (errors.TooManyAttempts, 429),
    (errors.Unavailable, 503),
    (errors.ProtocolError, 502),
    (errors.Refused, 409),
)


class OurServer:
    """Tokens in memory; everything else is the broker's.

    Attributes:
        served: the running server.
        tokens: whose they are.
    """

    def __init__(self, broker: Broker, clock: Clock) -> None:
        self.tokens: dict[str, Session] = {}
        self._broker, self._clock = broker, clock
        self.served = Served(self._answer, clock)

    @contextmanager
    def serving(self) -> Iterator["OurServer"]:
        """Serve."""
        with self.served:
            yield self

    @property
    def url(self) -> str:
        """What users set as the broker."""
        return self.served.origin

    def _answer(self, asked: Received) -> Given:
        if not asked.path.startswith(f"{BASE}/"):
            return Given(status=404)
        if asked.method == "POST" and asked.headers.get("content-type") != "application/json":
            return Given(status=415)
        try:
            return self._resource(asked, asked.path.removeprefix(f"{BASE}/").split("/"))
        except errors.AwsfedError as error:
            return _failure(error)

    def _resource(self, asked: Received, parts: list[str]) -> Given:
        match asked.method, parts:
            case "GET", ["status"]:
                return _json({"awsfed": 1, "version": "0.1"})
            case "POST", ["session"]:
                return self._log_in(json.loads(asked.body))
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        session = self.tokens.get(token)
        if session is None:
            raise errors.LoginRequired("login required")
        if (asked.method, parts) == ("DELETE", ["session"]):
            del self.tokens[token]
            return Given(status=204)
        given = self._of_session(asked, parts, session)
        return Given(status=404) if given is None else _json(given)

    def _of_session(self, asked: Received, parts: list[str], session: Session) -> dict[str, Any] | None:
        given: dict[str, Any] | None = None
        match asked.method, parts:
            case "GET", ["session"]:
                given = self._who(session)
            case "GET", ["connectors"]:
                values = [_summary(one) for one in self._broker.connectors(session)]
                given = {"values": values, "size": len(values)}
            case "GET", ["connectors", connector, "explanation"]:
                found = self._broker.explain(session, connector)
                given = {"connector": connector, "through": found.through, "missing": found.missing}
            case "POST", ["connectors", connector, verb] if verb in _VERBS:
                given = _VERBS[verb](self._broker, session, connector, json.loads(asked.body))
        return given

    def _log_in(self, body: Mapping[str, str]) -> Given:
        if "service" in body:
            session = self._broker.log_in_service(body["service"], Secret(body["token"]))
        else:
            session = self._broker.log_in(body["name"], Secret(body["password"]))
        token = f"awsfed_{secrets.token_urlsafe(32)}"
        self.tokens[token] = session
        told = {"token": token, "key": session.key, "name": session.name}
        return _json(told | {"signedInAt": session.signed_in_at, "endsAt": session.ends_at}, 201)

    def _who(self, session: Session) -> dict[str, Any]:
        identity = self._broker.identity(session)
        told = {"key": identity.key, "name": identity.name, "displayName": identity.display_name}
        more = {"groups": identity.groups, "isAdministrator": False}
        return told | more | {"signedInAt": session.signed_in_at, "endsAt": session.ends_at}


def _credentials(broker: Broker, session: Session, connector: str, body: dict[str, Any]) -> dict[str, Any]:
    vended = broker.credentials(session, connector, _narrowing(body))
    given = vended.credentials
    return {
        "accessKeyId": given.access_key_id,
        "secretAccessKey": given.secret_access_key.reveal(),
        "sessionToken": given.session_token.reveal(),
        "expiration": given.expires_at * 1000,
        "principalArn": given.principal_arn,
        "accountId": given.account_id,
        "packedPolicyPercent": given.packed_policy_percent,
        "connector": _summary(vended.connector),
    }


def _narrowing(body: dict[str, Any]) -> Narrowing:
    given = body.get("narrowing") or {}
    assert set(given) <= {"policy", "policyArns", "readOnly", "regionLock", "duration"}
    return Narrowing(
        policy=given.get("policy"),
        policy_arns=tuple(given.get("policyArns", ())),
        read_only=given.get("readOnly", False),
        region_lock=tuple(given.get("regionLock", ())),
        duration=given.get("duration"),
    )


def _diagnosis(broker: Broker, session: Session, connector: str, body: dict[str, Any]) -> dict[str, Any]:
    assert not body
    steps = broker.diagnose(session, connector)
    return {
        "steps": [{"what": s.what, "detail": s.detail, "error": _told(s.error) if s.error else None} for s in steps]
    }


def _caller(broker: Broker, session: Session, connector: str, body: dict[str, Any]) -> dict[str, Any]:
    assert not body
    who = broker.caller_identity(session, connector)
    return {"account": who.account, "arn": who.arn, "userId": who.user_id}


def _ecr(broker: Broker, session: Session, connector: str, body: dict[str, Any]) -> dict[str, Any]:
    given = broker.ecr_credentials(session, connector, body.get("region"))
    told = {"host": given.host, "username": given.username, "password": given.password.reveal()}
    return told | {"expiresAt": given.expires_at}


def _codeartifact(broker: Broker, session: Session, connector: str, body: dict[str, Any]) -> dict[str, Any]:
    name = body.pop("domain")
    given = broker.codeartifact_token(session, connector, PackageDomain(name=name, **body))
    told = {"token": given.token.reveal(), "expiresAt": given.expires_at}
    return told | {"owner": given.owner, "region": given.region}


def _console(broker: Broker, session: Session, connector: str, body: dict[str, Any]) -> dict[str, Any]:
    place = ConsolePlace(service=body.get("service"), region=body.get("region"))
    return {"url": broker.console_url(session, connector, place, _narrowing(body)).reveal()}


_VERBS: Mapping[str, Callable[[Broker, Session, str, dict[str, Any]], dict[str, Any]]] = {
    "credentials": _credentials,
    "diagnosis": _diagnosis,
    "caller-identity": _caller,
    "ecr": _ecr,
    "codeartifact": _codeartifact,
    "console": _console,
}


def _summary(connector: ConnectorSummary) -> dict[str, Any]:
    return {
        "id": connector.id,
        "name": connector.name,
        "type": connector.type.value,
        "region": connector.region,
        "fingerprint": connector.fingerprint,
        "duration": connector.duration,
    }


def _told(error: errors.AwsfedError) -> dict[str, Any]:
    told = {"errorMessages": [error.message], "errors": {}, "kind": type(error).__name__}
    return told | {"hint": error.hint, "requestId": "r"}


def _failure(error: errors.AwsfedError) -> Given:
    status = next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)
    given = _json(_told(error), status)
    if isinstance(error, errors.TooManyAttempts):
        given.headers.append(("Retry-After", str(error.retry_after_s)))
    elif status == 503:
        given.headers.append(("Retry-After", "5"))
    return given


def _json(value: Any, status: int = 200) -> Given:
    return Given(status=status, body=compact(value), headers=[("Content-Type", "application/json;charset=UTF-8")])
