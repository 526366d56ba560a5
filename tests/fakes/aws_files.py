"""Other writers and readers of the AWS files, and credentials to write into them."""

import os
import signal
import time
from pathlib import Path

from awsfed.model.credentials import Credentials
from awsfed.model.secret import Secret
from awsfed.outside.clock import SystemClock
from awsfed.workstation.awsfiles.credentials_file import CredentialsFile


def vended(number: int = 1) -> Credentials:
    """Return credentials that tell by their number which write they belong to."""
    return Credentials(
        access_key_id=f"ASIA{number:08}",
        secret_access_key=Secret(f"canary+secret/{number:08}"),
        session_token=Secret(f"canary+token/{number:08}=="),
        issued_at=1_750_000_000,
        expires_at=1_750_003_600,
        expiration="2025-06-15T16:06:40Z",
    )


def truncating_set(path: Path, key: str, value: str) -> None:
    """Change a line as `aws configure set` does: read all, truncate, write all; no lock, no temporary file."""
    lines = path.read_text().splitlines(keepends=True)
    found = [number for number, line in enumerate(lines) if line.startswith(f"{key} =")]
    if not found:  # another such writer is in the middle of it
        return
    lines[found[0]] = f"{key} = {value}\n"
    with path.open("w") as file:
        file.write("".join(lines))


def put_rounds(path: Path, profile: str, rounds: int) -> None:
    """Write the credentials of one profile again and again; the body of a process."""
    file = CredentialsFile(path, SystemClock())
    for number in range(1, rounds + 1):
        file.put(profile, connector="dev", credentials=vended(number), region=None)


def kill_rounds(path: Path, delays_s: list[float]) -> None:
    """Kill one writer after another in the middle of its work, and look at the file after each; the body of a process.

    Leaves with an AssertionError where the file was not whole.
    """
    foreign = path.read_bytes()
    for delay_s in delays_s:
        pid = os.fork()
        if not pid:
            put_rounds(path, f"p{os.getpid() % 5}", 1_000_000)
            os._exit(0)
        time.sleep(delay_s)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        data = path.read_bytes()
        assert data.startswith(foreign)
        assert data.endswith(b"\n")
        ours = CredentialsFile(path, SystemClock()).ours()
        assert all(own.expires_at == vended().expiration for own in ours)
