"""Taking away what a person has: on this machine, at AWS, and in the store of a broker that serves from here."""

import math
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from awsfed.errors import AwsfedError
from awsfed.outside.users import this_user
from awsfed.wiring.keeping import SOURCE, has_store
from awsfed.wiring.serving import serving

if TYPE_CHECKING:
    from awsfed.broker.answers import CallerIdentity
    from awsfed.broker.audit.trail import RequestTrail
    from awsfed.model.credentials import AccessKey
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
                _everywhere(here, opened.enter_context(serving(wiring, unwrapped=False)), wiring.notice)
                if has_store(wiring)
                else here
            )
        except AwsfedError as error:
            ends = replace(here, end_served=_failing(error))
        yield ends


def _everywhere(here: "Revoke", broker: "Serving", tell: "Callable[[str], None]") -> "Revoke":
    from awsfed.broker.keys.recorded import RecordedDenials

    trail, actor = broker.request(SOURCE, secrets.token_hex(8)).trail, this_user()
    return replace(
        here,
        services=broker.services.all,
        catalogue=broker.catalogue,
        keys=broker.access_key_source,
        denials=RecordedDenials(denials=here.denials, trail=trail, actor=actor, tell=tell),
        end_served=lambda person: _end_served(broker, trail, actor, person),
    )


def _failing(error: AwsfedError) -> "Callable[[Person], int]":
    def end_served(_: "Person") -> int:
        raise error

    return end_served


def _end_served(broker: "Serving", trail: "RequestTrail", actor: str, person: "Person") -> int:
    """End the sessions that the broker issued to somebody, and write it down first; return how many there were."""
    ended = 0
    for key, name in broker.sessions.holders(person.key, person.name).items():
        trail.signed_out(key, name, {"by": f"local:{actor}", "command": "awsfed revoke"})
        ended += broker.sessions.revoke_user(key)
    return ended


def _asked_once(caller: "Callable[[AccessKey, str], CallerIdentity]") -> "Callable[[AccessKey, str], CallerIdentity]":
    """Return what asks whose key it is once for each key and region: one key may be for a hundred roles."""
    known: dict[tuple[str, str], CallerIdentity] = {}

    def asked(key: "AccessKey", region: str) -> "CallerIdentity":
        place = key.access_key_id, region
        if place not in known:
            known[place] = caller(key, region)
        return known[place]

    return asked


def _revoke(wiring: "Wiring") -> "Revoke":
    """Return it for this machine and AWS; it may be about many roles, so no deadline counts."""
    from awsfed.broker.keys.denials import IamDenials
    from awsfed.tasks.revoke import Revoke

    patient = replace(wiring.retries, deadline_s=math.inf)
    return Revoke(
        issuer=wiring.issuer,
        identities=wiring.identities,
        services=wiring.services.all,
        catalogue=wiring.catalogue,
        administrators=wiring.settings.administrators,
        sessions=wiring.sessions,
        known=wiring.known,
        log_out=wiring.log_out,
        keys=wiring.access_key_source,
        caller=_asked_once(replace(wiring.vendor, retries=patient).caller_identity),
        region_of=wiring.vendor.region_of,
        denials=IamDenials(door=wiring.aws_door, retries=patient, clock=wiring.clock),
        clock=wiring.clock,
    )
