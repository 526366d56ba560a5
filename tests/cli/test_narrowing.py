"""Narrowing from the command line."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import Workstation

POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}


def test_narrowed_credentials_are_others(workstation: Workstation, tmp_path: Path) -> None:
    """Each way to narrow vends anew, is cached by itself, and leaves the plain credentials alone."""
    workstation.login()
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps(POLICY))
    ways: tuple[list[str], ...] = (
        [],
        ["--read-only"],
        ["--region-lock", "eu-central-1"],
        ["--policy", str(policy)],
        ["--duration", "15m"],
    )

    first = [json.loads(workstation.awsfed("env", "dev", "--format", "json", *way)) for way in ways]
    again = [json.loads(workstation.awsfed("env", "dev", "--format", "json", *way)) for way in ways]

    assert first == again
    assert len(ways) == len({one["AWS_ACCESS_KEY_ID"] for one in first})
    short = datetime.fromisoformat(first[-1]["AWS_CREDENTIAL_EXPIRATION"]) - datetime.now(UTC)
    assert 800 < short.total_seconds() <= 900


@pytest.mark.parametrize(
    ("connector", "options", "status", "said"),
    [
        ("artifacts", ["--policy-arn", "arn:aws:iam::aws:policy/ReadOnlyAccess"], 10, "has policies of its own"),
        ("dev", ["--duration", "2h"], 10, "7200 s would be more"),
        ("dev", ["--duration", "5m"], 2, "'5m' is not from 15m to 36h"),
        ("dev", ["--duration", "20h"], 10, "72000 s would be more"),
        ("dev", ["--region-lock", "mars"], 2, "is not the name of a region"),
        ("dev", ["--policy", "/nowhere"], 2, "cannot be read"),
        ("dev", ["--policy-arn", "x"], 2, "is not an ARN"),
        ("dev", ["--duration", "soon"], 2, "is not a length of time"),
    ],
)
def test_what_would_widen_or_makes_no_sense_is_refused(
    workstation: Workstation, connector: str, options: list[str], status: int, said: str
) -> None:
    """Refused with a sentence, before anything is vended."""
    workstation.login()
    workstation.sandbox.aws.calls.clear()

    assert said in workstation.fails(status, "env", connector, *options)
    assert [] == list(workstation.sandbox.aws.calls)


def test_a_console_can_be_narrowed_too(workstation: Workstation) -> None:
    """The sign-in address is for credentials that only read."""
    workstation.login()

    assert workstation.awsfed("console", "dev", "--print", "--read-only").startswith(workstation.sandbox.aws_url)
