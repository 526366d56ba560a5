import json
from pathlib import Path

import pytest
from conftest import Workstation

from awsfed.errors import InvalidValue
from awsfed.workstation.delivery import builds


@pytest.fixture
def kept(alice: Workstation) -> dict[str, str]:
    """The credentials in the cache."""
    parts = json.loads(alice.awsfed("credential-process", "dev"))
    return {
        "AWS_ACCESS_KEY_ID": parts["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": parts["SecretAccessKey"],
        "AWS_SESSION_TOKEN": parts["SessionToken"],
    }


@pytest.mark.parametrize(
    ("options", "prefix"),
    [((), "custom."), (("--namespace", "deploy.eu"), "deploy.eu."), (("--namespace", ""), "")],
)
def test_bamboos_names_begin_with_a_namespace(
    alice: Workstation, kept: dict[str, str], options: tuple[str, ...], prefix: str
) -> None:
    """The one that plans have always used, another one, or none where Bamboo's task adds its own."""
    text = alice.awsfed("env", "dev", "--format", "bamboo", *options)

    assert [
        f"{prefix}aws.accessKeyId={kept['AWS_ACCESS_KEY_ID']}",
        f"{prefix}aws.secretAccessKey.password={kept['AWS_SECRET_ACCESS_KEY']}",
        f"{prefix}aws.sessionToken.password={kept['AWS_SESSION_TOKEN']}",
    ] == text.splitlines()


def test_bamboo_can_have_the_password_of_the_registry(alice: Workstation) -> None:
    """Under the name that plans have always used."""
    last = alice.awsfed("env", "dev", "--format", "bamboo", "--ecr").splitlines()[-1]

    name, _, password = last.partition("=")
    assert ("custom.aws.ecr.password", 64) == (name, len(password))


@pytest.mark.parametrize("text", [".", "a.", "a b", "a=b", "a\n", None])
def test_a_namespace_is_part_of_a_name(text: object) -> None:
    """Nothing that would end the name or the line."""
    with pytest.raises(InvalidValue):
        builds.parse_namespace(text)


def test_options_of_bamboo_are_bamboos(alice: Workstation) -> None:
    """Elsewhere they would be forgotten silently."""
    for option in (("--ecr",), ("--namespace", "x")):
        assert "--format bamboo only" in alice.fails(2, "env", "dev", *option)


def test_github_masks_and_hands_on(alice: Workstation, kept: dict[str, str], tmp_path: Path) -> None:
    """What the log gets are masks of the keys; the variables are added to the file, behind what is there."""
    shared = tmp_path / "github-env"
    shared.write_text("MINE=1\n")

    printed = alice.awsfed("env", "dev", "--format", "github", environ={"GITHUB_ENV": str(shared)})

    assert [f"::add-mask::{secret}" for secret in kept.values()] == printed.splitlines()
    lines = dict(line.split("=", 1) for line in shared.read_text().splitlines())
    assert {"MINE": "1", **kept, "AWS_REGION": "eu-central-1"}.items() <= lines.items()
    assert {"AWS_DEFAULT_REGION", "AWS_CREDENTIAL_EXPIRATION"} <= lines.keys()


def test_outside_github_nothing_is_printed(alice: Workstation, tmp_path: Path) -> None:
    """The masks are secrets, and only GitHub's log hides them."""
    assert "GITHUB_ENV is not set" in alice.fails(3, "env", "dev", "--format", "github")
    missing = {"GITHUB_ENV": str(tmp_path / "missing")}

    result = alice.run("awsfed", "env", "dev", "--format", "github", environ=missing)

    assert 8 == result.returncode
    assert not (tmp_path / "missing").exists()


def test_masks_are_escaped() -> None:
    """As GitHub's own tools do it, so that a value is one command."""
    assert "::add-mask::a%25b%0Ac\n" == builds.github({"AWS_SESSION_TOKEN": "a%b\nc", "OTHER": "x"})


def test_gitlab_gets_a_report_and_a_warning(alice: Workstation, kept: dict[str, str]) -> None:
    """Names and values and nothing else in the report; what GitLab does not hide is said beside it."""
    result = alice.run("awsfed", "env", "dev", "--format", "gitlab")

    lines = dict(line.split("=", 1) for line in result.stdout.splitlines())
    assert kept.items() <= lines.items()
    assert "GitLab masks no variable of a dotenv report" in result.stderr
    assert len(result.stdout) < builds.GITLAB_LIMIT
