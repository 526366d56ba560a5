"""`awsfed exec` without renewals: whose status, which connector, what the command finds around it."""

import json
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from cli.conftest import Shell
from cli.terminal import AWSFED

from awsfed.sandbox.aws import faults

SHOW = "import json, os; print(json.dumps(dict(os.environ)))"


def environment(shell: Shell, *options: str, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what a command finds in its environment."""
    result = shell.workstation.run("awsfed", "exec", *options, "--", "python", "-c", SHOW, environ=environ)
    assert (0, "") == (result.returncode, result.stderr)
    return dict(json.loads(result.stdout))


def test_the_command_finds_credentials_and_nothing_that_would_win_over_them(alice: Shell) -> None:
    """Older keys, profiles and secrets that were meant for awsfed are gone; everything else is as it was."""
    leftovers = {
        "AWS_ACCESS_KEY_ID": "AKIAOLDOLDOLDOLD0000",
        "AWS_PROFILE": "missing",
        "AWS_SECURITY_TOKEN": "old",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x",
        "AWSFED_KEY_MAIN_SECRET_ACCESS_KEY": "canary",
        "AWSFED_PASSWORD": "canary",
        "AWSFED_CROWD_SECRET": "canary",
        "MINE": "stays",
    }

    found = environment(alice, "dev", environ=leftovers)

    assert found["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert ("eu-central-1", "eu-central-1") == (found["AWS_REGION"], found["AWS_DEFAULT_REGION"])
    assert ("dev", "stays") == (found["AWSFED_EXEC"], found["MINE"])
    assert not {"AWS_PROFILE", "AWS_SECURITY_TOKEN", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"} & set(found)
    assert "canary" not in json.dumps(found)


@pytest.mark.parametrize(
    ("script", "status"), [("exit 0", 0), ("exit 3", 3), ("kill -TERM $$", -signal.SIGTERM), ("exit 125", 125)]
)
def test_the_status_is_the_commands_own(alice: Shell, script: str, status: int) -> None:
    """The command takes awsfed's place, so even its signals are seen by whoever waits."""
    result = alice.workstation.run("awsfed", "exec", "dev", "--", "sh", "-c", script)

    assert (status, "", "") == (result.returncode, result.stdout, result.stderr)


def test_a_shell_sees_128_plus_the_signal(alice: Shell) -> None:
    """As with any program that a signal ended."""
    script = f"{AWSFED} exec dev -- sh -c 'kill -KILL $$'; echo $?"

    assert "137\n" == alice.workstation.run("sh", "-c", script).stdout


def test_a_closed_pipe_ends_the_command_as_usual(alice: Shell) -> None:
    """Python ignores SIGPIPE; the command must not inherit that."""
    script = f"{{ {AWSFED} exec dev -- sh -c 'while :; do echo y; done'; echo $? >&2; }} | head -1"

    result = alice.workstation.run("sh", "-c", script)

    assert ("y\n", "141\n") == (result.stdout, result.stderr)


def test_its_streams_are_the_commands(alice: Shell) -> None:
    """Input and output go through untouched."""
    result = alice.workstation.run("awsfed", "exec", "dev", "--", "cat", stdin="one\ntwo\n")

    assert "one\ntwo\n" == result.stdout


def test_what_stands_behind_the_dashes_is_left_alone(alice: Shell) -> None:
    """Options of the command, and further dashes, are its own."""
    result = alice.workstation.run("awsfed", "exec", "dev", "--", "printf", "%s,", "--help", "--", "-p", "--nested")

    assert "--help,--,-p,--nested," == result.stdout


def test_a_command_that_is_not_there(alice: Shell) -> None:
    """127, as shells say it."""
    assert "cannot run no-such-command: not found" in alice.fails(127, "exec", "dev", "--", "no-such-command")
    assert "not found" in alice.fails(127, "exec", "dev", "--", "./no/such")


def test_a_command_that_cannot_be_executed(alice: Shell, tmp_path: Path) -> None:
    """126: a file without the right to execute it, a folder, and one whose interpreter is missing."""
    plain, orphan = tmp_path / "plain", tmp_path / "orphan"
    plain.write_text("echo\n")
    orphan.write_text("#!/no/such/interpreter\n")
    orphan.chmod(0o755)

    assert "it is not an executable file" in alice.fails(126, "exec", "dev", "--", str(plain))
    assert "it is not an executable file" in alice.fails(126, "exec", "dev", "--", str(tmp_path))
    assert "cannot run" in alice.workstation.fails(126, "exec", "dev", "--", str(orphan))


def test_a_script_without_a_first_line_is_run_by_the_shell(alice: Shell, tmp_path: Path) -> None:
    """As a shell would do it."""
    script = tmp_path / "script"
    script.write_text('echo "$AWSFED_EXEC" "$1"\nexit 7\n')
    script.chmod(0o755)

    result = alice.workstation.run("awsfed", "exec", "dev", "--", str(script), "a b")

    assert (7, "dev a b\n") == (result.returncode, result.stdout)


def test_failures_before_the_command_are_125(shell: Shell) -> None:
    """No session, no grant, no command, wrong settings: a script can tell them from the command's own."""
    assert "login required" in shell.fails(125, "exec", "dev", "--", "true")
    shell.login()
    assert "no connector 'ops' for alice" in shell.fails(125, "exec", "ops", "--", "true")
    assert "Which command? Put it behind --" in shell.fails(125, "exec", "dev")
    assert "Which command? Put it behind --" in shell.fails(125, "exec", "dev", "--")
    assert "Which command? Put it behind --" in shell.fails(125, "exec", "dev", "true")
    assert "Which command? Put it behind --" in shell.fails(125, "exec", "dev", "ls", "-l", "--all")
    shell.add_settings("[nonsense]\n")
    assert "nonsense" in shell.fails(125, "exec", "dev", "--", "true")


def test_what_stands_before_the_dashes_is_ours(alice: Shell) -> None:
    """A slip there is told, and is not handed to anybody."""
    assert "No such option '--refersh'" in alice.fails(125, "exec", "--refersh", "dev", "--", "true")
    assert "unexpected extra argument (ls)" in alice.fails(125, "exec", "dev", "ls", "--", "true")
    assert "Put the command behind --, such as: awsfed sandbox -- bash" in alice.fails(2, "sandbox", "bash")
    assert "No such option '--prot'" in alice.fails(2, "sandbox", "--prot")


def test_nested_is_refused(alice: Shell) -> None:
    """Inside one exec another is most likely a slip."""
    said = alice.fails(125, "exec", "artifacts", "--", "true", environ={"AWSFED_EXEC": "dev"})

    assert "this is already inside awsfed exec dev" in said
    assert "--nested" in said


def test_nested_may_be_allowed(alice: Shell) -> None:
    """The inner one counts."""
    inner = [AWSFED, "exec", "--nested", "artifacts", "--", "python", "-c", SHOW]

    result = alice.workstation.run("awsfed", "exec", "dev", "--", *inner)

    assert "artifacts" == json.loads(result.stdout)["AWSFED_EXEC"]


def test_min_life_names_another_way(alice: Shell) -> None:
    """What one delivery cannot give, renewals can."""
    said = alice.fails(125, "exec", "--min-life", "2h", "dev", "--", "true")

    assert "7200 s were asked for" in said
    assert "--refresh" in said


def test_older_credentials_are_used_in_an_outage_and_said(alice: Shell) -> None:
    """A warning on stderr, the command runs."""
    alice.answers("credential-process", "dev")
    for entry in alice.workstation.cache.glob("dev.*"):
        header, _, answer = entry.read_bytes().partition(b"\n")
        fields = header.split(b" ")
        fields[3] = b"%d" % (int(fields[3]) - 3600)  # as if an hour of two were gone
        entry.write_bytes(b" ".join(fields) + b"\n" + answer)
    alice.sandbox.aws.faults.add(faults.fail(503, "ServiceUnavailable"))

    result = alice.workstation.run("awsfed", "--max-retries", "0", "exec", "dev", "--", "echo", "ran")

    assert (0, "ran\n") == (result.returncode, result.stdout)
    assert "awsfed: warning: AWS failed with ServiceUnavailable (status 503)" in result.stderr
    assert "these credentials are older ones, good until" in result.stderr


def test_the_only_connector_need_not_be_named(shell: Shell) -> None:
    """Where there is no choice, nothing has to be chosen."""
    shell.sandbox.crowd.directory.add_group("builders")
    shell.sandbox.crowd.directory.add_user("gina", password="gina-sandbox", groups=["builders"])
    shell.change_settings(
        '"\ngroups = ["aws-developers"]\n\n[connectors.raw]', '"\ngroups = ["builders"]\n\n[connectors.raw]'
    )
    shell.login("gina")

    assert "artifacts" == environment(shell)["AWSFED_EXEC"]


def test_nobody_to_ask_and_several_to_choose_from(alice: Shell) -> None:
    """The names are told, and how to choose."""
    said = alice.fails(125, "exec", "--", "true")

    assert "which connector? there are 2: dev, artifacts" in said
    assert "AWSFED_CONNECTOR" in said


def test_nothing_granted_and_nothing_named(shell: Shell) -> None:
    """There is nothing to choose."""
    shell.login("frank")

    assert "no connector is granted to you" in shell.fails(125, "exec", "--", "true")


def test_a_variable_or_setting_chooses(alice: Shell) -> None:
    """The name on the command line comes before the variable, and that before the setting."""
    alice.add_settings('[defaults]\nconnector = "artifacts"\n')

    assert "artifacts" == environment(alice)["AWSFED_EXEC"]
    assert "dev" == environment(alice, environ={"AWSFED_CONNECTOR": "dev"})["AWSFED_EXEC"]
    assert "dev" == environment(alice, "dev", environ={"AWSFED_CONNECTOR": "artifacts"})["AWSFED_EXEC"]


@pytest.mark.parametrize(
    ("replies", "chosen"), [(["1"], "dev"), (["artifacts"], "artifacts"), (["7", "x", "2"], "artifacts")]
)
def test_a_person_is_asked(alice: Shell, replies: list[str], chosen: str) -> None:
    """By number or name; anything else is asked again. The list is on stderr."""
    with alice.terminal("exec", "--", "sh", "-c", "echo ran as $AWSFED_EXEC") as terminal:
        for reply in replies:
            terminal.reads("Connector:")
            terminal.types(reply)

        assert 0 == terminal.ends()
    assert "  1  dev  Development" in terminal.lines
    assert "  2  artifacts  Build artifacts" in terminal.lines
    assert f"ran as {chosen}" in terminal.lines
    assert len(replies) - 1 == terminal.shown.count("Type its number or its name.")


def test_no_secret_stands_in_a_list_of_processes(alice: Shell) -> None:
    """Credentials travel in the environment, never in arguments."""
    running = subprocess.Popen(
        [AWSFED, "exec", "dev", "--", "sh", "-c", "echo $AWS_SECRET_ACCESS_KEY; read line"],
        env=alice.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with running as child:
        assert child.stdout
        secret = child.stdout.readline().strip()
        arguments = Path(f"/proc/{child.pid}/cmdline").read_bytes() if Path("/proc/self").exists() else b""
        child.communicate("\n")

    assert len(secret) == 40
    assert secret.encode() not in arguments
