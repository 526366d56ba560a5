"""One contract, three brokers: in this process, at `awsfed serve`, and at the vendor's app."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from contracts.broker import BrokerContract
from fakes.broker_worlds import DirectWorld, IfawsWorld, remote
from fakes.our_server import OurServer
from server.conftest import Server

from awsfed.broker.direct import DirectBroker
from awsfed.broker.interface import Broker
from awsfed.broker.remote.broker import RemoteBroker
from awsfed.errors import IdentityUnavailable, LoginRefused, LoginRequired, PasswordExpired, UserInactive
from awsfed.model.secret import Secret
from awsfed.outside.clock import SystemClock
from awsfed.sandbox.aws.faults import fail
from awsfed.sandbox.world import Sandbox


class OverCrowd(BrokerContract):
    """What a broker promises besides, when a directory of ours is behind it."""

    @pytest.fixture
    def world(self, tmp_path: Path) -> DirectWorld:
        return DirectWorld(tmp_path)

    def test_a_user_who_took_over_a_name_gets_nothing(self, broker: Broker, world: DirectWorld) -> None:
        """The key of the user counts, and it is another."""
        session = broker.log_in("alice", world.password("alice"))
        world.people.delete("alice")
        world.people.add("alice", "other", "developers")

        with pytest.raises(UserInactive):
            broker.credentials(session, "dev")

    def test_an_expired_password_is_told(self, broker: Broker, world: DirectWorld) -> None:
        """The person can do something about it."""
        world.people.expire("alice")

        with pytest.raises(PasswordExpired):
            broker.log_in("alice", world.password("alice"))

    def test_a_directory_that_is_down_is_no_refusal(self, broker: Broker, world: DirectWorld) -> None:
        """Neither of a login nor of a session."""
        session = broker.log_in("alice", world.password("alice"))
        world.people.is_down = True

        with pytest.raises(IdentityUnavailable):
            broker.credentials(session, "dev")
        with pytest.raises(IdentityUnavailable):
            broker.log_in("alice", world.password("alice"))

    def test_a_service_signs_in_with_its_token(self, broker: Broker, world: DirectWorld) -> None:
        """And with nothing else; its connectors are those it was given."""
        token = world.services.add("nightly", ("dev",))

        session = broker.log_in_service("nightly", token)

        assert ["dev"] == [one.id for one in broker.connectors(session)]
        assert broker.credentials(session, "dev").credentials.access_key_id
        with pytest.raises(LoginRefused):
            broker.log_in_service("nightly", Secret("wrong"))

    def test_a_revoked_service_gets_nothing(self, broker: Broker, world: DirectWorld) -> None:
        """At once."""
        session = broker.log_in_service("nightly", world.services.add("nightly", ("dev",)))
        world.services.revoke("nightly")

        with pytest.raises(UserInactive):
            broker.credentials(session, "dev")


class TestDirect(OverCrowd):
    """In this process."""

    @pytest.fixture
    def broker(self, world: DirectWorld) -> DirectBroker:
        return world.broker


class TestOurs(OverCrowd):
    """Over HTTP, at resources of ours."""

    @pytest.fixture
    def broker(self, world: DirectWorld) -> Iterator[RemoteBroker]:
        with OurServer(world.broker, world.clock).serving() as server:
            yield remote(server.url, world.clock)

    def test_a_session_ends_with_the_logout(self, broker: RemoteBroker, world: DirectWorld) -> None:
        """At the broker, and not only here."""
        session = broker.log_in("alice", world.password("alice"))
        broker.log_out(session)

        with pytest.raises(LoginRequired):
            broker.credentials(session, "dev")


class ServedWorld:
    """The sandbox behind a server; the time that passes, passes here alone."""

    dev, ops = "contract-dev", "contract-ops"

    def __init__(self, sandbox: Sandbox) -> None:
        self.clock = OffsetClock()
        self._sandbox = sandbox
        directory = sandbox.crowd.directory
        for group in ("developers", "operators"):
            directory.add_group(group)
        directory.change_user("alice", groups=("developers",))
        directory.change_user("bob", groups=())
        self._vended = self._calls()

    def password(self, name: str) -> Secret:
        return Secret(f"{name}-sandbox")

    def put_in(self, name: str, *groups: str) -> None:
        self._sandbox.crowd.directory.change_user(name, groups=groups)

    def switch_off(self, name: str) -> None:
        self._sandbox.crowd.directory.set_active(name, active=False)

    def let_time_pass(self, seconds: float) -> None:
        self.clock.offset_s += seconds

    def refuse_role(self) -> None:
        refused = fail(403, "AccessDenied", "not authorized to assume developer")
        self._sandbox.aws.faults.add(refused, action="AssumeRole")

    def calls_of_aws(self) -> int:
        return self._calls() - self._vended

    def _calls(self) -> int:
        return len([call for call in self._sandbox.aws.calls if call.action == "AssumeRole"])


class OffsetClock(SystemClock):
    """This machine's clock, set forward."""

    offset_s = 0.0

    def now(self) -> float:
        return super().now() + self.offset_s


class TestServe(BrokerContract):
    """At a real `awsfed serve`, with the sandbox behind it."""

    @pytest.fixture
    def world(self, served: Server, sandbox: Sandbox) -> ServedWorld:
        return ServedWorld(sandbox)

    @pytest.fixture
    def broker(self, served: Server, world: ServedWorld) -> RemoteBroker:
        return remote(served.url, world.clock)

    def test_a_session_ends_with_the_logout(self, broker: RemoteBroker, world: ServedWorld) -> None:
        """At the broker, and not only here; a second time there is none."""
        session = broker.log_in("alice", world.password("alice"))
        broker.log_out(session)

        with pytest.raises(LoginRequired):
            broker.credentials(session, world.dev)
        with pytest.raises(LoginRequired):
            broker.log_out(session)


class TestIfaws(BrokerContract):
    """Over HTTP, at the vendor's app."""

    @pytest.fixture
    def world(self) -> IfawsWorld:
        return IfawsWorld()

    @pytest.fixture
    def broker(self, world: IfawsWorld) -> Iterator[RemoteBroker]:
        with world.host.serving() as host:
            yield remote(host.url, world.clock)


class TestServeAsTheApp(BrokerContract):
    """At a real `awsfed serve`, asked in the dialect of the vendor's app, which it speaks as well."""

    @pytest.fixture
    def world(self, served: Server, sandbox: Sandbox) -> ServedWorld:
        return ServedWorld(sandbox)

    @pytest.fixture
    def broker(self, served: Server, world: ServedWorld) -> Broker:
        return remote(served.url, world.clock).ifaws()
