"""awsfed keys rotate, with the sandbox's AWS, a keyring in a file, and processes that are killed."""

import json
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from cli.conftest import Shell
from cli.test_keys import kept
from fakes.clock import FakeClock
from tasks.rotating import SandboxUser
from werkzeug.wrappers import Request, Response

from awsfed.model.credentials import AccessKey
from awsfed.model.secret import Secret

KILLED = Path(__file__).parent / "killed.py"
MOMENTS = 19
"""How often a rotation reaches out of the process; a test counts."""
NAME = "rotated"


@dataclass
class Rotating:
    """A home whose keyring holds the only key of a user, with a connector that depends on it."""

    shell: Shell
    user: SandboxUser
    first: str

    def current(self) -> str:
        """Return the id of the key under the name, after AWS has said that it works."""
        parts = json.loads(kept(self.shell)[f"awsfed:key:{NAME}"])
        key = AccessKey(
            name=NAME,
            access_key_id=parts["aws_access_key_id"],
            secret_access_key=Secret(parts["aws_secret_access_key"]),
        )
        assert self.user.arn == self.user.caller(key, "eu-central-1").arn
        return key.access_key_id

    def rotate_until_killed(self, moment: int, *options: str) -> "subprocess.CompletedProcess[str]":
        """Run the program in a process of its own, which is killed at a moment."""
        arguments = ["keys", "rotate", NAME, "--yes", "--grace", "0", *options]
        return subprocess.run(
            [sys.executable, KILLED, str(moment), *arguments],
            env=self.shell.environ,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def is_finished(self) -> bool:
        """Tell whether nothing is left but one key."""
        journals = list(Path(self.shell.environ["XDG_STATE_HOME"]).glob("awsfed/rotations/*.json"))
        keys = [entry for entry in kept(self.shell) if entry.startswith("awsfed:key:")]
        return ({self.current(): True}, [], [f"awsfed:key:{NAME}"]) == (self.user.listed(), journals, keys)


@pytest.fixture
def rotating(keyring: Shell) -> Rotating:
    """A user of its own: the sandbox's is shared by all tests."""
    user = SandboxUser(keyring.sandbox, FakeClock(), f"rotated-{secrets.token_hex(4)}")
    key = user.another_key()
    parts = {"aws_access_key_id": key.access_key_id, "aws_secret_access_key": key.secret_access_key.reveal()}
    Path(keyring.environ["FILE_KEYRING"]).write_text(json.dumps({f"awsfed:key:{NAME}": json.dumps(parts)}))
    keyring.environ["AWSFED_AWAIT_TRANSITION_INTERVAL_S"] = "1"
    keyring.add_settings(
        f'\n[keys.{NAME}]\nsource = "keyring"\n\n'
        f'[connectors.mine]\ntype = "SESSION_TOKEN"\nkey = "{NAME}"\ngroups = ["aws-developers"]\n'
    )
    return Rotating(shell=keyring, user=user, first=key.access_key_id)


def test_a_rotation_from_the_command_line(rotating: Rotating) -> None:
    """What happens is told; connectors use the new key; a second run deletes the old one when its time has come."""
    shell = rotating.shell

    said = shell.says("keys", "rotate", NAME, "--yes")

    new = rotating.current()
    assert f"Connectors that depend on {NAME}: mine\n" in said
    assert f"Made {new} for {rotating.user.arn}.\n{NAME} is {new} from now on.\nDeactivated {rotating.first}.\n" in said
    assert f"{rotating.first} can be deleted from " in said
    assert {rotating.first: False, new: True} == rotating.user.listed()
    shell.login()
    assert shell.answers("credential-process", "mine").startswith('{"Version":1')
    status = shell.answers("keys", "rotate", "--status").splitlines()
    assert [NAME, rotating.first, new, "deactivated"] == status[1].split()[:4]
    assert f"{rotating.first} can be deleted from " in shell.says("keys", "rotate", NAME)

    said = shell.says("keys", "rotate", NAME, "--grace", "0")

    assert f"Deleted {rotating.first}. The rotation of {NAME} is done.\n" == said
    assert rotating.is_finished()
    assert "No rotation is under way.\n" == shell.says("keys", "rotate", "--status", NAME)


def test_no_secret_is_told_or_noted(rotating: Rotating) -> None:
    """Neither the old one nor the new one."""
    shell = rotating.shell
    before = json.loads(kept(shell)[f"awsfed:key:{NAME}"])["aws_secret_access_key"]

    end = shell.run("keys", "rotate", NAME, "--yes")

    after = json.loads(kept(shell)[f"awsfed:key:{NAME}"])["aws_secret_access_key"]
    (journal,) = Path(shell.environ["XDG_STATE_HOME"]).glob("awsfed/rotations/*.json")
    texts = end.out + end.err + journal.read_text()
    assert (False, False, True) == (before in texts, after in texts, before != after)


def test_somebody_has_to_agree(rotating: Rotating) -> None:
    """No means that nothing happens; without a terminal there is --yes."""
    assert "use --yes" in rotating.shell.fails(2, "keys", "rotate", NAME)

    with rotating.shell.terminal("keys", "rotate", NAME) as terminal:
        terminal.reads("Connectors that depend on rotated: mine")
        terminal.reads("The old key stops working everywhere")
        terminal.reads("Rotate it? [y/N]:")
        terminal.types("n")
        assert 130 == terminal.ends()
    assert {rotating.first: True} == rotating.user.listed()
    assert rotating.is_finished()


def test_ctrl_c_while_it_waits(rotating: Rotating) -> None:
    """The key works, and the same command goes on."""
    rotating.shell.environ["AWSFED_AWAIT_TRANSITION_INTERVAL_S"] = "600"
    with rotating.shell.terminal("keys", "rotate", NAME, "--yes", "--grace", "0") as terminal:
        terminal.reads(f"{NAME} is ")
        terminal.reads("from now on.")
        terminal.presses_ctrl_c()
        terminal.reads("\r\ninterrupted")
        assert 130 == terminal.ends()
    assert rotating.current() != rotating.first

    rotating.shell.environ["AWSFED_AWAIT_TRANSITION_INTERVAL_S"] = "1"
    rotating.shell.says("keys", "rotate", NAME, "--grace", "0")
    assert rotating.is_finished()


class NotYet:
    """STS does not know the new key for a while; IAM did not tell it yet."""

    def __init__(self, known: str, times: int) -> None:
        self._known, self.left = known, times

    def __call__(self, request: Request, released: object) -> Response | None:
        """Refuse every other key."""
        from awsfed.sandbox.aws.refusals import Refusal

        if self._known in request.headers.get("Authorization", "") or self.left <= 0:
            return None
        self.left -= 1
        raise Refusal(403, "InvalidClientTokenId", "The security token included in the request is invalid.")


def test_it_waits_until_sts_knows_the_new_key(rotating: Rotating) -> None:
    """Looking again after each interval."""
    rotating.shell.sandbox.aws.faults.add(NotYet(rotating.first, 2), action="GetCallerIdentity", times=10)

    said = rotating.shell.says("keys", "rotate", NAME, "--yes", "--grace", "0")

    assert 2 == said.count("yet; looking again in 1 s.")
    assert rotating.is_finished()


def test_a_user_with_two_keys(rotating: Rotating) -> None:
    """The other one is named, and left alone."""
    other = rotating.user.another_key().access_key_id

    said = rotating.shell.fails(10, "keys", "rotate", NAME, "--yes")

    assert f"{rotating.user.arn} has a second access key already, {other} (active)" in said
    assert {rotating.first: True, other: True} == rotating.user.listed()


@pytest.mark.parametrize(
    ("operation", "options"),
    [("CreateAccessKey", ()), ("UpdateAccessKey", ()), ("DeleteAccessKey", ("--grace", "0"))],
)
def test_a_permission_that_is_missing(rotating: Rotating, operation: str, options: tuple[str, ...]) -> None:
    """It is named; with it, the same command goes on."""
    from awsfed.sandbox.aws.faults import fail

    rotating.shell.sandbox.aws.faults.add(fail(403, "AccessDenied", "not authorized"), action=operation)

    said = rotating.shell.fails(6, "keys", "rotate", NAME, "--yes", *options)

    assert f"AWS refused iam:{operation} with access key '{NAME}': AccessDenied: not authorized" in said
    assert f"hint: allow iam:{operation} on {rotating.user.arn} in a policy of that user" in said
    assert rotating.current() in rotating.user.listed()
    rotating.shell.says("keys", "rotate", NAME, "--yes", "--grace", "0")
    assert rotating.is_finished()


def test_an_answer_that_does_not_arrive(rotating: Rotating) -> None:
    """CreateAccessKey is not repeated, for that would make two keys; throttling did nothing, so that is repeated."""
    from awsfed.sandbox.aws.faults import fail, throttle

    faults = rotating.shell.sandbox.aws.faults
    faults.add(throttle(), action="CreateAccessKey")
    faults.add(fail(500, "InternalFailure"), action="CreateAccessKey")

    rotating.shell.fails(7, "keys", "rotate", NAME, "--yes")

    assert 2 == rotating.shell.aws_calls().count("CreateAccessKey") - 1
    assert rotating.current() == rotating.first


def test_a_rotation_can_be_abandoned(rotating: Rotating) -> None:
    """Nothing changes in AWS; what is left there is told."""
    shell = rotating.shell
    shell.says("keys", "rotate", NAME, "--yes")

    said = shell.says("keys", "rotate", NAME, "--abandon")

    assert f"Forgot the rotation of {NAME}, which is {rotating.current()}.\n" in said
    assert f"Look at the other access key of {rotating.user.arn} in AWS" in said
    assert 2 == len(rotating.user.listed())
    assert "no rotation of 'rotated' is under way" in shell.fails(4, "keys", "rotate", NAME, "--abandon")


def test_keys_elsewhere_are_not_rotated(rotating: Rotating) -> None:
    """Those are only read."""
    assert "access key 'main' is not in the keyring" in rotating.shell.fails(10, "keys", "rotate", "main", "--yes")
    assert "Name the access key to rotate." in rotating.shell.fails(2, "keys", "rotate")


def kill_and_go_on(rotating: Rotating, moment: int) -> None:
    """Kill a process, look whether the key works, and finish with another."""
    killed = rotating.rotate_until_killed(moment)
    assert -9 == killed.returncode, killed.stderr
    rotating.current()

    finished = rotating.shell.run("keys", "rotate", NAME, "--yes", "--grace", "0")

    assert 0 == finished.status, finished.err
    assert rotating.is_finished()


def test_the_moments_are_counted(rotating: Rotating) -> None:
    """A process that is not killed says how often it reached out; at each of these times the next tests kill one."""
    lived = rotating.rotate_until_killed(-1)

    assert (0, str(MOMENTS)) == (lived.returncode, lived.stderr.splitlines()[-1])
    assert rotating.is_finished()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("moment", [6, 7, 11, 15])
def test_a_kill_at_the_moments_that_matter(rotating: Rotating, moment: int) -> None:
    """Around the creation, the switch and the deactivation."""
    kill_and_go_on(rotating, moment)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_kill_at_any_moment(rotating: Rotating, moment: int) -> None:
    """At every one of them."""
    kill_and_go_on(rotating, moment)
