"""The process: TLS, proxies, a graceful end, two of them on one store, and what keeps it from starting."""

import base64
import contextlib
import json
import os
import re
import resource
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import urllib3
from conftest import Workstation
from fakes.certificates import write_certificate
from server.conftest import OURS, VENDOR, Reply, Server, start

from awsfed.sandbox.aws.faults import hang
from awsfed.sandbox.world import Sandbox


def set_server(broker: Workstation, text: str) -> None:
    """Add lines to the table of the server, which is the last one."""
    with broker.config.open("a") as file:
        file.write(text)


def test_it_speaks_tls(broker: Workstation, running: list[Server], tmp_path: Path) -> None:
    """With a certificate from options; the cookie is then one that only this host can set."""
    bundle, _ = write_certificate(tmp_path)
    options = ("--certificate", str(bundle), "--certificate-key", str(tmp_path / "private.pem"))
    server = start(broker, *options)
    running.append(server)
    server.http = urllib3.PoolManager(ca_certs=str(bundle), retries=False)
    made = server.ask("POST", f"{OURS}/session", body={"name": "alice", "password": "alice-sandbox", "cookie": True})

    assert server.url.startswith("https://127.0.0.1:")
    assert 201 == made.status
    assert made.headers["Set-Cookie"].startswith("__Host-awsfed=")
    assert made.headers["Set-Cookie"].endswith("; Path=/; HttpOnly; SameSite=Strict; Secure")
    assert 200 == server.ask("GET", f"{VENDOR}/connectors", user="alice").status
    ends_at = re.search(
        rb"^awsfed_certificate_not_after_seconds (\d+)$", server.ask("GET", "/metrics").body, re.MULTILINE
    )
    assert ends_at
    assert 28 < (int(ends_at[1]) - time.time()) / 86_400 < 30


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        (("--listen", "127.0.0.1"), 2, "must be an address and a port"),
        (("--listen", "0.0.0.0:0"), 2, "would show passwords"),
        (("--listen", "0.0.0.0:0"), 2, "server.url is not set"),
        (("--listen", "nowhere.invalid:0", "--certificate", "c.pem"), 3, "there is no file "),
        (("--certificate", "missing.pem"), 3, "/missing.pem"),
    ],
)
def test_what_keeps_it_from_starting_is_one_sentence(
    broker: Workstation, options: tuple[str, ...], status: int, message: str
) -> None:
    """And a status; nothing listens."""
    assert message in broker.fails(status, "serve", *options)


def test_without_the_password_of_the_application_it_does_not_start(broker: Workstation) -> None:
    """Nobody could sign in; the place that is empty is named."""
    settings = broker.config.read_text()
    (secret,) = [line for line in settings.splitlines() if line.startswith("secret = ")]
    broker.config.write_text(settings.replace(secret, f'secret = "file:{broker.home}/none"'))

    assert f"{broker.home}/none" in broker.fails(4, "serve")


def test_a_taken_port_is_one_sentence(broker: Workstation, running: list[Server]) -> None:
    """Another server may run on the same store, but not at the same place."""
    running.append(start(broker))
    place = running[0].url.removeprefix("http://")

    said = broker.fails(7, "serve", "--listen", place)

    assert f"cannot listen at {place}: address already in use" in said


def test_there_is_no_server_without_a_store(sandbox: Sandbox, workstation: Workstation) -> None:
    """It says what to type."""
    assert "server.folder" in workstation.fails(3, "serve")


def ask_as(server: Server, forwarded: dict[str, str]) -> Reply:
    """Ask with headers of a proxy."""
    return server.ask("GET", f"{OURS}/status", headers=forwarded)


def source_of(server: Server, reply: Reply) -> str:
    """Return which address a request came from, as the log has it."""
    return str(server.line_of(reply)["source"])


def test_nobody_is_believed_who_is_no_proxy(broker: Workstation, running: list[Server]) -> None:
    """One on this machine gets nothing for anybody, as long as the settings do not name it."""
    running.append(start(broker))
    for headers in ({"X-Forwarded-For": "10.9.9.9"}, {"X-Forwarded-Proto": "https"}, {"Forwarded": "for=10.9.9.9"}):
        reply = ask_as(running[0], headers)
        assert (403, "127.0.0.1") == (reply.status, source_of(running[0], reply))
        assert "server.trusted_proxies does not name" in reply.body.decode()
        assert 403 == running[0].ask("GET", "/metrics", headers=headers).status


def test_a_trusted_proxy_is_believed(broker: Workstation, running: list[Server]) -> None:
    """The last address counts that is not a proxy's own; plain http in front of it is refused."""
    set_server(broker, 'trusted_proxies = ["127.0.0.1", "10.1.0.0/16"]\nurl = "https://awsfed.example.org"\n')
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = f"127.0.0.1:{free.getsockname()[1]}"  # the log tells the URL, and not where that is
    server = start(broker, "--listen", place)
    server.url, host = f"http://{place}", {"Host": "awsfed.example.org"}
    running.append(server)
    chain = {"X-Forwarded-For": "8.8.8.8, 10.9.9.9, 10.1.2.3", "X-Forwarded-Proto": "https"} | host
    far = ask_as(server, chain)
    plain = ask_as(server, {"X-Forwarded-For": "10.9.9.9", "X-Forwarded-Proto": "http"} | host)
    unreadable = ask_as(server, {"X-Forwarded-For": "nobody", "X-Forwarded-Proto": "https"} | host)
    metrics = server.ask("GET", "/metrics", headers=chain)
    basic = {"Authorization": f"Basic {base64.b64encode(b'alice:alice-sandbox').decode()}"}
    probe = server.ask("GET", "/readyz", headers={"X-Forwarded-Proto": "http", **basic})

    assert (200, None) == (probe.status, probe.headers.get("Set-Cookie"))
    assert (200, "10.9.9.9") == (far.status, source_of(server, far))
    assert (400, 403, 404) == (unreadable.status, plain.status, metrics.status)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_impatience_is_no_accident(broker: Workstation, running: list[Server], number: int) -> None:
    """Signals that come again and again end it at once, with everything signed and the status of success."""
    server = start(broker)
    running.append(server)
    assert 200 == server.ask("GET", f"{OURS}/session", user="alice").status
    for _ in range(200):
        if server.process.poll() is None:
            server.process.send_signal(number)
        time.sleep(0.005)

    assert 0 == server.process.wait(60)
    assert "stopped" == json.loads(server.log.read_text().splitlines()[-1])["event"]


def test_impatience_leaves_the_trail_as_it_is_signed(broker: Workstation, running: list[Server]) -> None:
    """Whatever AWS says later to a request that was given up is written nowhere, and nobody waits for it."""
    set_server(broker, f'audit_key = "file:{broker.home}/audit.key"\n')
    broker.awsfed("store", "init")
    server = start(broker)
    running.append(server)
    server.token("alice")
    broker.sandbox.aws.faults.add(hang(8), action="AssumeRole")
    with ThreadPoolExecutor(1) as one, contextlib.suppress(urllib3.exceptions.HTTPError):
        vending = one.submit(server.ask, "GET", f"{VENDOR}/connectors/dev/credentials", user="alice")
        time.sleep(1)
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        status = server.stop()
        took_s = time.monotonic() - began
        vending.result()
    broker.sandbox.aws.faults.clear()
    for _ in range(200):  # until what hung there has ended, so that no other test meets it
        if [call for call in broker.sandbox.aws.calls if call.action == "AssumeRole"]:
            break
        time.sleep(0.1)

    assert (0, True) == (status, took_s < 5)
    (chain,) = json.loads(broker.awsfed("audit", "verify", "--json"))
    assert ([], 0) == (chain["problems"], chain["unsigned"])
    assert "intent" == json.loads(broker.awsfed("audit", "search", "--json"))[-1]["kind"]


def test_a_full_disk_vends_nothing_and_says_so(broker: Workstation, running: list[Server]) -> None:
    """Nobody gets what cannot be written down; the server is not ready, and the trail stays whole."""
    server = start(broker)
    running.append(server)
    server.token("alice")
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (4096, -1))

    assert 500 == server.ask("POST", f"{OURS}/connectors/dev/credentials", body={}, user="alice").status
    ready = server.ask("GET", "/readyz")
    assert (503, "unavailable") == (ready.status, ready.json["store"])
    assert [] == [call for call in broker.sandbox.aws.calls if call.action == "AssumeRole"]

    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (-1, -1))
    assert 200 == server.ask("POST", f"{OURS}/connectors/dev/credentials", body={}, user="alice").status
    assert 0 == server.stop()
    assert "whole" in broker.awsfed("audit", "verify")


def test_a_store_that_was_replaced_vends_nothing(broker: Workstation, running: list[Server]) -> None:
    """By whatever puts files into place: nobody would find what the server writes down, or have it revoke anything."""
    server = start(broker)
    running.append(server)
    server.token("alice")
    (database,) = broker.home.rglob("broker.sqlite3")
    copy = database.with_name("copy")
    broker.awsfed("store", "backup", str(copy))
    copy.replace(database)

    assert 500 == server.ask("POST", f"{OURS}/connectors/dev/credentials", body={}, user="alice").status
    ready = server.ask("GET", "/readyz")
    assert (503, "unavailable") == (ready.status, ready.json["store"])
    assert [] == [call for call in broker.sandbox.aws.calls if call.action == "AssumeRole"]
    server.stop()
    assert "another file has taken the place of the broker's store" in server.log.read_text()


def test_many_connections_keep_nobody_out(broker: Workstation, running: list[Server]) -> None:
    """The usual limit of open files is less than the connections that are allowed, so it is raised."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    try:
        server = start(broker)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    running.append(server)
    server.token("alice")
    host, port = server.url.removeprefix("http://").split(":")
    with contextlib.ExitStack() as idle:
        for _ in range(400):
            idle.enter_context(socket.create_connection((host, int(port)), timeout=10))
        began = time.monotonic()
        assert 200 == server.ask("POST", f"{OURS}/connectors/dev/credentials", body={}, user="alice").status

    assert time.monotonic() - began < 5


def test_one_user_leaves_threads_to_the_others(broker: Workstation, running: list[Server]) -> None:
    """While AWS hangs and somebody asks without end, others are answered."""
    server = start(broker)
    running.append(server)
    for user in ("alice", "carol"):
        server.token(user)
    broker.sandbox.aws.faults.add(hang(20), action="AssumeRole", times=100)
    server.http = urllib3.PoolManager(retries=False, maxsize=130)
    with ThreadPoolExecutor(130) as many:
        vend = f"{OURS}/connectors/dev/credentials"
        asked = [many.submit(server.ask, "POST", vend, body={}, user="alice") for _ in range(130)]
        time.sleep(4)
        began = time.monotonic()
        reply = server.ask("GET", f"{OURS}/session", user="carol")
        took_s = time.monotonic() - began
        broker.sandbox.aws.faults.clear()
        replies = [one.result() for one in asked]

    assert 200 == reply.status
    assert took_s < 3
    assert {(200, None), (503, "5")} == {(one.status, one.headers.get("Retry-After")) for one in replies}
    assert 80 == sum(one.status == 503 for one in replies)


@pytest.mark.skipif(len(getattr(os, "sched_getaffinity", lambda _: "")(0)) < 2, reason="there is nothing to choose")
def test_all_its_threads_are_on_one_processor(server: Server) -> None:
    """Python runs one of them at a time, and its lock shall not go from processor to processor."""
    server.token("alice")
    tasks, found = Path(f"/proc/{server.process.pid}/task"), set[int]()
    for _ in range(50):  # now and then the system may choose another one
        found = set[int]().union(*(os.sched_getaffinity(int(task.name)) for task in tasks.iterdir()))
        if len(found) == 1:
            break
        time.sleep(0.1)

    assert 1 == len(found)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_after_what_runs(broker: Workstation, running: list[Server], number: int) -> None:
    """A vend that is under way gets its answer; nobody else is taken, and the status is that of success."""
    server = start(broker)
    running.append(server)
    server.token("alice")
    broker.sandbox.aws.faults.add(hang(3), action="AssumeRole")
    replies: list[Reply] = []
    vending = threading.Thread(
        target=lambda: replies.append(server.ask("GET", f"{VENDOR}/connectors/dev/credentials", user="alice"))
    )
    vending.start()
    time.sleep(1)

    status = server.stop(number)
    vending.join()

    assert (0, [200]) == (status, [reply.status for reply in replies])
    assert "stopped" == json.loads(server.log.read_text().splitlines()[-1])["event"]


def test_two_processes_are_one_broker(broker: Workstation, running: list[Server]) -> None:
    """What one issues the other knows; what one ends has ended for both; and each writes a chain of its own."""
    first, second = start(broker), start(broker)
    running += [first, second]
    second.tokens["alice"] = first.token("alice")
    made = first.ask(
        "POST",
        f"{VENDOR}/connectors",
        body={
            "name": "Made",
            "type": "ASSUME_ROLE",
            "accountId": "main",
            "roleArn": "arn:aws:iam::123456789012:role/developer",
            "groups": ["aws-developers"],
        },
        user="carol",
    )
    vended = [
        one.ask("GET", f"{VENDOR}/connectors/{made.json['id']}/credentials", user="alice").status
        for one in (second, first)
    ]
    ended = second.ask("DELETE", f"{OURS}/session", user="alice")
    after = first.ask("GET", f"{VENDOR}/connectors", user="alice")

    assert [200, 200] == vended
    assert (204, 401) == (ended.status, after.status)
    assert 0 == broker.run("awsfed", "audit", "verify").returncode


def test_a_membership_cache_is_shown_and_used(broker: Workstation, running: list[Server]) -> None:
    """Where the administrator allows it, Crowd is asked once in so many seconds; everybody can see that it is so."""
    set_server(broker, "membership_cache_s = 30\n")
    server = start(broker)
    running.append(server)
    info = server.ask("GET", f"{VENDOR}/status/info", user="alice").json
    broker.sandbox.crowd.calls.clear()
    vended = server.ask("GET", f"{VENDOR}/connectors/dev/credentials", user="alice")

    assert (30, 200, []) == (info["membershipCacheSeconds"], vended.status, broker.sandbox.crowd.calls)


def test_a_sign_in_forgets_who_had_that_name(broker: Workstation, running: list[Server]) -> None:
    """Also where answers of Crowd are used again: the session of a user who was replaced ends here."""
    set_server(broker, "membership_cache_s = 30\n")
    server = start(broker)
    running.append(server)
    path, directory = f"{VENDOR}/connectors/dev/credentials", broker.sandbox.crowd.directory
    before, token = server.ask("GET", path, user="alice"), server.tokens.pop("alice")
    directory.delete_user("alice")
    directory.add_user("alice", password="alice-sandbox", groups=["aws-developers"])
    other = server.ask("GET", path, user="alice")
    old = server.ask("GET", path, headers={"Authorization": f"Bearer {token}"})

    assert (200, 200, 403) == (before.status, other.status, old.status)


def test_settings_are_asked_for_where_nobody_can_answer(workstation: Workstation) -> None:
    """Without a terminal, `--init` says what to write; a settings file that lacks something is left alone."""
    lacking = workstation.fails(3, "serve", "--init")
    workstation.config.unlink()
    none = workstation.fails(3, "serve", "--init")

    assert 'folder = "' in lacking
    assert "no terminal to ask on" in none
    assert not workstation.config.exists()


def test_a_second_init_says_what_is_there(broker: Workstation) -> None:
    """And changes nothing."""
    before = broker.config.read_bytes()
    result = broker.run("awsfed", "serve", "--init")

    assert (0, before) == (result.returncode, broker.config.read_bytes())
    assert f"Store:    {broker.home}/store, which was there" in result.stderr
    assert "accepts the application" in result.stderr
    assert "awsfed serve" in result.stderr
