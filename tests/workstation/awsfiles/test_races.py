"""Many processes at one file: nothing lost, nothing torn, whole after every kill."""

import multiprocessing
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from botocore.configloader import raw_config_parse
from fakes.aws_files import kill_rounds, put_rounds, truncating_set, vended

from awsfed.outside.clock import SystemClock
from awsfed.workstation.awsfiles.credentials_file import CredentialsFile

FOREIGN = "# top\n[keep]\n# one\naws_access_key_id = x0\n; two\noutput = json\n"
SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a file with a profile and comments of the user's."""
    path = tmp_path / "credentials"
    path.write_text(FOREIGN)
    return path


@contextmanager
def writers(path: Path, number: int, rounds: int) -> Iterator[list[BaseProcess]]:
    """Let processes write a profile each, and see that all of them ended well."""
    processes = [SPAWN.Process(target=put_rounds, args=(path, f"p{n}", rounds)) for n in range(number)]
    for process in processes:
        process.start()
    yield list(processes)
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * number


def busy(processes: list[BaseProcess]) -> bool:
    """Tell whether any is still at it."""
    return any(process.is_alive() for process in processes)


def check_all_there(path: Path, number: int, rounds: int) -> None:
    """See that every profile holds the last credentials written for it."""
    found = raw_config_parse(str(path))
    keys = {profile: section["aws_access_key_id"] for profile, section in found.items() if profile != "keep"}
    assert keys == {f"p{n}": vended(rounds).access_key_id for n in range(number)}


@pytest.mark.parametrize(
    ("number", "rounds"), [(4, 10), pytest.param(16, 50, marks=pytest.mark.slow)], ids=["few", "many"]
)
def test_torture(path: Path, number: int, rounds: int) -> None:
    """Of all writes of all writers none is lost, and a reader never sees anything but a whole file."""
    reads, torn = 0, 0
    with writers(path, number, rounds) as processes:
        while busy(processes):
            data = path.read_bytes()
            reads += 1
            torn += not (data.startswith(FOREIGN.encode()) and data.endswith(b"\n"))
            time.sleep(0.0005)

    assert reads > 100
    assert torn == 0
    check_all_there(path, number, rounds)
    assert {entry.name for entry in path.parent.iterdir()} == {"credentials", ".credentials.awsfed.lock"}


def check_survived(path: Path, value: str, number: int) -> None:
    """See that the foreign writer lost nothing, and that ours are whole once they have written again.

    Between its reading and its writing back a foreign writer undoes what we wrote; nobody can prevent that.
    """
    text = path.read_text()
    assert text.startswith(FOREIGN.replace("x0", value))
    raw_config_parse(str(path))
    for n in range(number):
        put_rounds(path, f"p{n}", 1)
    check_all_there(path, number, 1)
    assert path.read_text().startswith(FOREIGN.replace("x0", value))


def await_line(path: Path, line: str) -> None:
    """See that a line is there, or is taken up by one of ours in a moment."""
    end = time.monotonic() + 30  # on a disk that others keep busy
    while line not in path.read_text():
        assert time.monotonic() < end, "a change was lost"


@pytest.mark.parametrize(
    ("number", "rounds"), [(4, 15), pytest.param(16, 50, marks=pytest.mark.slow)], ids=["few", "many"]
)
def test_foreign_writer(path: Path, number: int, rounds: int) -> None:
    """What a writer that truncates the file puts in while ours write is never lost by us; it is read all the time."""
    value = "x0"
    with writers(path, number, rounds) as processes:
        for turn in range(1, 100_000):
            if not busy(processes):
                break
            expected, value = value, f"x{turn}"
            await_line(path, f"aws_access_key_id = {expected}\n")
            truncating_set(path, "aws_access_key_id", value)
            time.sleep(random.uniform(0, 0.2))

    check_survived(path, value, number)


@pytest.mark.slow
def test_aws_configure_set(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same with the real AWS CLI."""
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path.parent / "config"))
    aws = Path(sys.executable).parent / "aws"
    value = "x0"
    with writers(path, 4, 300) as processes:
        for number in range(1, 100_000):
            if not busy(processes):
                break
            value = f"x{number}"
            command = [str(aws), "configure", "set", "aws_access_key_id", value, "--profile", "keep"]
            subprocess.run(command, check=True, capture_output=True)

    assert value != "x0"
    check_survived(path, value, 4)


@pytest.mark.parametrize("kills", [40, pytest.param(300, marks=pytest.mark.slow)])
def test_killed(path: Path, kills: int) -> None:
    """After each of many kill -9 at random moments the file is whole, and the next writer gets in at once."""
    randomness = random.Random(kills)
    delays_s = [randomness.uniform(0, 0.03) for _ in range(kills)]
    killer = SPAWN.Process(target=kill_rounds, args=(path, delays_s))
    killer.start()
    killer.join()

    assert killer.exitcode == 0
    put_rounds(path, "last", 1)
    assert path.read_text().startswith(FOREIGN)


def test_threads(path: Path) -> None:
    """Threads of one process lose nothing either."""
    threads = [threading.Thread(target=put_rounds, args=(path, f"p{n}", 5)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    check_all_there(path, 4, 5)
    assert len(CredentialsFile(path, SystemClock()).ours()) == 4
