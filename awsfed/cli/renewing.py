"""What the deliveries have in common that renew credentials while something runs."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from awsfed.cli import output
from awsfed.wiring import Wiring
from awsfed.workstation.credentials import Need, Obtained

if TYPE_CHECKING:
    from awsfed.workstation.delivery.refresher import Trouble


def obtain_first(wiring: Wiring, connector: str, need: Need) -> Obtained:
    """Return credentials to begin with, and say what may keep them from being renewed for as long as was asked."""
    obtained = wiring.obtain_credentials(connector, Need(renewable=True, narrowing=need.narrowing))
    until = output.moment(obtained.credentials.expires_at)
    if obtained.left_over:
        output.warn(f"{obtained.left_over.message}; these credentials are older ones, good until {until}")
    known = wiring.known.load(wiring.issuer)
    ends_at = max(obtained.credentials.expires_at, known.ends_at if known else 0)
    if ends_at < wiring.clock.now() + need.min_life_s:
        output.warn(
            f"the login ends at {output.moment(ends_at)}, sooner than asked for with --min-life; "
            "awsfed login in another terminal, at any time, lets renewals go on"
        )
    return obtained


def tell(connector: str) -> "Callable[[Trouble], None]":
    """Return what says on stderr, in one line, that renewals of a connector fail."""

    def say(trouble: "Trouble") -> None:
        error = trouble.error
        state = (
            f"the older credentials are good until {output.moment(trouble.good_until)}"
            if trouble.good_until is not None
            else "no credentials are given out any more"
        )
        hint = f" ({error.hint})" if error.hint else ""
        output.warn(f"{connector} cannot be renewed: {error.message}{hint}; {state}")

    return say
