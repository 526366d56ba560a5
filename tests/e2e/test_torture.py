"""Kill the real program at random moments, some hundred times: every file stays whole, and the next run works."""

import configparser
import json
import random
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import SCRIPTS, Workstation

from awsfed.launch import NAMES, parse

pytestmark = pytest.mark.slow

AWSFED = str(SCRIPTS / "awsfed")
KILLS = 300
LONGEST_S = 0.6
VICTIMS = (
    ("credential-process", "dev"),
    ("credential-process", "artifacts"),
    ("credential-process", "--renew", "dev"),
    ("configure", "--all"),
    ("configure", "dev", "--profile", "mine"),
    ("connectors",),
)
FOREIGN = "# kept by hand\n[profile other]\nregion = eu-west-1\n"


@pytest.fixture
def alice(workstation: Workstation) -> Workstation:
    """Alice has signed in, and has a config file of her own."""
    workstation.login()
    folder = workstation.home / ".aws"
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / "config").write_text(FOREIGN)
    return workstation


def entries(alice: Workstation) -> list[Path]:
    """Return the cache entries there are."""
    return list(alice.cache.glob("*." + "?" * 32))


def forget(alice: Workstation) -> None:
    """Make the next run a cold one."""
    for path in entries(alice):
        path.unlink()


def check_all_files(alice: Workstation) -> None:
    """Read every file that awsfed keeps, as strictly as its readers do or more."""
    for path in entries(alice):
        entry = parse(path.read_bytes())
        assert entry, path
        assert "AccessKeyId" in json.loads(entry.answer), path
    known = Path(alice.environ["XDG_STATE_HOME"]) / "awsfed" / "known"
    records = [*known.glob("*.json"), *(alice.cache / "locks").glob("*.failure")]
    for path in records:
        assert isinstance(json.loads(path.read_bytes()), dict), path
    assert any(path.name.startswith("session-") for path in records)
    assert set((alice.cache / NAMES).read_text().split()) <= {"dev", "artifacts"}
    config = alice.home / ".aws" / "config"
    assert config.read_text().startswith(FOREIGN)
    parser = configparser.RawConfigParser()
    parser.read_string(config.read_text())
    assert all(parser.options(section) for section in parser.sections())
    for path in (*entries(alice), *records):
        assert 0o600 == path.stat().st_mode & 0o777, path


def test_three_hundred_kills(alice: Workstation) -> None:
    """A process killed at any moment leaves the old content of each file or the new one, and no lock behind."""
    chance = random.Random(20_261_123)
    killed = 0
    with polled(alice) as torn:
        while killed < KILLS:
            forget(alice)
            victim = chance.choice(VICTIMS)
            process = subprocess.Popen(
                [AWSFED, *victim], env=alice.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            time.sleep(chance.uniform(0.05, LONGEST_S))
            if process.poll() is None:
                process.kill()
                killed += 1
            process.wait()
            check_all_files(alice)
            survivor = chance.choice(VICTIMS)
            alice.awsfed(*survivor)
            check_all_files(alice)

    assert not torn


def test_sixteen_at_once_and_killed(alice: Workstation) -> None:
    """Crowds of cold callers of which half are killed: the other half has one and the same answer each time."""
    chance = random.Random(11)
    for _ in range(50):
        forget(alice)
        crowd = [
            subprocess.Popen([AWSFED, "credential-process", "dev"], env=alice.environ, stdout=subprocess.PIPE)
            for _ in range(16)
        ]
        doomed = crowd[::2]
        for process in doomed:
            time.sleep(chance.uniform(0.0, 0.1))
            process.kill()
        answers = {process.communicate(timeout=120)[0] for process in crowd[1::2]}

        assert 1 == len(answers)
        assert "AccessKeyId" in json.loads(answers.pop())
        check_all_files(alice)
        for process in doomed:
            process.communicate()


@contextmanager
def polled(alice: Workstation) -> Iterator[list[bytes]]:
    """Read the cache entries all the time, and collect whatever is neither absent nor whole."""
    torn: list[bytes] = []
    over = threading.Event()

    def poll() -> None:
        while not over.wait(0.001):
            for path in entries(alice):
                try:
                    data = path.read_bytes()
                except FileNotFoundError:
                    continue
                if parse(data) is None:
                    torn.append(data[:80])

    reader = threading.Thread(target=poll)
    reader.start()
    try:
        yield torn
    finally:
        over.set()
        reader.join()
