"""The login page that links of the vendor's app lead to, with a real browser in front of it."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cli.browser import Browser
from cli.needing import need
from server.conftest import Server

pytestmark = pytest.mark.slow
LOGIN = "/plugins/servlet/identity-federation-for-aws/aws-console-login"
ARRIVED = "assumed-role/developer/alice is signed in until"
NOBODY = "network: Failed to load resource: the server responded with a status of 401 (Unauthorized)"
"""What Chromium itself writes when it was asked who is signed in, or for a session with a wrong password."""

NO_ICON = "network: Failed to load resource: the server responded with a status of 403 (FORBIDDEN)"
"""What it may write when it has arrived: the console of the sandbox, another server, has no icon."""


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """A browser where nobody has signed in anywhere."""
    need("chromium")
    with Browser(tmp_path) as browser:
        yield browser


def sign_in(browser: Browser, password: str) -> None:
    """Fill the form in and send it."""
    browser.types("name", "alice")
    browser.types("password", password)
    browser.presses_enter()


def arrive(server: Server, browser: Browser) -> None:
    """Get to the console by the form."""
    browser.visits(f"{server.url}{LOGIN}/dev")
    browser.sees("User name")
    sign_in(browser, "alice-sandbox")
    browser.sees(ARRIVED)


def queries(server: Server, addresses: list[str]) -> set[str]:
    """Return the queries and fragments of the addresses that were the server's own."""
    ours = [urlsplit(address) for address in addresses if address.startswith(server.url)]
    assert ours
    return {one.query + one.fragment for one in ours}


def test_a_wrong_password_is_said_and_the_right_one_leads_on(server: Server, browser: Browser) -> None:
    """The field is emptied, the second try gets to the console, and nothing on the way breaks the page's own policy."""
    browser.visits(f"{server.url}{LOGIN}/dev")
    browser.sees("User name")
    sign_in(browser, "canary-wrong")
    said = browser.sees("not accepted")
    left = browser.evaluates("document.querySelector('[name=password]').value")
    here = browser.evaluates("location.href")
    browser.types("password", "alice-sandbox")
    browser.presses_enter()
    browser.sees(ARRIVED)

    assert ("", f"{server.url}{LOGIN}/dev") == (left, here)
    assert "canary-wrong" not in said
    assert {NOBODY} == set(browser.complaints) - {NO_ICON}


def test_no_address_holds_a_secret(server: Server, browser: Browser) -> None:
    """Neither where the window was nor where the back button leads; the cookie is out of reach of scripts."""
    arrive(server, browser)
    (cookie,) = [one for one in browser.cookies if one["name"] == "awsfed"]

    assert {"", "signed-in"} == queries(server, browser.addresses)
    everywhere = " ".join(browser.addresses + browser.history)
    assert "alice-sandbox" not in everywhere
    assert cookie["value"] not in everywhere
    assert (True, "Strict", True) == (cookie["httpOnly"], cookie["sameSite"], cookie["session"])
    assert not [address for address in browser.history if LOGIN in address]
    assert "alice-sandbox" not in server.log_up_to(server.ask("GET", "/healthz"))


def test_the_second_visit_asks_nothing(server: Server, browser: Browser) -> None:
    """Who is signed in goes straight on; after the session has ended, the form is there again."""
    arrive(server, browser)
    browser.addresses.clear()
    browser.visits("about:blank")
    browser.visits(f"{server.url}{LOGIN}/dev")
    browser.sees(ARRIVED)
    led = [address for address in browser.addresses if address.startswith(server.url)]
    (cookie,) = [one for one in browser.cookies if one["name"] == "awsfed"]
    ended = server.ask("DELETE", "/rest/awsfed/1/session", headers={"Cookie": f"awsfed={cookie['value']}"})
    browser.visits(f"{server.url}{LOGIN}/dev")

    assert [f"{server.url}{LOGIN}/dev"] == led
    assert 204 == ended.status
    assert "Password" in browser.sees("User name")


def test_a_link_on_another_site_asks_nothing_either(server: Server, browser: Browser) -> None:
    """The cookie is not sent from there, so the page finds out who is signed in, and comes again by itself."""
    arrive(server, browser)
    elsewhere = server.workstation.sandbox.aws_url.replace("127.0.0.1", "localhost")
    browser.visits(f"{elsewhere}/nothing-here")
    browser.addresses.clear()
    browser.evaluates(f"location.href = '{server.url}{LOGIN}/dev'")
    browser.sees(ARRIVED)

    assert {"", "signed-in"} == queries(server, browser.addresses)


def test_a_connector_that_is_not_yours_is_a_sentence(server: Server, browser: Browser) -> None:
    """After signing in, too, somebody without the grant gets no further."""
    browser.visits(f"{server.url}{LOGIN}/ops")
    browser.sees("User name")
    sign_in(browser, "alice-sandbox")

    assert "This connector is not open to you, or there is none." in browser.sees("You cannot go there")


def test_what_gets_into_the_page_all_the_same_does_nothing(server: Server, browser: Browser) -> None:
    """Neither scripts nor pictures from elsewhere, nor a form that leads away: the browser keeps the policy."""
    browser.visits(f"{server.url}{LOGIN}/dev")
    browser.sees("User name")
    elsewhere = server.workstation.sandbox.aws_url.replace("127.0.0.1", "localhost")
    browser.evaluates(
        f"document.body.insertAdjacentHTML('beforeend', `<img src={elsewhere}/a onerror='document.title = 1'>"
        f"<form action={elsewhere}/b id=led><input name=c></form>`); document.getElementById('led').submit()"
    )

    for directive in ("img-src", "script-src", "form-action"):
        assert browser.complains(directive).startswith("security: ")
    assert not [address for address in browser.addresses if address.startswith(elsewhere)]
    assert "Sign in to the AWS console" == browser.evaluates("document.title")
