import json
import os
import signal
import stat
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from awsfed.sandbox import run
from awsfed.sandbox.crowd.directory import Directory
from awsfed.sandbox.home import environment_of
from awsfed.sandbox.world import Sandbox

SERVE = "import sys; from awsfed.sandbox import run; sys.exit(run.serve(None, 0, 0))"
DIRECTORY = """\
[application]
name = "other"
password = "other-password"

[users.zoe]
password = "zoe-password"
groups = ["aws-admins"]

[groups.aws-admins]
"""


def python(code: str, *arguments: str) -> list[str]:
    """A command that runs some Python."""
    return [sys.executable, "-c", code, *arguments]


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """A file in which a child tells what it saw."""
    return tmp_path / "told.json"


def test_a_command_runs_in_a_home_of_its_own(told: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the surroundings that could hold a secret gets there, and the home is gone afterwards."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWSFED_USER", "GITHUB_TOKEN", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "canary")
    code = "import json, os, sys; json.dump(dict(os.environ), open(sys.argv[1], 'w'))"
    assert run.run(python(code, str(told)), None) == 0
    environment = json.loads(told.read_text())

    assert "canary" not in environment.values()
    assert not Path(environment["HOME"]).exists()
    assert environment["PATH"].startswith(str(Path(sys.executable).parent))
    assert environment["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")


def test_a_command_can_use_both_servers(told: Path) -> None:
    """While it runs, Crowd and AWS are there, and awsfed's settings lead to them."""
    code = """
import json, os, sys, tomllib, urllib.request, urllib.error
settings = tomllib.load(open(os.environ["XDG_CONFIG_HOME"] + "/awsfed/config.toml", "rb"))
found = {}
for name, url in (("crowd", settings["crowd"]["url"]), ("aws", settings["aws"]["endpoint"])):
    try:
        urllib.request.urlopen(url, timeout=5)
    except urllib.error.HTTPError as error:
        found[name] = error.code
json.dump(found, open(sys.argv[1], "w"))
"""
    assert run.run(python(code, str(told)), None) == 0

    assert json.loads(told.read_text()) == {"crowd": 404, "aws": 403}


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("raise SystemExit(7)", 7),
        ("import os; os.kill(os.getpid(), 15)", 143),
        ("import os; os.kill(os.getpid(), 9)", 137),
    ],
)
def test_the_status_of_the_command_is_the_status(code: str, status: int) -> None:
    """As a shell tells it, signals included."""
    assert run.run(python(code), None) == status


def test_a_command_that_is_not_there(capfd: pytest.CaptureFixture[str]) -> None:
    """127, and one sentence."""
    assert run.run(["no-such-program"], None) == 127
    assert capfd.readouterr() == ("", "awsfed: error: no-such-program: not found\n")


def test_a_command_that_is_not_executable(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """126, and one sentence."""
    program = tmp_path / "program"
    program.write_text("x")

    assert run.run([str(program)], None) == 126
    assert capfd.readouterr().err.startswith(f"awsfed: error: {program}: ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signals_are_passed_on(told: Path, number: signal.Signals) -> None:
    """SIGTERM ends the command, whose status tells of it; the end of the terminal too, and the home is gone then."""
    child = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text(os.environ['HOME']); time.sleep(60)"
    code = "import sys; from awsfed.sandbox import run; sys.exit(run.run(sys.argv[1:], None))"
    with subprocess.Popen(python(code, *python(child, str(told)))) as process:
        _wait_for(told)
        process.send_signal(number)
        assert process.wait(10) == 128 + number

    assert not Path(told.read_text()).exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_serving_says_how_to_use_it_and_stays(number: signal.Signals) -> None:
    """Until a signal ends it with success; the home is gone then."""
    with subprocess.Popen(python(SERVE), stdout=subprocess.PIPE, text=True) as process:
        lines = list(_until(process, "Ctrl-C ends the sandbox."))
        text = "".join(lines)
        exports = Path(next(line.split()[1] for line in lines if line.startswith("  . ")))
        shown = subprocess.run(
            ["sh", "-c", f'. {exports}; printf "%s %s %s" "$AWS_ENDPOINT_URL" "$XDG_CONFIG_HOME" "$AWS_PROFILE"'],
            env={**os.environ, "AWS_PROFILE": "canary"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split(" ")
        assert exports.stat().st_mode & 0o077 == 0
        assert requests.get(shown[0], timeout=5).status_code == 403
        process.send_signal(number)
        assert process.wait(10) == 0

    assert "alice-sandbox" in text
    assert Path(shown[1]).parent == exports.parent
    assert shown[2] == ""
    assert not exports.parent.exists()


def test_serving_outlives_a_terminal_where_that_was_asked_for() -> None:
    """As with nohup, which has SIGHUP ignored."""
    with subprocess.Popen(["nohup", *python(SERVE)], stdout=subprocess.PIPE, text=True) as process:
        list(_until(process, "Ctrl-C ends the sandbox."))
        process.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1)
        process.terminate()


def test_another_directory_can_be_served(tmp_path: Path) -> None:
    """Its people are the ones who can sign in."""
    file = tmp_path / "people.toml"
    file.write_text(DIRECTORY)
    with Sandbox.start(Directory.from_toml(file)) as sandbox:
        config = Path(sandbox.write_home(tmp_path / "home")["XDG_CONFIG_HOME"]) / "awsfed" / "config.toml"
        settings = tomllib.loads(config.read_text())

        assert sandbox.crowd.directory.user("zoe") is not None
        assert settings["crowd"]["application"] == "other"
        assert Path(settings["crowd"]["secret"].removeprefix("file:")).read_text() == "other-password\n"


def test_a_directory_that_is_none_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """One sentence, before anything is started."""
    file = tmp_path / "people.toml"
    file.write_text("x = ")

    assert (run.run(["true"], file), run.serve(file, 0, 0)) == (3, 3)
    assert capfd.readouterr().err.count(f"awsfed: error: {file}: is not TOML") == 2


@pytest.fixture
def world() -> Iterator[Sandbox]:
    """A sandbox that runs."""
    with Sandbox.start() as sandbox:
        yield sandbox


def test_the_home_is_its_owners_alone(world: Sandbox, tmp_path: Path) -> None:
    """Folders 0700, files 0600, written twice without complaint."""
    world.write_home(tmp_path / "home")
    world.write_home(tmp_path / "home")
    modes = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in (tmp_path / "home").rglob("*")}

    assert modes == {(True, 0o700), (False, 0o600)}
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700


def test_the_settings_lead_to_the_sandbox(world: Sandbox, tmp_path: Path) -> None:
    """Addresses, secrets in files, and a connector for each STS call."""
    environment = world.write_home(tmp_path / "home")
    settings = tomllib.loads((Path(environment["XDG_CONFIG_HOME"]) / "awsfed" / "config.toml").read_text())
    password = Path(settings["crowd"]["secret"].removeprefix("file:"))
    key = settings["keys"]["main"]

    assert settings["crowd"]["url"] == world.crowd_url
    assert password.read_text() == "sandbox-application\n"
    assert settings["aws"] == {
        "region": "eu-central-1",
        "endpoint": world.aws_url,
        "signin_endpoint": world.aws_url,
    }
    assert {one["type"] for one in settings["connectors"].values()} == {
        "ASSUME_ROLE",
        "FEDERATION_TOKEN",
        "SESSION_TOKEN",
    }
    assert f"aws_access_key_id = {world.access_key_id}" in Path(key["file"]).read_text()
    assert json.loads(settings["connectors"]["artifacts"]["policy"])["Statement"][0]["Action"] == "s3:*"


def test_worlds_that_overlap_share_the_account(world: Sandbox) -> None:
    """There is one moto in a process; the key is the same, issued credentials are not."""
    with Sandbox.start() as other:
        assert (other.access_key_id, other.secret_access_key) == (world.access_key_id, world.secret_access_key)
        assert other.aws_url != world.aws_url


def test_a_stopped_world_is_gone(world: Sandbox) -> None:
    """Nobody answers any more, and stopping again does nothing."""
    world.stop()
    world.stop()
    with pytest.raises(requests.ConnectionError):
        requests.get(world.aws_url, timeout=5)


def test_the_environment_keeps_what_a_terminal_needs(tmp_path: Path) -> None:
    """And nothing else of the surroundings."""
    surroundings = {"TERM": "xterm", "LC_ALL": "C", "COLUMNS": "80", "SECRET": "canary", "LD_PRELOAD": "x"}
    environment = environment_of(tmp_path, "http://127.0.0.1:1", surroundings)

    assert surroundings.items() & environment.items() == {("TERM", "xterm"), ("LC_ALL", "C"), ("COLUMNS", "80")}
    assert (environment["BROWSER"], environment["PATH"]) == ("true", str(Path(sys.executable).parent))


def _wait_for(path: Path) -> None:
    end = time.monotonic() + 20
    while not path.exists() or not path.read_bytes():
        assert time.monotonic() < end
        time.sleep(0.02)


def _until(process: "subprocess.Popen[str]", last: str) -> Iterator[str]:
    assert process.stdout is not None
    for line in process.stdout:
        yield line
        if line.startswith(last):
            return
