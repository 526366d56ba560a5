"""The lock between processes."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from fakes.clock import FakeClock

from awsfed.errors import Busy, UnsafePermissions, UnwritableFile
from awsfed.outside.clock import SystemClock
from awsfed.outside.files import locked

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and owners are those of POSIX")

HOLDER = """
import subprocess, sys, time
from pathlib import Path
from awsfed.outside.clock import SystemClock
from awsfed.outside.files import locked
with locked(Path(sys.argv[1]), timeout_s=1, clock=SystemClock()):
    child = subprocess.Popen(["sleep", "60"], close_fds=False, stdout=subprocess.DEVNULL)
    print(child.pid, flush=True)
    time.sleep(60)
"""


def test_dies_with_its_holder(tmp_path: Path) -> None:
    """A lock whose holder is killed is free at once, even while a program that the holder started lives on."""
    lock = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLDER, lock], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        child = int(holder.stdout.readline())
        try:
            with (
                pytest.raises(Busy, match=f"process {holder.pid} has held .*lock for more than 0.1 s") as caught,
                locked(lock, timeout_s=0.1, clock=SystemClock()),
            ):
                pass
            assert caught.value.hint == f"look at process {holder.pid}, and end it if it hangs"

            holder.kill()
            holder.wait()

            with locked(lock, timeout_s=1, clock=SystemClock()):
                assert lock.read_text() == f"{os.getpid()}\n"
        finally:
            holder.kill()
            os.kill(child, signal.SIGKILL)


def test_waits_are_short(tmp_path: Path) -> None:
    """A waiter looks again after short waits of its clock, and not past its time."""
    lock, clock = tmp_path / "lock", FakeClock()

    with (
        locked(lock, timeout_s=1, clock=clock),
        pytest.raises(Busy),
        locked(lock, timeout_s=2, clock=clock),
    ):
        pass

    assert sum(clock.waits) == pytest.approx(2)
    assert max(clock.waits) <= 0.1


def test_released(tmp_path: Path) -> None:
    """After its end, with or without an error, the lock is free and its private, empty file stays."""
    lock = tmp_path / "lock"

    with pytest.raises(KeyError), locked(lock, timeout_s=0, clock=FakeClock()):
        raise KeyError
    with locked(lock, timeout_s=0, clock=FakeClock()):
        pass

    assert lock.read_bytes() == b""
    assert lock.stat().st_mode & 0o777 == 0o600


def test_threads(tmp_path: Path) -> None:
    """Threads of one process exclude each other."""
    lock, inside, most = tmp_path / "lock", [0], [0]

    def work() -> None:
        for _ in range(20):
            with locked(lock, timeout_s=20, clock=SystemClock()):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == [1]


def test_deleted_lock_file(tmp_path: Path) -> None:
    """Who waited on a lock file that somebody deleted ends up on the new one, not beside its holder."""

    class DeletingClock(FakeClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            lock.unlink(missing_ok=True)
            first.__exit__(None, None, None)

    lock = tmp_path / "lock"
    first = locked(lock, timeout_s=0, clock=FakeClock())
    first.__enter__()

    with locked(lock, timeout_s=1, clock=DeletingClock()):
        assert lock.read_text() == f"{os.getpid()}\n"


def test_nothing_written_yet(tmp_path: Path) -> None:
    """A holder that has not left its pid is spoken of without one."""
    lock = tmp_path / "lock"

    with locked(lock, timeout_s=0, clock=FakeClock()):
        lock.write_text("")
        with pytest.raises(Busy, match="another process"), locked(lock, timeout_s=0, clock=FakeClock()):
            pass


def test_link(tmp_path: Path) -> None:
    """A link in place of the lock file is refused: its target would be emptied."""
    (tmp_path / "victim").write_bytes(b"precious")
    (tmp_path / "lock").symlink_to(tmp_path / "victim")

    with pytest.raises(UnsafePermissions), locked(tmp_path / "lock", timeout_s=0, clock=FakeClock()):
        pass

    assert (tmp_path / "victim").read_bytes() == b"precious"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_owner(tmp_path: Path) -> None:
    """Somebody else's lock file is refused."""
    (tmp_path / "lock").touch()
    os.chown(tmp_path / "lock", 65534, -1)

    with pytest.raises(UnsafePermissions), locked(tmp_path / "lock", timeout_s=0, clock=FakeClock()):
        pass


def test_no_place(tmp_path: Path) -> None:
    """A lock file that cannot be made is an error that names it."""
    with (
        pytest.raises(UnwritableFile, match=r"gone/lock cannot be locked: no such file"),
        locked(tmp_path / "gone" / "lock", timeout_s=0, clock=FakeClock()),
    ):
        pass
