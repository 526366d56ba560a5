"""Streams that are closed, full or of an odd kind."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import SCRIPTS, Workstation


def shell(workstation: Workstation, line: str) -> "subprocess.CompletedProcess[str]":
    """Run a line of shell that redirects; `awsfed` is found first."""
    path = {"PATH": f"{SCRIPTS}:{workstation.environ['PATH']}"}
    return workstation.run("sh", "-c", line, environ=path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", ["status", "--help", "config show"])
def test_a_full_disk_behind_a_redirection_is_said(workstation: Workstation, command: str) -> None:
    """One sentence and exit code 8, not a bug."""
    result = shell(workstation, f"awsfed {command} >/dev/full")

    assert 8 == result.returncode
    assert "cannot write the answer: no space left" in result.stderr


def test_closed_streams_are_no_bug(workstation: Workstation) -> None:
    """Closed stdout is an error, closed stdin and stderr are not noticed where they are not needed."""
    assert 8 == shell(workstation, "awsfed status >&-").returncode
    assert 0 == shell(workstation, "awsfed status <&- 2>&-").returncode
    said = shell(workstation, "awsfed login --user alice <&-")
    assert 5 == said.returncode
    assert "no terminal" in said.stderr


def test_a_script_without_an_interpreter_is_run_by_the_shell(workstation: Workstation, tmp_path: Path) -> None:
    """Exec runs what a shell would run."""
    workstation.login()
    script = tmp_path / "script"
    script.write_text('echo "$1 $AWS_REGION"\n')
    script.chmod(0o755)

    assert "one eu-central-1\n" == workstation.run("awsfed", "exec", "dev", "--", str(script), "one").stdout


def test_an_interrupt_during_the_start_is_quiet(workstation: Workstation) -> None:
    """Ctrl-C before the program is there ends it with 130 and no traceback."""
    code = "import sys, awsfed.__main__ as m\ndef stop(): raise KeyboardInterrupt\nm._open_closed_streams = stop\n"
    result = subprocess.run(
        [sys.executable, "-c", f"{code}sys.exit(m.main())", "status"],
        env=workstation.environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (130, "") == (result.returncode, result.stderr)


@pytest.mark.parametrize(
    "arguments", [["--nothing", "--", "true"], ["dev"], ["--min-life", "soon", "--", "true"], ["x", "--", "true"]]
)
def test_whatever_awsfed_itself_fails_at_before_a_command_is_125(
    workstation: Workstation, arguments: list[str]
) -> None:
    """A script can tell our failures from those of the command."""
    assert 125 == workstation.run("awsfed", "exec", *arguments).returncode
    assert 125 == workstation.run("awsfed", "--max-retries", "1", "exec", *arguments).returncode
