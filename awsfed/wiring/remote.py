"""The broker at a URL."""

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from awsfed.broker.interface import Broker
    from awsfed.broker.remote.broker import RemoteBroker
    from awsfed.wiring.west import WestWing

LEG = "broker"
ATTEMPT_S = 30.0
"""A broker has 20 seconds to ask Crowd and AWS."""


def remote_broker(wing: "WestWing", url: str) -> "RemoteBroker":
    """Return the broker at a URL; the dialect that a session speaks is imported when it is asked."""
    from awsfed.broker.remote.broker import RemoteBroker
    from awsfed.broker.remote.exchange import Exchange

    http = wing.http(LEG, total_s=ATTEMPT_S)
    exchange = Exchange(url=url, http=http, retries=replace(wing.retries, attempt_s=ATTEMPT_S))
    region = wing.settings.aws.region
    hosts = tuple(one.signin_host for one in wing.settings.partitions.values() if one.signin_host)

    def ours() -> "Broker":
        from awsfed.broker.remote.ours import OurBroker

        return OurBroker(exchange=exchange, clock=wing.clock, region=region, browser_hosts=hosts, ended=wing.ended)

    def ifaws() -> "Broker":
        from awsfed.broker.remote.host_login import HostLogin
        from awsfed.broker.remote.ifaws import IfawsBroker

        session_s = wing.settings.session_hours * 3600
        return IfawsBroker(
            exchange=exchange,
            clock=wing.clock,
            login=HostLogin(exchange=exchange, clock=wing.clock, session_s=session_s),
            region=region,
            browser_hosts=hosts,
            passwords=wing.kept_passwords,
        )

    return RemoteBroker(exchange=exchange, ours=ours, ifaws=ifaws)
