"""What the deliveries that cannot renew have in common."""

from awsfed.cli import output
from awsfed.wiring import Wiring
from awsfed.workstation.credentials import Need, Obtained


def deliver(wiring: Wiring, connector: str, need: Need) -> Obtained:
    """Return credentials, and say so when they are older ones because new ones could not be had."""
    obtained = wiring.obtain_credentials(connector, need)
    if obtained.left_over:
        until = output.moment(obtained.credentials.expires_at)
        output.warn(f"{obtained.left_over.message}; these credentials are older ones, good until {until}")
    if obtained.not_kept:
        output.warn(f"{obtained.not_kept.message}; the next use has to ask for new credentials")
    return obtained
