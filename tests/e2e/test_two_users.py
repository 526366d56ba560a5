"""Two users and two Crowds in one home: nobody is ever handed what was vended for somebody else."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import SCRIPTS, Workstation

from awsfed.sandbox.aws.faults import hang
from awsfed.sandbox.world import Sandbox

WHO = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'].rpartition('/')[2])"


def start(workstation: Workstation, *arguments: str) -> "subprocess.Popen[str]":
    """Start awsfed without waiting for it."""
    return subprocess.Popen(
        [str(SCRIPTS / "awsfed"), *arguments],
        env=workstation.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def who(workstation: Workstation, *options: str, aws: str | None = None) -> str:
    """Return in whose name a command works, as AWS sees it."""
    environ = {"AWS_ENDPOINT_URL": aws or workstation.sandbox.aws_url}
    result = workstation.run("awsfed", *options, "exec", "dev", "--", "python", "-c", WHO, environ=environ)
    return result.stdout.strip() or result.stderr


@pytest.fixture
def elsewhere(sandbox: Sandbox, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """The settings file of another Crowd, and the address of its AWS."""
    with Sandbox.start() as other:
        environ = other.write_home(tmp_path / "elsewhere")
        yield Path(environ["XDG_CONFIG_HOME"]) / "awsfed" / "config.toml", other.aws_url


def test_what_is_vended_while_somebody_else_signs_in_is_not_theirs(workstation: Workstation) -> None:
    """Alice's credentials that arrive after bob signed in are kept for nobody."""
    workstation.login("alice")
    workstation.sandbox.aws.faults.add(hang(2), action="AssumeRole")
    running = start(workstation, "exec", "dev", "--", "true")
    time.sleep(1)
    workstation.login("bob")
    running.communicate(timeout=60)

    assert "bob" == who(workstation)


def test_a_profile_that_is_written_while_somebody_signs_out_is_not(workstation: Workstation) -> None:
    """After a sign-out nothing is written any more, and nothing is left."""
    workstation.login("alice")
    workstation.sandbox.aws.faults.add(hang(2), action="AssumeRole")
    running = start(workstation, "credentials", "dev")
    time.sleep(1)
    workstation.awsfed("logout")
    _, said = running.communicate(timeout=60)

    assert 5 == running.returncode, said
    assert not (workstation.home / ".aws" / "credentials").exists()


def test_a_profile_of_one_crowd_is_never_answered_by_another(
    workstation: Workstation, elsewhere: tuple[Path, str]
) -> None:
    """With other settings its line is refused, configuring leaves it alone, and names do not cross either."""
    workstation.login("alice", "dev")
    elsewhere_options = ["--config", str(elsewhere[0])]
    login = ["login", "--user", "bob", "--password-stdin", "--yes"]
    workstation.awsfed(*elsewhere_options, *login, stdin="bob-sandbox\n")
    assert "bob" == who(workstation, *elsewhere_options, aws=elsewhere[1])
    before = (workstation.home / ".aws" / "config").read_text()

    said = workstation.fails(10, *elsewhere_options, "configure", "dev")
    workstation.awsfed(*elsewhere_options, "configure", "dev", "--profile", "other")
    line = (workstation.home / ".aws" / "config").read_text().partition("[profile other]")[2]
    key = line.partition("credential_process = ")[2].partition("\n")[0].split()[-1]

    assert "made for another Crowd" in said
    assert before in (workstation.home / ".aws" / "config").read_text()
    assert "made for another Crowd" in workstation.fails(10, "credential-process", "--key", key)
    assert "alice" == who(workstation)


def test_signing_out_leaves_no_credentials_whatever_happened_before(workstation: Workstation) -> None:
    """Lost records, a cache that is switched off meanwhile, and a file in the way: what vends is gone."""
    workstation.login("alice")
    workstation.awsfed("exec", "dev", "--", "true")
    state = Path(workstation.environ["XDG_STATE_HOME"]) / "awsfed" / "known"
    for record in state.glob("session-*.json"):
        record.write_text("{}")
    with workstation.config.open("a", encoding="utf-8") as file:
        file.write('\n[cache]\nmode = "none"\n')

    workstation.awsfed("logout")

    assert [] == list(workstation.cache.glob("dev.*"))
    assert "login required" in workstation.fails(125, "exec", "dev", "--", "true")


def test_a_credentials_file_in_the_way_does_not_keep_a_session_alive(workstation: Workstation) -> None:
    """The session ends; what could not be removed is said."""
    workstation.login("alice")
    (workstation.home / ".aws").mkdir(mode=0o700)
    (workstation.home / ".aws" / "credentials").write_text("garbage\n")

    said = workstation.fails(8, "logout")

    assert "credentials" in said
    assert "login required" in workstation.fails(125, "exec", "dev", "--", "true")


def test_signing_out_with_broken_settings_removes_the_cache(workstation: Workstation) -> None:
    """Where the settings cannot be read, what can be removed is, and the mistake is named."""
    workstation.login("alice")
    workstation.awsfed("exec", "dev", "--", "true")
    workstation.config.write_text('[crowd]\nurl = "x"\n')

    assert "crowd.url" in workstation.fails(3, "logout")
    assert [] == list(workstation.cache.glob("dev.*"))
