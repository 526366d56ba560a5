"""A real browser, opened as somebody's own would be, on the way through the private page to the console."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.browser import Browser
from cli.needing import need
from conftest import Workstation

pytestmark = pytest.mark.slow
HANDS_OVER = """\
#!/bin/sh
printf %s "$1" >"$HOME/address"
"""


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """A browser where nobody has signed in anywhere."""
    need("chromium")
    with Browser(tmp_path) as browser:
        yield browser


@pytest.fixture
def command(workstation: Workstation) -> Path:
    """A command that hands an address over to a browser which runs already, as a desktop's own does."""
    script = workstation.home / "browser"
    script.write_text(HANDS_OVER)
    script.chmod(0o755)
    return script


@pytest.mark.parametrize(
    ("user", "connector", "principal"),
    [
        ("alice", "dev", "arn:aws:sts::123456789012:assumed-role/developer/alice"),
        ("alice", "artifacts", "arn:aws:sts::123456789012:federated-user/alice"),
    ],
)
def test_a_browser_arrives_signed_in(
    workstation: Workstation, command: Path, browser: Browser, user: str, connector: str, principal: str
) -> None:
    """From a private page on disk over the sign-in endpoint to the page of the console, which names who it is."""
    workstation.login(user)

    result = workstation.run("awsfed", "console", connector, "--service", "s3", environ={"BROWSER": str(command)})
    browser.visits((workstation.home / "address").read_text())
    arrived = browser.sees(f"{principal} is signed in until")

    assert (0, f"Opened the console for {connector} in your browser.\n") == (result.returncode, result.stderr)
    assert browser.addresses[0].startswith("file://")
    assert "on the way to https://console.aws.amazon.com/s3/home" in arrived
