"""Signing in: asked once, refused in one way, written down."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fakes.catalogue import FakeCatalogue
from fakes.clock import FakeClock
from fakes.identity import FakeIdentitySource
from fakes.keys import FakeKeys
from fakes.records import FakeAttempts, FakeEvents, FakeSessions
from fakes.vendor import FakeVendor

from awsfed.broker.audit.interface import Head, Link
from awsfed.broker.audit.trail import ChainTrail, RequestTrail
from awsfed.broker.direct import DirectBroker
from awsfed.broker.guard.attempts import BY_USER, Attempts
from awsfed.broker.guard.interface import SessionKind
from awsfed.broker.guard.sessions import BrokerSessions
from awsfed.broker.guard.sign_in import SignIn
from awsfed.broker.guard.sweeping import Sweeping
from awsfed.broker.identity.interface import Person
from awsfed.broker.identity.service_file import ServiceFile
from awsfed.broker.identity.services import Services
from awsfed.broker.services.console import ConsoleSignIn
from awsfed.errors import (
    AccessDenied,
    IdentityUnavailable,
    LoginRefused,
    LoginRequired,
    PasswordExpired,
    StoreError,
    TooManyAttempts,
)
from awsfed.model.secret import Secret
from awsfed.outside.http import HttpClient
from awsfed.outside.retry import Retries

RIGHT, WRONG = Secret("canary-right"), Secret("canary-wrong")


class SlowPeople(FakeIdentitySource):
    """A Crowd that takes its time: less for people whom it does not know."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.took_s = {"alice": 0.4}
        self.denies = False
        self._clock = clock

    def authenticate(self, name: str, password: Secret) -> Person:
        """Check a password."""
        self._clock.advance(self.took_s.get(name, 0.01))
        person = super().authenticate(name, password)
        if self.denies:
            raise AccessDenied("Crowd does not let you into the application 'awsfed'")
        return person


class LockedEvents(FakeEvents):
    """A trail that cannot be written to."""

    def append(self, links: Sequence[Link], head: Head | None = None, *, durable: bool = True) -> None:
        """Fail."""
        raise StoreError("the broker's store cannot be used: disk full")


@dataclass
class Gate:
    """Signing in, with everything behind it in memory."""

    sign_in: SignIn
    people: SlowPeople
    services: Services
    clock: FakeClock
    events: FakeEvents
    sessions: FakeSessions

    def refused_after(self, name: str, password: Secret = WRONG) -> tuple[float, str]:
        """Sign in in vain; return how long it took, and what was said."""
        began_at = self.clock.monotonic()
        with pytest.raises((LoginRefused, PasswordExpired)) as told:
            self.sign_in.with_password(name, password, SessionKind.BEARER)
        return round(self.clock.monotonic() - began_at, 6), f"{told.value.message}; {told.value.hint}"


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    """Alice may come in."""
    clock, events, sessions = FakeClock(), FakeEvents(), FakeSessions()
    people = SlowPeople(clock)
    people.add("alice", RIGHT.reveal(), "developers")
    services = Services(records=ServiceFile(path=tmp_path / "services.json", clock=clock), clock=clock)
    broker = DirectBroker(
        identities=people,
        catalogue=FakeCatalogue(),
        keys=FakeKeys(),
        vendor=FakeVendor(clock),
        console=lambda: ConsoleSignIn(http=HttpClient(environ={}), retries=Retries(clock=clock)),
        clock=clock,
        services=services,
        administrators=(),
        session_s=3600,
    )
    sweeping = Sweeping(clock=clock)
    sign_in = SignIn(
        broker=broker,
        attempts=Attempts(records=FakeAttempts(), clock=clock, sweeping=sweeping),
        sessions=BrokerSessions(records=sessions, clock=clock, sweeping=sweeping, issuer=broker.issuer),
        trail=RequestTrail(chain=ChainTrail(records=events), clock=clock, source="192.0.2.7", request_id="r-1"),
        clock=clock,
    )
    return Gate(sign_in=sign_in, people=people, services=services, clock=clock, events=events, sessions=sessions)


def test_a_password_reaches_crowd_once(gate: Gate) -> None:
    """And opens a session that its token finds."""
    issued = gate.sign_in.with_password("alice", RIGHT, SessionKind.COOKIE)

    assert ["alice"] == gate.people.logins
    assert issued.session == gate.sign_in.sessions.find(issued.token)[0]
    (event,) = gate.events.events
    assert ("sign-in", "1:1", "alice", issued.session.ends_at) == (
        event.kind.value,
        event.user_key,
        event.user_name,
        event.expires_at,
    )
    assert {"kind": "cookie"} == event.details
    assert [] == gate.clock.waits


def test_nobody_learns_who_exists(gate: Gate) -> None:
    """Neither from the words nor from the time that they take."""
    known, unknown = gate.refused_after("alice"), gate.refused_after("nobody")
    gate.people.add("bob", RIGHT.reveal())
    gate.people.switch_off("bob")
    inactive = gate.refused_after("bob", RIGHT)
    gate.people.denies = True
    denied = gate.refused_after("alice", RIGHT)

    assert known == unknown == inactive == denied
    assert 1.0 == known[0]
    reasons = [event.reason for event in gate.events.events]
    assert "Crowd does not let you into the application 'awsfed'" == reasons[-1]


def test_a_slow_crowd_tells_nothing_either(gate: Gate) -> None:
    """The answer comes at a whole second."""
    gate.people.took_s = {"alice": 1.2}

    assert 2.0 == gate.refused_after("alice")[0]


def test_an_expired_password_is_told_as_slowly(gate: Gate) -> None:
    """Who knows it may know that."""
    gate.people.expire("alice")

    took_s, told = gate.refused_after("alice", RIGHT)

    assert 1.0 == took_s
    assert "has to be changed" in told


def test_refusals_are_written_down(gate: Gate) -> None:
    """With the name as it was typed, made plain, and how often it failed."""
    gate.refused_after("alice")
    gate.refused_after("alice")
    gate.refused_after("\x1b[2Jx")

    refused = [(event.kind.value, event.user_name, event.user_key, event.details) for event in gate.events.events]
    assert [
        ("sign-in-refused", "alice", None, {"failures": "1"}),
        ("sign-in-refused", "alice", None, {"failures": "2"}),
        ("sign-in-refused", "?[2Jx", None, {"failures": "1"}),
    ] == refused


def test_too_many_attempts_do_not_reach_crowd(gate: Gate) -> None:
    """The right password is not looked at either, and sessions that are there go on."""
    issued = gate.sign_in.with_password("alice", RIGHT, SessionKind.BEARER)
    for _ in range(BY_USER.free + 1):
        gate.refused_after("alice")
    asked = len(gate.people.logins)

    with pytest.raises(TooManyAttempts):
        gate.sign_in.with_password("alice", RIGHT, SessionKind.BEARER)

    assert asked == len(gate.people.logins)
    assert gate.sign_in.sessions.find(issued.token)


def test_services_sign_in_the_same_way(gate: Gate) -> None:
    """With their tokens, and without anybody of their name being held back."""
    token = gate.services.add("deploy", ("dev",))
    issued = gate.sign_in.with_service_token("deploy", token, SessionKind.BEARER)
    assert issued.session.key.startswith("service:deploy:")

    for _ in range(BY_USER.free + 1):
        with pytest.raises(LoginRefused, match="name and token of the service were not accepted"):
            gate.sign_in.with_service_token("deploy", WRONG, SessionKind.BEARER)
    with pytest.raises(TooManyAttempts):
        gate.sign_in.with_service_token("deploy", token, SessionKind.BEARER)
    assert 1.0 == gate.refused_after("deploy")[0]
    assert ["deploy"] == gate.people.logins


def test_crowd_being_down_is_nobodys_failure(gate: Gate) -> None:
    """It is told at once, and not counted."""
    gate.people.is_down = True
    for _ in range(30):
        with pytest.raises(IdentityUnavailable):
            gate.sign_in.with_password("alice", RIGHT, SessionKind.BEARER)
    gate.people.is_down = False

    assert "alice" == gate.sign_in.with_password("alice", RIGHT, SessionKind.BEARER).session.name
    assert [] == gate.clock.waits


def test_without_a_trail_nobody_signs_in(gate: Gate) -> None:
    """Right or wrong."""
    trail = replace(gate.sign_in.trail, chain=ChainTrail(records=LockedEvents()))
    sign_in = replace(gate.sign_in, trail=trail)

    for password in (RIGHT, WRONG):
        with pytest.raises(StoreError):
            sign_in.with_password("alice", password, SessionKind.BEARER)


def test_no_secret_stays_anywhere(gate: Gate) -> None:
    """Neither passwords nor tokens, in records or in what is shown of the parts."""
    issued = gate.sign_in.with_password("alice", RIGHT, SessionKind.BEARER)
    gate.refused_after("alice")

    written = "".join(link.text for writer in gate.events.writers() for link in gate.events.links(writer))
    shown = f"{written}{gate.sessions!r}{gate.sign_in!r}{issued!r}"
    assert "canary" not in shown
    assert issued.token.reveal() not in shown
    with pytest.raises(LoginRequired):
        gate.sign_in.sessions.find(Secret("canary"))
