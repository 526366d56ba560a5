"""A server in a process of its own, asked over real HTTP."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import urllib3
from conftest import SCRIPTS, Workstation

from awsfed.sandbox.world import Sandbox

OURS = "/rest/awsfed/1"
VENDOR = "/rest/identity-federation-for-aws/2.2"
SERVER = """
[server]
folder = "{home}/store"
sealing_key = "file:{home}/sealing.key"
listen = "127.0.0.1:0"
{more}
"""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


@dataclass(kw_only=True)
class Server:
    """A process that serves, and what it logged."""

    process: "subprocess.Popen[str]"
    url: str
    workstation: Workstation
    log: Path
    http: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False))
    tokens: dict[str, str] = field(default_factory=dict)

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        user: str | None = None,
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Reply:
        """Send a request, as somebody who is signed in where `user` is given."""
        sent = dict(headers or {})
        if user is not None:
            sent["Authorization"] = f"Bearer {self.token(user)}"
        if body is not None:
            raw = json.dumps(body).encode()
        if raw is not None:
            sent.setdefault("Content-Type", "application/json")
        answer = self.http.request(method, self.url + path, body=raw, headers=sent, timeout=30)
        return Reply(status=answer.status, headers=answer.headers, body=answer.data)

    def token(self, user: str) -> str:
        """Return the token of somebody, signed in once; a service by `service:NAME`."""
        if user not in self.tokens:
            if user.startswith("service:"):
                name = user.removeprefix("service:")
                token = self.workstation.awsfed("services", "add", name, "shared").strip()
                body = {"service": name, "token": token}
            else:
                body = {"name": user, "password": f"{user}-sandbox"}
            reply = self.ask("POST", f"{OURS}/session", body=body)
            assert 201 == reply.status, reply.body
            self.tokens[user] = reply.json["token"]
        return self.tokens[user]

    def lines(self, event: str) -> list[dict[str, Any]]:
        """Return what was logged."""
        whole = self.log.read_text().rpartition("\n")[0]
        found = [json.loads(line) for line in whole.splitlines()]
        return [line for line in found if line["event"] == event]

    def line_of(self, reply: Reply) -> dict[str, Any]:
        """Return what was logged of a request, which is a moment after its answer."""
        return self.line_with("requestId", reply.headers["X-Request-Id"])

    def log_up_to(self, reply: Reply) -> str:
        """Return the log, the line of this request in it."""
        self.line_of(reply)
        return self.log.read_text()

    def line_with(self, name: str, value: str) -> dict[str, Any]:
        """Return what was logged of a request in the end, by what one of the fields of its line holds."""
        for _ in range(100):
            if found := [line for line in self.lines("request") if line.get(name) == value]:
                return found[0]
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end; return its exit status."""
        self.process.send_signal(number)
        return self.process.wait(timeout=60)


def set_up(sandbox: Sandbox, home: Path, more: str = "", settings: str = "") -> Workstation:
    """Write the home of a broker, with an empty store."""
    workstation = Workstation(sandbox=sandbox, home=home, environ=sandbox.write_home(home))
    text = workstation.config.read_text()
    workstation.config.write_text(text + settings + SERVER.format(home=home, more=more))
    workstation.awsfed("store", "init")
    return workstation


def _measured() -> dict[str, str]:
    """Return the variable by which the coverage of a process is measured, where this one's is."""
    return {name: text for name, text in os.environ.items() if name == "COVERAGE_PROCESS_CONFIG"}


def start(
    workstation: Workstation, *options: str, environ: Mapping[str, str] | None = None, files: int | None = None
) -> Server:
    """Start a server, which may open so many files, and wait until it takes requests."""
    limited = ["sh", "-c", 'ulimit -n "$0"; exec "$@"', str(files)] if files else []
    log = workstation.home / f"serve-{os.urandom(4).hex()}.log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            [*limited, str(SCRIPTS / "awsfed"), "serve", *options],
            env={**_measured(), **workstation.environ, **(environ or {})},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            text=True,
        )
    for _ in range(600):
        if '"started"' in log.read_text():
            break
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(log.read_text())
    server = Server(process=process, url="", workstation=workstation, log=log)
    server.url = server.lines("started")[0]["url"]
    return server


CONNECTORS = """
[connectors.shared]
name = "Shared"
type = "ASSUME_ROLE"
key = "main"
role_arn = "arn:aws:iam::123456789012:role/developer"
groups = ["aws-developers"]
scope = "SYSTEM"
"""


@pytest.fixture(scope="session")
def one_server(running_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests of a process that do not need one of their own."""
    server = start(set_up(running_sandbox, tmp_path_factory.mktemp("broker"), settings=CONNECTORS))
    yield server
    server.stop()


@pytest.fixture
def server(one_server: Server, sandbox: Sandbox) -> Server:
    """A server over a sandbox without faults."""
    return one_server


@pytest.fixture
def broker(sandbox: Sandbox, tmp_path: Path) -> Workstation:
    """The home of a broker that does not run yet."""
    return set_up(sandbox, tmp_path / "broker", settings=CONNECTORS)


@pytest.fixture
def running() -> Iterator[list[Server]]:
    """Servers that are gone at the end, whatever happens."""
    servers: list[Server] = []
    yield servers
    for server in servers:
        server.process.kill()
        server.process.wait()
