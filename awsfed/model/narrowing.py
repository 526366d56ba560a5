"""Making credentials do less than their connector allows: never more, and always part of the cache key.

AWS gives a session what its role allows *and* its session policies allow. Whatever is added here is therefore either
the first session policy, or a denial in the one that is there already.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from awsfed.errors import InvalidValue, Refused
from awsfed.model.connector import MAXIMUM_DURATION, MINIMUM_DURATION, Connector, ConnectorType
from awsfed.model.policies import check_size, parse_policy

READING = ("Describe", "Get", "List", "Search", "Lookup", "View", "BatchGet", "Query", "Scan", "Select", "Head")
"""Beginnings of the names of actions that read."""
_GLOBAL = ("iam:*", "sts:*", "organizations:*", "route53:*", "cloudfront:*", "support:*", "health:*", "waf:*")
"""Services without regions: a lock to a region leaves them open."""
_DEFAULT_DURATION = {
    ConnectorType.ASSUME_ROLE: 3600,
    ConnectorType.FEDERATION_TOKEN: 43_200,
    ConnectorType.SESSION_TOKEN: 43_200,
    ConnectorType.PROVIDED: 43_200,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What somebody asked for at the moment of use."""

    policy: str | None = None
    """Inline policy, compact JSON."""
    policy_arns: tuple[str, ...] = ()
    read_only: bool = False
    region_lock: tuple[str, ...] = ()
    duration: int | None = None
    """Seconds."""

    def fingerprint(self) -> str:
        """Return a text that differs for whatever differs; empty for nothing."""
        if self == NOTHING:
            return ""
        parts = [self.policy, self.policy_arns, self.read_only, self.region_lock, self.duration]
        return hashlib.sha256(json.dumps(parts).encode("utf-8")).hexdigest()[:16]


NOTHING = Narrowing()


def narrowed(connector: Connector, narrowing: Narrowing) -> Connector:
    """Return a connector that allows what both allow.

    Raises:
        Refused: it cannot be said in one call that both hold, or nothing can be narrowed.
        InvalidValue: the duration is not one, or the policies are too long together.
    """
    if narrowing == NOTHING:
        return connector
    if connector.type is ConnectorType.PROVIDED:
        raise Refused(f"connector {connector.label} passes on the role of the broker's machine, which takes no limits")
    if connector.type is ConnectorType.SESSION_TOKEN and narrowing != Narrowing(duration=narrowing.duration):
        raise Refused(f"connector {connector.label} gives session tokens, which take no policy")
    if connector.omit_policy and narrowing != Narrowing(duration=narrowing.duration):
        raise Refused(f"connector {connector.label} works without a policy on purpose; any policy would allow more")
    if narrowing.policy or narrowing.policy_arns:
        connector = _with_policies(connector, narrowing)
    if narrowing.duration is not None:
        connector = replace(connector, duration=_shorter(connector, narrowing.duration))
    connector = replace(
        connector,
        read_only=connector.read_only or narrowing.read_only,
        region_lock=_common(connector, narrowing.region_lock),
    )
    check_size(session_policy(connector), connector.policy_arns)
    return connector


def session_policy(connector: Connector) -> str | None:
    """Return the inline policy of a connector's call: its own, with the denials of its switches."""
    denials = _denials(connector)
    if not denials:
        return connector.policy
    if connector.policy is None and connector.policy_arns:
        document: dict[str, Any] = {"Version": "2012-10-17", "Statement": []}
    elif connector.policy is None:
        document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    else:
        document = json.loads(connector.policy)
    own = document["Statement"]
    document["Statement"] = [*(own if isinstance(own, list) else [own]), *denials]
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def _denials(connector: Connector) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if connector.read_only:
        reading = [f"*:{beginning}*" for beginning in READING]
        found.append({"Effect": "Deny", "NotAction": reading, "Resource": "*"})
    if connector.region_lock:
        elsewhere = {"StringNotEquals": {"aws:RequestedRegion": list(connector.region_lock)}}
        found.append({"Effect": "Deny", "NotAction": list(_GLOBAL), "Resource": "*", "Condition": elsewhere})
    return found


def _with_policies(connector: Connector, narrowing: Narrowing) -> Connector:
    if connector.policy or connector.policy_arns:
        raise Refused(
            f"connector {connector.label} has policies of its own, and another one beside them would allow more",
            hint="narrow it with --read-only, --region-lock or --duration",
        )
    policy = parse_policy(narrowing.policy) if narrowing.policy else None
    return replace(connector, policy=policy, policy_arns=narrowing.policy_arns)


def _shorter(connector: Connector, seconds: int) -> int:
    usual = connector.duration or _DEFAULT_DURATION[connector.type]
    if seconds < MINIMUM_DURATION:
        raise InvalidValue(f"a duration of {seconds} s is shorter than AWS gives: {MINIMUM_DURATION} s")
    if seconds > min(usual, MAXIMUM_DURATION[connector.type]):
        raise Refused(f"connector {connector.label} gives {usual} s; {seconds} s would be more", hint="ask for less")
    return seconds


def _common(connector: Connector, regions: tuple[str, ...]) -> tuple[str, ...]:
    if not regions or not connector.region_lock:
        return regions or connector.region_lock
    both = tuple(region for region in connector.region_lock if region in regions)
    if not both:
        allowed = ", ".join(connector.region_lock)
        raise Refused(f"connector {connector.label} is locked to {allowed}", hint="name one of these")
    return both
