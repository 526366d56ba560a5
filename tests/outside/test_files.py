"""The files door, against a real file system."""

import os
import resource
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from awsfed.errors import CorruptEntry, StoreError, UnsafePermissions, UnwritableFile
from awsfed.outside import files

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes and owners are those of POSIX")
NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away and mounts disks")


def mode(path: Path) -> int:
    """Return the permission bits."""
    return stat.S_IMODE(path.lstat().st_mode)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """Run under a umask."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def ordinary_user() -> Iterator[Path]:
    """Give a folder and be no root in it, for root may write everywhere."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if os.geteuid() != 0:
            yield folder
            folder.chmod(0o700)
            return
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            os.seteuid(0)


class TestPrivateDirectory:
    @pytest.mark.parametrize("mask", [0, 0o022, 0o777])
    def test_new(self, tmp_path: Path, mask: int) -> None:
        """A new folder and its missing parents are the owner's alone, whatever the umask."""
        folder = tmp_path / "one" / "two"

        with umask(mask):
            files.private_directory(folder)

        assert [0o700, 0o700] == [mode(folder), mode(folder.parent)]

    def test_existing(self, tmp_path: Path) -> None:
        """A private folder is fine as it is, and its open parents are left alone."""
        tmp_path.chmod(0o755)
        folder = tmp_path / "cache"
        folder.mkdir(mode=0o700)

        files.private_directory(folder)

        assert 0o755 == mode(tmp_path)

    def test_open_to_others(self, tmp_path: Path) -> None:
        """A folder that others can enter is refused, with the command that closes it."""
        tmp_path.chmod(0o750)

        with pytest.raises(UnsafePermissions, match="open to other users") as caught:
            files.private_directory(tmp_path)

        assert f"chmod 700 {tmp_path}" == caught.value.hint

    def test_link(self, tmp_path: Path) -> None:
        """A symbolic link is refused even where it leads to a private folder, and so is one that leads nowhere."""
        (tmp_path / "real").mkdir(mode=0o700)
        (tmp_path / "link").symlink_to(tmp_path / "real")
        (tmp_path / "dangling").symlink_to(tmp_path / "nothing")

        with pytest.raises(UnsafePermissions, match="symbolic link"):
            files.private_directory(tmp_path / "link")
        with pytest.raises(UnsafePermissions, match="symbolic link"):
            files.private_directory(tmp_path / "dangling")

    def test_file_in_its_place(self, tmp_path: Path) -> None:
        """A file where the folder should be is named as what it is."""
        (tmp_path / "cache").touch(mode=0o600)

        with pytest.raises(UnsafePermissions, match="not a folder"):
            files.private_directory(tmp_path / "cache")

    @as_root
    def test_owner(self, tmp_path: Path) -> None:
        """Somebody else's folder is refused."""
        os.chown(tmp_path, NOBODY, -1)

        with pytest.raises(UnsafePermissions, match="belongs to another user"):
            files.private_directory(tmp_path)

    def test_not_creatable(self) -> None:
        """A parent without write permission is an error that names the system's reason."""
        with ordinary_user() as folder:
            folder.chmod(0o500)

            with pytest.raises(UnwritableFile, match="permission denied"):
                files.private_directory(folder / "cache")


class TestReadPrivate:
    def test_absent(self, tmp_path: Path) -> None:
        """An absent file is None, an empty one is not."""
        files.write_atomic(tmp_path / "empty", b"")

        assert files.read_private(tmp_path / "absent") is None
        assert files.read_private(tmp_path / "empty") == b""

    @pytest.mark.parametrize("bits", [0o640, 0o604, 0o601, 0o620])
    def test_open_to_others(self, tmp_path: Path, bits: int) -> None:
        """Any bit for others is refused, with the command that closes the file."""
        path = tmp_path / "key"
        path.write_bytes(b"secret")
        path.chmod(bits)

        with pytest.raises(UnsafePermissions) as caught:
            files.read_private(path)

        assert f"chmod 600 {path}" == caught.value.hint

    def test_link(self, tmp_path: Path) -> None:
        """A hostile link is not followed."""
        files.write_atomic(tmp_path / "real", b"secret")
        (tmp_path / "link").symlink_to(tmp_path / "real")

        with pytest.raises(UnsafePermissions, match="symbolic link"):
            files.read_private(tmp_path / "link")

    def test_pipe(self, tmp_path: Path) -> None:
        """A pipe is refused without waiting for a writer."""
        os.mkfifo(tmp_path / "pipe", 0o600)

        with pytest.raises(UnsafePermissions, match="not a regular file"):
            files.read_private(tmp_path / "pipe")

    @as_root
    def test_owner(self, tmp_path: Path) -> None:
        """Somebody else's file is refused."""
        files.write_atomic(tmp_path / "key", b"secret")
        os.chown(tmp_path / "key", NOBODY, -1)

        with pytest.raises(UnsafePermissions, match="belongs to another user"):
            files.read_private(tmp_path / "key")

    def test_limit(self, tmp_path: Path) -> None:
        """A file is read up to the limit, and refused beyond it."""
        files.write_atomic(tmp_path / "big", b"12345")

        assert files.read_private(tmp_path / "big", limit=5) == b"12345"
        with pytest.raises(CorruptEntry, match="larger than 4 bytes"):
            files.read_private(tmp_path / "big", limit=4)

    def test_unreadable(self, tmp_path: Path) -> None:
        """What the system refuses is an error of the store, not an absent file."""
        files.write_atomic(tmp_path / "file", b"")

        with pytest.raises(StoreError, match="not a directory"):
            files.read_private(tmp_path / "file" / "below")


class TestWriteAtomic:
    @pytest.mark.parametrize("mask", [0, 0o777])
    @pytest.mark.parametrize("bits", [0o600, 0o640])
    def test_mode(self, tmp_path: Path, mask: int, bits: int) -> None:
        """The mode is the one asked for, whatever the umask and whatever the old file had."""
        path = tmp_path / "entry"
        path.touch(mode=0o666)

        with umask(mask):
            files.write_atomic(path, b"new", mode=bits)

        assert bits == mode(path)
        assert b"new" == path.read_bytes()
        assert [path] == list(tmp_path.iterdir())

    def test_never_wider(self, tmp_path: Path) -> None:
        """The temporary file is private from the moment it has a name."""
        with umask(0), files.staged(tmp_path / "entry", b"secret", mode=0o600) as temporary:
            assert 0o600 == mode(temporary)

        assert [] == list(tmp_path.iterdir())

    def test_hostile_link(self, tmp_path: Path) -> None:
        """A link planted in the cache folder is replaced; what it points to is untouched."""
        victim = tmp_path / "victim"
        victim.write_bytes(b"precious")
        (tmp_path / "entry").symlink_to(victim)

        files.write_atomic(tmp_path / "entry", b"new")

        assert b"precious" == victim.read_bytes()
        assert not (tmp_path / "entry").is_symlink()

    def test_file_too_large(self, tmp_path: Path) -> None:
        """A write that the system cuts off leaves the old content, nothing else, and names the reason."""
        path = tmp_path / "entry"
        files.write_atomic(path, b"old")
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
        try:
            with pytest.raises(UnwritableFile, match="file too large"):
                files.write_atomic(path, b"x" * 10_000)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

        assert b"old" == path.read_bytes()
        assert [path] == list(tmp_path.iterdir())

    @as_root
    def test_full_disk(self, tmp_path: Path) -> None:
        """A full disk leaves the old content, nothing else, and says so."""
        mount = ["mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs", str(tmp_path)]
        if subprocess.run(mount, check=False, capture_output=True).returncode:
            pytest.skip("this machine lets nobody mount")
        path = tmp_path / "entry"
        try:
            files.write_atomic(path, b"old")
            with pytest.raises(UnwritableFile, match="no space left on device") as caught:
                files.write_atomic(path, b"x" * 200_000)

            assert b"old" == path.read_bytes()
            assert [path] == list(tmp_path.iterdir())
            assert "free some space on that disk" == caught.value.hint
        finally:
            subprocess.run(["umount", str(tmp_path)], check=True)

    def test_read_only_folder(self) -> None:
        """A folder without write permission is an error that names the file and where to look."""
        with ordinary_user() as folder:
            folder.chmod(0o500)

            with pytest.raises(UnwritableFile, match=r"entry cannot be written: permission denied") as caught:
                files.write_atomic(folder / "entry", b"new")

        assert caught.value.hint
        assert str(folder) in caught.value.hint

    def test_a_folder_in_place_of_a_file(self, tmp_path: Path) -> None:
        """Nothing can be read from it."""
        (tmp_path / "entry").mkdir()

        with pytest.raises(UnsafePermissions, match="not a regular file"):
            files.read_private(tmp_path / "entry")

    def test_a_folder_that_cannot_be_entered(self) -> None:
        """The hint names that one: whether there is anything below cannot be seen."""
        with ordinary_user() as folder:
            closed = folder / "closed"
            (closed / "below").mkdir(parents=True)
            closed.chmod(0)
            try:
                with pytest.raises(UnwritableFile) as caught:
                    files.write_atomic(closed / "below" / "entry", b"new")
            finally:
                closed.chmod(0o700)

        assert f"look at the owner and mode of {closed}" == caught.value.hint

    def test_leftovers(self, tmp_path: Path) -> None:
        """What a killed writer left is deleted when it is old; a younger one and another file's are not."""
        path = tmp_path / "entry"
        stale, fresh, other = (
            tmp_path / f".{name}.awsfed-tmp"
            for name in ("entry.0123456789abcdef", f"entry.{'1' * 16}", f"o.{'2' * 16}")
        )
        for leftover in (stale, fresh, other):
            leftover.write_bytes(b"secret")
        for leftover in (stale, other):
            os.utime(leftover, (1, 1))

        files.write_atomic(path, b"new")

        assert {path, fresh, other} == set(tmp_path.iterdir())

    def test_long_name(self, tmp_path: Path) -> None:
        """A name as long as the file system allows can be written."""
        path = tmp_path / ("ä" * 127)

        files.write_atomic(path, b"new")

        assert b"new" == path.read_bytes()


def test_remove(tmp_path: Path) -> None:
    """Removing what is absent is fine; what cannot be removed is an error."""
    path = tmp_path / "entry"
    files.write_atomic(path, b"new")

    files.remove(path)
    files.remove(path)

    assert not path.exists()
    with pytest.raises(UnwritableFile, match="cannot be deleted"):
        files.remove(tmp_path)
