"""A real keyring for the length of a benchmark: a session bus of its own, and a daemon on it, unlocked."""

import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = ("dbus-daemon", "gnome-keyring-daemon")
BACKEND = "keyring.backends.SecretService.Keyring"
_PATIENCE_S = 10.0


def missing() -> tuple[str, ...]:
    """Return the programs that a keyring needs and this machine lacks."""
    return tuple(program for program in PROGRAMS if shutil.which(program) is None)


@contextmanager
def unlocked(environ: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Run a bus and a keyring daemon below a home; give the variables that lead a program to them."""
    folder = Path(environ["HOME"]) / "keyring"
    folder.mkdir(mode=0o700)
    bus_environ = {**environ, "XDG_RUNTIME_DIR": str(folder)}
    address = f"unix:path={folder}/bus"
    found = {**bus_environ, "DBUS_SESSION_BUS_ADDRESS": address, "PYTHON_KEYRING_BACKEND": BACKEND}
    bus = subprocess.Popen(
        [shutil.which("dbus-daemon") or "", "--session", "--nofork", f"--address={address}"], stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(folder / "bus")
        daemon = subprocess.Popen(
            [shutil.which("gnome-keyring-daemon") or "", "--foreground", "--unlock", "--components=secrets"],
            env=found,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert daemon.stdin
            daemon.stdin.write(b"benchmark")
            daemon.stdin.close()
            _wait_for(folder / "keyring" / "control")
            yield found
        finally:
            daemon.terminate()
            daemon.wait()
    finally:
        bus.terminate()
        bus.wait()


def _wait_for(path: Path) -> None:
    until = time.monotonic() + _PATIENCE_S
    while not path.exists():
        if time.monotonic() > until:
            raise SystemExit(f"{path.name} did not appear in {_PATIENCE_S:g} s")
        time.sleep(0.02)
