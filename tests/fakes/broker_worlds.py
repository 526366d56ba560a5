"""The worlds behind a broker, as its contract wants them: in memory, and at the vendor's app."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

from fakes.aws_services import FakeConsole, FakePackages, FakeRegistries
from fakes.catalogue import FakeCatalogue, assume_role
from fakes.clock import FakeClock
from fakes.identity import FakeIdentitySource
from fakes.ifaws_server import DEV, OPS, IfawsHost
from fakes.keys import MAIN, FakeKeys
from fakes.vendor import FakeVendor

from awsfed.broker.direct import DirectBroker
from awsfed.broker.identity.service_file import ServiceFile
from awsfed.broker.identity.services import Services
from awsfed.broker.remote.broker import RemoteBroker
from awsfed.broker.remote.exchange import Exchange
from awsfed.broker.remote.host_login import HostLogin
from awsfed.broker.remote.ifaws import IfawsBroker, KeptPasswords
from awsfed.broker.remote.ours import OurBroker
from awsfed.errors import RoleRefused
from awsfed.model.partitions import PARTITIONS
from awsfed.model.secret import Secret
from awsfed.outside.clock import Clock
from awsfed.outside.http import HttpClient
from awsfed.outside.retry import Retries

if TYPE_CHECKING:
    from awsfed.broker.services.codeartifact import PackageTokens
    from awsfed.broker.services.console import ConsoleSignIn
    from awsfed.broker.services.ecr import RegistryPasswords

HOURS_12 = 12 * 3600
SIGN_IN_HOSTS = tuple(one.signin_host for one in PARTITIONS.values() if one.signin_host)


class DirectWorld:
    """Everything behind a direct broker, in memory."""

    dev, ops = "dev", "ops"

    def __init__(self, folder: Path) -> None:
        self.clock, self.people = FakeClock(), FakeIdentitySource()
        self.people.add("alice", "alice-right", "developers")
        self.people.add("bob", "bob-right")
        self.vendor = FakeVendor(self.clock)
        self.services = Services(records=ServiceFile(path=folder / "services.json", clock=self.clock), clock=self.clock)
        self.catalogue = FakeCatalogue(
            assume_role("dev", groups=("developers",), is_system=True), assume_role("ops", groups=("operators",))
        )
        self.broker = DirectBroker(
            identities=self.people,
            catalogue=self.catalogue,
            keys=FakeKeys(MAIN),
            vendor=self.vendor,
            console=lambda: cast("ConsoleSignIn", FakeConsole()),
            registries=lambda: cast("RegistryPasswords", FakeRegistries(self.clock)),
            packages=lambda: cast("PackageTokens", FakePackages(self.clock)),
            clock=self.clock,
            services=self.services,
            administrators=("admins",),
            session_s=HOURS_12,
        )

    def password(self, name: str) -> Secret:
        """Return the right one."""
        return Secret(f"{name}-right")

    def put_in(self, name: str, *groups: str) -> None:
        """Put a user into these groups alone."""
        self.people.put_in(name, *groups)

    def switch_off(self, name: str) -> None:
        """Make a user inactive."""
        self.people.switch_off(name)

    def let_time_pass(self, seconds: float) -> None:
        """Move every clock."""
        self.clock.advance(seconds)

    def refuse_role(self) -> None:
        """Let AWS refuse."""
        self.vendor.failure = RoleRefused("AWS does not let main assume developer")

    def calls_of_aws(self) -> int:
        """Count what AWS gave."""
        return len(self.vendor.vended)


class IfawsWorld:
    """The vendor's app on a host."""

    dev, ops = DEV, OPS

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.host = IfawsHost(self.clock)

    def password(self, name: str) -> Secret:
        """Return the right one."""
        return Secret(self.host.users[name].password)

    def put_in(self, name: str, *groups: str) -> None:
        """Put a user into these groups alone."""
        self.host.users[name].groups = set(groups)

    def switch_off(self, name: str) -> None:
        """Make a user inactive."""
        self.host.users[name].is_active = False

    def let_time_pass(self, seconds: float) -> None:
        """Move every clock."""
        self.clock.advance(seconds)

    def refuse_role(self) -> None:
        """Let AWS refuse."""
        self.host.aws_refuses = "User: arn:aws:iam::123456789012:user/main may not assume developer"

    def calls_of_aws(self) -> int:
        """Count what AWS gave."""
        return self.host.vended


def remote(url: str, clock: Clock, passwords: KeptPasswords | None = None) -> RemoteBroker:
    """Return the broker at a URL."""
    http = HttpClient(environ={}, read_s=2.0, total_s=3.0)
    exchange = Exchange(url=url, http=http, retries=Retries(clock=clock, started_at=clock.monotonic(), retries=2))
    region = "eu-central-1"
    ours = OurBroker(exchange=exchange, clock=clock, region=region, browser_hosts=SIGN_IN_HOSTS, ended=lambda _: None)
    ifaws = IfawsBroker(
        exchange=exchange,
        clock=clock,
        login=HostLogin(exchange=exchange, clock=clock, session_s=HOURS_12),
        region=region,
        browser_hosts=SIGN_IN_HOSTS,
        passwords=passwords,
    )
    return RemoteBroker(exchange=exchange, ours=lambda: ours, ifaws=lambda: ifaws)
