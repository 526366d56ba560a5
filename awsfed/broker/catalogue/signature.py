"""Which documents count: signed by a key of the settings, not expired, and not older than what was accepted before.

A signature is looked at before anything else of a document. It says who wrote a document, not when: that is what the
version is for. The highest one that was accepted is remembered for each document, so whoever can write to the source
cannot bring back an older document, with grants in it that were taken back since.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from awsfed.broker.catalogue.document import Reading, read_opened
from awsfed.broker.catalogue.opening import EXPIRES, VERSION, Opened, open_document
from awsfed.errors import ConfigError, CorruptEntry, InvalidValue
from awsfed.model.signatures import SUFFIX, key_id, parse_signature, public_bytes
from awsfed.outside.clock import Clock, SystemClock
from awsfed.outside.files import private_directory, read_private, write_atomic
from awsfed.outside.locks import locked

_LOCK_S = 5.0
_FORMAT = 1


class Untrusted(ConfigError):
    """A document that does not count: not signed, signed by somebody else, changed, expired, or older than before."""


class Signed(Enum):
    """What is known about who wrote a document."""

    YES = "signed"
    NO = "not signed"
    NOT_CHECKED = "not checked"
    """The settings name no key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One document of a source as it came."""

    name: str
    """Its file or URL."""
    body: bytes
    signature: bytes | None = None
    """What stands beside it; None where there is nothing, or nobody looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document that counts."""

    opened: Opened
    signed: Signed
    key: str | None = None
    """Id of the key it was signed with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What a source holds, after everything was checked but the fields of connectors."""

    documents: tuple[Document, ...]
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What the settings want of signatures; by default nothing."""

    public_keys: tuple[str, ...] = ()
    required: bool = False
    folder: Path | None = None
    """Where versions are remembered, privately; None remembers nothing."""
    clock: Clock = SystemClock()  # noqa: RUF009 - it holds nothing

    @property
    def looks(self) -> bool:
        """Tell whether signatures are looked at, so that a source has to fetch them."""
        return bool(self.public_keys) or self.required

    def accept(self, parts: Sequence[Part]) -> Accepted:
        """Return the documents of a source.

        Raises:
            Untrusted: one of them does not count.
            StoreError: what was accepted before cannot be read.
        """
        documents = tuple(self._document(part) for part in parts)
        return Accepted(documents=documents, reading=read_opened([document.opened for document in documents]))

    def remember(self, accepted: Accepted) -> None:
        """Remember the versions of signed documents that are going to be used.

        Raises:
            StoreError: that is not possible; without it an older document could come back unnoticed.
            Untrusted: another process accepted a newer one meanwhile.
        """
        for document in accepted.documents:
            if document.signed is Signed.YES and self.folder and document.opened.version is not None:
                self._raise_version(self.folder, document.opened.name, document.opened.version)

    def _document(self, part: Part) -> Document:
        signed, key = self._signature(part)
        opened = open_document(part.body, name=part.name)
        if opened.problems:
            return Document(opened=opened, signed=signed, key=key)
        if opened.expires is not None and opened.expires <= self.clock.now():
            at = datetime.fromtimestamp(opened.expires, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            hint = "whoever keeps it has to publish a new one"
            raise Untrusted(f"the catalogue {part.name} expired at {at}", hint=hint)
        if signed is Signed.YES:
            self._check_version(opened)
        return Document(opened=opened, signed=signed, key=key)

    def _signature(self, part: Part) -> tuple[Signed, str | None]:
        """Verify a signature, if any; raise Untrusted where it is wrong, or missing although it must not be."""
        if not self.looks:
            return Signed.NOT_CHECKED, None
        if part.signature is None:
            if self.required:
                hint = f"whoever keeps it has to publish {part.name}{SUFFIX}: awsfed catalogue sign"
                raise Untrusted(f"the catalogue {part.name} is not signed, and it has to be", hint=hint)
            return Signed.NO, None
        try:
            signature = parse_signature(part.signature)
        except InvalidValue as error:
            raise Untrusted(f"{part.name}{SUFFIX} {error.message}") from error
        keys = {key_id(key): key for key in self.public_keys}
        if signature.key_id not in keys:
            known = ", ".join(keys) or "none"
            hint = f"keys of catalogue.public_keys: {known}; a new one has to be entered there first"
            raise Untrusted(f"the catalogue {part.name} is signed with the unknown key {signature.key_id}", hint=hint)
        from awsfed.outside.ed25519 import verify

        if not verify(public_bytes(keys[signature.key_id]), signature.value, part.body):
            hint = "it was changed after it was signed, or its signature is that of another version"
            raise Untrusted(f"the signature of the catalogue {part.name} does not fit it", hint=hint)
        return Signed.YES, signature.key_id

    def _check_version(self, opened: Opened) -> None:
        for field, value in ((VERSION, opened.version), (EXPIRES, opened.expires)):
            if value is None:
                raise Untrusted(f"the catalogue {opened.name} is signed but has no {field}")
        if self.folder is not None and opened.version is not None:
            _refuse_older(opened.name, opened.version, _remembered(self.folder, opened.name))

    def _raise_version(self, folder: Path, name: str, version: int) -> None:
        if _remembered(folder, name) == version:
            return
        private_directory(folder)
        with locked(folder / "lock", timeout_s=_LOCK_S, clock=self.clock):
            _refuse_older(name, version, _remembered(folder, name))
            record = {"format": _FORMAT, "catalogue": name, "version": version}
            write_atomic(_file(folder, name), json.dumps(record).encode() + b"\n")


def _refuse_older(name: str, version: int, accepted: int) -> None:
    if version < accepted:
        raise Untrusted(
            f"the catalogue {name} has version {version}, but version {accepted} was accepted before",
            hint="an older document was put in its place; whoever keeps it has to publish a newer one",
        )


def _file(folder: Path, name: str) -> Path:
    return folder / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.version"


def _remembered(folder: Path, name: str) -> int:
    """Return the highest version that was accepted, 0 where there was none; raise StoreError where nobody can tell."""
    path = _file(folder, name)
    data = read_private(path)
    if data is None:
        return 0
    try:
        record = json.loads(data)
        version = record["version"] if record["format"] == _FORMAT else None
    except (ValueError, KeyError, TypeError):
        version = None
    if type(version) is not int:
        raise CorruptEntry(f"{path} is not what awsfed writes", hint="compare the catalogue's version, then delete it")
    return version
