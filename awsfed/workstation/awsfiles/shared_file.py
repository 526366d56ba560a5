"""One shared file: changed under a lock of ours, beside programs that know no lock.

Others (`aws configure set` for one) truncate the file and write it again. So a file that looks half written is given
time; it is compared once more right before ours takes its place; and the old one is looked at right after, since
whoever had opened it has truncated it by then: what they write there is taken up.
"""

import os
import stat
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from awsfed.errors import CorruptEntry, UnsafePermissions, UnwritableFile
from awsfed.outside import files
from awsfed.outside.clock import Clock
from awsfed.outside.file_rules import WINDOWS, name, unwritable
from awsfed.workstation.awsfiles.document import Document, parse
from awsfed.workstation.awsfiles.snapshot import Snapshot, busy, look, look_when_quiet, opened

_LOCK_S = 30.0
_TRYING_S = 10.0
"""For so long a change is tried again that others came before; those who wait for the lock wait longer."""
_PAUSE_S = 0.02
_TAKE_UP_S, _TAKE_UP_PAUSE_S = 4.0, 0.002
"""For how long somebody may take to write; the pauses are short, for until then others read the file without that."""

Edit = Callable[[Document], bytes]
"""A pure function from what a file holds to what it should hold."""


class SharedFile:
    """A file in ~/.aws."""

    def __init__(self, path: Path, clock: Clock, *, kept_mode: int) -> None:
        """Take the path as the user has it; `kept_mode` masks the mode bits that an existing file keeps."""
        self.path = path
        self._clock = clock
        self._kept_mode = kept_mode

    def read(self) -> bytes:
        """Return what it holds at rest; nothing where it does not exist.

        Raises:
            Busy: other programs change it all the time.
            StoreError: it cannot be read or is no file.
        """
        with opened(self.path) as held:
            return look_when_quiet(held, self.path, self._clock).data

    def document(self) -> Document:
        """Return it taken apart.

        Raises:
            CorruptEntry: SDKs could not read it.
            StoreError, Busy: as `read`.
        """
        return parse(self.read(), self.path)

    def change(self, edit: Edit) -> bool:
        """Apply an edit to what the file holds at that moment; tell whether that changed anything.

        A symbolic link stays and its target is replaced. The edit may run several times.

        Raises:
            Busy: another process holds the lock, or programs change the file all the time.
            CorruptEntry: SDKs could not read it.
            UnsafePermissions: it belongs to another user or is no regular file.
            UnwritableFile: it cannot be written.
        """
        data = self.read()
        wanted = edit(parse(data, self.path))
        if wanted == data:
            return False
        target = Path(os.path.realpath(self.path))
        if target == Path(os.path.realpath(os.devnull)):
            raise UnwritableFile(f"{name(self.path)} keeps nothing", hint="choose another file")
        if not target.parent.exists():
            files.private_directory(target.parent)
        lock = target.parent / f".{target.name}.awsfed.lock"
        with files.locked(lock, timeout_s=_LOCK_S, clock=self._clock):
            try:
                return self._change_locked(edit, target, (data, wanted))
            except OSError as error:
                raise unwritable(self.path, error) from error

    def _change_locked(self, edit: Edit, target: Path, known: tuple[bytes, bytes]) -> bool:
        wrote, ends_at = False, self._clock.monotonic() + _TRYING_S
        while self._clock.monotonic() < ends_at:
            with ExitStack() as stack:
                held = stack.enter_context(opened(target))
                base = look_when_quiet(held, self.path, self._clock)
                # what was worked out before the lock mostly still holds
                wanted = known[1] if base.data == known[0] else edit(parse(base.data, self.path))
                if wanted == base.data:
                    return wrote
                if WINDOWS:
                    stack.close()  # an open file cannot be replaced there
                if self._put(target, base, wanted):
                    wrote = True
                    if WINDOWS or look(held) == base:
                        return True
                    self._take_up(edit, target, held, base, wanted)
            self._clock.sleep(_PAUSE_S)
        raise busy(self.path)

    def _put(self, target: Path, base: Snapshot, data: bytes) -> bool:
        """Replace the file where it still is what `base` says; tell whether it was."""
        if base.foreign:
            raise UnsafePermissions(f"{name(self.path)} belongs to another user", hint="choose another file")
        if base.identity and not base.mode & stat.S_IWUSR:
            raise UnwritableFile(f"{name(self.path)} is read-only", hint=f"chmod u+w {name(self.path)}")
        mode = base.mode & self._kept_mode if base.identity else 0o600
        with files.staged(target, data, mode=mode) as temporary:
            with opened(target) as held:
                if look(held) != base:
                    return False
            files.swap(temporary, target)
        return True

    def _take_up(self, edit: Edit, target: Path, held: int | None, base: Snapshot, written: bytes) -> None:
        """Put what somebody is writing into the file that we replaced, with our edit, in place of what we wrote.

        Left alone when they write nothing, or nothing that can be read: what we wrote holds all that they had read.
        """
        theirs, ends_at = look(held), self._clock.monotonic() + _TAKE_UP_S
        while theirs.looks_torn or base.data.startswith(theirs.data):
            if self._clock.monotonic() >= ends_at:
                theirs = look_when_quiet(held, self.path, self._clock)
                if base.data.startswith(theirs.data):
                    return
                break
            self._clock.sleep(_TAKE_UP_PAUSE_S)
            theirs = look(held)
        try:
            wanted = edit(parse(theirs.data, self.path))
        except CorruptEntry:
            return
        with opened(target) as new:
            now = look(new)
        if now.data == written:
            self._put(target, now, wanted)
