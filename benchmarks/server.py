"""The server under load: 100 connectors, 10 access keys, 2,000 people in one group, stand-ins for Crowd and STS."""

import contextlib
import json
import os
import re
import statistics
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from operator import truediv
from pathlib import Path
from typing import Any

from homes import AWSFED, PYTHON, Home
from load import Load, added, vend
from measure import Case, Figures, interleaved
from table import Part, Row, ratio, records

_CONNECTORS, _KEYS, _PEOPLE = 100, 10, 2000
_TOGETHER = (1, 50, 200)
_VENDS = 1000
"""In one round."""
_GOAL = 1.5
_FLAT_MIB = 2
"""What an allocator may keep of a hundred thousand vends: 20 bytes of each."""
_COLD, _PASS = "cold, a broker elsewhere", "python -c pass"
_HERE = Path(__file__).parent
_OURS, _VENDOR = "/rest/awsfed/1", "/rest/identity-federation-for-aws/2.2"
_SETTINGS = """
[crowd]
url = "http://127.0.0.1:{crowd}/crowd"
application = "awsfed"
secret = "environment"
[access]
administrators = ["admins"]
[secrets]
store = "file"
[aws]
region = "eu-central-1"
endpoint = "http://127.0.0.1:{sts}"
[server]
folder = "{folder}/store"
listen = "127.0.0.1:0"
sealing_key = "file:{folder}/sealing.key"
audit_key = "file:{folder}/audit.key"
membership_cache_s = {cache_s}
"""
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that runs, with people signed in."""

    port: int
    pid: int
    tokens: tuple[str, ...]
    connectors: tuple[str, ...]

    def vend(self, together: int, vends: int) -> Load:
        """Let so many people vend at once."""
        return vend(self.port, self.tokens[:together], self.connectors, vends)

    def busy_s(self) -> float:
        """Return the processor's time that it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:13])) / _TICKS

    def resident_mib(self) -> float:
        """Return the memory that it holds."""
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.pid}/status").read_text())
        return int(found[1]) / 1024 if found else 0.0


def measure(folder: Path, *, quick: bool) -> Part:
    """Measure a server that asks Crowd at every vend, and one that may remember for half a minute."""
    folder.mkdir()
    rounds = 3 if quick else 6
    with _stand_ins() as (crowd, sts):
        with _server(folder / "asks", crowd, sts, cache_s=0) as server:
            asking = _loaded(server, sts, rounds)
            remote = _remote(folder / "client", server, 10 if quick else 30)
            growth, many = _growth(server, 4_000 if quick else 100_000)
        with _server(folder / "remembers", crowd, sts, cache_s=30) as server:
            remembering = _loaded(server, sts, rounds)
    rows = [
        *(level.speed() for level in asking),
        *(level.ratio("processor time of a vend") for level in asking),
        *(level.ratio("the same with server.membership_cache_s = 30") for level in remembering),
        ratio(_COLD, remote[_COLD], remote[_PASS], _PASS, 12),
        Row(
            what=f"server, memory after {many:,} more vends",
            measured=f"{growth:+.1f} MiB",
            goal=f"<= {_FLAT_MIB} MiB",
            is_met=growth <= _FLAT_MIB,
        ),
    ]
    record: dict[str, Any] = {
        **records(remote),
        "memory": {"vends": many, "grown_mib": round(growth, 2)},
        "asking": {f"{level.together} at once": level.as_record() for level in asking},
        "remembering": {f"{level.together} at once": level.as_record() for level in remembering},
    }
    return Part(name="server", rows=rows, records=record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What came of some rounds of vends by so many people at once, each beside a loop of the bare call."""

    together: int
    loads: list[Load] = field(default_factory=list)
    vend_s: list[float] = field(default_factory=list)
    """The processor's time of one vend, in each round."""
    bare_s: list[float] = field(default_factory=list)
    """The processor's time of one bare call, half of them before the vends of a round and half behind."""

    def measure(self, server: Server, sts: int) -> None:
        """Add a round: whatever else this machine does then falls on both alike."""
        earlier_s = _bare(sts, _VENDS // 2)
        before_s = server.busy_s()
        self.loads.append(server.vend(self.together, _VENDS))
        self.vend_s.append((server.busy_s() - before_s) / _VENDS)
        self.bare_s.append((earlier_s + _bare(sts, _VENDS // 2)) / 2)

    def speed(self) -> Row:
        """Return how many vends there are in a second, all rounds together."""
        load = added(self.loads)
        measured = f"{load.per_second:.0f} vends/s, p99 {load.p99_s * 1000:.0f} ms"
        return Row(what=f"server, {self.together} people at once", measured=measured)

    def ratio(self, what: str) -> Row:
        """Return the processor's time of a vend as a multiple of the bare call: the median over the rounds."""
        low, times, high = statistics.quantiles(map(truediv, self.vend_s, self.bare_s), n=4)
        return Row(
            what=f"  {what}, {self.together} at once",
            measured=f"{times:.2f} x a bare botocore AssumeRole (quartiles {low:.2f}-{high:.2f})",
            goal=f"<= {_GOAL} x",
            is_met=times <= _GOAL,
        )

    def as_record(self) -> dict[str, Any]:
        """Return it for the file of results."""
        load = added(self.loads)
        return {
            "vends_per_s": round(load.per_second, 1),
            "p99_ms": round(load.p99_s * 1000, 1),
            "vend_cpu_ms": [round(one * 1000, 3) for one in self.vend_s],
            "bare_assume_role_cpu_ms": [round(one * 1000, 3) for one in self.bare_s],
        }


def _loaded(server: Server, sts: int, rounds: int) -> list[Level]:
    """Let people vend in rounds, few of them and many by turns."""
    server.vend(4, 200)  # the first vends load modules
    levels = [Level(together=together) for together in _TOGETHER]
    for _ in range(rounds):
        for level in levels:
            level.measure(server, sts)
    return levels


def _growth(server: Server, vends: int) -> tuple[float, int]:
    """Return how much the memory grew over so many vends, the first tenth of them left out."""
    server.vend(8, vends // 10)
    before = server.resident_mib()
    server.vend(8, vends)
    return server.resident_mib() - before, vends


def _remote(folder: Path, server: Server, rounds: int) -> dict[str, Figures]:
    """Measure a workstation that knows a URL and nothing else, with an empty cache."""
    settings = folder / "config" / "awsfed" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(f'[broker]\nurl = "http://127.0.0.1:{server.port}"\n[secrets]\nstore = "file"\n')
    names = {f"XDG_{name.upper()}_HOME": str(folder / name) for name in ("config", "cache", "state", "data")}
    home = Home(environ={"HOME": str(folder), "PATH": "/usr/bin:/bin", **names})
    home.awsfed("login", "--user", "user1", "--password-stdin", stdin="any\n")
    command = [AWSFED, "credential-process", server.connectors[0]]
    cold = Case(name=_COLD, command=command, environ=home.environ, before=home.forget)
    bare = Case(name=_PASS, command=[PYTHON, "-c", "pass"], environ=home.environ)
    return interleaved([bare, cold], rounds=rounds, memory=False)


def _bare(sts: int, calls: int) -> float:
    environ = {"PATH": "/usr/bin:/bin", "AWS_EC2_METADATA_DISABLED": "true"}
    command = [PYTHON, str(_HERE / "bare.py"), f"http://127.0.0.1:{sts}", str(calls)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    return float(done.stdout)


@contextlib.contextmanager
def _stand_ins() -> Iterator[tuple[int, int]]:
    process = subprocess.Popen(
        [PYTHON, str(_HERE / "standins.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        crowd, sts = map(int, process.stdout.readline().split())
        try:
            yield crowd, sts
        finally:
            process.kill()


@contextlib.contextmanager
def _server(folder: Path, crowd: int, sts: int, *, cache_s: int) -> Iterator[Server]:
    environ = _home(folder, crowd, sts, cache_s)
    subprocess.run([AWSFED, "store", "init"], env=environ, capture_output=True, check=True)
    log = folder / "log"
    with (
        log.open("w") as stream,
        subprocess.Popen([AWSFED, "serve"], env=environ, stdout=stream, stderr=stream) as process,
    ):
        try:
            port = _port(process, log)
            connectors = _fill(port)
            with ThreadPoolExecutor(8) as threads:
                tokens = tuple(threads.map(lambda number: _sign_in(port, f"user{number}"), range(_PEOPLE)))
            yield Server(port=port, pid=process.pid, tokens=tokens, connectors=connectors)
        finally:
            process.terminate()


def _home(folder: Path, crowd: int, sts: int, cache_s: int) -> dict[str, str]:
    settings = folder / "config" / "awsfed" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(_SETTINGS.format(crowd=crowd, sts=sts, folder=folder, cache_s=cache_s))
    names = {f"XDG_{name.upper()}_HOME": str(folder / name) for name in ("config", "cache", "state", "data")}
    return {"HOME": str(folder), "PATH": "/usr/bin:/bin", "AWSFED_CROWD_SECRET": "secret", **names}


def _port(process: "subprocess.Popen[bytes]", log: Path) -> int:
    for _ in range(200):
        found = re.search(r"http://127\.0\.0\.1:(\d+)", log.read_text())
        if found:
            return int(found[1])
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise SystemExit(f"the server did not start: {log.read_text()}")


def _fill(port: int) -> tuple[str, ...]:
    """Create access keys and connectors as an administrator does, and return the ids of the connectors."""
    token = _sign_in(port, "admin")
    keys = [
        _ask(
            port,
            f"{_VENDOR}/accounts?skipValidation=true",
            {
                "name": f"key{number}",
                "awsAccessKeyId": f"AKIAIOSFODNN7EXAMP{number:02}",
                "awsSecretKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                "cloudProviderKey": "aws",
            },
            token,
        )["id"]
        for number in range(_KEYS)
    ]
    made = []
    for number in range(_CONNECTORS):
        connector = {
            "name": f"Connector {number}",
            "type": "ASSUME_ROLE",
            "partition": "aws",
            "accountId": keys[number % _KEYS],
            "roleArn": "arn:aws:iam::123456789012:role/developer",
            "groups": ["everybody"],
        }
        made.append(_ask(port, f"{_VENDOR}/connectors", connector, token)["id"])
    return tuple(made)


def _sign_in(port: int, name: str) -> str:
    return str(_ask(port, f"{_OURS}/session", {"name": name, "password": "any"})["token"])


def _ask(port: int, path: str, body: object, token: str | None = None) -> Any:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)
