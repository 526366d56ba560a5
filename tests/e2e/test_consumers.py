"""The programs that awsfed works for, each with a renewing profile and with a written one."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Workstation

from awsfed.sandbox.aws import faults as aws_faults

DEVELOPER = "arn:aws:sts::123456789012:assumed-role/developer/alice"
CONSUMERS = Path(__file__).parents[1] / "consumers"
REQUESTS = 20
NEARLY_OVER_S = 46 * 60
"""So much older, credentials for an hour have 14 minutes left: less than boto3 is content with."""
BOTO3 = """
import boto3, sys
client = boto3.Session(profile_name=sys.argv[1]).client("sts")
for _ in range(int(sys.argv[2])):
    arn = client.get_caller_identity()["Arn"]
print(arn)
"""


@dataclass(frozen=True)
class Consumer:
    """A program that asks STS who it is, as some profile."""

    workstation: Workstation
    command: tuple[str, ...]

    def ask(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run it."""
        return self.workstation.run(*self.command, *arguments)

    def arn(self, *arguments: str) -> str:
        """Return the ARN that it found; it has to be as quiet about it as about its own keys."""
        result = self.ask(*arguments)
        assert (0, "") == (result.returncode, result.stderr), result.stderr
        return result.stdout.strip()


@pytest.fixture
def boto3(workstation: Workstation) -> Consumer:
    """`boto3`, in a process of its own: PROFILE TIMES."""
    return Consumer(workstation, ("python", "-c", BOTO3))


@pytest.fixture
def aws_cli(workstation: Workstation) -> Consumer:
    """The AWS CLI: --profile PROFILE."""
    return Consumer(workstation, ("aws", "sts", "get-caller-identity", "--query", "Arn", "--output", "text"))


@pytest.fixture
def javascript(workstation: Workstation) -> Consumer:
    """The SDK for JavaScript: PROVIDER PROFILE TIMES."""
    node = shutil.which("node")
    if node is None or not (CONSUMERS / "node_modules").is_dir():
        why = "needs node, and `npm ci` in tests/consumers: sh script/tools"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    return Consumer(workstation, (node, "--no-warnings", str(CONSUMERS / "identity.mjs")))


@pytest.fixture
def profiles(workstation: Workstation) -> Workstation:
    """Alice with both kinds of profiles: `dev` renews itself, `written` was written once."""
    workstation.login("alice", "dev")
    workstation.awsfed("credentials", "dev", "--profile", "written")
    return workstation


def count_starts(workstation: Workstation, tmp_path: Path) -> Path:
    """Put a counter in front of the command of every profile; return the file that gets a line for each start."""
    starts, counter = tmp_path / "starts", tmp_path / "counter"
    counter.write_text(f'#!/bin/sh\necho >>{starts}\nexec "$@"\n')
    counter.chmod(0o700)
    starts.write_text("")
    config = workstation.home / ".aws" / "config"
    lines = config.read_text().replace("credential_process = ", f"credential_process = {counter} ")
    config.write_text(lines)
    return starts


def grow_older(workstation: Workstation, seconds: int) -> None:
    """Make every cached answer look as if so much of its life had gone by."""
    for path in workstation.cache.glob("dev.*"):
        header, answer = path.read_text().splitlines()
        form, ahead_at, block_at, issued_at, *seen = header.split(" ")
        moments = [str(int(moment) - seconds) for moment in (ahead_at, block_at, issued_at)]
        document = json.loads(answer)
        ends = datetime.fromisoformat(document["Expiration"]) - timedelta(seconds=seconds)
        document["Expiration"] = ends.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        answer = json.dumps(document, separators=(",", ":"))
        path.write_text(f"{' '.join([form, *moments, *seen])}\n{answer}\n")


def vends(workstation: Workstation) -> int:
    """Count what STS was asked for on behalf of alice."""
    return sum(call.action == "AssumeRole" for call in workstation.sandbox.aws.calls)


def test_boto3_reads_both_kinds_of_profiles(profiles: Workstation, boto3: Consumer) -> None:
    """It signs requests as alice, and what is cached is vended once."""
    before = vends(profiles)

    assert [DEVELOPER, DEVELOPER] == [boto3.arn("dev", "1"), boto3.arn("written", "1")]
    assert before == vends(profiles)


def test_the_aws_cli_reads_both_kinds_of_profiles(profiles: Workstation, aws_cli: Consumer) -> None:
    """It signs requests as alice, and what is cached is vended once."""
    before = vends(profiles)

    assert [DEVELOPER, DEVELOPER] == [aws_cli.arn("--profile", "dev"), aws_cli.arn("--profile", "written")]
    assert before == vends(profiles)


def test_boto3_starts_awsfed_as_seldom_near_the_end(profiles: Workstation, boto3: Consumer, tmp_path: Path) -> None:
    """Twenty requests with 14 minutes left in the cache cost no more starts than twenty with an hour."""
    starts = count_starts(profiles, tmp_path)
    boto3.arn("dev", str(REQUESTS))
    fresh = len(starts.read_text())
    grow_older(profiles, NEARLY_OVER_S)

    boto3.arn("dev", str(REQUESTS))

    assert 1 == fresh
    assert len(starts.read_text()) - fresh <= 2 * fresh


def test_boto3_shows_our_one_line(profiles: Workstation, boto3: Consumer) -> None:
    """Who has signed out reads in any SDK that shows it what to type."""
    profiles.awsfed("logout")

    result = boto3.ask("dev", "1")

    line = f"awsfed: error: login required for {profiles.sandbox.crowd_url}; awsfed login"
    assert result.stderr.rstrip().endswith(line)


def test_the_aws_cli_survives_an_outage_near_the_end(profiles: Workstation, aws_cli: Consumer) -> None:
    """With 14 minutes left and STS away, what is left still answers, and nothing is said about it."""
    config = profiles.config.read_text()
    profiles.config.write_text(f"{config}\n[retry]\nmax_retries = 0\n")
    profiles.awsfed("configure", "dev")
    assert DEVELOPER == aws_cli.arn("--profile", "dev")
    grow_older(profiles, NEARLY_OVER_S)
    profiles.sandbox.aws.faults.add(aws_faults.fail(503, "ServiceUnavailable"), action="AssumeRole", times=9)

    assert DEVELOPER == aws_cli.arn("--profile", "dev")
    assert 503 in [call.status for call in profiles.sandbox.aws.calls]


@pytest.mark.slow
@pytest.mark.parametrize("provider", ["fromIni", "fromProcess", "fromNodeProviderChain"])
def test_javascript_reads_a_renewing_profile(profiles: Workstation, javascript: Consumer, provider: str) -> None:
    """Each of the providers that take a profile runs its line."""
    assert DEVELOPER == javascript.arn(provider, "dev", "1")


@pytest.mark.slow
@pytest.mark.parametrize("provider", ["fromIni", "fromNodeProviderChain"])
def test_javascript_reads_a_written_profile(profiles: Workstation, javascript: Consumer, provider: str) -> None:
    """Each of the providers that take a profile reads its keys."""
    assert DEVELOPER == javascript.arn(provider, "written", "1")


@pytest.mark.slow
def test_javascript_starts_awsfed_as_seldom_near_the_end(
    profiles: Workstation, javascript: Consumer, tmp_path: Path
) -> None:
    """Twenty requests with 14 minutes left in the cache cost no more starts than twenty with an hour."""
    starts = count_starts(profiles, tmp_path)
    javascript.arn("fromIni", "dev", str(REQUESTS))
    fresh = len(starts.read_text())
    grow_older(profiles, NEARLY_OVER_S)

    javascript.arn("fromIni", "dev", str(REQUESTS))

    assert 1 == fresh
    assert len(starts.read_text()) - fresh <= 2 * fresh


@pytest.mark.slow
def test_javascript_shows_our_one_line(profiles: Workstation, javascript: Consumer) -> None:
    """The provider that shows the words of a command shows ours."""
    profiles.awsfed("logout")

    result = javascript.ask("fromProcess", "dev", "1")

    assert f"awsfed: error: login required for {profiles.sandbox.crowd_url}; awsfed login" in result.stderr


def test_no_registry_is_named_in_the_lock_file() -> None:
    """Whoever installs the consumer takes the packages from their own registry."""
    lock = json.loads((CONSUMERS / "package-lock.json").read_text(encoding="utf-8"))

    assert [] == [name for name, package in lock["packages"].items() if "resolved" in package]
    assert all("integrity" in package for name, package in lock["packages"].items() if name)
