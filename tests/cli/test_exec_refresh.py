"""`awsfed exec --refresh` and `awsfed endpoint`, as installed, against the sandbox."""

import http.client
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pexpect  # type: ignore[import-untyped]  # nobody wrote types for it
import pytest
from conftest import SCRIPTS, Workstation

DEVELOPER = "arn:aws:sts::123456789012:assumed-role/developer/alice"
WHO = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
HOSTILE = "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wrong\n"
SHOW = "import json, os; print(json.dumps(dict(os.environ)))"


@pytest.fixture
def alice(workstation: Workstation) -> Workstation:
    """Somebody who has signed in."""
    workstation.login()
    return workstation


def refresh(alice: Workstation, *command: str, connector: str = "dev") -> "subprocess.CompletedProcess[str]":
    """Run a command beside an endpoint."""
    return alice.run("awsfed", "exec", "--refresh", connector, "--", *command)


def children_environment(alice: Workstation, *options: str) -> dict[str, str]:
    """Return the environment that a command gets."""
    result = alice.run("awsfed", "exec", "--refresh", *options, "dev", "--", "python", "-c", SHOW)
    assert (0, "") == (result.returncode, result.stderr)
    environ: dict[str, str] = json.loads(result.stdout)
    return environ


def test_boto3_works_as_the_role(alice: Workstation) -> None:
    """The child is who the connector says, and nothing is said besides."""
    result = refresh(alice, "python", "-c", WHO)

    assert (0, f"{DEVELOPER}\n", "") == (result.returncode, result.stdout, result.stderr)


def test_the_child_has_an_endpoint_and_no_keys(alice: Workstation) -> None:
    """Variables that would win over the endpoint are gone, and so are secrets of awsfed."""
    leftovers = {
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "canary",
        "AWS_SESSION_TOKEN": "canary",
        "AWS_PROFILE": "missing",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/x",
        "AWS_WEB_IDENTITY_TOKEN_FILE": "/x",
        "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/x",
        "AWSFED_PASSWORD": "canary",
    }
    result = alice.run("awsfed", "exec", "--refresh", "dev", "--", "python", "-c", SHOW, environ=leftovers)

    environ = json.loads(result.stdout)
    assert not set(leftovers) & set(environ)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/credentials", environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"])
    assert ("dev", "true") == (environ["AWSFED_EXEC"], environ["AWS_EC2_METADATA_DISABLED"])
    assert "canary" not in result.stdout


def test_forgotten_keys_do_not_shadow_it(alice: Workstation) -> None:
    """A [default] with keys in ~/.aws would win in every SDK; the child does not see it, but its settings."""
    folder = alice.home / ".aws"
    folder.mkdir()
    (folder / "credentials").write_text(HOSTILE)
    (folder / "config").write_text("[default]\nregion = us-west-2\ns3 =\n  addressing_style = path\n")

    who = refresh(alice, "python", "-c", WHO)
    cli = refresh(alice, "aws", "sts", "get-caller-identity", "--query", "Arn", "--output", "text")
    style = refresh(alice, "aws", "configure", "get", "default.s3.addressing_style")

    assert f"{DEVELOPER}\n" == who.stdout
    assert f"{DEVELOPER}\n" == cli.stdout, cli.stderr
    assert "path\n" == style.stdout


def test_another_profile_is_missing_rather_than_wrong(alice: Workstation) -> None:
    """A profile by name does not quietly get the endpoint's credentials."""
    folder = alice.home / ".aws"
    folder.mkdir()
    (folder / "config").write_text("[profile other]\nregion = us-west-2\n")

    result = refresh(alice, "aws", "--profile", "other", "sts", "get-caller-identity")

    assert 0 != result.returncode
    assert "(other) could not be found" in result.stderr


def test_everything_ends_with_the_child(alice: Workstation) -> None:
    """Neither the port nor the files outlive it."""
    environ = children_environment(alice)

    port = int(environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"].split(":")[2].split("/")[0])
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection("127.0.0.1", port, timeout=2).connect()
    assert not Path(environ["AWS_CONFIG_FILE"]).parent.exists()


@pytest.mark.parametrize(
    ("command", "status"),
    [("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143), ("kill -KILL $$", 137)],
)
def test_the_status_is_the_childs(alice: Workstation, command: str, status: int) -> None:
    """128 and the signal's number where one ended it, as shells say it."""
    assert status == refresh(alice, "sh", "-c", command).returncode


def test_a_failure_before_the_command_has_its_own_status(alice: Workstation) -> None:
    """127 and 126 for a command that cannot run, 125 for what went wrong at our side."""
    assert 127 == refresh(alice, "no-such-command").returncode
    assert 126 == refresh(alice, "/etc/passwd").returncode
    assert 125 == refresh(alice, "true", connector="ops").returncode
    assert ["lock"] == [path.name for path in (alice.cache / "endpoints").iterdir()]


def test_the_child_has_ordinary_signals(alice: Workstation) -> None:
    """What is ignored or handled beside it is not so in the child, but for what the caller wants ignored."""
    code = "import signal; print(signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM).name)"

    ordinary = refresh(alice, "python", "-c", code).stdout
    script = f"trap '' TERM; exec awsfed exec --refresh dev -- python -c {shlex.quote(code)}"
    ignored = alice.run("sh", "-c", script).stdout

    assert "default_int_handler" in ordinary
    assert "SIG_DFL" in ordinary
    assert "SIG_IGN" in ignored


def test_open_files_go_to_the_child(alice: Workstation) -> None:
    """What a shell opens for the command is the command's, and nothing of awsfed's is open in it."""
    code = "import os, sys; print(open(sys.argv[1]).read(), sorted(os.listdir('/proc/self/fd'))[:-1])"

    beside = alice.run("bash", "-c", f'awsfed exec --refresh dev -- python -c "{code}" <(echo hello)')
    alone = alice.run("bash", "-c", f'python -c "{code}" <(echo hello)')

    assert "hello" in beside.stdout
    assert alone.stdout == beside.stdout


@contextmanager
def running(alice: Workstation, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Start awsfed away from any terminal, in a process group of its own."""
    process = subprocess.Popen(
        [str(SCRIPTS / "awsfed"), *arguments],
        env=alice.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


TRAP = (
    'for s in HUP INT QUIT TERM USR1 USR2; do trap "echo $s; exit 9" $s; done; echo ready; while :; do sleep 0.05; done'
)


@pytest.mark.parametrize("name", ["HUP", "INT", "QUIT", "TERM", "USR1", "USR2"])
def test_signals_are_passed_on(alice: Workstation, name: str) -> None:
    """Whoever signals awsfed means the command, which decides what comes of it."""
    with running(alice, "exec", "--refresh", "dev", "--", "sh", "-c", TRAP) as process:
        assert process.stdout
        assert "ready\n" == process.stdout.readline(), process.stderr and process.stderr.read()
        process.send_signal(getattr(signal, f"SIG{name}"))

        assert f"{name}\n" == process.stdout.readline()
        assert 9 == process.wait(10)


COUNT = """
import signal, sys, time
count = 0
def more(*_):
    global count
    count += 1
signal.signal(signal.SIGINT, more)
print("ready", flush=True)
while not count:
    time.sleep(0.02)
time.sleep(0.5)
print("interrupts", count, flush=True)
sys.exit(3)
"""


def at_a_terminal(alice: Workstation, script: str) -> "pexpect.spawn[str]":
    """Start a shell script on a terminal."""
    return pexpect.spawn("bash", ["--norc", "-c", script], env=alice.environ, timeout=30, encoding="utf-8", echo=False)


def test_ctrl_c_reaches_the_child_once(alice: Workstation) -> None:
    """The terminal sends it to both; a program that takes a second one for impatience must not see two."""
    terminal = at_a_terminal(
        alice, f"awsfed exec --refresh dev -- {sys.executable} -c {shlex.quote(COUNT)}; echo status $?"
    )
    terminal.expect_exact("ready")
    terminal.sendintr()

    terminal.expect_exact("interrupts 1")
    terminal.expect_exact("status 3")


def test_ctrl_z_stops_and_fg_continues(alice: Workstation) -> None:
    """Job control works on the command and awsfed together."""
    terminal = pexpect.spawn("bash", ["--norc"], env=alice.environ, timeout=30, encoding="utf-8", echo=False)
    terminal.sendline("PS1='$ '; awsfed exec --refresh dev -- sh -c 'echo up; sleep 1; echo down'; echo status $?")
    terminal.expect_exact("up")
    terminal.sendcontrol("z")
    terminal.expect_exact("Stopped")
    terminal.sendline("fg; echo status $?")

    terminal.expect_exact("down")
    terminal.expect_exact("status 0")
    terminal.sendline("exit")


def test_a_killed_parent_leaves_files_that_the_next_removes(alice: Workstation) -> None:
    """After kill -9 the child has no endpoint any more; the private folder goes with the next run."""
    with running(alice, "exec", "--refresh", "dev", "--", "sh", "-c", "echo ready; exec sleep 2") as process:
        assert process.stdout
        process.stdout.readline()
        process.kill()
        process.wait(10)
        os.killpg(process.pid, signal.SIGKILL)
    assert 2 == len(list((alice.cache / "endpoints").iterdir()))

    refresh(alice, "true")

    assert ["lock"] == [path.name for path in (alice.cache / "endpoints").iterdir()]


def test_min_life_beyond_one_life_needs_refresh(alice: Workstation) -> None:
    """A role of an hour cannot carry two; the error names what can, and that works without a word."""
    said = alice.fails(125, "exec", "--min-life", "2h", "dev", "--", "true")
    lasting = re.search(r"gives credentials for (\d+) s; 7200 s were asked for", said)
    assert lasting, said
    assert 3540 < int(lasting[1]) <= 3600
    assert "awsfed exec --refresh" in said

    children_environment(alice, "--min-life", "2h")


def test_a_run_beyond_the_login_is_warned_of(alice: Workstation) -> None:
    """Renewals need a login; that it will not last is said before the command starts."""
    result = alice.run("awsfed", "exec", "--refresh", "--min-life", "30h", "dev", "--", "true")

    assert 0 == result.returncode
    assert "awsfed: warning: the login ends at " in result.stderr
    assert 1 == len(result.stderr.splitlines())


def test_endpoint_serves_another_shell(alice: Workstation) -> None:
    """What it prints leads another shell there, over keys that linger in it; SIGTERM ends it in peace."""
    with running(alice, "endpoint", "dev") as process:
        assert process.stdout
        lines = [process.stdout.readline()]
        while "AWS_DEFAULT_REGION=" not in lines[-1]:
            lines.append(process.stdout.readline())
        script = (
            f"AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x AWS_PROFILE=x; {''.join(lines)}\npython -c {shlex.quote(WHO)}"
        )
        result = alice.run("bash", "-c", script)
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(10)
        assert process.stderr
        said = process.stderr.read()

    assert f"{DEVELOPER}\n" == result.stdout, result.stderr
    assert "Serving credentials of dev until Ctrl-C.\n" == said
    assert ["lock"] == [path.name for path in (alice.cache / "endpoints").iterdir()]


def test_endpoint_speaks_the_formats_of_programs(alice: Workstation) -> None:
    """JSON and env files hold the variables alone, and a port that was named is the one."""
    with running(alice, "endpoint", "dev", "--format", "dotenv") as process:
        assert process.stdout
        first = process.stdout.readline()
    port = first.split(":")[2].split("/")[0]

    with running(alice, "endpoint", "dev", "--format", "dotenv", "--port", port) as process:
        assert process.stdout
        assert first == process.stdout.readline()
        assert "port" in alice.fails(8, "endpoint", "dev", "--port", port)


def test_ctrl_c_ends_an_endpoint_quietly(alice: Workstation) -> None:
    """That is how it is meant to end."""
    terminal = at_a_terminal(alice, "awsfed endpoint dev >/dev/null; echo status $?")
    terminal.expect_exact("until Ctrl-C.")
    time.sleep(0.2)
    terminal.sendintr()

    terminal.expect_exact("status 0")
