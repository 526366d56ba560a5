"""What every request passes: names of the server, limits, what is no HTTP; and what is logged and counted of it."""

import contextlib
import json
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import urllib3
from server.conftest import OURS, VENDOR, Server

from awsfed.sandbox.crowd.faults import fail, hang


def raw(server: Server, data: bytes) -> bytes:
    """Send bytes, and return what comes until the server hangs up."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        received = b""
        with contextlib.suppress(ConnectionError):  # it may hang up while much is sent, and has answered before
            connection.sendall(data)
        with contextlib.suppress(ConnectionError):
            while chunk := connection.recv(65_536):
                received += chunk
    return received


def request(server: Server, *lines: str, path: str = f"{OURS}/status", method: str = "GET") -> bytes:
    """Send a request with these header lines."""
    return raw(server, "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "Connection: close", "", ""]).encode())


@pytest.mark.parametrize(
    "host", ["evil.example.org", "127.0.0.1:1", "", "127.0.0.1.evil.example.org", "[::1]x", "a" * 300]
)
def test_another_name_is_another_server(server: Server, host: str) -> None:
    """A page that lets its own name lead here is told nothing; probes may ask by any name."""
    assert b"HTTP/1.1 421 " == request(server, f"Host: {host}")[:13]
    assert b"HTTP/1.1 200 " == request(server, f"Host: {host}", path="/healthz")[:13]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (
            b"GET /healthz HTTP/1.1\r\nHost: HOST\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
        ),
        (
            b"GET /healthz HTTP/1.1\r\nHost: HOST\r\nAuthorization: a\r\nAuthorization: b\r\nConnection: close\r\n\r\n",
            400,
        ),
        (b"GET /%zz%00%ff/.. HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n", 404),
        (b"GET /healthz%0a HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n", 404),
        (b"BREW /healthz HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n", 400),
        (b"PATCH /healthz HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n", 405),
        (b"POST /openapi.json HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n", 405),
        (b"GET /healthz HTTP/1.1\r\nHost: HOST\r\nCookie: \x7f=\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost : HOST\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: HOST\r\n X: folded\r\n\r\n", 400),
        (b"POST /healthz HTTP/1.1\r\nHost: HOST\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab", 400),
        (b"POST /healthz HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST /healthz HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n", 400),
        (b"POST /rest/awsfed/1/session HTTP/1.1\r\nHost: HOST\r\nContent-Length: 99999999999\r\n\r\n", 413),
        (b"POST /rest/awsfed/1/session HTTP/1.1\r\nHost: HOST\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: HOST\r\nX-Long: " + b"x" * 17_000 + b"\r\n\r\n", 431),
        (b"GET /healthz HTTP/1.1\r\nHost: HOST\r\nX-Endless: " + b"x" * 2_000_000, 431),
        (b"GET /" + b"x" * 2_000_000, 431),
        (b"GET http://evil.example/healthz HTTP/1.1\r\nHost: HOST\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    ],
)
def test_what_is_no_request_is_answered_as_one(server: Server, data: bytes, status: int) -> None:
    """A failure in the one form, and never one of the server's own."""
    answer = raw(server, data.replace(b"HOST", server.url.removeprefix("http://").encode()))
    head, _, body = answer.partition(b"\r\n\r\n")

    assert f"HTTP/1.1 {status}".encode() == head[:12], answer[:300]
    assert {"errorMessages", "errors", "kind", "hint", "requestId"} == set(json.loads(body))


@pytest.mark.parametrize("path", ["/rest%2Fawsfed/1/status", "/rest/awsfed%5c1/status", "/rest/awsfed/1\\status"])
def test_a_slash_in_disguise_is_no_path(server: Server, path: str) -> None:
    """A proxy in front may have read it in another way."""
    host = server.url.removeprefix("http://")

    assert b"HTTP/1.1 400 " == raw(server, f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())[:13]


def test_a_slash_at_the_end_means_nothing(server: Server) -> None:
    """As on the vendor's server, whose clients write it now and then."""
    for path in (f"{VENDOR}/connectors/", f"{VENDOR}/connectors/dev/credentials/", f"{OURS}/session/"):
        assert 200 == server.ask("GET", path, user="alice").status
    assert 404 == server.ask("GET", f"{VENDOR}/connectors//", user="alice").status


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_may_want_no_body(server: Server, path: str) -> None:
    """Some load balancers ask with HEAD, and from the proxy's address alone."""
    reply = server.ask("HEAD", path)
    host = server.url.removeprefix("http://")
    bare = raw(server, f"HEAD {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())

    assert (200, b"") == (reply.status, reply.body)
    assert bare.endswith(b"\r\n\r\n")
    assert 1 == bare.count(b"\r\n\r\n")


@pytest.mark.parametrize("path", ["/openapi.json", "/healthz", "/metrics", "/console", "/no/such", f"{OURS}/status"])
def test_no_cache_keeps_an_answer(server: Server, path: str) -> None:
    """Whatever it is: the next one may be for somebody else."""
    assert "no-store" in server.ask("GET", path).headers["Cache-Control"]


def test_nothing_is_kept_of_what_was_refused(server: Server) -> None:
    """However much of it there was: a body may hold a password, and memory has an end."""
    body = b'{"name":"alice","password":"' + b"canary" * 2000 + b'"}'
    assert 400 == server.ask("POST", f"{OURS}/session", raw=body).status
    before = resident_mib(server)
    with ThreadPoolExecutor(8) as many:
        found = set(many.map(lambda _: server.ask("POST", f"{OURS}/session", raw=body).status, range(3000)))

    assert {400} == found
    assert resident_mib(server) - before < 15


def resident_mib(server: Server) -> float:
    """Return the memory that a server holds."""
    known = Path(f"/proc/{server.process.pid}/statm").read_text().split()
    return int(known[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.parametrize(("members", "status"), [(1000, 400), (15_000, 413)])
def test_mistakes_are_not_counted_out_to_strangers(server: Server, members: int, status: int) -> None:
    """A body full of them is refused in a few words."""
    body = {f"{number:x}": 0 for number in range(members)}
    reply = server.ask("POST", f"{OURS}/session", body=body)

    assert (status, True) == (reply.status, len(reply.body) < 400)


def test_a_body_that_grows_without_a_length_is_cut_off(server: Server) -> None:
    """In chunks, too, it may be so long and no longer."""
    host = server.url.removeprefix("http://")
    head = f"POST {OURS}/session HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    chunks = b"ffff\r\n" + b"x" * 0xFFFF + b"\r\n"

    assert b"HTTP/1.1 413 " == raw(server, f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunks * 3)[:13]


def test_what_stands_behind_a_body_is_no_header(server: Server) -> None:
    """Neither who asks, nor for which server, nor from where."""
    host, token = server.url.removeprefix("http://"), server.token("alice")
    path = f"GET {OURS}/session HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
    behind = f"0\r\nAuthorization: Bearer {token}\r\nHost: {host}\r\n\r\n"

    with_host = raw(server, f"{path}Host: {host}\r\n\r\n{behind}".encode())
    without = raw(server, f"{path}\r\n{behind}".encode())

    assert [b"HTTP/1.1 401 ", b"HTTP/1.1 400 "] == [with_host[:13], without[:13]]


def in_two(server: Server, first: str, then: bytes) -> bytes:
    """Send a head, and a moment later what belongs to it; return what comes until the server hangs up."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=15) as connection:
        connection.sendall(first.replace("HOST", f"{host}:{port}").encode())
        time.sleep(0.3)
        received = b""
        with contextlib.suppress(ConnectionError):
            connection.sendall(then)
            while chunk := connection.recv(65_536):
                received += chunk
    return received


UPGRADE = "Host: HOST\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n"


@pytest.mark.parametrize("padding", [b"", b"\r\n" * 7000])
@pytest.mark.parametrize("length", ["Content-Length: SIZE", "Transfer-Encoding: chunked"])
def test_no_request_hides_in_the_body_of_another(server: Server, length: str, padding: bytes) -> None:
    """Where one asks for another protocol too, our parser takes its body for the next request; a proxy does not."""
    hidden = padding + b"GET /healthz HTTP/1.1\r\nHost: HOST\r\n\r\n"
    head = f"POST {OURS}/session HTTP/1.1\r\n{UPGRADE}Content-Type: application/json\r\n{length}\r\n\r\n"
    answer = in_two(server, head.replace("SIZE", str(len(hidden))), hidden)

    assert (b"HTTP/1.1 400 ", 1) == (answer[:13], answer.count(b"HTTP/1.1 "))
    assert b"a request with a body cannot ask for another protocol" in answer


def test_who_asks_for_another_protocol_is_answered_in_this_one(server: Server) -> None:
    """As some clients do at their first request; nothing behind it is read."""
    answer = in_two(server, f"GET /healthz HTTP/1.1\r\n{UPGRADE}\r\n", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")

    assert (b"HTTP/1.1 200 ", 1) == (answer[:13], answer.count(b"HTTP/1.1 "))
    assert b"connection: close" in answer.lower()
    assert not [line for line in server.lines("library") if "upgrade" in line["message"]]


def test_what_stands_behind_a_body_has_an_end(server: Server) -> None:
    """The connection is cut off, and the server holds none of it."""
    host, port = server.url.removeprefix("http://").split(":")
    head = f"GET /healthz HTTP/1.1\r\nHost: {host}:{port}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
    sent = 0
    with socket.create_connection((host, int(port)), timeout=10) as connection, contextlib.suppress(OSError):
        connection.sendall(head.encode())
        while sent < 50_000_000:
            sent += connection.send(b"a: " + b"x" * 60_000 + b"\r\n")

    assert sent < 20_000_000


@pytest.mark.slow
@pytest.mark.parametrize("begin", [b"", b"GET /healthz HTT", b"POST /rest/awsfed/1/session HTTP/1.1\r\nHost: HOST\r\n"])
def test_whoever_says_nothing_is_not_waited_for(server: Server, begin: bytes) -> None:
    """The connection of a request that does not come ends by itself."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        began = time.monotonic()
        connection.sendall(begin.replace(b"HOST", f"{host}:{port}".encode()))
        while connection.recv(4096):
            pass

    assert 5 < time.monotonic() - began < 20


def test_whoever_hangs_up_before_the_end_is_no_bug(server: Server) -> None:
    """Half a body, and nobody there any more: the log says so in the words of every other failure."""
    host, port = server.url.removeprefix("http://").split(":")
    head = f"POST {OURS}/session HTTP/1.1\r\nHost: {host}:{port}\r\nX-Request-Id: hung-up-early\r\n"
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{".encode())
        time.sleep(0.1)

    assert "Busy" == server.line_with("callerId", "hung-up-early")["kind"]
    assert not server.lines("bug")


@pytest.mark.slow
def test_a_head_that_begins_during_an_answer_is_not_waited_for_longer(server: Server) -> None:
    """Half a head beside the answer to the one before, and a byte of it behind that answer."""
    server.workstation.sandbox.crowd.faults.add(hang(1), path="user/group/nested")
    host, port = server.url.removeprefix("http://").split(":")
    head = f"GET {OURS}/session HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {server.token('alice')}\r\n"
    with socket.create_connection((host, int(port)), timeout=40) as connection:
        connection.sendall(f"{head}\r\n".encode())
        time.sleep(0.3)
        connection.sendall(b"GET /healthz HTTP/1.1\r\nX: ")
        assert b"HTTP/1.1 200 " == connection.recv(4096)[:13]
        connection.sendall(b"x")
        began = time.monotonic()
        while connection.recv(4096):
            pass

    assert time.monotonic() - began < 20


@pytest.mark.slow
def test_a_body_that_drips_is_not_waited_for(server: Server) -> None:
    """A byte now and then keeps no connection: the whole body has its time."""
    host, port = server.url.removeprefix("http://").split(":")
    head = f"POST {OURS}/session HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
    with socket.create_connection((host, int(port)), timeout=2) as connection:
        began = time.monotonic()
        connection.sendall(f"{head}Content-Length: 1000\r\n\r\n".encode())
        received = b""
        while not received and time.monotonic() - began < 30:
            connection.sendall(b" ")
            with contextlib.suppress(TimeoutError):
                received = connection.recv(4096)

    assert b"HTTP/1.1 408 " == received[:13]
    assert 5 < time.monotonic() - began < 20


def test_whoever_looks_after_it_waits_for_no_thread(server: Server) -> None:
    """However many wait for AWS: nobody ends a process for having much to do, and anybody can sign out."""
    waiting = threading.Event()

    def hang(request: object, released: threading.Event) -> None:
        waiting.set()
        released.wait(30)

    server.workstation.sandbox.aws.faults.add(hang, times=200)
    http = urllib3.PoolManager(retries=False, maxsize=200)
    made = server.ask("POST", f"{OURS}/session", body={"name": "alice", "password": "alice-sandbox"}).json["token"]
    every_thread = [
        (connector, {"Authorization": f"Bearer {server.token(user)}", "Content-Type": "application/json"})
        for user, connector in (("alice", "dev"), ("bob", "dev"), ("carol", "dev"), ("service:busy", "shared"))
        for _ in range(50)  # nobody may have more
    ]
    with ThreadPoolExecutor(200) as many:
        asked = [
            many.submit(
                http.request,
                "POST",
                f"{server.url}{OURS}/connectors/{connector}/credentials",
                body=b"{}",
                headers=headers,
                timeout=60,
            )
            for connector, headers in every_thread
        ]
        waiting.wait(30)
        time.sleep(2)
        began = time.monotonic()
        looks = [server.ask("GET", path).status for path in ("/healthz", "/readyz", "/metrics", f"{OURS}/status")]
        looks.append(server.ask("DELETE", f"{OURS}/session", headers={"Authorization": f"Bearer {made}"}).status)
        took_s, are_waiting = time.monotonic() - began, not any(one.done() for one in asked)
        server.workstation.sandbox.aws.faults.clear()

    assert ([200, 200, 200, 200, 204], True) == (looks, are_waiting)
    assert took_s < 3
    assert {one.result().status for one in asked} <= {200, 503}  # a busy machine may be too slow for some


def test_the_number_of_a_request_goes_around(server: Server) -> None:
    """It is in the answer, in the log and in the trail, and nobody else chooses it: theirs is noted beside it."""
    good, odd = "caller-0123456789", "x y<script>"
    vend = f"{VENDOR}/connectors/dev/credentials"
    reply, again = (server.ask("GET", vend, user="alice", headers={"X-Request-Id": good}) for _ in range(2))
    other = server.ask("GET", f"{OURS}/status", headers={"X-Request-Id": odd})
    line = server.line_of(reply)
    trail = json.loads(server.workstation.awsfed("audit", "search", "--json", "--user", "alice"))

    numbers = {one.headers["X-Request-Id"] for one in (reply, again, other)}
    assert 3 == len(numbers - {good, odd})
    assert (good, None) == (line["callerId"], server.line_of(other).get("callerId"))
    assert ("alice", "GET", 200, "127.0.0.1") == tuple(line[name] for name in ("user", "method", "status", "source"))
    assert "/rest/identity-federation-for-aws/{version}/connectors/{id}/credentials" == line["route"]
    assert reply.headers["X-Request-Id"] in json.dumps(trail)
    assert good not in json.dumps(trail)


def test_the_log_has_no_secret(server: Server) -> None:
    """No query, no token, no password, no credentials: one JSON object a line."""
    server.ask("GET", f"{VENDOR}/connectors/dev/ecr/credentials?region=canary-1", user="alice")
    reply = server.ask("GET", f"{VENDOR}/connectors/dev/credentials", user="alice")
    vended, text = reply.json, server.log_up_to(reply)

    for secret in ("canary-1", "alice-sandbox", server.token("alice"), vended["secretAccessKey"]):
        assert secret not in text
    assert all(json.loads(line)["at"] for line in text.splitlines())


def test_the_guide_names_every_counter(server: Server) -> None:
    """Those that are shown, however few of them were counted yet."""
    text = server.ask("GET", "/metrics").body.decode()
    names = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE ")}
    guide = (Path(__file__).parents[2] / "docs" / "how-to" / "serve.md").read_text()

    assert "awsfed_requests_running" in names
    assert [] == [name for name in sorted(names) if f"`{name}`" not in guide]


def test_the_counters_are_prometheus(server: Server) -> None:
    """By template, status and what was given out."""
    server.ask("GET", f"{VENDOR}/connectors/dev/credentials", user="alice")
    server.ask("GET", "/rest/nothing/of/this")
    reply = server.ask("GET", "/metrics")
    text = reply.body.decode()

    route = "/rest/identity-federation-for-aws/{version}/connectors/{id}/credentials"
    assert "text/plain; version=0.0.4; charset=utf-8" == reply.headers["Content-Type"]
    assert f'awsfed_requests_total{{method="GET",route="{route}",status="200"}} ' in text
    assert 'awsfed_vends_total{what="credentials"} ' in text
    assert 'awsfed_failures_total{kind="NotFound"} ' in text
    assert f'awsfed_request_seconds_bucket{{le="+Inf",route="{route}"}} ' in text
    assert "nothing/of/this" not in text
    assert "certificate" not in text


def test_a_server_whose_crowd_is_gone_says_so(server: Server) -> None:
    """It runs, but is not ready; a second later it may be again."""
    crowd = server.workstation.sandbox.crowd
    time.sleep(1.1)
    good = server.ask("GET", "/readyz")
    crowd.faults.add(fail(503), times=100)
    time.sleep(1.1)
    bad = server.ask("GET", "/readyz")

    assert (200, {"status": "ok", "store": "ok", "crowd": "ok"}) == (good.status, good.json)
    assert (503, {"status": "unavailable", "store": "ok", "crowd": "unavailable"}) == (bad.status, bad.json)
    assert 200 == server.ask("GET", "/healthz").status
    crowd.faults.clear()
    time.sleep(1.1)
    assert 200 == server.ask("GET", "/readyz").status
