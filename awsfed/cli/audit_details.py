"""How events and chains of the trail are shown."""

from typing import TYPE_CHECKING

from awsfed.cli import output
from awsfed.model.identity import SERVICE
from awsfed.model.text import shown

_MOST_PROBLEMS = 3
"""Of one chain that a table shows."""
_WISHES = ("read_only", "region_lock", "duration", "policy_arns", "policy", "domain", "domain_owner", "region")

if TYPE_CHECKING:
    from awsfed.broker.audit.heads import AuditKey
    from awsfed.broker.audit.interface import Event
    from awsfed.broker.audit.reading import Verified
    from awsfed.wiring import Wiring


def chain_row(chain: "Verified") -> tuple[str, ...]:
    """Return what a table shows of a chain."""
    at = output.instant(chain.signed_at) if chain.signed_at else ""
    tail = f"whole; {output.many(chain.unsigned, 'event')} not signed" if chain.unsigned else "whole"
    more = len(chain.problems) - _MOST_PROBLEMS
    result = "; ".join((*chain.problems[:_MOST_PROBLEMS], *([f"{more} more (--json)"] if more > 0 else []))) or tail
    return shown(chain.writer), str(chain.links), str(chain.signed), at, result


def row(event: "Event") -> tuple[str, ...]:
    """Return what a table shows of an event."""
    name = None if event.kind.value == "failed" else event.details.get("name")  # what failed says it anyway
    reason = " ".join(filter(None, (event.reason, name)))
    is_service = (event.user_key or "").startswith(SERVICE)
    user = f"service={event.user_name}" if is_service else event.user_name
    optional = (user, event.connector, event.access_key_id, event.source, reason)
    return output.instant(event.at), event.kind.value, *(shown(value or "") for value in optional)


def members_of(event: "Event") -> dict[str, object]:
    """Return an event as JSON has it."""
    from awsfed.broker.audit.chain import members

    return members(event)


def facts_of(event: "Event") -> dict[str, str]:
    """Return what is known of a vend, by name."""
    details = event.details
    return {
        "access key": event.access_key_id or "",
        "user": f"{event.user_name} ({event.user_key})",
        "when": output.instant(event.at),
        "until": output.instant(event.expires_at) if event.expires_at else "",
        "connector": event.connector or "",
        "role": event.role or "",
        "session name": event.session_name or "",
        "purpose": details.get("purpose", ""),
        "through": details.get("through", ""),
        "wished": ", ".join(f"{name} {details[name]}" for name in _WISHES if name in details),
        "definition": details.get("definition", ""),
        "source": event.source,
        "request": event.request_id,
        "AWS request": event.aws_request_id or "",
    }


def warn_of_other_keys(wiring: "Wiring", made: "AuditKey") -> None:
    """Tell of the keys that signed the trail before one was made for it."""
    from awsfed.wiring import auditing

    if before := auditing.keys_of_before(wiring):
        trusted = " ".join(f"--public-key {shown(one)}" for one in (made.public, *before))
        output.warn(f"another key signed the trail so far; put it back, or verify with both: {trusted}")
