"""What the other ways of delivery add: `exec` to the command it runs, the endpoint to a request."""

import http.client
import json
import statistics
import subprocess
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from homes import AWSFED, PYTHON, Home
from measure import Case, interleaved
from table import Part, Row, ratio, records, skipped

_TRUE = "/bin/true"
_REQUESTS = 400
_CLIENTS = 8
_URI, _TOKEN = "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN"


def measure_exec(home: Home, rounds: int) -> Part:
    """Measure a command that does nothing, run with cached credentials."""
    home.awsfed("credential-process", "dev")
    usual = "python -c pass"
    cases = [
        Case(name=usual, command=[PYTHON, "-c", "pass"], environ=home.environ),
        Case(name="exec", command=[AWSFED, "exec", "dev", "--", _TRUE], environ=home.environ),
    ]
    found = interleaved(cases, rounds=rounds)
    row = ratio("awsfed exec: added to a command, cached", found["exec"], found[usual], usual)
    return Part(name="exec", rows=[row], records=records(found))


def measure_endpoint(home: Home) -> Part:
    """Ask a running endpoint as SDKs do, with a new connection for each request."""
    name, what = "endpoint", "awsfed endpoint"
    if subprocess.run([AWSFED, "endpoint", "--help"], env=home.environ, capture_output=True, check=False).returncode:
        return skipped(name, what, "this version has no such command")
    command = [AWSFED, "endpoint", "dev", "--format", "json"]
    with subprocess.Popen(command, env=home.environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            variables = _variables(process)
            seconds = sorted(_asked(variables) for _ in range(_REQUESTS))
            begun = time.perf_counter()
            with ThreadPoolExecutor(_CLIENTS) as pool:
                list(pool.map(lambda _: _asked(variables), range(_REQUESTS)))
            rate = _REQUESTS / (time.perf_counter() - begun)
        finally:
            process.terminate()
    median_ms, slow_ms = statistics.median(seconds) * 1000, seconds[int(_REQUESTS * 0.99)] * 1000
    rows = [
        Row(what=f"{what}: one request", measured=f"{median_ms:.2f} ms (99 of 100 within {slow_ms:.2f} ms)"),
        Row(what=f"{what}: {_CLIENTS} clients at once", measured=f"{rate:,.0f} requests a second"),
    ]
    record = {"median_ms": round(median_ms, 3), "p99_ms": round(slow_ms, 3), "requests_per_s": round(rate)}
    note = "The endpoint's clients are threads of the benchmark itself, on the same cores."
    return Part(name=name, rows=rows, records=record, notes=[note])


def _variables(process: "subprocess.Popen[bytes]") -> Mapping[str, str]:
    text = ""
    assert process.stdout
    for line in process.stdout:
        text += line.decode()
        try:
            found: dict[str, str] = json.loads(text)
        except ValueError:
            continue
        return found
    raise SystemExit("awsfed endpoint printed no variables")


def _asked(variables: Mapping[str, str]) -> float:
    parts = urlsplit(variables[_URI])
    begun = time.perf_counter()
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    connection.request("GET", parts.path, headers={"Authorization": variables[_TOKEN]})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    seconds = time.perf_counter() - begun
    if answer.status != http.client.OK or b"SecretAccessKey" not in body:
        raise SystemExit(f"the endpoint answered {answer.status}")
    return seconds
