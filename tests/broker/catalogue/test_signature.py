"""Which documents count."""

import contextlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from fakes.clock import FakeClock
from hypothesis import given
from hypothesis import strategies as st

from awsfed.broker.catalogue.copies import Fetched
from awsfed.broker.catalogue.fetched import FetchedCatalogue
from awsfed.broker.catalogue.signature import Part, Signed, Trust, Untrusted
from awsfed.broker.catalogue.sources.directory import DirectoryCatalogue
from awsfed.broker.catalogue.sources.file import FileCatalogue
from awsfed.errors import CorruptEntry, InvalidValue, UnsafePermissions
from awsfed.model.signatures import (
    Signature,
    key_id,
    parse_public_key,
    parse_signature,
    public_bytes,
    public_key,
    written,
)
from awsfed.outside import ed25519
from awsfed.outside.retry import Retries, TryAgain

NAME = "https://example.org/c.json"


@dataclass(frozen=True)
class Publisher:
    """Somebody with a private key."""

    private: bytes = field(default_factory=ed25519.generate)

    @property
    def public(self) -> str:
        return public_key(ed25519.public_of(self.private))

    def signature(self, body: bytes) -> bytes:
        return written(Signature(key_id=key_id(self.public), value=ed25519.sign(self.private, body)))

    def part(
        self, version: object = 1, expires: object = "2030-01-01T00:00:00Z", name: str = NAME, **more: Any
    ) -> Part:
        about = {"version": version, "expires": expires, "connectors": {}, **more}
        body = json.dumps({key: value for key, value in about.items() if value is not None}).encode()
        return Part(name=name, body=body, signature=self.signature(body))


@pytest.fixture(scope="module")
def publisher() -> Publisher:
    """Return the one whose key the settings name."""
    return Publisher()


def trusting(publisher: Publisher, folder: Path) -> Trust:
    """Return the trust of somebody who wants signatures of one publisher, at a time in 2025."""
    return Trust(public_keys=(publisher.public,), required=True, folder=folder / "state", clock=FakeClock())


def taken(trust: Trust, *parts: Part) -> tuple[Signed, ...]:
    """Accept documents and use them."""
    accepted = trust.accept(parts)
    trust.remember(accepted)
    return tuple(document.signed for document in accepted.documents)


def test_a_signed_document_counts(publisher: Publisher, tmp_path: Path) -> None:
    """Any of the keys will do."""
    trust = replace(trusting(publisher, tmp_path), public_keys=(Publisher().public, publisher.public))

    assert (Signed.YES,) == taken(trust, publisher.part())
    assert key_id(publisher.public) == trust.accept([publisher.part()]).documents[0].key


@pytest.mark.parametrize("place", [0, 10, -2])
def test_a_changed_document_does_not_count(publisher: Publisher, tmp_path: Path, place: int) -> None:
    """One byte is enough, white space too."""
    part = publisher.part()
    changed = bytearray(part.body)
    changed[place] ^= 1

    for body in (bytes(changed), part.body + b"\n", b"", part.body[:-1]):
        with pytest.raises(Untrusted, match="does not fit"):
            taken(trusting(publisher, tmp_path), replace(part, body=body))


def test_a_document_of_somebody_else_does_not_count(publisher: Publisher, tmp_path: Path) -> None:
    """Neither with another key's id nor with ours put in its place."""
    other = Publisher()
    part = other.part()
    with pytest.raises(Untrusted, match=f"signed with the unknown key {key_id(other.public)}") as caught:
        taken(trusting(publisher, tmp_path), part)
    assert key_id(publisher.public) in str(caught.value.hint)

    forged = written(replace(parse_signature(part.signature or b""), key_id=key_id(publisher.public)))
    with pytest.raises(Untrusted, match="does not fit"):
        taken(trusting(publisher, tmp_path), replace(part, signature=forged))


def test_nothing_of_a_forged_document_is_looked_into(publisher: Publisher, tmp_path: Path) -> None:
    """What is not signed is not parsed, so its mistakes are not said."""
    bad = Part(name=NAME, body=b"[" * 100_000, signature=publisher.signature(b""))

    with pytest.raises(Untrusted):
        taken(trusting(publisher, tmp_path), bad)


@pytest.mark.parametrize(
    ("required", "keys", "signed"),
    [(True, True, None), (True, False, None), (False, True, Signed.NO), (False, False, Signed.NOT_CHECKED)],
)
def test_a_document_without_a_signature(
    publisher: Publisher, tmp_path: Path, required: bool, keys: bool, signed: Signed | None
) -> None:
    """It counts where the settings do not ask for one."""
    trust = replace(trusting(publisher, tmp_path), required=required, public_keys=(publisher.public,) if keys else ())
    part = replace(publisher.part(), signature=None)

    if signed is None:
        with pytest.raises(Untrusted, match="is not signed, and it has to be"):
            taken(trust, part)
    else:
        assert (signed,) == taken(trust, part)
        assert not (tmp_path / "state").exists()


def test_a_wrong_signature_does_not_count_even_where_none_is_needed(publisher: Publisher, tmp_path: Path) -> None:
    """Whoever signs means it."""
    trust = replace(trusting(publisher, tmp_path), required=False)

    for signature in (b"", b"awsfed1", publisher.signature(b"other"), publisher.signature(b"") * 2):
        with pytest.raises(Untrusted):
            taken(trust, replace(publisher.part(), signature=signature))


def test_an_expired_document_does_not_count(publisher: Publisher, tmp_path: Path) -> None:
    """From the moment that it names; also where nobody asks for signatures."""
    trust = trusting(publisher, tmp_path)
    at = "2025-06-15T15:06:40Z"  # the fake clock's own time
    later = "2025-06-15T15:06:41+00:00"

    for one, part in (
        (trust, publisher.part(expires=at)),
        (replace(trust, public_keys=(), required=False), publisher.part(expires=at)),
    ):
        with pytest.raises(Untrusted, match=f"expired at {at}"):
            taken(one, part)
    assert (Signed.YES,) == taken(trust, publisher.part(expires=later))


@pytest.mark.parametrize("missing", ["version", "expires"])
def test_a_signed_document_says_its_version_and_end(publisher: Publisher, tmp_path: Path, missing: str) -> None:
    """Without them an old one could come back."""
    part = publisher.part(version=None) if missing == "version" else publisher.part(expires=None)

    with pytest.raises(Untrusted, match=f"is signed but has no {missing}"):
        taken(trusting(publisher, tmp_path), part)


def test_an_older_version_does_not_come_back(publisher: Publisher, tmp_path: Path) -> None:
    """The highest version that was used is remembered, for each document by itself."""
    trust = trusting(publisher, tmp_path)
    taken(trust, publisher.part(5))
    taken(trust, publisher.part(5), publisher.part(2, name="other"))
    taken(trust, publisher.part(7))

    with pytest.raises(Untrusted, match=f"{NAME} has version 5, but version 7 was accepted before"):
        taken(trust, publisher.part(5))
    with pytest.raises(Untrusted, match="version 1"):
        taken(trust, publisher.part(8), publisher.part(1, name="other"))
    taken(trust, publisher.part(8), publisher.part(3, name="other"))


def test_what_was_only_looked_at_is_not_remembered(publisher: Publisher, tmp_path: Path) -> None:
    """A document with mistakes in its connectors must not lock out the one that mends them."""
    trust = trusting(publisher, tmp_path)
    trust.accept([publisher.part(9)])

    assert (Signed.YES,) == taken(trust, publisher.part(8))


def test_two_processes_do_not_lower_the_version(publisher: Publisher, tmp_path: Path) -> None:
    """One that accepted an older document before the other remembered a newer one learns it late, but not never."""
    trust = trusting(publisher, tmp_path)
    older = trust.accept([publisher.part(3)])
    taken(trust, publisher.part(4))

    with pytest.raises(Untrusted, match="version 4"):
        trust.remember(older)


def test_a_memory_that_cannot_be_trusted_stops_everything(publisher: Publisher, tmp_path: Path) -> None:
    """Nobody could tell what is older then."""
    trust = trusting(publisher, tmp_path)
    taken(trust, publisher.part(3))
    (file,) = (tmp_path / "state").glob("*.version")
    assert (0o700, 0o600) == (file.parent.stat().st_mode & 0o777, file.stat().st_mode & 0o777)

    for damage in ("", "{}", "[]", '{"format": 1, "version": "x"}', '{"format": 2, "version": 1}'):
        file.write_text(damage)
        with pytest.raises(CorruptEntry):
            taken(trust, publisher.part(4))
    file.chmod(0o666)
    with pytest.raises(UnsafePermissions):
        taken(trust, publisher.part(4))


@pytest.mark.parametrize("version", [0, -1, 1.0, "1", True, 2**53])
def test_versions_that_are_none(publisher: Publisher, tmp_path: Path, version: object) -> None:
    """A mistake in the document, said where it stands."""
    reading = trusting(publisher, tmp_path).accept([publisher.part(version)]).reading

    assert [problem.key for problem in reading.problems] == ["version"]


@pytest.mark.parametrize(
    "expires",
    ["2030-01-01", "2030-01-01T00:00:00", "2030-13-01T00:00:00Z", "soon", 1893456000, "2030-01-01T00:00:00Z "],
)
def test_moments_that_are_none(publisher: Publisher, tmp_path: Path, expires: object) -> None:
    """A day, or a time without its zone, would mean something else to every reader."""
    reading = trusting(publisher, tmp_path).accept([publisher.part(expires=expires)]).reading

    assert [problem.key for problem in reading.problems] == ["expires"]


def test_toml_writes_moments_without_quotes(publisher: Publisher, tmp_path: Path) -> None:
    """Both ways mean the same."""
    for text in ("2030-01-01T00:00:00Z", '"2030-01-01T01:00:00+01:00"'):
        body = f"version = 3\nexpires = {text}\n[connectors]\n".encode()
        part = Part(name=NAME, body=body, signature=publisher.signature(body))
        opened = trusting(publisher, tmp_path).accept([part]).documents[0].opened
        assert (3, 1893456000) == (opened.version, opened.expires)


def test_files_have_their_signatures_beside_them(publisher: Publisher, tmp_path: Path) -> None:
    """A single file, and each file of a folder."""
    folder = tmp_path / "c"
    folder.mkdir(mode=0o755)
    file = folder / "a.json"
    file.write_bytes(publisher.part().body)
    file.chmod(0o644)
    trust = trusting(publisher, tmp_path)
    catalogues = FileCatalogue(path=file, keys={}, trust=trust), DirectoryCatalogue(path=folder, keys={}, trust=trust)
    for catalogue in catalogues:
        with pytest.raises(Untrusted, match="not signed"):
            catalogue.connectors()

    beside = folder / "a.json.sig"
    beside.write_bytes(publisher.part().signature or b"")
    beside.chmod(0o644)
    for catalogue in catalogues:
        assert {} == catalogue.connectors().by_id
        assert Signed.YES is catalogue.standing().documents[0].signed
    file.write_bytes(publisher.part(0).body)
    for catalogue in catalogues:
        with pytest.raises(Untrusted, match="does not fit"):
            catalogue.check()


@dataclass
class Host:
    """A source whose document and signature a test puts there."""

    part: Part
    name: str = NAME
    is_down: bool = False
    asked: int = 0

    def fetch(self, known: Fetched | None, *, signed: bool) -> Fetched:
        self.asked += 1
        if self.is_down:
            raise TryAgain("down")
        return Fetched(parts=(self.part if signed else replace(self.part, signature=None),))


def fetched(host: Host, trust: Trust, clock: FakeClock, folder: Path) -> FetchedCatalogue:
    """Return the catalogue of a host."""
    return FetchedCatalogue(
        source=host,
        keys={},
        max_age_s=300,
        folder=folder / "copies",
        clock=clock,
        retries=Retries(clock=clock, retries=0),
        trust=replace(trust, clock=clock),
    )


def test_a_rollback_at_the_source_is_refused(publisher: Publisher, tmp_path: Path) -> None:
    """While the copy is young it answers; then the older document is an error, and no copy hides it."""
    host, clock = Host(publisher.part(5)), FakeClock()
    catalogue = fetched(host, trusting(publisher, tmp_path), clock, tmp_path)
    catalogue.connectors()
    host.part = publisher.part(4)
    catalogue.connectors()
    clock.advance(301)

    with pytest.raises(Untrusted, match="version 4"):
        catalogue.connectors()
    host.part = publisher.part(6)
    assert 6 == catalogue.standing().documents[0].opened.version


def test_the_copy_has_to_count_as_well(publisher: Publisher, tmp_path: Path) -> None:
    """It expires like any document, and one of a key that was taken out of the settings is not used."""
    host, clock = Host(publisher.part(expires="2025-06-16T00:00:00Z")), FakeClock()
    trust = trusting(publisher, tmp_path)
    catalogue = fetched(host, trust, clock, tmp_path)
    catalogue.connectors()
    host.is_down = True
    clock.advance(400)
    assert 400 == catalogue.connectors().age_s

    other = fetched(host, replace(trust, public_keys=(Publisher().public,)), clock, tmp_path)
    with pytest.raises(Untrusted, match="unknown key"):
        other.connectors()
    clock.advance(86_400)
    with pytest.raises(Untrusted, match="expired"):
        catalogue.connectors()


def test_a_young_copy_without_a_signature_is_not_used_once_one_is_wanted(publisher: Publisher, tmp_path: Path) -> None:
    """The source is asked again as soon as the settings say so."""
    host, clock = Host(publisher.part()), FakeClock()
    fetched(host, Trust(), clock, tmp_path).connectors()

    catalogue = fetched(host, trusting(publisher, tmp_path), clock, tmp_path)

    assert Signed.YES is catalogue.standing().documents[0].signed
    assert 2 == host.asked


@given(st.binary(max_size=120))
def test_any_bytes_as_a_signature(data: bytes) -> None:
    """They are one or are refused; nothing else happens."""
    with contextlib.suppress(InvalidValue):
        assert data.split() == written(parse_signature(data)).split()


def test_public_keys_have_one_form(publisher: Publisher) -> None:
    """What is read is what is written."""
    assert publisher.public == parse_public_key(publisher.public) == public_key(public_bytes(publisher.public))
    for text in ("", "ed25519:", f"{publisher.public}\n", publisher.public.upper(), publisher.public[:-1], 7):
        with pytest.raises(InvalidValue):
            parse_public_key(text)


def test_private_keys_are_of_one_kind() -> None:
    """Anything but an Ed25519 key without a password is none."""
    for text in (b"", b"-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n"):
        with pytest.raises(InvalidValue, match="no Ed25519 private key"):
            ed25519.sign(text, b"x")
    assert not ed25519.verify(b"short", b"x", b"x")
