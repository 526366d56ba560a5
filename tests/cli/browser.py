"""A Chromium that a test drives, over its own protocol and a pair of pipes."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
    "--remote-debugging-pipe",
)
_WAIT_S = 30.0
_NO_PAGE = -32000
"""What its protocol answers to an expression while one page has gone and the next is not there yet."""


class Browser:
    """One window with a profile of its own; a context manager that ends it.

    Attributes:
        addresses: every address that the window showed or was led through, in order.
        complaints: what stands in its console: errors, warnings, and what a policy kept out.
    """

    def __init__(self, home: Path) -> None:
        self.addresses: list[str] = []
        self.complaints: list[str] = []
        theirs, self._to = os.pipe()
        self._from, back = os.pipe()
        program = shutil.which("chromium") or "chromium"
        with (home / "browser.log").open("w") as log:
            self._process = subprocess.Popen(
                [
                    "bash",
                    "-c",
                    f'exec "$@" 3<&{theirs} 4>&{back}',
                    "sh",
                    program,
                    *_FLAGS,
                    f"--user-data-dir={home}/profile",
                ],
                env={"HOME": str(home), "PATH": os.environ["PATH"]},
                pass_fds=(theirs, back),
                stdout=log,
                stderr=log,
            )
        os.close(theirs)
        os.close(back)
        self._unread = b""
        self._number = 0
        self._session: str | None = None

    def __enter__(self) -> Self:
        try:
            target = self._ask("Target.createTarget", url="about:blank")["targetId"]
            self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Network", "Runtime", "Log"):
                self._ask(f"{domain}.enable")
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def visits(self, address: str) -> None:
        """Go to an address, as somebody types it."""
        self._ask("Page.navigate", url=address)

    def evaluates(self, script: str) -> Any:
        """Return the value of an expression on the page; None between two pages."""
        answer = self._answer("Runtime.evaluate", expression=script, returnByValue=True)
        if answer.get("error", {}).get("code") == _NO_PAGE:
            return None
        return answer["result"]["result"].get("value")

    def sees(self, text: str) -> str:
        """Wait until the page shows a text; return all that it shows."""
        began = time.monotonic()
        while text not in (shown := self.evaluates("document.body ? document.body.innerText : ''") or ""):
            assert time.monotonic() - began < _WAIT_S, (shown, self.complaints)
            time.sleep(0.1)
        return str(shown)

    def complains(self, about: str) -> str:
        """Wait until its console has an entry about something; return the entry."""
        began = time.monotonic()
        while not (found := [text for text in self.complaints if about in text]):
            assert time.monotonic() - began < _WAIT_S, self.complaints
            time.sleep(0.1)
            self.evaluates("0")
        return found[0]

    def types(self, name: str, text: str) -> None:
        """Type into a field of a form."""
        self.evaluates(f"document.querySelector('[name={name}]').focus()")
        self._ask("Input.insertText", text=text)

    def presses_enter(self) -> None:
        """Press Enter in the field where the cursor is."""
        key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
        self._ask("Input.dispatchKeyEvent", type="keyDown", text="\r", **key)
        self._ask("Input.dispatchKeyEvent", type="keyUp", **key)

    @property
    def history(self) -> list[str]:
        """Where the back button leads, and where the window is."""
        return [str(entry["url"]) for entry in self._ask("Page.getNavigationHistory")["entries"]]

    @property
    def cookies(self) -> list[dict[str, Any]]:
        """Every cookie that it keeps."""
        found: list[dict[str, Any]] = self._ask("Network.getAllCookies")["cookies"]
        return found

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._to)
        os.close(self._from)

    def _ask(self, method: str, **given: object) -> dict[str, Any]:
        answer = self._answer(method, **given)
        assert "result" in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def _answer(self, method: str, **given: object) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": given}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while (heard := self._hear()).get("id") != self._number:
            self._note(heard.get("method", ""), heard.get("params", {}))
        return heard

    def _hear(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            more = os.read(self._from, 65_536)
            assert more, "the browser ended"
            self._unread += more
        message, _, self._unread = self._unread.partition(b"\0")
        heard: dict[str, Any] = json.loads(message)
        return heard

    def _note(self, event: str, given: dict[str, Any]) -> None:
        match event:
            case "Network.requestWillBeSent" if given.get("type") == "Document":
                self.addresses.append(given["request"]["url"])
            case "Page.frameNavigated" | "Page.navigatedWithinDocument":
                self.addresses.append(given.get("frame", given)["url"])
            case "Log.entryAdded" if given["entry"]["level"] in {"error", "warning"}:
                self.complaints.append(f"{given['entry']['source']}: {given['entry']['text']}")
            case "Runtime.consoleAPICalled":
                self.complaints.append(f"console: {given['args']}")
            case "Runtime.exceptionThrown":
                self.complaints.append(f"exception: {given['exceptionDetails']['text']}")
