"""User and groups asked for at the same time, over two connections."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fakes.clock import FakeClock
from fakes.raw_peer import RawPeer, silence
from werkzeug.wrappers import Request, Response

from awsfed.broker.identity.application_login import BasicLogin
from awsfed.broker.identity.crowd import CrowdIdentitySource
from awsfed.errors import IdentityUnavailable, UserInactive
from awsfed.model.secret import Secret
from awsfed.outside.http import HttpClient
from awsfed.outside.retry import Retries
from awsfed.sandbox.crowd.application import CrowdApplication
from awsfed.sandbox.crowd.directory import Directory
from awsfed.sandbox.crowd.faults import Fault, fail, reset
from awsfed.sandbox.serving import LoopbackServer

GROUPS, USER = "/user/group/nested", "/rest/usermanagement/1/user"


@dataclass(frozen=True, slots=True)
class Behind:
    """Answers about a user when somebody has asked for groups too."""

    asked_for_groups: threading.Event

    def __call__(self, request: Request, released: threading.Event) -> Response | None:
        """Wait for the other request, and give up after a while."""
        return None if self.asked_for_groups.wait(5) else Response(status=500)


@dataclass(frozen=True, slots=True)
class Noticed:
    """Notes that groups are asked for, and lets the request go on."""

    asked_for_groups: threading.Event

    def __call__(self, request: Request, released: threading.Event) -> Response | None:
        """Note it."""
        self.asked_for_groups.set()
        return None


@pytest.fixture
def crowd() -> CrowdApplication:
    """A Crowd with alice in it."""
    return CrowdApplication(Directory.default())


@pytest.fixture
def source(crowd: CrowdApplication) -> Iterator[CrowdIdentitySource]:
    """Its client in a server."""
    clock, http = FakeClock(), HttpClient(environ={}, read_s=8)
    with LoopbackServer(crowd) as server:
        login = BasicLogin(application="awsfed", secret=lambda: Secret("sandbox-application"))
        retries = Retries(clock=clock, retries=1, started_at=clock.monotonic())
        yield CrowdIdentitySource(url=f"{server.url}/crowd", http=http, login=login, retries=retries, at_once=True)
        http.close()


def asked(crowd: CrowdApplication) -> list[str]:
    """Return what Crowd was asked for, in alphabetical order."""
    return sorted(call.path.rpartition("/1")[2] for call in crowd.calls)


def test_neither_waits_for_the_other(crowd: CrowdApplication, source: CrowdIdentitySource) -> None:
    """Who somebody is takes one way there and back, with as many requests as before."""
    asked_for_groups = threading.Event()
    crowd.faults.add(Noticed(asked_for_groups), path=GROUPS)
    crowd.faults.add(Behind(asked_for_groups), path=USER)

    assert "alice" == source.look_up("alice").name
    assert ["/user", GROUPS] == asked(crowd)


@pytest.mark.parametrize("fault", [reset(), fail(503)], ids=["reset", "503"])
def test_groups_that_did_not_come_are_asked_for_again(
    crowd: CrowdApplication, source: CrowdIdentitySource, fault: Fault
) -> None:
    """As whatever fails; the user is not."""
    expected = source.look_up("alice")
    crowd.calls.clear()
    crowd.faults.add(fault, path=GROUPS)

    assert expected == source.look_up("alice")
    assert ["/user", GROUPS, GROUPS] == asked(crowd)


def test_nobody_is_given_groups_of_an_unknown_user(source: CrowdIdentitySource) -> None:
    """What was asked for besides is nobody's answer, and what is asked next gets its own."""
    for _ in range(3):
        with pytest.raises(UserInactive):
            source.look_up("nobody")
        assert "alice" == source.look_up("alice").name


def test_a_crowd_that_says_nothing_is_waited_for_once() -> None:
    """Not for one connection, and then for the other."""
    clock, http = FakeClock(), HttpClient(environ={}, read_s=0.5, total_s=1)
    retries = Retries(clock=clock, retries=0, started_at=clock.monotonic())
    login = BasicLogin(application="awsfed", secret=lambda: Secret("sandbox-application"))
    with RawPeer(silence) as peer, pytest.raises(IdentityUnavailable):
        CrowdIdentitySource(f"https://{peer.place}/crowd", http, login, retries, at_once=True).look_up("alice")

    assert 1 == peer.connections


def test_a_crowd_that_is_gone_is_told_once() -> None:
    """Not as trouble with the second connection."""
    clock = FakeClock()
    retries = Retries(clock=clock, retries=1, started_at=clock.monotonic())
    login = BasicLogin(application="awsfed", secret=lambda: Secret("sandbox-application"))
    gone = CrowdIdentitySource("http://127.0.0.1:1/crowd", HttpClient(environ={}), login, retries, at_once=True)

    with pytest.raises(IdentityUnavailable, match="refuses connections"):
        gone.look_up("alice")
