"""How events and chains of the trail are shown."""

from typing import TYPE_CHECKING

from awsfed.cli import output
from awsfed.model.identity import SERVICE
from awsfed.model.text import shown

_WISHES = ("read_only", "region_lock", "duration", "policy_arns", "policy", "domain", "domain_owner", "region")

if TYPE_CHECKING:
    from awsfed.broker.audit.interface import Event
    from awsfed.broker.audit.reading import Verified


def chain_row(chain: "Verified") -> tuple[str, ...]:
    """Return what a table shows of a chain."""
    at = output.instant(chain.signed_at) if chain.signed_at else ""
    tail = f"whole; {output.many(chain.unsigned, 'event')} not signed" if chain.signed and chain.unsigned else "whole"
    result = "; ".join(chain.problems) or tail
    return shown(chain.writer), str(chain.links), str(chain.signed), at, result


def row(event: "Event") -> tuple[str, ...]:
    """Return what a table shows of an event."""
    reason = " ".join(filter(None, (event.reason, event.details.get("name"))))
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
