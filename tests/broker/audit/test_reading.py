"""Reading the trail: what verifying finds, and what looking through it gives."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fakes.clock import FakeClock
from fakes.records import FakeEvents
from hypothesis import given
from hypothesis import strategies as st

from awsfed.broker.audit.chain import Newest, digest_of, linked, read, walk, written
from awsfed.broker.audit.exported import Exported, lines
from awsfed.broker.audit.heads import (
    EVERY_LINKS,
    EVERY_S,
    AuditKey,
    Signing,
    is_genuine,
    parse_audit_key,
    signed,
)
from awsfed.broker.audit.interface import Event, EventKind, Head, Link
from awsfed.broker.audit.reading import Verified, Wanted, search, verify
from awsfed.broker.audit.trail import ChainTrail
from awsfed.errors import ConfigError, CorruptEntry, InvalidValue, NotFound, StoreError
from awsfed.model.random_keys import new_random_key
from awsfed.model.secret import Secret

KEY, OTHER = parse_audit_key(new_random_key()), parse_audit_key(new_random_key())
NOW = 1_750_000_000.0


def event(number: int, **changes: object) -> Event:
    """Return something that happened."""
    happened = Event(
        kind=EventKind.VENDED,
        at=NOW + number,
        source="192.0.2.7",
        request_id=f"r-{number}",
        user_key="1:7",
        user_name="Ada",
        connector="dev",
        access_key_id=f"ASIA{number:016}",
        expires_at=int(NOW) + 3600,
        details={"purpose": "credentials"},
    )
    return replace(happened, **changes)  # type: ignore[arg-type]  # tests name fields


class Book:
    """A trail of two writers in memory, signed."""

    def __init__(self, links: int = 5) -> None:
        self.records, self.clock = FakeEvents(), FakeClock(NOW)
        for _ in range(2):
            signing = Signing(records=self.records, key=KEY, clock=self.clock)
            trail = ChainTrail(records=self.records, signing=signing)
            for number in range(links):
                trail.append(event(number))
            signing.sign(trail.newest())
        self.writer, self.other = self.records.writers()

    @property
    def chain(self) -> list[Link]:
        """The links of one writer."""
        return self.records.chains[self.writer]

    def problems(self, *trusted: str, kept: tuple[Head, ...] = ()) -> tuple[str, ...]:
        """Return what is wrong with the chain of that writer; the other one has to be whole."""
        found = {one.writer: one for one in verify(self.records, trusted or (KEY.public,), kept)}
        if self.other in found:
            assert () == found[self.other].problems
        return found[self.writer].problems


def test_a_whole_trail_is_said_to_be() -> None:
    """With how far it is signed."""
    book = Book()

    expected = [
        Verified(writer=writer, links=5, signed=5, signed_at=int(NOW), problems=()) for writer in book.records.writers()
    ]
    assert expected == list(verify(book.records, (KEY.public,)))


def changed(book: Book) -> None:
    """Let it have been somebody else."""
    link = book.chain[2]
    book.chain[2] = replace(link, text=link.text.replace("Ada", "Bob"))


def changed_with_digest(book: Book) -> None:
    """The same, by somebody who knows how digests are made."""
    link = book.chain[2]
    text = link.text.replace("Ada", "Bob")
    book.chain[2] = replace(link, text=text, digest=digest_of(link.writer, 3, link.previous, text))


def rebuilt(book: Book) -> None:
    """The same, with all that follow."""
    changed_with_digest(book)
    for index in (3, 4):
        link, previous = book.chain[index], book.chain[index - 1].digest
        digest = digest_of(link.writer, link.number, previous, link.text)
        book.chain[index] = replace(link, previous=previous, digest=digest)


def removed(book: Book) -> None:
    """Take one out."""
    del book.chain[2]


def beginning_removed(book: Book) -> None:
    """Take the first ones away."""
    del book.chain[:3]


def renumbered(book: Book) -> None:
    """Take one out, and let the others move up."""
    del book.chain[2]
    book.chain[2:] = [replace(link, number=link.number - 1) for link in book.chain[2:]]


def swapped(book: Book) -> None:
    """Let two change places."""
    one, two = book.chain[1:3]
    book.chain[1:3] = [replace(two, number=2), replace(one, number=3)]


def cut_off(book: Book) -> None:
    """Take the last ones away."""
    del book.chain[3:]


def emptied(book: Book) -> None:
    """Take all of them away."""
    del book.records.chains[book.writer]


def taken_from_another(book: Book) -> None:
    """Put in what another one wrote."""
    book.chain[2] = replace(book.records.chains[book.other][2], writer=book.writer)


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (changed, "event 3 was changed"),
        (changed_with_digest, "event 4 does not follow the one before it"),
        (rebuilt, "event 5 is not the one that was signed"),
        (removed, "event 3 is missing"),
        (beginning_removed, "events 1 to 3 are missing"),
        (renumbered, "event 3 does not follow the one before it"),
        (swapped, "event 2 does not follow the one before it"),
        (cut_off, "events up to 5 were signed, and the last one is 3"),
        (emptied, "events up to 1 were signed, and none is left"),
        (taken_from_another, "event 3 does not follow the one before it"),
    ],
)
def test_what_was_done_to_a_trail_is_found(tamper: Callable[[Book], None], found: str) -> None:
    """And said of the first event that shows it."""
    book = Book()

    tamper(book)

    assert found in book.problems()[0]


def test_reordered_links_of_an_export_are_found(tmp_path: Path) -> None:
    """A file has an order of its own."""
    book = Book()
    written_lines = list(lines(book.records))
    file = tmp_path / "trail.jsonl"
    file.write_text("\n".join([written_lines[1], written_lines[0], *written_lines[2:]]) + "\n")

    with Exported.opened(file) as exported:
        problems = next(verify(exported, (KEY.public,))).problems

    assert "event 1 is missing" in problems
    assert "event 1 stands behind event 2" in problems


def test_signatures_of_somebody_else_count_for_nothing() -> None:
    """Though the owner of the database may make a whole chain and sign it."""
    book = Book()
    rebuilt(book)
    last = book.chain[-1]
    book.records.signed = [head for head in book.records.signed if head.writer == book.other]
    end = Newest(writer=book.writer, number=5, digest=last.digest)
    book.records.add_head(signed(end, OTHER, int(NOW)))

    assert ("the signature over event 5 is not one of a trusted key",) == book.problems()
    assert () == book.problems(KEY.public, OTHER.public)


@pytest.mark.parametrize(
    "change",
    [
        {"writer": "x"},
        {"number": 4},
        {"digest": "00" * 32},
        {"signed_at": 1},
        {"public_key": "x"},
        {"signature": b"short"},
    ],
)
def test_a_changed_signature_is_none(change: dict[str, object]) -> None:
    """In any part of it."""
    head = signed(Newest(writer="w", number=5, digest="11" * 32), KEY, int(NOW))
    assert is_genuine(head, (KEY.public,))

    assert not is_genuine(replace(head, **change), (KEY.public,))  # type: ignore[arg-type]  # tests name fields


def test_signatures_that_were_kept_elsewhere_find_what_was_taken_with_its_own() -> None:
    """All events of a writer and all signatures over them, or the last ones of each."""
    book = Book()
    kept = tuple(head for head in book.records.signed if head.writer == book.writer)
    book.records.signed = [head for head in book.records.signed if head.number == 1]
    cut_off(book)
    assert () == book.problems()
    assert ("events up to 5 were signed, and the last one is 3",) == book.problems(kept=kept)

    emptied(book)
    book.records.signed = [head for head in book.records.signed if head.writer == book.other]
    assert [book.other] == [one.writer for one in verify(book.records, (KEY.public,))]
    assert "none is left" in book.problems(kept=kept)[0]


def test_without_a_key_nothing_counts_as_signed() -> None:
    """The chain itself is looked at all the same."""
    book = Book()
    assert [(0, None)] * 2 == [(one.signed, one.signed_at) for one in verify(book.records, ())]
    removed(book)
    assert any(one.problems for one in verify(book.records, ()))


@given(st.data())
def test_no_change_to_a_signed_trail_goes_unnoticed(data: st.DataObject) -> None:
    """Whatever field of whatever link it is made to, or whichever links are dropped or doubled."""
    book = Book(links=4)
    index = data.draw(st.integers(0, 3))
    link = book.chain[index]
    name = data.draw(st.sampled_from(["writer", "number", "text", "previous", "digest", "drop", "double"]))
    if name == "drop":
        del book.chain[index]
    elif name == "double":
        book.chain.insert(data.draw(st.integers(0, 4)), link)
    else:
        value = data.draw(st.integers(-5, 9) if name == "number" else st.text(max_size=80))
        if value == getattr(link, name):
            return
        book.chain[index] = replace(link, **{name: value})  # type: ignore[arg-type]  # drawn to fit

    assert book.problems()


def test_chains_are_signed_from_their_first_link_on() -> None:
    """Then after so many links, or so long."""
    records, clock = FakeEvents(), FakeClock(NOW)
    signing = Signing(records=records, key=KEY, clock=clock)
    trail = ChainTrail(records=records, signing=signing)

    def numbers() -> list[int]:
        return [head.number for head in records.signed]

    for number in range(EVERY_LINKS + 5):
        trail.append(event(number))
    assert [1, EVERY_LINKS + 1] == numbers()
    clock.advance(EVERY_S)
    trail.append(event(0))
    assert EVERY_LINKS + 6 == numbers()[-1]
    signing.sign(trail.newest())
    signing.sign(None)
    assert 3 == len(numbers())
    trail.append(event(0))
    signing.sign(trail.newest())
    assert EVERY_LINKS + 7 == numbers()[-1]


class NoHeads(FakeEvents):
    """A place that keeps no signature by itself."""

    def add_head(self, head: Head) -> None:
        """Fail."""
        raise StoreError("the broker's store cannot be used: database is locked")


def test_the_first_signature_is_kept_with_its_link() -> None:
    """So that no chain is without one, whenever a process is killed; whoever stops the server is told of others."""
    records, clock = NoHeads(), FakeClock(NOW)
    signing = Signing(records=records, key=KEY, clock=clock)
    trail = ChainTrail(records=records, signing=signing)

    trail.append(event(0))
    trail.append(event(1))
    with pytest.raises(StoreError):
        signing.sign(trail.newest())
    clock.advance(EVERY_S)
    trail.append(event(2))

    assert [1, 3] == [head.number for head in records.signed]


def writing(records: FakeEvents, clock: FakeClock, count: int) -> ChainTrail:
    """Write a chain that is signed, and killed before its end is."""
    trail = ChainTrail(records=records, signing=Signing(records=records, key=KEY, clock=clock))
    for number in range(count):
        trail.append(replace(event(number), at=clock.now()))
    return trail


def told(records: FakeEvents) -> tuple[str, ...]:
    """Return what is wrong with all chains."""
    return tuple(problem for one in verify(records, (KEY.public,)) for problem in one.problems)


@pytest.mark.parametrize("count", [1, 2, 50, EVERY_LINKS, 3 * EVERY_LINKS])
def test_a_process_that_was_killed_leaves_a_whole_chain(count: int) -> None:
    """A few events at its end are signed by nobody yet, and that is told and no more."""
    records, clock = FakeEvents(), FakeClock(NOW)
    trail = writing(records, clock, count)
    clock.advance(3600)
    trail.append(replace(event(0), at=clock.now()))
    clock.advance(1)
    trail.append(replace(event(0), at=clock.now()))

    assert () == told(records)
    assert [1] == [one.unsigned for one in verify(records, (KEY.public,))]


@pytest.mark.parametrize("count", [1, 50, 5 * EVERY_LINKS])
def test_a_chain_without_a_signature_is_nobodys(count: int) -> None:
    """Whether it was written anew, or never was one: whoever owns the database can write what they like."""
    records = FakeEvents()
    writing(records, FakeClock(NOW), count)
    records.signed.clear()

    assert ("no signature of a trusted key is over it",) == told(records)


def test_a_long_end_that_nobody_signed_is_told() -> None:
    """All signatures but the first were taken away, and what follows it was written again."""
    records = FakeEvents()
    writing(records, FakeClock(NOW), 5 * EVERY_LINKS)
    records.signed = records.signed[:1]

    assert (f"{5 * EVERY_LINKS - 1} events behind event 1 are signed by nobody",) == told(records)


@pytest.mark.parametrize("set_s", [-3600.0, -45.0, 45.0, 900.0])
def test_a_clock_that_is_set_leaves_a_whole_chain(set_s: float) -> None:
    """The next event is signed at once: beside it, the signature of before would look old."""
    records, clock = FakeEvents(), FakeClock(NOW)
    trail = writing(records, clock, 2)
    clock.advance(10)
    clock.set(set_s)
    for _ in range(3):
        trail.append(replace(event(0), at=clock.now()))

    assert () == told(records)
    assert [2] == [one.unsigned for one in verify(records, (KEY.public,))]


def test_an_old_end_that_nobody_signed_is_told() -> None:
    """However short it is: every minute there is a signature, while there is anything to sign."""
    records, clock = FakeEvents(), FakeClock(NOW)
    trail = writing(records, clock, 3)
    for _ in range(6):
        clock.advance(EVERY_S)
        trail.append(replace(event(0), at=clock.now()))
    records.signed = records.signed[:1]

    assert ("event 6 and those behind it are signed by nobody",) == told(records)


@pytest.mark.parametrize("apart_s", [-1_000_000, 1_000_000])
def test_what_was_added_to_a_chain_that_ended_is_told_by_its_time(apart_s: int) -> None:
    """Links behind the last signature are as old as it is, and no more than a minute younger."""
    records, clock = FakeEvents(), FakeClock(NOW)
    trail = writing(records, clock, 3)
    trail.append(replace(event(0), at=clock.now() + apart_s))

    assert ("event 4 and those behind it are signed by nobody",) == told(records)


def test_a_key_is_32_bytes_in_base64() -> None:
    """As openssl prints them; anything else is refused and not repeated."""
    text = new_random_key().reveal()
    assert parse_audit_key(Secret(f"{text}\n")) == parse_audit_key(Secret(text))
    assert text not in repr(parse_audit_key(Secret(text)))
    for wrong in ("canary", text[:-4], f"{text}AAAA", ""):
        with pytest.raises(InvalidValue, match="openssl rand -base64 32") as told:
            parse_audit_key(Secret(wrong))
        assert "canary" not in told.value.message


def test_a_link_stands_for_its_place() -> None:
    """The same event elsewhere has another digest."""
    one = linked(event(1), "w", 1, "0" * 64)

    digests = {
        one.digest,
        linked(event(1), "v", 1, "0" * 64).digest,
        linked(event(1), "w", 2, "0" * 64).digest,
        linked(event(1), "w", 1, "1" * 64).digest,
        linked(event(2), "w", 1, "0" * 64).digest,
    }
    assert 5 == len(digests)
    assert () == walk("w", [one]).problems


def test_an_event_has_one_form() -> None:
    """Which can be read back, whatever is in it."""
    happened = event(1, user_name="Zoë\u2028\ud800", reason=None, details={"b": "1", "a": "2"})

    assert happened == read(written(happened))
    assert written(happened).isascii()
    assert written(happened) == json.dumps(json.loads(written(happened)), sort_keys=True, separators=(",", ":"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"kind":"vended"}',
        '{"kind":"unheard-of","at":1,"source":"s","request_id":"r"}',
        '{"kind":"vended","at":"1","source":"s","request_id":"r"}',
        '{"kind":"vended","at":NaN,"source":"s","request_id":"r"}',
        '{"kind":"vended","at":1e300,"source":"s","request_id":"r"}',
        '{"kind":"vended","at":true,"source":"s","request_id":"r"}',
        '{"kind":"vended","at":253402300799.5,"source":"s","request_id":"r"}',
        '{"kind":"vended","at":1,"source":"s","request_id":"r","expires_at":253402300799}',
        '{"kind":"vended","at":1,"source":7,"request_id":"r"}',
        '{"kind":"vended","at":1,"source":"s","request_id":"r","details":[1]}',
        '{"kind":"vended","at":1,"source":"s","request_id":"r","details":{"a":1}}',
        '{"kind":"vended","at":1,"source":"s","request_id":"r","later":"x"}',
        "[" * 100_000,
    ],
)
def test_what_is_no_event_is_refused(text: str) -> None:
    """However it got there."""
    with pytest.raises(InvalidValue):
        read(text)


def test_searching_finds_what_fits() -> None:
    """By each of its parts, over all writers, in the order of time."""
    records = FakeEvents()
    one, two = ChainTrail(records=records), ChainTrail(records=records)
    one.append(event(3))
    two.append(event(2, user_name="Bob", user_key="1:8", connector="ops"))
    one.append(event(5, kind=EventKind.REFUSED, access_key_id=None, source="192.0.2.8", aws_request_id="aws-5"))

    def found(**wanted: object) -> list[str]:
        return [one.request_id for one in search(records, Wanted(**wanted), 10).events]  # type: ignore[arg-type]

    assert ["r-2", "r-3", "r-5"] == found()
    assert ["r-3", "r-5"] == found(user="ADA") == found(user="1:7")
    assert ["r-2"] == found(connectors=("ops",))
    assert ["r-2", "r-3"] == found(kinds=(EventKind.VENDED,))
    assert ["r-3"] == found(access_key_id="ASIA0000000000000003")
    assert ["r-5"] == found(source="192.0.2.8") == found(request="r-5") == found(request="aws-5")
    assert ["r-3"] == found(since=NOW + 3, until=NOW + 5)


def test_searching_ends_with_the_newest() -> None:
    """And says how many there are besides, and what cannot be read."""
    records = FakeEvents()
    trail = ChainTrail(records=records)
    for number in range(10):
        trail.append(event(number))
    (writer,) = records.writers()
    records.chains[writer][4] = replace(records.chains[writer][4], text="{}")

    found = search(records, Wanted(), 3)

    assert ["r-7", "r-8", "r-9"] == [one.request_id for one in found.events]
    assert (6, 1) == (found.more, found.unreadable)


def test_an_export_is_the_same_trail(tmp_path: Path) -> None:
    """To whoever verifies or searches it."""
    book = Book()
    file = tmp_path / "trail.jsonl"
    file.write_text("".join(f"{line}\n" for line in lines(book.records)))

    with Exported.opened(file) as exported:
        trusted = (KEY.public,)
        assert list(verify(book.records, trusted)) == list(verify(exported, trusted))
        assert search(book.records, Wanted(), 100) == search(exported, Wanted(), 100)
    heads = tmp_path / "heads.jsonl"
    heads.write_text("".join(f"{line}\n" for line in lines(book.records, heads_only=True)))
    with Exported.opened(heads) as exported:
        assert set(book.records.signed) == set(exported.all_heads())


def add_piece(records: FakeEvents, to: Path, *, heads_only: bool = False) -> str:
    """Add to a file what is not in it."""
    to.touch()
    with Exported.opened(to) as earlier:
        piece = "".join(f"{line}\n" for line in lines(records, heads_only=heads_only, after=[earlier]))
    with to.open("a") as file:
        file.write(piece)
    return piece


@pytest.mark.parametrize("is_signed", [True, False])
def test_pieces_of_a_trail_are_the_whole_of_it(tmp_path: Path, *, is_signed: bool) -> None:
    """Of a chain that nobody signs, or nobody any more, too; nothing is there twice."""
    records, clock, pieces = FakeEvents(), FakeClock(NOW), tmp_path / "pieces.jsonl"
    signing = Signing(records=records, key=KEY, clock=clock)
    trails = [ChainTrail(records=records, signing=signing if is_signed else None) for _ in range(2)]
    for count in (0, 3, 2 * EVERY_LINKS, 1):
        for number in range(count):
            trails[number % 2].append(event(0))
        add_piece(records, pieces)
    if is_signed:
        signing.sign(trails[0].newest())
        assert add_piece(records, pieces).startswith('{"head"')

    assert "" == add_piece(records, pieces)
    with Exported.opened(pieces) as exported:
        assert records.writers() == exported.writers()
        for writer in records.writers():
            assert list(records.links(writer)) == list(exported.links(writer))
            assert records.heads(writer) == exported.heads(writer)
        trusted = (KEY.public,) if is_signed else ()
        assert list(verify(records, trusted)) == list(verify(exported, trusted))


def test_signatures_alone_lead_to_what_is_behind_them(tmp_path: Path) -> None:
    """What was not signed yet when they were written comes again."""
    records, clock, heads = FakeEvents(), FakeClock(NOW), tmp_path / "heads.jsonl"
    trail = writing(records, clock, 3)
    add_piece(records, heads, heads_only=True)
    with Exported.opened(heads) as earlier:
        numbers = [json.loads(line)["link"]["number"] for line in lines(records, after=[earlier])]

    assert [2, 3] == numbers
    assert "" == add_piece(records, heads, heads_only=True)
    trail.append(event(0))
    assert "" == add_piece(records, heads, heads_only=True)


@pytest.mark.parametrize("heads_only", [True, False])
def test_a_signature_over_nothing_ends_no_handing_on(tmp_path: Path, *, heads_only: bool) -> None:
    """Whoever owns the database can put one there of any number; it is handed on, as what it shows."""
    records, clock, kept = FakeEvents(), FakeClock(NOW), tmp_path / "kept.jsonl"
    trail = writing(records, clock, 3)
    forged = replace(records.signed[0], number=9_000_000_000_000_000_000)
    records.add_head(forged)
    assert str(forged.number) in add_piece(records, kept, heads_only=heads_only)
    for _ in range(EVERY_LINKS):
        trail.append(event(0))

    with Exported.opened(kept) as earlier:
        found = [json.loads(line) for line in lines(records, after=[earlier])]
    assert EVERY_LINKS + (2 if heads_only else 0) == len([one for one in found if "link" in one])
    assert [101] == [one["head"]["number"] for one in found if "head" in one]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "x",
        "[]",
        "{}",
        '{"link":{}}',
        '{"link":[]}',
        '{"other":{}}',
        '{"link":{},"head":{}}',
        '{"link":{"writer":"\\ud800","number":1,"text":"x","previous":"x","digest":"x"}}',
        '{"link":{"writer":"w","number":1,"text":"\\ud800","previous":"x","digest":"x"}}',
        "[" * 100_000,
        '"' * 70_000,
    ],
)
def test_what_is_no_export_is_refused(tmp_path: Path, line: str) -> None:
    """With the number of its line."""
    file = tmp_path / "trail.jsonl"
    file.write_text(f"{next(lines(Book().records))}\n{line}\n")

    with pytest.raises(CorruptEntry, match=f"line 2 of {file} is none of a trail"), Exported.opened(file):
        pass


def test_a_signature_in_an_export_is_base64(tmp_path: Path) -> None:
    """And nothing else."""
    file = tmp_path / "heads.jsonl"
    (line, *_) = lines(Book().records, heads_only=True)
    document = json.loads(line)
    document["head"]["signature"] = "%%%"
    file.write_text(json.dumps(document))

    with pytest.raises(CorruptEntry), Exported.opened(file):
        pass


def test_a_file_that_is_not_there_is_said_to_be(tmp_path: Path) -> None:
    """As is one that is no file."""
    with pytest.raises(NotFound), Exported.opened(tmp_path / "nothing"):
        pass
    with pytest.raises(ConfigError), Exported.opened(tmp_path):
        pass


def test_a_private_key_is_not_shown() -> None:
    """By what holds it."""
    signing = Signing(records=FakeEvents(), key=KEY, clock=FakeClock())

    assert "PRIVATE" not in repr(signing) + repr(AuditKey(public="p", private=KEY.private))


def test_a_signature_that_took_longer_than_the_next_one_takes_nothing_back() -> None:
    """What is signed stays signed, whichever of two was noted last."""
    records = FakeEvents()
    signing = Signing(records=records, key=KEY, clock=FakeClock())
    trail = ChainTrail(records=records, signing=signing)
    for number in range(EVERY_LINKS + 1):
        trail.append(event(number))
    signing.kept(records.signed[0])
    trail.append(event(EVERY_LINKS + 1))

    assert [1, EVERY_LINKS + 1] == [head.number for head in records.signed]
