"""A shared file among links, owners and writers that know no lock."""

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes.aws_files import vended
from fakes.clock import FakeClock

from awsfed.errors import Busy, CorruptEntry, UnsafePermissions, UnwritableFile
from awsfed.outside.files import locked
from awsfed.workstation.awsfiles.credentials_file import CredentialsFile
from awsfed.workstation.awsfiles.document import Document
from awsfed.workstation.awsfiles.shared_file import SharedFile

KEEP = "[keep]\nx = 0\n"


class Meddler:
    """Acts once, right before our temporary file is opened or renamed; Python announces both."""

    _acting: "Meddler | None" = None
    _listening = False

    def __init__(self, event: str, act: Callable[[], object]) -> None:
        self._event = event
        self._act = act

    def __enter__(self) -> None:
        Meddler._acting = self
        if not Meddler._listening:
            Meddler._listening = True
            sys.addaudithook(Meddler._hear)  # there is no way to take it back, so it is added once

    def __exit__(self, *_: object) -> None:
        Meddler._acting = None

    @staticmethod
    def _hear(event: str, arguments: tuple[object, ...]) -> None:
        meddler = Meddler._acting
        if meddler and event == meddler._event and str(arguments[0]).endswith(".awsfed-tmp"):
            Meddler._acting = None
            meddler._act()


def put(path: Path, clock: FakeClock | None = None) -> bool:
    """Write a profile."""
    file = CredentialsFile(path, clock or FakeClock())
    return file.put("dev", connector="c", credentials=vended(), region=None)


def append(document: Document) -> bytes:
    """Add a line, once."""
    text = "".join(document.lines)
    return (text if "new" in text else f"{text}new = 1\n").encode()


def test_link(tmp_path: Path) -> None:
    """A symbolic link stays one; what it leads to is replaced, and locked beside it."""
    (tmp_path / "dotfiles").mkdir()
    target = tmp_path / "dotfiles" / "creds"
    target.write_text(KEEP)
    (tmp_path / "credentials").symlink_to("dotfiles/creds")

    put(tmp_path / "credentials")

    assert (tmp_path / "credentials").is_symlink()
    assert target.read_text().startswith(KEEP)
    assert {"creds", ".creds.awsfed.lock"} == {entry.name for entry in target.parent.iterdir()}


def test_dangling_link(tmp_path: Path) -> None:
    """A link that leads nowhere yet is followed: the file and its folder are made."""
    (tmp_path / "credentials").symlink_to("dotfiles/creds")

    put(tmp_path / "credentials")

    assert stat.S_IMODE((tmp_path / "dotfiles" / "creds").stat().st_mode) == 0o600


def test_mode_tightened(tmp_path: Path) -> None:
    """A credentials file that others could read is closed by the next write."""
    path = tmp_path / "credentials"
    path.write_text(KEEP)
    path.chmod(0o644)

    put(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_read_only_file(tmp_path: Path) -> None:
    """A file that its owner made read-only is not replaced behind their back."""
    path = tmp_path / "credentials"
    path.write_text(KEEP)
    path.chmod(0o400)

    with pytest.raises(UnwritableFile, match="is read-only") as caught:
        put(path)

    assert caught.value.hint == f"chmod u+w {path}"
    assert path.read_text() == KEEP


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_owner(tmp_path: Path) -> None:
    """Somebody else's file is refused; awsfed run by root would otherwise take it from its owner."""
    path = tmp_path / "credentials"
    path.write_text(KEEP)
    os.chown(path, 65534, -1)

    with pytest.raises(UnsafePermissions, match="belongs to another user"):
        put(path)


def test_no_file(tmp_path: Path) -> None:
    """The null device reads as an absent file and keeps nothing; a folder is refused."""
    assert CredentialsFile(Path(os.devnull), FakeClock()).ours() == ()
    with pytest.raises(UnwritableFile, match="keeps nothing"):
        put(Path(os.devnull))
    with pytest.raises(UnsafePermissions, match="not a regular file"):
        put(tmp_path)


def test_unreadable_content(tmp_path: Path) -> None:
    """A file that SDKs cannot read is refused as it is, not repaired."""
    path = tmp_path / "credentials"
    path.write_bytes(b"[a]\n[a]\n")

    with pytest.raises(CorruptEntry, match="line 2"):
        put(path)

    assert path.read_bytes() == b"[a]\n[a]\n"
    assert [path] == list(tmp_path.iterdir())


def test_locked(tmp_path: Path) -> None:
    """A writer waits its time for another and then names it; one with nothing to change does not wait."""
    path = tmp_path / "credentials"
    put(path)

    with locked(tmp_path / ".credentials.awsfed.lock", timeout_s=0, clock=FakeClock()):
        assert not put(path)
        path.write_text(KEEP)
        with pytest.raises(Busy, match=str(os.getpid())):
            put(path)


class TestWritersWithoutALock:
    def test_half_written(self, tmp_path: Path) -> None:
        """A file just truncated is given time, so that what its writer has in hand is not lost."""

        class Clock(FakeClock):
            def sleep(self, seconds: float) -> None:
                super().sleep(seconds)
                if not path.stat().st_size:
                    path.write_text(KEEP)

        path = tmp_path / "credentials"
        path.touch()

        put(path, Clock())

        assert path.read_text().startswith(KEEP)

    def test_empty_for_good(self, tmp_path: Path) -> None:
        """A file that stays empty is empty."""
        path, clock = tmp_path / "credentials", FakeClock()
        path.touch()

        assert put(path, clock)
        assert 0 < len(clock.waits) < 5

    def test_never_quiet(self, tmp_path: Path) -> None:
        """A file that is being written for ever is left alone in the end."""

        class Clock(FakeClock):
            def sleep(self, seconds: float) -> None:
                super().sleep(seconds)
                with path.open("a") as file:
                    file.write("#")

        path = tmp_path / "credentials"
        path.write_text("#")

        with pytest.raises(Busy, match="another program"):
            put(path, Clock())

    def test_changed_before_the_swap(self, tmp_path: Path) -> None:
        """What somebody writes between our reading and our replacing is read again, and stays."""
        path = tmp_path / "file"
        path.write_text(KEEP)

        with Meddler("open", lambda: path.write_text(KEEP.replace("0", "2"))):
            assert SharedFile(path, FakeClock(), kept_mode=0o600).change(append)

        assert path.read_text() == "[keep]\nx = 2\nnew = 1\n"

    def test_always_changed(self, tmp_path: Path) -> None:
        """Somebody who is faster every time is left to it."""
        path, rounds = tmp_path / "file", []
        path.write_text(KEEP)

        def edit(document: Document) -> bytes:
            rounds.append(1)
            path.write_text(KEEP.replace("0", str(len(rounds))))
            return append(document)

        with pytest.raises(Busy):
            SharedFile(path, FakeClock(), kept_mode=0o600).change(edit)

        assert "new" not in path.read_text()

    @pytest.mark.parametrize("then", ["[keep]\nx = 3\nnew = 2\n", "[keep]\nx = 3\n"])
    def test_opened_before_the_swap(self, tmp_path: Path, then: str) -> None:
        """What somebody writes into the file that we have just replaced is taken up."""
        path = tmp_path / "file"
        path.write_text(KEEP)
        theirs = path.open("r+")
        meddle = Meddler("os.rename", lambda: theirs.truncate(0))

        class Clock(FakeClock):
            def sleep(self, seconds: float) -> None:
                super().sleep(seconds)
                if not theirs.closed:
                    theirs.write(then)
                    theirs.close()

        with meddle:
            assert SharedFile(path, Clock(), kept_mode=0o600).change(append)

        assert path.read_text() == (then if "new" in then else then + "new = 1\n")

    def test_truncated_and_left(self, tmp_path: Path) -> None:
        """When they only truncate the old file and die, what we wrote stays: it has all that they had read."""
        path = tmp_path / "file"
        path.write_text(KEEP)

        with path.open("r+") as theirs, Meddler("os.rename", lambda: theirs.truncate(0)):
            SharedFile(path, FakeClock(), kept_mode=0o600).change(append)

        assert path.read_text() == KEEP + "new = 1\n"

    def test_trash_in_the_old_file(self, tmp_path: Path) -> None:
        """What cannot be read is not taken up."""
        path = tmp_path / "file"
        path.write_text(KEEP)

        with path.open("r+") as theirs, Meddler("os.rename", lambda: os.write(theirs.fileno(), b"trash\n")):
            SharedFile(path, FakeClock(), kept_mode=0o600).change(append)

        assert path.read_text() == KEEP + "new = 1\n"
