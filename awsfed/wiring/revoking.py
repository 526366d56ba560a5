"""Taking away what a person has: on this machine, at AWS, and in the store of a broker that serves from here."""

import math
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from awsfed.errors import AwsfedError
from awsfed.model.session_names import session_name
from awsfed.outside.users import this_user
from awsfed.wiring.keeping import SOURCE
from awsfed.wiring.serving import serving
from awsfed.wiring.storing import store_folder

if TYPE_CHECKING:
    from awsfed.broker.audit.trail import RequestTrail
    from awsfed.tasks.revoke import Person, Revoke
    from awsfed.wiring import Wiring
    from awsfed.wiring.serving import Serving


@contextmanager
def revoking(wiring: "Wiring") -> "Iterator[Revoke]":
    """Return what ends sessions; where a broker serves from here, its connectors, keys and sessions count too.

    Where its store is there and cannot be used, ending those sessions raises why; all else is done from here.
    """
    here = _revoke(wiring)
    with ExitStack() as opened:
        try:
            ends = (
                _everywhere(here, opened.enter_context(serving(wiring)), wiring.notice) if _has_store(wiring) else here
            )
        except AwsfedError as error:
            ends = replace(here, end_served=_failing(error))
        yield ends


def _everywhere(here: "Revoke", broker: "Serving", tell: "Callable[[str], None]") -> "Revoke":
    from awsfed.broker.keys.recorded import RecordedDenials

    trail, actor = broker.request(SOURCE, secrets.token_hex(8)).trail, this_user()
    return replace(
        here,
        catalogue=broker.catalogue,
        keys=broker.access_key_source,
        denials=RecordedDenials(denials=here.denials, trail=trail, actor=actor, tell=tell),
        end_served=lambda person: _end_served(broker, trail, actor, person),
    )


def _has_store(wiring: "Wiring") -> bool:
    """Tell whether anybody can have been served from here; raise what keeps that from being found out."""
    if wiring.settings.server.folder is None:
        return False
    from awsfed.broker.store.database import is_there

    return is_there(store_folder(wiring))


def _failing(error: AwsfedError) -> "Callable[[Person], int]":
    def end_served(_: "Person") -> int:
        raise error

    return end_served


def _end_served(broker: "Serving", trail: "RequestTrail", actor: str, person: "Person") -> int:
    """End the sessions that the broker issued to somebody, and write it down first; return how many there were."""
    whose = _known(broker, person)
    if whose is None:
        return 0  # whom neither Crowd nor the broker knows, no session opens anything
    key, name = whose
    trail.signed_out(key, name, {"by": f"local:{actor}", "command": "awsfed revoke"})
    return broker.sessions.revoke_user(key)


def _known(broker: "Serving", person: "Person") -> tuple[str, str] | None:
    """Return the key of somebody's sessions, and the name that the trail has; None where there can be none."""
    if person.identity:
        return person.identity.key, person.name
    for service in broker.services.all() if person.is_service else ():
        if session_name(service.name, is_service=True) == person.name:
            return service.key, service.name
    return None


def _revoke(wiring: "Wiring") -> "Revoke":
    """Return it for this machine and AWS; it may be about many roles, so no deadline counts."""
    from awsfed.broker.keys.denials import IamDenials
    from awsfed.tasks.revoke import Revoke

    patient = replace(wiring.retries, deadline_s=math.inf)
    return Revoke(
        issuer=wiring.issuer,
        identities=wiring.identities,
        catalogue=wiring.catalogue,
        administrators=wiring.settings.administrators,
        sessions=wiring.sessions,
        known=wiring.known,
        log_out=wiring.log_out,
        keys=wiring.access_key_source,
        caller=wiring.vendor.caller_identity,
        region_of=wiring.vendor.region_of,
        denials=IamDenials(door=wiring.aws_door, retries=patient, clock=wiring.clock),
        clock=wiring.clock,
    )
