"""Secrets that are recognised wherever they turn up, and a watch over every process while awsfed runs."""

import base64
import contextlib
import json
import os
import secrets
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from conftest import SCRIPTS, Workstation

_PROCESSES = Path("/proc")
_PAUSE_S = 0.003
_PATIENCE_S = 15.0
_PIECE = 16
"""So many characters of a secret are enough to recognise it, and more than anybody should see."""
_VENDED = ("SecretAccessKey", "SessionToken")


def canary(what: str) -> str:
    """Return a secret that occurs nowhere else."""
    return f"canary-{what}-{secrets.token_hex(12)}"


@dataclass
class Watched:
    """A workstation whose secrets are known, and a way to run awsfed that looks for them everywhere."""

    workstation: Workstation
    environ: dict[str, str] = field(repr=False)
    long_term: dict[str, str] = field(repr=False)
    """What no answer may hold, by what it is."""
    vended: set[str] = field(default_factory=set, repr=False)
    """What only the answer may hold."""
    children: set[str] = field(default_factory=set, repr=False)
    """The command line of every child that was seen."""
    _spare: int = 0

    def awsfed(
        self, *arguments: str, stdin: str = "", environ: Mapping[str, str] | None = None, answers: bool = False
    ) -> "subprocess.CompletedProcess[str]":
        """Run awsfed with the umask at its widest; `answers` says that stdout is meant to hold what was vended."""
        with self._watching():
            process = subprocess.Popen(
                [str(SCRIPTS / "awsfed"), *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**self.environ, **(environ or {})},
                text=True,
                umask=0,
            )
            with self._spared(process.pid):
                stdout, stderr = process.communicate(stdin, timeout=60)
        self.learn()
        assert "" == self.leaked(stderr), f"in stderr of {arguments}"
        assert "" == (self.leaked_long_term(stdout) if answers else self.leaked(stdout)), f"in stdout of {arguments}"
        return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)

    def learn(self) -> None:
        """Note everything secret that was vended until now."""
        for path in self.workstation.cache.glob("*.*"):
            with contextlib.suppress(OSError, ValueError):
                document = json.loads(path.read_text().splitlines()[1])
                self.vended |= {document[name] for name in _VENDED}

    def leaked_long_term(self, text: str) -> str:
        """Return what a text holds of the long-term secrets, in any of their usual forms."""
        return ", ".join(what for what, secret in self.long_term.items() if any(f in text for f in _forms(secret)))

    def leaked(self, text: str) -> str:
        """Return what a text holds of any secret."""
        return self.leaked_long_term(text) or (
            "what was vended" if any(form in text for secret in self.vended for form in _forms(secret)) else ""
        )

    def finish(self) -> None:
        """End whatever still runs in the home: the small process that deletes a page after a minute."""
        for pid in self._processes():
            with contextlib.suppress(OSError):
                os.kill(pid, 9)

    def settle(self) -> None:
        """Wait until nothing runs in the home any more, such as a renewal behind."""
        patience = time.monotonic() + _PATIENCE_S
        while list(self._processes()) and time.monotonic() < patience:
            time.sleep(0.02)

    def private_files(self) -> Iterator[tuple[Path, int]]:
        """Return every file and folder of the home with its mode."""
        for path in sorted(self.workstation.home.rglob("*")):
            yield path, path.lstat().st_mode & 0o777

    def _processes(self) -> Iterator[int]:
        """Return the processes whose home is this one."""
        for entry in _processes():
            if self._mark in _read(entry / "environ").split(b"\0"):
                yield int(entry.name)

    @property
    def _mark(self) -> bytes:
        return f"HOME={self.workstation.home}".encode()

    @contextmanager
    def _spared(self, pid: int) -> Iterator[None]:
        """Leave the environment that the program itself was started with alone."""
        self._spare = pid
        yield

    @contextmanager
    def _watching(self) -> Iterator[None]:
        """Look at the command line of every process, and at the environment of every child, until the end."""
        found: list[str] = []
        over = threading.Event()
        before, self._spare = set(_processes()), 0

        def look() -> None:
            while not over.wait(_PAUSE_S):
                for entry in set(_processes()) - before:
                    found.extend(self._looked(entry))

        watcher = threading.Thread(target=look, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()
        assert [] == found

    def _looked(self, entry: Path) -> Iterator[str]:
        line = _read(entry / "cmdline").decode("utf-8", "replace")
        if leak := self.leaked(line):
            yield f"{leak} in the command line of a process"
        environ = _read(entry / "environ")
        line = _read(entry / "cmdline").decode("utf-8", "replace")  # again: it may have become another program
        if self._mark not in environ.split(b"\0") or self._spare in {0, int(entry.name)}:
            return
        if line == _read(_PROCESSES / str(self._spare) / "cmdline").decode("utf-8", "replace"):
            return  # a child that has not become its program yet is a copy of us
        self.children.add(line.replace("\0", " ").strip())
        if "--renew" in line.split("\0") or not line:
            return  # this program again, which needs what it was given
        if leak := self.leaked_long_term(environ.decode("utf-8", "replace")):
            yield f"{leak} in the environment of {line!r}"


def _processes() -> list[Path]:
    return [entry for entry in _PROCESSES.iterdir() if entry.name.isdigit()]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _forms(secret: str) -> Iterator[str]:
    """Return the pieces of a secret, and of what Basic authentication makes of it, by which it is recognised."""
    pair = base64.b64encode(f"awsfed:{secret}".encode()).decode()
    for text in (secret, pair[12:-4]):
        yield from (text[start : start + _PIECE] for start in range(0, max(len(text) - _PIECE, 0) + 1, _PIECE // 2))
