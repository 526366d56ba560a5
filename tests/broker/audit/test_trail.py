"""The trail: an intent before STS, an outcome before the answer, and nothing vended that cannot be recorded."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from fakes.catalogue import FakeCatalogue, assume_role, federation, session_token
from fakes.clock import FakeClock
from fakes.identity import FakeIdentitySource
from fakes.keys import MAIN, FakeKeys
from fakes.records import FakeEvents
from fakes.vendor import FakeVendor

from awsfed.broker.answers import ConsolePlace
from awsfed.broker.audit.chain import read, walk
from awsfed.broker.audit.exported import Exported, lines
from awsfed.broker.audit.heads import Signing, parse_audit_key
from awsfed.broker.audit.interface import Event, EventKind, EventRecords, Head, Link
from awsfed.broker.audit.reading import Wanted, search, verify
from awsfed.broker.audit.reasons import reasons
from awsfed.broker.audit.trail import ChainTrail, NoTrail, RequestTrail
from awsfed.broker.direct import DirectBroker
from awsfed.broker.identity.service_file import ServiceFile
from awsfed.broker.identity.services import Services
from awsfed.broker.services.console import ConsoleSignIn
from awsfed.broker.store.audit import StoredEvents
from awsfed.broker.store.database import open_database
from awsfed.broker.store.tables import METADATA
from awsfed.errors import AwsfedError, NotGranted, RoleRefused, StoreError, UserInactive
from awsfed.model.connector import Connector
from awsfed.model.credentials import AccessKey, Credentials
from awsfed.model.fingerprints import fingerprint
from awsfed.model.grants import Allowed, Denied
from awsfed.model.identity import Identity, Session
from awsfed.model.narrowing import Narrowing
from awsfed.model.random_keys import new_random_key
from awsfed.model.secret import Secret
from awsfed.outside.http import HttpClient
from awsfed.outside.retry import Retries

POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'


@dataclass
class FailingEvents(FakeEvents):
    """Events in a place that fails where it is told to."""

    fails_at: set[int] = field(default_factory=set)
    """Which of the following appends fail, counted from 1."""
    keeps_all: bool = False
    """Whether what failed was kept nevertheless: only the answer got lost."""
    asked: int = 0

    def append(self, links: Sequence[Link], head: Head | None = None, *, durable: bool = True) -> None:
        """Keep links, or fail."""
        self.asked += 1
        fails = self.asked in self.fails_at
        if not fails or self.keeps_all:
            super().append(links, head, durable=durable)
        if fails:
            raise StoreError("the broker's store cannot be used: disk I/O error")


class LookingVendor(FakeVendor):
    """An STS that looks into the trail whenever it is asked."""

    def __init__(self, clock: FakeClock, events: FakeEvents) -> None:
        super().__init__(clock)
        self.seen: list[list[str]] = []
        self._events = events

    def vend(self, connector: Connector, identity: Identity, key: AccessKey) -> Credentials:
        """Note what the trail says by now, then vend."""
        self.seen.append(kinds(self._events))
        return replace(super().vend(connector, identity, key), request_id=f"aws-{len(self.seen)}")


def kinds(events: FakeEvents) -> list[str]:
    """Return what happened, in order."""
    return [event.kind.value for event in events.events]


@dataclass
class House:
    """A broker that serves others, for one request of alice's."""

    broker: DirectBroker
    session: Session
    events: FailingEvents
    vendor: LookingVendor
    people: FakeIdentitySource


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A role, a chain to another role, and something that is not alice's."""
    clock, people, events = FakeClock(), FakeIdentitySource(), FailingEvents()
    people.add("alice", "right", "Developers")
    vendor = LookingVendor(clock, events)
    chained = replace(assume_role("far", role="far", groups=("developers",)), via="dev")
    trail = RequestTrail(chain=ChainTrail(records=events), clock=clock, source="192.0.2.7", request_id="r-1")
    broker = DirectBroker(
        identities=people,
        catalogue=FakeCatalogue(
            assume_role("dev", groups=("developers",), chainable=True),
            federation("fed", groups=("developers",)),
            session_token("raw"),
            chained,
        ),
        keys=FakeKeys(MAIN),
        vendor=vendor,
        console=lambda: ConsoleSignIn(http=HttpClient(environ={}), retries=Retries(clock=clock)),
        clock=clock,
        services=Services(records=ServiceFile(path=tmp_path / "services.json", clock=clock), clock=clock),
        administrators=(),
        session_s=3600,
        trail=trail,
    )
    session = broker.log_in("alice", Secret("right"))
    return House(broker=broker, session=session, events=events, vendor=vendor, people=people)


def test_the_intent_is_written_before_sts_is_asked(house: House) -> None:
    """And the outcome before the answer, with all that AWS's own log is found by."""
    vended = house.broker.credentials(house.session, "dev")

    assert [["intent"]] == house.vendor.seen
    assert ["intent", "vended"] == kinds(house.events)
    event = house.events.events[-1]
    assert ("1:1", "alice", "192.0.2.7", "r-1") == (event.user_key, event.user_name, event.source, event.request_id)
    assert ("dev", "arn:aws:iam::123456789012:role/developer", "alice") == (
        event.connector,
        event.role,
        event.session_name,
    )
    assert (vended.credentials.access_key_id, vended.credentials.expires_at, "aws-1") == (
        event.access_key_id,
        event.expires_at,
        event.aws_request_id,
    )
    dev = house.broker.catalogue.connectors().by_id["dev"]
    assert {
        "purpose": "credentials",
        "key": "main",
        "through": "developers",
        "definition": fingerprint(dev),
    } == event.details


def test_what_was_wished_is_in_the_trail(house: House) -> None:
    """Whoever asks why somebody could do something sees what they had taken away from it."""
    narrowing = Narrowing(read_only=True, region_lock=("eu-west-1", "eu-central-1"), duration=900, policy=POLICY)
    house.broker.credentials(house.session, "dev", narrowing)

    details = house.events.events[-1].details
    wished = {"policy": POLICY, "read_only": "yes", "region_lock": "eu-west-1, eu-central-1", "duration": "900"}
    assert wished.items() <= details.items()
    assert "policy_arns" not in details


@pytest.mark.parametrize(
    ("groups", "through"), [(2, "g0, g1"), (10, ", ".join(f"g{n}" for n in range(10))), (12, ", g8, g9, 2 more")]
)
def test_the_groups_that_let_somebody_in_are_told(groups: int, through: str) -> None:
    """Some of them, where they are many."""
    decision = Allowed(through=tuple(f"g{number}" for number in range(groups)))

    assert reasons("credentials", decision, "0123")["through"].endswith(through)
    assert "through" not in reasons("chain", Denied(missing=("g0",)), "0123")


def test_what_went_wrong_behind_sts_is_a_failure(house: House) -> None:
    """AWS gave credentials, and nobody got them."""
    with pytest.raises(AwsfedError):  # nobody is at the sign-in endpoint
        house.broker.console_url(house.session, "fed", ConsolePlace())

    assert ["intent", "vended", "failed"] == kinds(house.events)
    assert "console" == house.events.events[-1].details["purpose"]


def test_every_call_of_sts_has_an_intent(house: House) -> None:
    """Whatever the credentials are for, those of a chain and of a diagnosis too."""
    house.broker.credentials(house.session, "far")
    house.broker.caller_identity(house.session, "dev")
    house.broker.diagnose(house.session, "dev")
    with pytest.raises(AwsfedError):  # nobody is at the sign-in endpoint
        house.broker.console_url(house.session, "fed", ConsolePlace())

    intents = [event for event in house.events.events if event.kind is EventKind.INTENT]
    wanted = [(event.connector, event.details["purpose"]) for event in intents]
    assert [("dev", "chain"), ("far", "credentials"), ("dev", "caller-identity"), ("dev", "diagnosis")] == wanted[:4]
    assert ("fed", "console") == wanted[-1]
    assert len(house.vendor.seen) == len(wanted)
    assert all("intent" == before[-1] for before in house.vendor.seen)


def test_without_an_intent_sts_is_not_asked(house: House) -> None:
    """A vend that cannot be recorded does not happen."""
    house.events.fails_at = {1}

    with pytest.raises(StoreError):
        house.broker.credentials(house.session, "dev")

    assert [] == house.vendor.seen


def test_without_an_outcome_nothing_is_handed_out(house: House) -> None:
    """The intent stays, and says that the call may have been made."""
    house.events.fails_at = {2, 3}

    with pytest.raises(StoreError):
        house.broker.credentials(house.session, "dev")

    assert ["intent"] == kinds(house.events)


def test_what_is_handed_out_waits_for_the_disk(house: House) -> None:
    """Its intent does not: it is on disk with the outcome, and before that nobody has anything."""
    house.broker.credentials(house.session, "dev")
    house.vendor.failure = RoleRefused("AccessDenied")
    with pytest.raises(RoleRefused):
        house.broker.credentials(house.session, "dev")
    with pytest.raises(NotGranted):
        house.broker.credentials(house.session, "raw")

    assert ["intent", "vended", "intent", "failed", "refused"] == kinds(house.events)
    assert [False, True, False, True, True] == house.events.waited


def test_a_change_waits_for_the_disk_twice() -> None:
    """What is about to be changed outlives a power failure, at AWS for example."""
    events = FakeEvents()
    trail = RequestTrail(chain=ChainTrail(records=events), clock=FakeClock(), source="192.0.2.7", request_id="r-1")
    with trail.change("1:1", "alice", "put policy", {}):
        assert [True] == events.waited

    assert [True, True] == events.waited


def test_what_is_signed_waits_for_the_disk() -> None:
    """A signature that somebody took elsewhere must not stand for a link that a power failure took."""
    events, clock = FakeEvents(), FakeClock()
    key = parse_audit_key(new_random_key())
    trail = ChainTrail(records=events, signing=Signing(records=events, key=key, clock=clock))
    for _ in range(2):
        trail.append(EVENT, durable=False)

    assert 1 == len(events.signed)
    assert [True, False] == events.waited


def test_a_refusal_of_aws_is_recorded(house: House) -> None:
    """With the reason that the user is told too."""
    house.vendor.failure = RoleRefused("AccessDenied: not authorized to perform sts:AssumeRole", request_id="aws-9")

    with pytest.raises(RoleRefused):
        house.broker.credentials(house.session, "dev")

    assert ["intent", "failed"] == kinds(house.events)
    assert "AccessDenied: not authorized to perform sts:AssumeRole" == house.events.events[-1].reason
    assert (None, "aws-9") == (house.events.events[-1].access_key_id, house.events.events[-1].aws_request_id)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("canary-secret")])
def test_an_unexpected_end_is_recorded_without_its_words(house: House, error: BaseException) -> None:
    """They may hold anything."""
    with pytest.raises(type(error)), _vending(house):
        raise error

    assert type(error).__name__ == house.events.events[-1].reason


def _vending(house: House) -> Any:
    identity = house.people.look_up("alice")
    return house.broker.trail.vend(identity, assume_role("dev"), {"purpose": "credentials"})


def test_refusals_are_recorded(house: House) -> None:
    """Unknown, not granted and switched off; what the caller wrote is made plain."""
    with pytest.raises(NotGranted):
        house.broker.credentials(house.session, "raw")
    with pytest.raises(NotGranted):  # looking is a try as well
        house.broker.granted(house.session, "nothing\x1b[2J")
    house.people.switch_off("alice")
    with pytest.raises(UserInactive):
        house.broker.credentials(house.session, "dev")

    refused = [(event.kind.value, event.user_name, event.connector) for event in house.events.events]
    assert [("refused", "alice", name) for name in ("raw", "nothing?[2J", "dev")] == refused
    assert "no connector 'raw' for alice" == house.events.events[0].reason
    assert [] == house.vendor.seen


def test_a_refusal_that_cannot_be_recorded_is_a_failure(house: House) -> None:
    """Nobody learns by it what the answer would have been."""
    house.events.fails_at = {1}

    with pytest.raises(StoreError):
        house.broker.credentials(house.session, "raw")


def test_no_secret_is_written(house: House) -> None:
    """Neither of the key that signed nor of what it was given."""
    vended = house.broker.credentials(house.session, "far").credentials
    house.vendor.failure = RoleRefused("no")
    with pytest.raises(RoleRefused):
        house.broker.credentials(house.session, "dev")

    written = "".join(link.text for writer in house.events.writers() for link in house.events.links(writer))
    assert vended.access_key_id in written
    for secret in (vended.secret_access_key, vended.session_token, MAIN.secret_access_key, Secret("right")):
        assert secret.reveal() not in written.replace("role/", "")


def test_direct_mode_keeps_no_trail(house: House) -> None:
    """The one person who runs it is the one who asks."""
    broker = replace(house.broker, trail=NoTrail())

    broker.credentials(house.session, "dev")
    with pytest.raises(NotGranted):
        broker.credentials(house.session, "raw")

    assert [] == house.events.events


EVENT = Event(kind=EventKind.SIGN_IN, at=1_750_000_000.25, source="192.0.2.7", request_id="r-1", user_name="Ada")


def chain_of(records: EventRecords) -> list[tuple[str, int]]:
    """Return the links of every writer, and hold that each chain is whole."""
    found = []
    for writer in records.writers():
        assert () == walk(writer, records.links(writer)).problems
        found += [(writer, link.number) for link in records.links(writer)]
    return found


@pytest.mark.parametrize("was_kept", [False, True])
def test_a_failed_append_leaves_the_chain_usable(*, was_kept: bool) -> None:
    """Whether or not the link was kept after all."""
    records = FailingEvents(fails_at={2}, keeps_all=was_kept)
    trail = ChainTrail(records=records)
    trail.append(EVENT)

    with pytest.raises(StoreError):
        trail.append(EVENT)
    trail.append(EVENT)

    assert [1, 2, 3] if was_kept else [1, 2] == [number for _, number in chain_of(records)]
    assert 1 == len(records.writers())


def test_a_first_append_may_fail_too() -> None:
    """The chain begins with the next one."""
    records = FailingEvents(fails_at={1})
    trail = ChainTrail(records=records)

    with pytest.raises(StoreError):
        trail.append(EVENT)
    assert None is trail.newest()
    trail.append(EVENT)

    assert [1] == [number for _, number in chain_of(records)]


def test_a_chain_that_somebody_else_wrote_to_is_left() -> None:
    """Another one begins; what was written stays for those who verify."""
    records = FailingEvents()
    trail = ChainTrail(records=records)
    trail.append(EVENT)
    (writer,) = records.writers()
    (first,) = records.links(writer)
    records.append([replace(first, number=2, text="{}")])

    with pytest.raises(StoreError):
        trail.append(EVENT)
    trail.append(EVENT)

    assert 2 == len(records.writers())


class SlowEvents(FailingEvents):
    """A place that takes its time, and notes how many links it is given at once."""

    def __init__(self, fails_at: set[int]) -> None:
        super().__init__(fails_at=fails_at)
        self.sizes: list[int] = []
        self.begun, self.may_go_on = threading.Event(), threading.Event()

    def append(self, links: Sequence[Link], head: Head | None = None, *, durable: bool = True) -> None:
        self.sizes.append(len(links))
        self.begun.set()
        assert self.may_go_on.wait(10)
        super().append(links, head, durable=durable)


def all_at_once(records: SlowEvents, trail: ChainTrail, count: int) -> list[BaseException | None]:
    """Let one writer be at it and so many wait; return what each of them got."""
    with ThreadPoolExecutor(count) as threads:
        tasks = [threads.submit(trail.append, EVENT, durable=False)]
        assert records.begun.wait(10)
        tasks += [threads.submit(trail.append, EVENT, durable=number == 1) for number in range(count - 1)]
        while len(trail._writer().waiting) < count - 1:
            time.sleep(0.001)
        records.may_go_on.set()
        return [task.exception() for task in tasks]


def test_whoever_has_the_turn_writes_for_all_who_wait() -> None:
    """A disk takes as long for one as for many."""
    records = SlowEvents(fails_at=set())
    trail = ChainTrail(records=records)

    assert [None] * 9 == all_at_once(records, trail, 9)
    assert [1, 8] == records.sizes
    assert [False, True] == records.waited  # one of the eight has to be on disk
    assert list(range(1, 10)) == [number for _, number in chain_of(records)]


@pytest.mark.parametrize("was_kept", [False, True])
def test_what_fails_fails_for_all_whom_it_was_written_for(*, was_kept: bool) -> None:
    """Nobody goes on who was not written down, and the chain is whole afterwards."""
    records = SlowEvents(fails_at={2})
    records.keeps_all = was_kept
    trail = ChainTrail(records=records)

    first, *others = all_at_once(records, trail, 9)
    trail.append(EVENT)

    assert None is first
    assert {StoreError} == {type(error) for error in others}
    assert len({id(error) for error in others}) == 8
    assert list(range(1, 11 if was_kept else 3)) == [number for _, number in chain_of(records)]
    assert 1 == len(records.writers())


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[StoredEvents]:
    """A real store."""
    database = open_database(tmp_path / "store", create=True)
    METADATA.create_all(database.engine)
    yield StoredEvents(database=database)
    database.close()


def test_an_access_key_is_found_in_what_was_hashed(stored: StoredEvents) -> None:
    """Whatever the kind of the event."""
    trail, wanted = ChainTrail(records=stored), Wanted(access_key_id="ASIA1")
    for name in ("ASIA0", "ASIA1", "ASIA2", None):
        trail.append(replace(EVENT, access_key_id=name))

    assert 1 == len(list(stored.links_with("ASIA1")))
    assert ["ASIA1"] == [event.access_key_id for event in search(stored, wanted, 10).events]


@dataclass(frozen=True, slots=True)
class GoingOn:
    """A trail that its broker goes on to write while somebody walks along it."""

    records: StoredEvents
    write: Callable[[int], None]

    def writers(self) -> tuple[str, ...]:
        return self.records.writers()

    def heads(self, writer: str) -> tuple[Head, ...]:
        return self.records.heads(writer)

    def last(self, writer: str) -> Link | None:
        return self.records.last(writer)

    def links_with(self, words: str) -> Iterator[Link]:
        return self.records.links_with(words)

    def links(self, writer: str, after: int = 0) -> Iterator[Link]:
        for count, link in enumerate(self.records.links(writer, after)):
            if count % 300 == 0:
                self.write(110)
            yield link


def test_a_trail_that_goes_on_is_whole(stored: StoredEvents, tmp_path: Path) -> None:
    """Whoever verifies it, or exports it slowly, looks at what was there when they began, signatures and all."""
    key, clock = parse_audit_key(new_random_key()), FakeClock()
    trail = ChainTrail(records=stored, signing=Signing(records=stored, key=key, clock=clock))

    def write(count: int) -> None:
        for _ in range(count):
            clock.advance(1)
            trail.append(replace(EVENT, at=clock.now()))

    write(1050)
    going_on, file = GoingOn(stored, write), tmp_path / "trail.jsonl"

    assert [()] == [one.problems for one in verify(going_on, (key.public,))]
    file.write_text("".join(f"{line}\n" for line in lines(going_on)))
    with Exported.opened(file) as exported:
        assert [()] == [one.problems for one in verify(exported, (key.public,))]
    assert len(file.read_text().splitlines()) < len(list(stored.links(stored.writers()[0])))


def test_threads_share_a_chain(stored: StoredEvents) -> None:
    """However many write at once, each link has one place."""
    trail = ChainTrail(records=stored)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: trail.append(EVENT), range(40)))

    assert list(range(1, 41)) == [number for _, number in chain_of(stored)]


def test_two_writers_of_one_store_have_two_chains(stored: StoredEvents) -> None:
    """As two processes do."""
    trails = [ChainTrail(records=stored), ChainTrail(records=stored)]

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: trails[number % 2].append(EVENT), range(20)))

    assert [*range(1, 11), *range(1, 11)] == [number for _, number in chain_of(stored)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system forks no processes")
def test_a_forked_process_begins_a_chain_of_its_own() -> None:
    """Its parent's goes on."""
    trail = ChainTrail(records=FakeEvents())
    trail.append(EVENT)
    ours = trail.newest()
    assert ours
    receiving, sending = os.pipe()

    child = os.fork()
    if child == 0:  # pragma: no cover - counted by nobody
        trail.append(EVENT)
        theirs = trail.newest()
        os.write(sending, f"{theirs.writer} {theirs.number}".encode() if theirs else b"")
        os._exit(0)
    os.waitpid(child, 0)

    writer, number = os.read(receiving, 100).decode().split()
    assert "1" == number
    assert writer != ours.writer
    assert ours == trail.newest()
    os.close(receiving)
    os.close(sending)


def test_an_event_is_read_as_it_was_written(house: House) -> None:
    """Every field of it."""
    house.broker.credentials(house.session, "dev")
    (writer,) = house.events.writers()

    assert house.events.events == [read(link.text) for link in house.events.links(writer)]


def test_nothing_is_written_behind_the_end(stored: StoredEvents) -> None:
    """A thread that nobody waited for comes too late."""
    trail = ChainTrail(records=stored)
    trail.append(EVENT)
    trail.close()

    with pytest.raises(StoreError):
        trail.append(EVENT)
    assert [1] == [number for _, number in chain_of(stored)]
