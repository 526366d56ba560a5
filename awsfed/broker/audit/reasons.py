"""Why somebody was given something, and what they wished, as the trail keeps it: texts by name."""

from collections.abc import Mapping
from types import MappingProxyType

from awsfed.model.grants import Allowed, Denied
from awsfed.model.narrowing import NOTHING, Narrowing

_MOST_GROUPS = 10
NO_WISHES: Mapping[str, str | None] = MappingProxyType({})


def reasons(
    purpose: str,
    decision: Allowed | Denied,
    fingerprint: str,
    narrowing: Narrowing = NOTHING,
    wishes: Mapping[str, str | None] = NO_WISHES,
) -> dict[str, str]:
    """Return them.

    Args:
        purpose: what the credentials are for: `credentials`, `console`, `ecr`, `codeartifact`, `caller-identity`,
            `diagnosis`, or `chain` where they only assume the role of another connector.
        decision: about the connector; who may not use the beginning of a chain by itself is given the end of it.
        fingerprint: of the connector's definition, which may change from one vend to the next.
        narrowing: what less was wished than the connector gives.
        wishes: what else was.
    """
    known = {"purpose": purpose, "definition": fingerprint}
    if isinstance(decision, Allowed):
        more = len(decision.through) - _MOST_GROUPS
        through = (*decision.through[:_MOST_GROUPS], *([f"{more} more"] if more > 0 else []))
        known["through"] = ", ".join(through)
    known |= {name: text for name, text in wishes.items() if text}
    return known if narrowing == NOTHING else known | _less(narrowing)


def _less(narrowing: Narrowing) -> dict[str, str]:
    wishes = {
        "policy": narrowing.policy,
        "policy_arns": ", ".join(narrowing.policy_arns),
        "read_only": "yes" if narrowing.read_only else None,
        "region_lock": ", ".join(narrowing.region_lock),
        "duration": str(narrowing.duration) if narrowing.duration is not None else None,
    }
    return {name: text for name, text in wishes.items() if text}
