"""What becomes of everybody else while somebody keeps the server busy: with connections, with passwords, with Crowd."""

import base64
import contextlib
import http.client
import json
import socket
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import urllib3
from conftest import Workstation
from fakes.certificates import write_certificate
from server.conftest import OURS, VENDOR, Server, start

from awsfed.sandbox.crowd.faults import hang

FILES = 900
"""Of which a hundred are for connections."""
MANY = 300


def place(server: Server) -> tuple[str, int]:
    """Return where a server listens."""
    host, port = server.url.partition("://")[2].split(":")
    return host, int(port)


def opened(held: contextlib.ExitStack, server: Server, begin: bytes, *, reads: int | None = None) -> None:
    """Open a connection, say something, and listen to nothing."""
    connection = held.enter_context(socket.socket())
    if reads is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, reads)
    connection.settimeout(5)
    with contextlib.suppress(OSError):  # whoever has to go is cut off while it speaks
        connection.connect(place(server))
        connection.sendall(begin)


def vend_s(server: Server, user: str = "alice") -> float:
    """Return how long a vend takes, which must succeed."""
    began = time.monotonic()
    reply = server.ask("POST", f"{OURS}/connectors/dev/credentials", body={}, user=user)
    assert 200 == reply.status, reply.body
    return time.monotonic() - began


@pytest.mark.parametrize(
    "begin",
    [b"", b"GET /healthz HTT", b"POST /rest/awsfed/1/session HTTP/1.1\r\nHost: HOST\r\nContent-Length: 9\r\n\r\n"],
)
def test_connections_that_say_little_give_way(broker: Workstation, running: list[Server], begin: bytes) -> None:
    """Three times as many as there is place for, and everybody else is still answered."""
    server = start(broker, files=FILES)
    running.append(server)
    server.token("alice")
    data = begin.replace(b"HOST", ":".join(map(str, place(server))).encode())
    with contextlib.ExitStack() as held:
        for _ in range(MANY):
            opened(held, server, data)
        for _ in range(5):
            server.http.clear()
            assert vend_s(server) < 3


@pytest.mark.parametrize("rest", [b"x", b""])
def test_who_is_answered_before_the_body_ends_gives_way_too(
    broker: Workstation, running: list[Server], rest: bytes
) -> None:
    """With the last byte of a body that nobody waited for, or without it."""
    server = start(broker, files=FILES)
    running.append(server)
    server.token("alice")
    with contextlib.ExitStack() as held:
        for _ in range(MANY):
            connection = held.enter_context(socket.socket())
            connection.settimeout(5)
            with contextlib.suppress(OSError):
                connection.connect(place(server))
                connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n")
                connection.recv(4096)
                connection.sendall(rest)
        for _ in range(5):
            server.http.clear()
            assert vend_s(server) < 3


@pytest.mark.parametrize("begin", [b"", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc"])
def test_handshakes_that_do_not_end_give_way(
    broker: Workstation, running: list[Server], tmp_path: Path, begin: bytes
) -> None:
    """They count from the moment they are accepted, and the log stays short."""
    bundle, _ = write_certificate(tmp_path)
    options = ("--certificate", str(bundle), "--certificate-key", str(tmp_path / "private.pem"))
    server = start(broker, *options, files=FILES)
    running.append(server)
    server.http = urllib3.PoolManager(ca_certs=str(bundle), retries=False)
    server.token("alice")
    with contextlib.ExitStack() as held:
        for _ in range(MANY):
            opened(held, server, begin)
        for _ in range(5):
            server.http.clear()
            assert vend_s(server) < 3

    assert server.log.stat().st_size < 100_000


def test_answers_that_nobody_reads_give_way(broker: Workstation, running: list[Server]) -> None:
    """Whoever asks for much and takes nothing of it keeps no place."""
    server = start(broker, files=FILES)
    running.append(server)
    server.token("alice")
    host = ":".join(map(str, place(server)))
    much = f"GET /openapi.json HTTP/1.1\r\nHost: {host}\r\n\r\n".encode() * 15
    with contextlib.ExitStack() as held:
        for _ in range(MANY):
            opened(held, server, much, reads=2048)
        for _ in range(5):
            server.http.clear()
            assert vend_s(server) < 5


@pytest.mark.slow
def test_an_answer_that_nobody_reads_is_cut_off(server: Server) -> None:
    """Half a minute later, though there is place enough."""
    host = ":".join(map(str, place(server)))
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.connect(place(server))
        connection.settimeout(20)
        for _ in range(20):  # more than the system takes in for us
            connection.sendall(f"GET /openapi.json HTTP/1.1\r\nHost: {host}\r\n\r\n".encode() * 10)
            time.sleep(0.2)
        time.sleep(40)
        received = 0
        with contextlib.suppress(ConnectionError):
            while chunk := connection.recv(65_536):
                received += len(chunk)

    assert received < 200 * len(server.ask("GET", "/openapi.json").body)


def test_requests_in_a_row_are_answered_in_their_order(server: Server) -> None:
    """A few, as some clients send them; whoever sends very many at once is cut off."""
    host = ":".join(map(str, place(server)))
    one, last = (
        f"GET /healthz HTTP/1.1\r\nHost: {host}\r\n{more}\r\n".encode() for more in ("", "Connection: close\r\n")
    )

    def answered(data: bytes) -> int:
        with socket.create_connection(place(server), timeout=10) as connection:
            received = b""
            with contextlib.suppress(ConnectionError):
                connection.sendall(data)
                while chunk := connection.recv(65_536):
                    received += chunk
        return received.count(b"HTTP/1.1 200 ")

    assert 9 == answered(one * 8 + last)
    assert answered(one * 400 + last) < 100


def test_one_slow_look_at_crowd_holds_up_nobody(broker: Workstation, running: list[Server]) -> None:
    """While Crowd says nothing about somebody, it is asked about others."""
    server = start(broker)
    running.append(server)
    for user in ("alice", "bob"):
        server.token(user)
    broker.sandbox.crowd.faults.add(hang(20), path="username=alice", times=100)
    with ThreadPoolExecutor(8) as many:
        slow = [
            many.submit(server.ask, "GET", f"{OURS}/{what}", user="alice") for what in ("session", "connectors") * 4
        ]
        time.sleep(1)
        began = time.monotonic()
        found = [server.ask("GET", f"{OURS}/{what}", user="bob").status for what in ("session", "connectors")]
        found += [server.ask("GET", f"{VENDOR}/status/info", user="bob").status]
        took_s = time.monotonic() - began + vend_s(server, "bob")
        are_waiting = not any(one.done() for one in slow)
        broker.sandbox.crowd.faults.clear()

    assert ([200, 200, 200], True) == (found, are_waiting)
    assert took_s < 3


def test_one_users_tickets_keep_nobody_from_signing_in(broker: Workstation, running: list[Server]) -> None:
    """While Crowd says nothing about somebody who redeems them from many addresses."""
    server = start(broker)
    running.append(server)
    links = [server.ask("POST", f"{OURS}/connectors/dev/console", body={}, user="alice") for _ in range(60)]
    tickets = [link.json["url"].partition("#")[2] for link in links]
    broker.sandbox.crowd.faults.add(hang(20), path="username=alice", times=200)

    def redeem(number: int) -> int:
        host, port = place(server)
        connection = http.client.HTTPConnection(host, port, source_address=(f"127.0.0.{2 + number % 6}", 0))
        body = json.dumps({"ticket": tickets[number]})
        with contextlib.closing(connection):
            connection.request("POST", "/console/redeem", body, {"Content-Type": "application/json"})
            return connection.getresponse().status

    with ThreadPoolExecutor(60) as many:
        redeeming = [many.submit(redeem, number) for number in range(60)]
        time.sleep(1)
        began = time.monotonic()
        server.token("bob")
        took_s = time.monotonic() - began
        waiting = [one for one in redeeming if not one.done()]
        broker.sandbox.crowd.faults.clear()

    assert took_s < 3
    assert len(waiting) >= 40


def test_whoever_asks_for_the_state_of_the_server_keeps_nobody_from_signing_out(
    broker: Workstation, running: list[Server]
) -> None:
    """However many ask, and while nobody can tell them."""
    server = start(broker)
    running.append(server)
    server.token("bob")
    broker.sandbox.crowd.faults.add(hang(20), times=500)
    asked = f"GET /readyz HTTP/1.1\r\nHost: {':'.join(map(str, place(server)))}\r\n\r\n".encode()
    with contextlib.ExitStack() as held:
        for number in range(300):
            connection = held.enter_context(socket.socket())
            connection.bind((f"127.0.0.{2 + number % 3}", 0))
            connection.connect(place(server))
            connection.sendall(asked)
        began = time.monotonic()
        ended = server.ask("DELETE", f"{OURS}/session", user="bob")
        took_s = time.monotonic() - began
    broker.sandbox.crowd.faults.clear()

    assert 204 == ended.status, ended.body
    assert took_s < 2


PROXY = 'trusted_proxies = ["127.0.0.1"]\nurl = "https://awsfed.example.org"\n'


def test_guessers_hold_up_nobody(broker: Workstation, running: list[Server]) -> None:
    """From many addresses at once: whoever is right signs in meanwhile, and a good cookie waits for no password."""
    with broker.config.open("a") as file:
        file.write(PROXY)
    with socket.create_server(("127.0.0.1", 0)) as free:
        listen = f"127.0.0.1:{free.getsockname()[1]}"
    server = start(broker, "--listen", listen)
    running.append(server)
    server.url = f"http://{listen}"
    server.http = urllib3.PoolManager(retries=False, maxsize=250)

    def ways(address: str) -> dict[str, str]:
        return {"Host": "awsfed.example.org", "X-Forwarded-For": address, "X-Forwarded-Proto": "https"}

    def guess(number: int) -> int:
        body = {"name": f"user{number}", "password": "wrong"}
        return server.ask("POST", f"{OURS}/session", body=body, headers=ways(f"198.51.100.{number % 10}")).status

    basic = {"Authorization": f"Basic {base64.b64encode(b'alice:alice-sandbox').decode()}"}
    first = server.ask("GET", f"{VENDOR}/status/info", headers=ways("192.0.2.1") | basic)
    cookie = {"Cookie": first.headers["Set-Cookie"].partition(";")[0]}
    ended = threading.Event()

    def guess_on(number: int) -> set[int]:
        seen = set()
        while not ended.is_set():
            seen.add(guess(number))
        return seen

    with ThreadPoolExecutor(200) as many:
        guessing = [many.submit(guess_on, number) for number in range(200)]
        time.sleep(2)
        began = time.monotonic()
        vended = server.ask("GET", f"{VENDOR}/connectors/dev/credentials", headers=ways("192.0.2.1") | basic | cookie)
        vended_s = time.monotonic() - began
        right = {"name": "bob", "password": "bob-sandbox"}
        signed_in = server.ask("POST", f"{OURS}/session", body=right, headers=ways("192.0.2.2"))
        took_s = time.monotonic() - began
        ended.set()

    assert (200, 201) == (vended.status, signed_in.status)
    assert vended_s < 3
    assert took_s < 6
    assert {401, 429} == set().union(*(one.result() for one in guessing))


def test_many_who_are_right_at_once_all_sign_in(server: Server) -> None:
    """The jobs of a build server begin in the same second, each with name and password."""
    headers = {"Authorization": f"Basic {base64.b64encode(b'alice:alice-sandbox').decode()}"}
    server.http = urllib3.PoolManager(retries=False, maxsize=24)
    with ThreadPoolExecutor(24) as many:
        found = list(many.map(lambda _: server.ask("GET", f"{VENDOR}/connectors", headers=headers).status, range(24)))

    assert [200] * 24 == found


@pytest.mark.slow
def test_a_store_that_takes_no_writing_fails_everybody_in_time(broker: Workstation, running: list[Server]) -> None:
    """Nobody waits for those who wait; nothing is vended unrecorded; and a browser forgets its cookie all the same."""
    server = start(broker)
    running.append(server)
    server.http = urllib3.PoolManager(retries=False, maxsize=60)
    headers = {"Authorization": f"Bearer {server.token('alice')}"}
    made = server.ask("POST", f"{OURS}/session", body={"name": "bob", "password": "bob-sandbox", "cookie": True})
    cookie = {"Cookie": made.headers["Set-Cookie"].partition(";")[0]}

    def vend(_: int) -> int:
        return server.ask("POST", f"{OURS}/connectors/dev/credentials", body={}, headers=headers).status

    with (
        contextlib.closing(sqlite3.connect(broker.home / "store" / "broker.sqlite3", isolation_level=None)) as other,
        ThreadPoolExecutor(50) as many,
    ):
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        asked = many.map(vend, range(40))
        signed_out = server.ask("DELETE", f"{OURS}/session", headers=cookie)
        statuses = set(asked)
        took_s = time.monotonic() - began
        other.execute("ROLLBACK")

    assert {500} == statuses
    assert took_s < 25
    assert (500, True) == (signed_out.status, "Max-Age=0" in signed_out.headers["Set-Cookie"])
    assert 200 == vend(0)
