"""A real forward proxy on loopback, spoken to through TLS; it resolves names that this machine does not know."""

import os
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from fakes.authority import Identity

_TESTS = Path(__file__).parents[1]


class ForwardProxy:
    """Runs proxy.py; a context manager."""

    def __init__(self, folder: Path, identity: Identity, login: str | None = None) -> None:
        folder.mkdir()
        self._folder = folder
        self._identity = identity
        self._login = login
        self.port = 0

    @property
    def url(self) -> str:
        """Where it is."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def asked(self) -> list[str]:
        """Return the hosts and ports it was told to lead to, each once."""
        path = self._folder / "asked"
        return sorted(set(path.read_text().split())) if path.exists() else []

    def forget(self) -> None:
        """Begin anew."""
        (self._folder / "asked").unlink(missing_ok=True)

    def __enter__(self) -> Self:
        place = self._folder / "port"
        command = [sys.executable, "-m", "proxy", "--hostname", "127.0.0.1", "--port", "0", "--port-file", str(place)]
        command += ["--num-workers", "1", "--num-acceptors", "1", "--plugins", "fakes.proxy_names.Names"]
        command += ["--cert-file", str(self._identity.certificate), "--key-file", str(self._identity.key)]
        command += ["--basic-auth", self._login] if self._login else []
        environ = {**os.environ, "PYTHONPATH": str(_TESTS), "PROXY_ASKED": str(self._folder / "asked")}
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(command, env=environ, stdout=log, stderr=log, start_new_session=True)
        ends_at = time.monotonic() + 30
        while not (place.exists() and place.read_text().strip()):
            if self._process.poll() is not None or time.monotonic() > ends_at:
                self._stop()
                raise RuntimeError((self._folder / "log").read_text())
            time.sleep(0.05)
        self.port = int(place.read_text())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
