"""Signing in to the console, followed to its page."""

import html
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from cli.conftest import Shell

from awsfed.sandbox.aws import faults

BROWSER = """\
#!/bin/sh
printf '%s\\n' "$@" >"$HOME/arguments"
page=${1#file://}
cp "$page" "$HOME/page.html"
stat -c %a "$page" "$(dirname "$page")" >"$HOME/modes"
"""


def arrives(url: str) -> str:
    """Follow an address as a browser would; return the sentence of the page that it ends at."""
    answer = requests.get(url, timeout=10)
    assert 200 == answer.status_code
    return html.unescape(answer.text.partition("<p>")[2].partition("</p>")[0])


def ends_at(sentence: str) -> datetime:
    """Return the end of a console session as its page tells it."""
    text = re.search(r"until (\S+ \S+)Z", sentence)
    assert text
    return datetime.fromisoformat(text[1]).replace(tzinfo=UTC)


def test_the_printed_address_signs_in(alice: Shell) -> None:
    """As the role, in the name of the user, and to the console's front page of the connector's region."""
    url = alice.answers("console", "dev", "--print").strip()

    sentence = arrives(url)

    assert "arn:aws:sts::123456789012:assumed-role/developer/alice is signed in until" in sentence
    assert sentence.endswith("https://console.aws.amazon.com/console/home")


def test_a_service_and_a_region_may_be_chosen(alice: Shell) -> None:
    """The page to arrive at follows both."""
    url = alice.answers("console", "dev", "--print", "--service", "s3", "-r", "us-east-1").strip()

    assert arrives(url).endswith("on the way to https://us-east-1.console.aws.amazon.com/s3/home?region=us-east-1")


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(["--region", "nowhere"], 2), (["--service", "../x"], 3), (["--service", "s3?x=y"], 3), (["--region", "a.b"], 2)],
)
def test_places_that_cannot_be_are_refused(alice: Shell, arguments: list[str], status: int) -> None:
    """Nothing that was typed becomes another part of the address, and AWS is not asked for credentials."""
    alice.fails(status, "console", "dev", "--print", *arguments)

    assert [] == alice.aws_calls()


def test_a_session_as_long_as_the_connectors_duration(shell: Shell) -> None:
    """A role that was assumed with a long-term key asks for its own length, at the first try."""
    shell.login("bob")

    sentence = arrives(shell.answers("console", "ops", "--print").strip())

    left = ends_at(sentence) - datetime.now(UTC)
    assert timedelta(hours=3, minutes=59) < left <= timedelta(hours=4)
    assert ["AssumeRole", "getSigninToken"] == shell.aws_calls()[:2]


def test_a_federated_user_asks_for_no_length(alice: Shell) -> None:
    """AWS would refuse it, so one request is enough."""
    sentence = arrives(alice.answers("console", "artifacts", "--print").strip())

    assert "arn:aws:sts::123456789012:federated-user/alice is signed in until" in sentence
    assert ["GetFederationToken", "getSigninToken"] == alice.aws_calls()[:2]


def test_a_session_token_cannot_enter(shell: Shell) -> None:
    """Said before AWS is asked for anything."""
    shell.login("carol")

    said = shell.fails(10, "console", "raw", "--print")

    assert "connector 'raw' (The broker itself) gives session tokens, which cannot enter the console" in said
    assert [] == shell.aws_calls()


def test_a_refusal_of_the_endpoint(alice: Shell) -> None:
    """The host and the status are named."""
    alice.sandbox.aws.faults.add(faults.fail(400, "Bad", "ordered"), action="getSigninToken", times=2)

    assert "the sign-in endpoint 127.0.0.1 refused them (status 400)" in alice.fails(6, "console", "dev", "--print")


def test_without_a_browser_the_address_is_printed(alice: Shell) -> None:
    """With a word about what it is."""
    end = alice.run("console", "dev", environ={"BROWSER": ""})

    assert 0 == end.status
    assert "There is no browser here. Open this address within 15 minutes, and show it to nobody:\n" == end.err
    assert "/federation?Action=login" in end.out


@pytest.fixture
def browser(alice: Shell) -> Path:
    """A browser that notes what it was given."""
    script = alice.workstation.home / "browser"
    script.write_text(BROWSER)
    script.chmod(0o755)
    return script


def test_the_browser_gets_a_private_page_and_never_the_address(alice: Shell, browser: Path) -> None:
    """Arguments are seen by everybody on the machine; the page is seen by its owner, and leads to the console."""
    result = alice.workstation.run("awsfed", "console", "dev", environ={"BROWSER": str(browser)})

    assert (0, "") == (result.returncode, result.stdout)
    assert "Opened the console for dev in your browser.\n" == result.stderr
    home = alice.workstation.home
    arguments = (home / "arguments").read_text()
    assert arguments.startswith(f"file://{alice.workstation.cache}/console/console-")
    assert "SigninToken" not in arguments
    assert "600\n700\n" == (home / "modes").read_text()
    page = (home / "page.html").read_text()
    refresh = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page)
    assert refresh
    assert "assumed-role/developer/alice is signed in until" in arrives(html.unescape(refresh[1]))
    assert '<meta name="referrer" content="no-referrer">' in page


def test_the_page_before_is_removed_at_the_next_use(alice: Shell, browser: Path) -> None:
    """At most one page lies around, and that for a minute."""
    for _ in range(2):
        alice.workstation.awsfed("console", "dev", environ={"BROWSER": str(browser)})

    assert 1 == len(list((alice.workstation.cache / "console").iterdir()))


def test_a_browser_that_fails_leaves_no_page(alice: Shell) -> None:
    """The address is printed instead."""
    folder = alice.workstation.home / "bin"
    folder.mkdir()
    (folder / "failing").write_text("#!/bin/sh\nexit 1\n")
    (folder / "failing").chmod(0o755)
    environ = {"BROWSER": "failing", "PATH": f"{folder}"}

    assert "/federation?Action=login" in alice.workstation.awsfed("console", "dev", environ=environ)
    assert [] == list((alice.workstation.cache / "console").iterdir())


def test_the_console_needs_a_grant(alice: Shell) -> None:
    """The same gate as for credentials."""
    assert "no connector 'ops' for alice" in alice.fails(6, "console", "ops", "--print")
