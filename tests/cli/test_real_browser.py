"""A real browser, opened as somebody's own would be, on the way through the private page to the console."""

import html
import time
from pathlib import Path

import pytest
from cli.needing import need
from conftest import Workstation

pytestmark = pytest.mark.slow
BROWSER = """\
#!/bin/sh
exec chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \\
  --disable-component-update --disable-sync --disable-dev-shm-usage --user-data-dir="$HOME/chromium" \\
  --virtual-time-budget=10000 --timeout=30000 --dump-dom "$1" >"$HOME/arrived.html" 2>"$HOME/browser.log"
"""


@pytest.fixture
def browser(workstation: Workstation) -> Path:
    """A script that opens an address in a new Chromium and keeps the page that it ends at."""
    need("chromium")
    script = workstation.home / "browser"
    script.write_text(BROWSER)
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
    workstation: Workstation, browser: Path, user: str, connector: str, principal: str
) -> None:
    """From a private page on disk over the sign-in endpoint to the page of the console, which names who it is."""
    workstation.login(user)
    began = time.monotonic()

    result = workstation.run("awsfed", "console", connector, "--service", "s3", environ={"BROWSER": str(browser)})

    assert (0, f"Opened the console for {connector} in your browser.\n") == (result.returncode, result.stderr)
    arrived = html.unescape((workstation.home / "arrived.html").read_text())
    assert f"{principal} is signed in until" in arrived, (workstation.home / "browser.log").read_text()
    assert "on the way to https://console.aws.amazon.com/s3/home" in arrived
    assert time.monotonic() - began < 60
