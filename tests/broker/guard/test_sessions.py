"""Sessions of a broker that serves others, and tickets of theirs."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fakes.clock import FakeClock
from fakes.records import FakeSessions, FakeTickets

from awsfed.broker.answers import ConsolePlace
from awsfed.broker.guard.interface import SessionKind, SessionRecord
from awsfed.broker.guard.sessions import PREFIX, BrokerSessions
from awsfed.broker.guard.sweeping import EVERY_S, Sweeping
from awsfed.broker.guard.tickets import LIFE_S, Tickets
from awsfed.broker.store.database import open_database
from awsfed.broker.store.sessions import StoredSessions
from awsfed.broker.store.tables import METADATA
from awsfed.broker.store.tickets import StoredTickets
from awsfed.errors import CorruptEntry, LoginRequired, NotFound
from awsfed.model.identity import Session
from awsfed.model.narrowing import NOTHING, Narrowing
from awsfed.model.secret import Secret

HOUR, SOURCE = 3600, "192.0.2.7"


@dataclass
class Lodge:
    """Sessions and tickets in memory."""

    clock: FakeClock
    records: FakeSessions
    sessions: BrokerSessions
    tickets: Tickets

    def session(self, name: str = "alice") -> Session:
        """Return what the broker behind gives to somebody who signs in now."""
        now = int(self.clock.now())
        return Session(
            issuer="https://crowd.test", key=f"1:{name}", name=name, signed_in_at=now, ends_at=now + 12 * HOUR
        )

    def issue(self, name: str = "alice", kind: SessionKind = SessionKind.BEARER) -> Secret:
        """Sign somebody in."""
        return self.sessions.issue(self.session(name), kind, SOURCE)

    def record(self, name: str = "alice") -> SessionRecord:
        """Sign somebody in, and return the record."""
        return self.sessions.find(self.issue(name))[1]


def lodge_over(records: FakeSessions, tickets: FakeTickets, clock: FakeClock) -> Lodge:
    """Return sessions and tickets over these records."""
    sessions = BrokerSessions(
        records=records, clock=clock, sweeping=Sweeping(clock=clock), issuer="https://crowd.test", idle_s=1800
    )
    kept = Tickets(records=tickets, sessions=sessions, clock=clock, sweeping=Sweeping(clock=clock))
    return Lodge(clock=clock, records=records, sessions=sessions, tickets=kept)


@pytest.fixture
def lodge() -> Lodge:
    """Nobody has signed in."""
    tickets = FakeTickets()
    return lodge_over(FakeSessions(tickets), tickets, FakeClock())


def test_a_token_leads_to_its_session(lodge: Lodge) -> None:
    """To who, where and until when; the place itself knows no token."""
    token = lodge.issue(kind=SessionKind.COOKIE)

    session, record = lodge.sessions.find(token)

    assert lodge.session() == session
    assert (SessionKind.COOKIE, SOURCE) == (record.kind, record.source)
    assert token.reveal().startswith(PREFIX)
    assert token.reveal().removeprefix(PREFIX) not in repr(lodge.records)


@pytest.mark.parametrize(
    "text", ["", "x", PREFIX, f"{PREFIX}{'A' * 43}", f"{PREFIX}{'A' * 42}é", f"{PREFIX}{'A' * 9999}"]
)
def test_anything_else_leads_nowhere(lodge: Lodge, text: str) -> None:
    """With one error for all."""
    lodge.issue()

    with pytest.raises(LoginRequired, match="no such session, or it has ended"):
        lodge.sessions.find(Secret(text))


def test_a_digest_is_no_token(lodge: Lodge) -> None:
    """Whoever reads the database cannot speak for anybody."""
    record = lodge.record()

    with pytest.raises(LoginRequired):
        lodge.sessions.find(Secret(record.token_digest))


@pytest.mark.parametrize("kind", list(SessionKind))
def test_every_session_ends_however_busy_it_is(lodge: Lodge, kind: SessionKind) -> None:
    """At the second that was said when it began."""
    token = lodge.issue(kind=kind)
    for _ in range(12 * 4):
        lodge.sessions.find(token)
        lodge.clock.advance(HOUR / 4)

    with pytest.raises(LoginRequired):
        lodge.sessions.find(token)


def test_only_a_cookie_ends_when_idle(lodge: Lodge) -> None:
    """A workstation asks for credentials once an hour."""
    cookie, bearer = lodge.issue(kind=SessionKind.COOKIE), lodge.issue()

    lodge.clock.advance(1799)
    lodge.sessions.find(cookie)
    lodge.clock.advance(1800)

    lodge.sessions.find(bearer)
    with pytest.raises(LoginRequired):
        lodge.sessions.find(cookie)


def test_being_seen_is_noted_once_a_minute(lodge: Lodge) -> None:
    """A read does not cost a write."""
    token = lodge.issue()
    begun_at = int(lodge.clock.now())
    seen = []
    for _ in range(4):
        lodge.clock.advance(30)
        lodge.sessions.find(token)
        seen.append(next(iter(lodge.records.by_digest.values())).seen_at - begun_at)

    assert [0, 60, 60, 120] == seen


def test_a_revoked_session_is_over_everywhere(lodge: Lodge) -> None:
    """By its token, or all of a user's; others' go on."""
    one, two, other = lodge.issue(), lodge.issue(), lodge.issue("bob")

    assert lodge.sessions.revoke(one)
    assert not lodge.sessions.revoke(one)
    assert not lodge.sessions.revoke(Secret("nothing"))
    assert 1 == lodge.sessions.revoke_user("1:alice")

    lodge.sessions.find(other)
    for token in (one, two):
        with pytest.raises(LoginRequired):
            lodge.sessions.find(token)


def test_what_ended_is_thrown_away_now_and_then(lodge: Lodge) -> None:
    """By whoever signs in next, and not by everybody."""
    lodge.issue()
    lodge.clock.advance(12 * HOUR)
    lodge.issue("bob")

    assert ["bob"] == [record.user_name for record in lodge.records.by_digest.values()]


def test_one_sweeps_and_the_others_go_on() -> None:
    """However many come at once."""
    clock, swept = FakeClock(), []
    sweeping = Sweeping(clock=clock)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: sweeping.now_and_then(lambda: swept.append(n)), range(40)))
    clock.advance(EVERY_S - 1)
    sweeping.now_and_then(lambda: swept.append(-1))
    clock.advance(1)
    sweeping.now_and_then(lambda: swept.append(-2))

    assert (2, -2) == (len(swept), swept[-1])


WISH = Narrowing(policy='{"a":1}', policy_arns=("arn:aws:iam::aws:policy/X",), region_lock=("eu-west-1",), duration=900)


@pytest.mark.parametrize("narrowing", [NOTHING, WISH, Narrowing(read_only=True)])
def test_a_ticket_leads_to_what_was_asked_for(lodge: Lodge, narrowing: Narrowing) -> None:
    """In full, and once."""
    place = ConsolePlace(service="s3", region="eu-central-1")
    ticket = lodge.tickets.issue(lodge.record(), "dev", place, narrowing)

    redeemed = lodge.tickets.redeem(ticket)

    assert (lodge.session(), "dev", place, narrowing) == (
        redeemed.session,
        redeemed.connector,
        redeemed.place,
        redeemed.narrowing,
    )
    with pytest.raises(NotFound):
        lodge.tickets.redeem(ticket)


def test_a_ticket_is_no_session_and_no_session_a_ticket(lodge: Lodge) -> None:
    """Each opens one door."""
    token = lodge.issue()
    ticket = lodge.tickets.issue(lodge.sessions.find(token)[1], "dev", ConsolePlace(), NOTHING)

    with pytest.raises(LoginRequired):
        lodge.sessions.find(ticket)
    with pytest.raises(NotFound):
        lodge.tickets.redeem(token)
    assert ticket.reveal() not in repr(lodge.records)


def test_a_ticket_is_good_for_a_minute(lodge: Lodge) -> None:
    """And is gone after that, whether or not somebody comes with it."""
    ticket = lodge.tickets.issue(lodge.record(), "dev", ConsolePlace(), NOTHING)
    lodge.clock.advance(LIFE_S)

    with pytest.raises(NotFound):
        lodge.tickets.redeem(ticket)
    lodge.tickets.issue(lodge.record(), "dev", ConsolePlace(), NOTHING)
    lodge.clock.advance(LIFE_S)
    assert 1 == lodge.tickets.sweep()


def test_a_ticket_ends_with_its_session(lodge: Lodge) -> None:
    """Signing out closes that door too."""
    token = lodge.issue()
    record = lodge.sessions.find(token)[1]
    first, second = (lodge.tickets.issue(record, "dev", ConsolePlace(), NOTHING) for _ in range(2))
    taken = lodge.records.tickets.by_digest.copy()

    lodge.sessions.revoke(token)

    with pytest.raises(NotFound):
        lodge.tickets.redeem(first)
    lodge.records.tickets.by_digest.update(taken)  # as if it had been read a moment before
    with pytest.raises(LoginRequired):
        lodge.tickets.redeem(second)


def test_a_ticket_that_was_tampered_with_is_said_to_be(lodge: Lodge) -> None:
    """With a plain sentence."""
    ticket = lodge.tickets.issue(lodge.record(), "dev", ConsolePlace(), NOTHING)
    kept = lodge.records.tickets.by_digest
    kept.update({digest: replace(record, wishes="[]") for digest, record in kept.items()})

    with pytest.raises(CorruptEntry):
        lodge.tickets.redeem(ticket)


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Lodge]:
    """The same over a real store."""
    database = open_database(tmp_path / "store", create=True)
    METADATA.create_all(database.engine)
    clock = FakeClock()
    sweeping = Sweeping(clock=clock)
    records = StoredSessions(database=database)
    sessions = BrokerSessions(records=records, clock=clock, sweeping=sweeping, issuer="https://crowd.test")
    tickets = Tickets(
        records=StoredTickets(database=database), sessions=sessions, clock=clock, sweeping=Sweeping(clock=clock)
    )
    yield Lodge(clock=clock, records=FakeSessions(), sessions=sessions, tickets=tickets)
    database.close()


def test_of_many_who_bring_a_ticket_one_gets_in(stored: Lodge) -> None:
    """In the real store, at the same time."""
    ticket = stored.tickets.issue(stored.record(), "dev", ConsolePlace(), NOTHING)

    def redeem(_: int) -> bool:
        try:
            stored.tickets.redeem(ticket)
        except NotFound:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert [True] == [got for got in threads.map(redeem, range(8)) if got]
