"""Ways into the console: tickets, pages that nothing else gets into, and a real browser that arrives."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cli.browser import Browser
from cli.needing import need
from server.conftest import OURS, VENDOR, Server

from awsfed.sandbox.crowd.faults import fail, hang
from awsfed.server.pages import CONSOLE, SIGN_IN, Page

LOGIN = "/plugins/servlet/identity-federation-for-aws/aws-console-login"


def ticket_of(server: Server, connector: str = "dev", **body: object) -> str:
    """Return a ticket of alice's."""
    reply = server.ask("POST", f"{OURS}/connectors/{connector}/console", body=body, user="alice")
    assert 200 == reply.status, reply.body
    link = str(reply.json["url"])
    assert link.startswith(f"{server.url}/console#awsfed-ticket.")
    return link.partition("#")[2]


def test_a_ticket_is_good_for_once(server: Server) -> None:
    """It is exchanged by POST for an address made at that moment; the second one who brings it gets nothing."""
    ticket = ticket_of(server, service="s3")
    first = server.ask("POST", "/console/redeem", body={"ticket": ticket})
    second = server.ask("POST", "/console/redeem", body={"ticket": ticket})

    assert (200, 404) == (first.status, second.status)
    assert "Action=login" in first.json["url"]
    assert ticket not in server.log_up_to(second)


def test_a_ticket_ends_with_its_session(server: Server) -> None:
    """And with the grant: it is asked again when the ticket is brought."""
    made = server.ask("POST", f"{OURS}/session", body={"name": "alice", "password": "alice-sandbox"})
    bearer = {"Authorization": f"Bearer {made.json['token']}"}
    link = server.ask("POST", f"{OURS}/connectors/dev/console", body={}, headers=bearer).json["url"]
    server.ask("DELETE", f"{OURS}/session", headers=bearer)
    ended = server.ask("POST", "/console/redeem", body={"ticket": link.partition("#")[2]})
    ticket = ticket_of(server)
    server.workstation.sandbox.crowd.directory.remove_from_group("alice", "aws-developers")
    closed = server.ask("POST", "/console/redeem", body={"ticket": ticket})

    assert (404, 403) == (ended.status, closed.status)


def test_a_ticket_that_led_nowhere_is_still_good(server: Server) -> None:
    """Whoever could not be asked is asked again, with the same link."""
    ticket = ticket_of(server)
    crowd = server.workstation.sandbox.crowd
    crowd.faults.add(fail(503), times=100)
    failed = server.ask("POST", "/console/redeem", body={"ticket": ticket})
    crowd.faults.clear()
    found = [server.ask("POST", "/console/redeem", body={"ticket": ticket}).status for _ in range(2)]

    assert (503, [200, 404]) == (failed.status, found)


def test_a_ticket_whose_session_ended_meanwhile_fails_as_what_failed(server: Server) -> None:
    """It cannot be given back, and that is not what whoever brought it is told."""
    made = server.ask("POST", f"{OURS}/session", body={"name": "alice", "password": "alice-sandbox"})
    bearer = {"Authorization": f"Bearer {made.json['token']}"}
    link = server.ask("POST", f"{OURS}/connectors/dev/console", body={}, headers=bearer).json["url"]
    server.workstation.sandbox.crowd.faults.add(hang(2), times=1)
    server.workstation.sandbox.crowd.faults.add(fail(503), times=100)
    with ThreadPoolExecutor(1) as one:
        redeeming = one.submit(server.ask, "POST", "/console/redeem", body={"ticket": link.partition("#")[2]})
        time.sleep(0.5)
        server.ask("DELETE", f"{OURS}/session", headers=bearer)
        failed = redeeming.result()
    server.workstation.sandbox.crowd.faults.clear()

    assert 503 == failed.status, failed.body


def test_the_vendors_link_is_no_session(server: Server) -> None:
    """`console/url` hands out the same tickets."""
    link = server.ask("GET", f"{VENDOR}/connectors/dev/console/url", user="alice").json["url"]

    assert 200 == server.ask("POST", "/console/redeem", body={"ticket": link.partition("#")[2]}).status


@pytest.mark.parametrize("body", [{"service": "no such/service"}, {"region": "nowhere"}, {"region": 1}])
def test_a_place_that_is_none_is_refused_at_once(server: Server, body: dict[str, object]) -> None:
    """Not when somebody stands before the door."""
    assert 400 == server.ask("POST", f"{OURS}/connectors/dev/console", body=body, user="alice").status


@pytest.mark.parametrize(("path", "page"), [("/console", CONSOLE), (f"{LOGIN}/dev", SIGN_IN)])
def test_nothing_else_gets_into_a_page(server: Server, path: str, page: Page) -> None:
    """Scripts by their digests alone, no frame around it, no address handed on, nothing from elsewhere."""
    reply = server.ask("GET", path, headers={"Accept": "text/html"})
    policy = reply.headers["Content-Security-Policy"]

    assert (200, page.html) == (reply.status, reply.body.decode())
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert ("no-referrer", "DENY") == (reply.headers["Referrer-Policy"], reply.headers["X-Frame-Options"])
    assert not re.search(r"""(?:src|href)=|https?://""", page.html)


def test_the_login_page_leads_whoever_is_signed_in_on(server: Server) -> None:
    """A client without a browser is redirected, or refused in the form of every failure."""
    there = server.http.request(
        "GET",
        f"{server.url}{LOGIN}/dev",
        headers={"Authorization": f"Bearer {server.token('alice')}"},
        redirect=False,
    )
    nobody = server.ask("GET", f"{LOGIN}/dev")

    assert 302 == there.status
    assert there.headers["Location"].startswith(server.workstation.sandbox.aws_url)
    assert "no-store" in there.headers["Cache-Control"]
    assert (401, "LoginRequired") == (nobody.status, nobody.json["kind"])


def test_no_other_page_opens_the_console(server: Server) -> None:
    """No picture and no frame; a window that another page opened comes again from one of the server's own."""

    def came(**headers: str) -> tuple[int, bool]:
        sent = {f"Sec-Fetch-{name}": value for name, value in headers.items()}
        sent |= {"Authorization": f"Bearer {server.token('alice')}", "Accept": "text/html,*/*"}
        reply = server.http.request("GET", f"{server.url}{LOGIN}/dev", headers=sent, redirect=False)
        return reply.status, b"<form hidden>" in reply.data

    assert (403, False) == came(Site="same-site", Dest="image", Mode="no-cors")
    assert (403, False) == came(Site="same-origin", Dest="iframe", Mode="navigate")
    assert (200, True) == came(Site="same-site", Dest="document", Mode="navigate")
    assert (200, True) == came(Site="cross-site", Dest="document", Mode="navigate")
    assert (302, False) == came(Site="same-origin", Dest="document", Mode="navigate")
    assert (302, False) == came(Site="none", Dest="document", Mode="navigate")


@pytest.mark.parametrize(
    ("user", "connector", "status"), [("alice", "ops", 403), ("alice", "no-such", 403), ("carol", "raw", 409)]
)
def test_whoever_comes_with_a_browser_and_may_not_is_shown_a_page(
    server: Server, user: str, connector: str, status: int
) -> None:
    """It names nobody and nothing; a script is refused in the form of every failure."""
    bearer = {"Authorization": f"Bearer {server.token(user)}"}
    page = server.ask("GET", f"{LOGIN}/{connector}", headers=bearer | {"Accept": "text/html,*/*"})
    script = server.ask("GET", f"{LOGIN}/{connector}", headers=bearer)

    assert (status, status) == (page.status, script.status)
    assert page.headers["Content-Type"].startswith("text/html")
    assert connector.encode() not in page.body
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert script.json["errorMessages"]


@pytest.mark.slow
def test_a_browser_arrives_signed_in(server: Server, tmp_path: Path) -> None:
    """From the link over the page and the ticket to the console, which names who it is."""
    need("chromium")
    link = f"{server.url}/console#{ticket_of(server, service='s3')}"

    with Browser(tmp_path) as browser:
        browser.visits(link)
        arrived = browser.sees("assumed-role/developer/alice is signed in until")

    assert "on the way to https://console.aws.amazon.com/s3/home" in arrived
