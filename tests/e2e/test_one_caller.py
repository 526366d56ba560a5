"""Many processes that need the same credentials at once cost one look at Crowd and one call to STS."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from conftest import SCRIPTS, Workstation
from werkzeug.wrappers import Request, Response

from awsfed.sandbox.crowd.faults import fail, hang

AWSFED = str(SCRIPTS / "awsfed")
VEND = ("credential-process", "dev")
PATIENCE_S = 60.0

Process = subprocess.Popen[bytes]


def start(workstation: Workstation, *arguments: str) -> Process:
    """Start awsfed and do not wait for it."""
    return subprocess.Popen(
        [AWSFED, *arguments], env=workstation.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def ended(processes: Sequence[Process]) -> list[tuple[int, bytes, bytes]]:
    """Wait for processes; return status, answer and complaint of each."""
    found = []
    for process in processes:
        answer, complaint = process.communicate(timeout=PATIENCE_S * 2)
        found.append((process.returncode, answer, complaint))
    return found


def asked(workstation: Workstation) -> list[str]:
    """Return what Crowd was asked since somebody signed in."""
    return [call.path.partition("/rest/usermanagement/1")[2] for call in workstation.sandbox.crowd.calls]


def wait_until(what: str, is_so: Callable[[], bool]) -> None:
    """Wait for something that other processes do."""
    until = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < until, what
        time.sleep(0.01)


def lock_of(workstation: Workstation) -> Path:
    """Return the lock of the connector."""
    return workstation.cache / "locks" / "dev.lock"


def is_at_the_lock(process: Process, lock: Path) -> bool:
    """Tell whether a process has opened the lock: it holds it or waits for it."""
    folder = Path(f"/proc/{process.pid}/fd")
    try:
        return any(found.readlink() == lock for found in folder.iterdir())
    except FileNotFoundError:
        return False


needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="reads in /proc who waits for a lock")


@pytest.fixture
def alice(workstation: Workstation) -> Workstation:
    """Alice has signed in, has used nothing yet, and all calls until now are forgotten."""
    workstation.login()
    workstation.sandbox.crowd.calls.clear()
    workstation.sandbox.aws.calls.clear()
    return workstation


@pytest.mark.parametrize("callers", [20, pytest.param(100, marks=pytest.mark.slow)])
def test_cold_callers_cost_one_look_and_one_call(alice: Workstation, callers: int) -> None:
    """One of them asks for the user, the groups and the credentials; all have the same answer."""
    results = ended([start(alice, *VEND) for _ in range(callers)])

    assert {(0, results[0][1], b"")} == set(results)
    assert "AccessKeyId" in json.loads(results[0][1])
    assert ["/user", "/user/group/nested"] == asked(alice)
    assert 1 == len(alice.sandbox.aws.calls)


def test_a_cached_answer_waits_for_nobody(alice: Workstation) -> None:
    """Whoever has a good answer gets it while the lock is held."""
    alice.awsfed(*VEND)
    holder = hold(lock_of(alice))
    try:
        begun = time.monotonic()
        alice.awsfed(*VEND)

        assert time.monotonic() - begun < 10.0
    finally:
        holder.kill()
        holder.communicate()


def hold(lock: Path) -> Process:
    """Start a process that holds a lock until it is killed."""
    code = "import fcntl, os, sys, time; fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600); "
    code += "fcntl.flock(fd, fcntl.LOCK_EX); print(flush=True); time.sleep(600)"
    holder = subprocess.Popen([sys.executable, "-c", code, str(lock)], stdout=subprocess.PIPE)
    assert holder.stdout
    holder.stdout.readline()
    return holder


@needs_proc
def test_a_killed_holder_frees_the_others(alice: Workstation) -> None:
    """The system takes the lock back; one of those who waited does the work for all."""
    alice.sandbox.crowd.faults.add(hang(PATIENCE_S), path="/user")
    lock = lock_of(alice)
    victim = start(alice, *VEND)
    wait_until("the first caller did not lock", lambda: lock.exists() and lock.read_text() == f"{victim.pid}\n")
    wait_until("Crowd was not asked", lambda: bool(alice.sandbox.crowd.calls))
    others = [start(alice, *VEND) for _ in range(5)]
    wait_until("the others do not wait", lambda: all(is_at_the_lock(other, lock) for other in others))

    victim.send_signal(signal.SIGKILL)

    results = ended(others)
    assert {(0, results[0][1], b"")} == set(results)
    assert (-signal.SIGKILL, b"", b"") == ended([victim])[0]
    assert ["/user", "/user", "/user/group/nested"] == asked(alice)
    assert 1 == len(alice.sandbox.aws.calls)


@needs_proc
@pytest.mark.parametrize("callers", [8])
def test_a_failure_is_shared_by_those_who_waited_for_it(alice: Workstation, callers: int) -> None:
    """While Crowd hangs and then fails, all together cost it one request, and each says why."""
    failing = threading.Event()

    def stall(request: Request, released: threading.Event) -> Response | None:
        failing.wait(PATIENCE_S)
        return fail(503)(request, released)

    alice.sandbox.crowd.faults.add(stall, path="/user", times=1000)
    waiting = [start(alice, "--max-retries", "0", *VEND) for _ in range(callers)]
    wait_until("not all wait", lambda: all(is_at_the_lock(process, lock_of(alice)) for process in waiting))
    failing.set()

    results = ended(waiting)

    assert {(7, b"")} == {(status, answer) for status, answer, _ in results}
    assert 1 == len({complaint for _, _, complaint in results})
    assert ["/user"] == asked(alice)
    assert not alice.sandbox.aws.calls
    alice.sandbox.crowd.faults.clear()
    alice.awsfed(*VEND)


def test_two_users_share_nothing(alice: Workstation, tmp_path: Path) -> None:
    """Each has a home of their own: neither waits for the other's lock nor sees the other's answer."""
    alice.sandbox.crowd.directory.add_to_group("bob", "aws-developers")
    home = tmp_path / "bob"
    bob = Workstation(sandbox=alice.sandbox, home=home, environ=alice.sandbox.write_home(home))
    bob.login("bob")
    lock_of(alice).parent.mkdir(mode=0o700, exist_ok=True)
    holder = hold(lock_of(alice))
    try:
        bobs = bob.awsfed(*VEND)
    finally:
        holder.kill()
        holder.communicate()

    alices = alice.awsfed(*VEND)

    assert json.loads(alices)["AccessKeyId"] != json.loads(bobs)["AccessKeyId"]
    assert not keys_of(alice) & keys_of(bob)


def test_the_next_user_of_a_home_gets_nothing_of_the_last(alice: Workstation) -> None:
    """Whoever signs in after somebody else starts with a cold cache, under keys of their own."""
    alices = alice.awsfed(*VEND)
    before = keys_of(alice)
    alice.sandbox.crowd.directory.add_to_group("bob", "aws-developers")

    alice.login("bob")

    assert alices != alice.awsfed(*VEND)
    assert 2 == len(alice.sandbox.aws.calls)
    assert not before & keys_of(alice)


def keys_of(workstation: Workstation) -> set[str]:
    """Return the names of the cache entries for a user; those for callers who name no user are left out."""
    names = {path.name for path in workstation.cache.iterdir() if path.name.startswith("dev.")}
    return {name for name in names if not name.endswith("0" * 32)}
