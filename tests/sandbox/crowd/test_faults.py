import threading
import time

import pytest
from sandbox.crowd.calling import Caller

from awsfed.sandbox.crowd.application import CrowdApplication
from awsfed.sandbox.crowd.faults import answer, fail, hang, reset, throttle


def test_queue(call: Caller, application: CrowdApplication) -> None:
    """Faults are served in their order, each as often as ordered, and then the server is itself again."""
    application.faults.add(throttle(7))
    application.faults.add(fail(502, "bad gateway"), times=2)
    answers = [call("GET", "/config/cookie") for _ in range(4)]

    assert [one.status_code for one in answers] == [503, 502, 502, 200]
    assert answers[0].headers["Retry-After"] == "7"
    assert answers[1].text == "bad gateway"
    assert "X-Embedded-Crowd-Version" not in answers[0].headers
    assert len(application.calls) == 4


def test_matching(call: Caller, application: CrowdApplication) -> None:
    """A fault waits for the request that it was ordered for."""
    application.faults.add(fail(), path="/authentication")
    application.faults.add(fail(501), method="DELETE")

    assert call("GET", "/config/cookie").status_code == 200
    assert call.sign_in("alice", "alice-sandbox").status_code == 500
    assert call("DELETE", "/session").status_code == 501


def test_raw_answer(call: Caller, application: CrowdApplication) -> None:
    """A raw answer is sent as it is, such as a proxy's login page."""
    application.faults.add(answer(200, {"Content-Type": "text/html"}, "<form>log in</form>"))
    response = call("GET", "/config/cookie")

    assert (response.headers["Content-Type"], response.text) == ("text/html", "<form>log in</form>")


def test_reset(call: Caller, application: CrowdApplication) -> None:
    """A reset ends the connection without an answer; the next request works."""
    import requests

    application.faults.add(reset())

    with pytest.raises(requests.ConnectionError):
        call.sign_in("alice", "alice-sandbox")
    assert call.sign_in("alice", "alice-sandbox").status_code == 200


def test_hang(call: Caller, application: CrowdApplication) -> None:
    """A hang is a wait before the usual answer, and a test may end it early."""
    application.faults.add(hang(0.05))
    application.faults.add(hang(60))
    started = time.monotonic()

    assert call("GET", "/config/cookie").status_code == 200
    assert time.monotonic() - started >= 0.05
    threading.Timer(0.05, application.faults.clear).start()
    assert call("GET", "/config/cookie").status_code == 200
    assert time.monotonic() - started < 30


def test_clear(call: Caller, application: CrowdApplication) -> None:
    """Cleared faults do not happen."""
    application.faults.add(fail(), times=5)
    application.faults.clear()

    assert call("GET", "/config/cookie").status_code == 200
