"""What each command loads: modules are counted, not milliseconds."""

import subprocess
import sys
from collections.abc import Mapping

import pytest
from cli.terminal import ended
from conftest import Workstation
from fakes.broker import FakeBroker
from fakes.our_server import OurServer

from awsfed.outside.clock import SystemClock

HEAVY = {"boto3", "botocore", "cryptography", "keyring", "moto", "requests", "rich", "secretstorage", "truststore"}
HEAVY |= {"http.client", "urllib3", "werkzeug"}
TRACED = """
import sys
sys.argv = ["awsfed", *{arguments!r}]
from awsfed.__main__ import main
try:
    status = main()
except SystemExit as end:
    status = end.code
print({mark!r}, *sorted({{name.partition(".")[0] for name in sys.modules}} | {{
    name for name in sys.modules if name.startswith("awsfed.")
}}), file=sys.stderr)
sys.exit(status)
"""
MARK = "-- loaded:"


def loaded(workstation: Workstation, *arguments: str, environ: Mapping[str, str] | None = None) -> set[str]:
    """Run awsfed, which has to succeed; return the top-level modules it loaded, and those of its own in full."""
    code = TRACED.format(arguments=arguments, mark=MARK)
    result = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env={**workstation.environ, **(environ or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == result.returncode, result.stderr
    return set(result.stderr.partition(MARK)[2].split())


@pytest.fixture
def alice(workstation: Workstation) -> Workstation:
    """Somebody who has signed in."""
    login = ("login", "--user", "alice", "--password-stdin")
    assert 0 == ended(*login, environ=workstation.environ, stdin="alice-sandbox\n").status
    return workstation


@pytest.mark.parametrize("arguments", [["--version"], ["-V"]])
def test_the_version_loads_nothing(workstation: Workstation, arguments: list[str]) -> None:
    """Not even the command line."""
    ours = {name for name in loaded(workstation, *arguments) if name.startswith("awsfed.")}

    assert {"awsfed.__main__", "awsfed.version"} == ours


@pytest.mark.parametrize("arguments", [["--help"], ["login", "--help"], ["exec", "-h"], ["console", "-h"]])
def test_help_loads_no_library(workstation: Workstation, arguments: list[str]) -> None:
    """Only click."""
    assert set() == HEAVY & loaded(workstation, *arguments)


@pytest.mark.parametrize(
    ("words", "position"), [("awsfed ", "1"), ("awsfed connectors ", "2"), ("awsfed exec --", "2")]
)
def test_completion_loads_no_library(workstation: Workstation, words: str, position: str) -> None:
    """A press of the tab key costs what help costs."""
    environ = {"_AWSFED_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": position}

    assert set() == HEAVY & loaded(workstation, environ=environ)


@pytest.mark.parametrize(
    "arguments", [["status"], ["logout"], ["config", "show"], ["config", "check"], ["env", "--unset"]]
)
def test_what_asks_nobody_loads_no_library(alice: Workstation, arguments: list[str]) -> None:
    """Neither for http nor for AWS, and no keyring where sessions are in a file."""
    assert set() == HEAVY & loaded(alice, *arguments)


@pytest.mark.parametrize("arguments", [["connectors"], ["connectors", "why", "dev"], ["configure", "dev"]])
def test_what_asks_crowd_loads_no_library(alice: Workstation, arguments: list[str]) -> None:
    """Nothing for AWS, and in a pipe no tables."""
    assert set() == HEAVY & loaded(alice, *arguments)


@pytest.mark.parametrize("arguments", [["credential-process", "dev"], ["env", "dev"], ["credentials", "dev"]])
def test_a_vend_loads_no_library(alice: Workstation, arguments: list[str]) -> None:
    """No botocore, no urllib3, nothing for tables, no keyring, nothing of the sandbox."""
    found = loaded(alice, *arguments)

    assert set() == HEAVY & found
    assert not [name for name in found if name.startswith("awsfed.sandbox")]


@pytest.mark.parametrize("arguments", [["credential-process", "dev"], ["env", "dev"], ["connectors"]])
def test_what_asks_a_broker_loads_no_library(workstation: Workstation, arguments: list[str]) -> None:
    """Nothing for AWS, no keyring, and of the broker only who asks it, in the one dialect it speaks."""
    clock = SystemClock()
    with OurServer(FakeBroker(clock), clock).serving() as server:
        login = ("login", "--broker", server.url, "--user", "alice", "--password-stdin")
        assert 0 == ended(*login, environ=workstation.environ, stdin="any\n").status
        found = loaded(workstation, *arguments)

    assert set() == HEAVY & found
    wing = {name for name in found if name.startswith("awsfed.broker.")}
    assert not [name for name in wing if not name.startswith(("awsfed.broker.interface", "awsfed.broker.remote"))]
    assert "awsfed.broker.remote.ifaws" not in wing


@pytest.mark.parametrize("arguments", [["env", "dev"], ["credentials", "dev", "--profile", "x"]])
def test_a_cached_answer_asks_nobody(alice: Workstation, arguments: list[str]) -> None:
    """Neither library is loaded the second time."""
    assert 0 == ended("env", "dev", environ=alice.environ).status

    assert set() == HEAVY & loaded(alice, *arguments)


def test_a_cached_credential_process_loads_two_modules(alice: Workstation) -> None:
    """The entry and the launcher."""
    assert 0 == ended("credential-process", "dev", environ=alice.environ).status

    ours = {name for name in loaded(alice, "credential-process", "dev") if name.startswith("awsfed.")}

    assert {"awsfed.__main__", "awsfed.launch"} == ours


def test_what_vends_loads_no_other_delivery(alice: Workstation) -> None:
    """A credential process knows neither browsers nor endpoints, and starts no command."""
    found = loaded(alice, "credential-process", "dev")

    others = {f"awsfed.workstation.delivery.{name}" for name in ("browser", "endpoint", "environ", "execute")}
    assert set() == found & {"webbrowser", *others}
