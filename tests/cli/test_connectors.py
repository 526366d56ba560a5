"""Listing connectors and explaining them."""

import json

import pytest
from cli.conftest import Shell


def test_the_list_is_columns(alice: Shell) -> None:
    """Where nobody is at a terminal, plain text that tools can cut."""
    expected = (
        "CONNECTOR  TYPE              REGION        NAME\n"
        "dev        ASSUME_ROLE       eu-central-1  Development\n"
        "artifacts  FEDERATION_TOKEN  eu-central-1  Build artifacts\n"
    )

    assert expected == alice.answers("connectors") == alice.answers("connectors", "list")


def test_the_list_for_programs(alice: Shell) -> None:
    """Every fact, with null where there is none."""
    dev, artifacts = json.loads(alice.answers("connectors", "--json"))

    assert "arn:aws:iam::123456789012:role/developer" == dev["role_arn"]
    assert (None, None, "FEDERATION_TOKEN") == (artifacts["role_arn"], artifacts["duration"], artifacts["type"])
    assert ["aws-developers"] == artifacts["groups"]
    assert json.loads(alice.answers("connectors", "list", "--json")) == [dev, artifacts]


@pytest.mark.parametrize(
    ("user", "open_"),
    [("bob", ["dev", "ops", "artifacts"]), ("carol", ["dev", "ops", "artifacts", "raw", "admin"]), ("frank", [])],
)
def test_groups_open_connectors(shell: Shell, user: str, open_: list[str]) -> None:
    """Nested groups count, and administrators see everything."""
    shell.login(user)

    assert open_ == [connector["id"] for connector in json.loads(shell.answers("connectors", "--json"))]


def test_an_empty_list_says_what_to_do(shell: Shell) -> None:
    """On stderr, for the list is empty; success, for nothing went wrong."""
    shell.login("frank")

    assert shell.says("connectors").startswith("No connector is granted to you: ask an administrator")


def test_without_a_session(shell: Shell) -> None:
    """The hint is the command."""
    expected = f"awsfed: error: login required for {shell.sandbox.crowd_url}\n  hint: awsfed login\n"

    assert expected == shell.fails(5, "connectors")


def test_one_connector_is_shown(shell: Shell) -> None:
    """Facts that there are none of are left out."""
    shell.login("bob")
    expected = (
        "id        ops\n"
        "name      Operations\n"
        "type      ASSUME_ROLE\n"
        "region    eu-central-1\n"
        "role arn  arn:aws:iam::123456789012:role/operations\n"
        "duration  14400\n"
        "groups    aws-operations\n"
    )

    assert expected == shell.answers("connectors", "show", "ops")
    assert "duration" not in shell.answers("connectors", "show", "dev")
    assert 14_400 == json.loads(shell.answers("connectors", "show", "ops", "--json"))["duration"]


@pytest.mark.parametrize(("name", "hint"), [("Dev", "did you mean dev?"), ("ops", "awsfed connectors"), ("x" * 80, "")])
def test_what_is_not_granted_is_not_shown(alice: Shell, name: str, hint: str) -> None:
    """Unknown and not allowed are one answer, and guesses are made among what is granted only."""
    said = alice.fails(6, "connectors", "show", name)

    assert f"no connector {name!r} for you" in said
    assert hint in said


def test_why_it_is_open(alice: Shell) -> None:
    """Through which of one's own groups."""
    assert "dev is open to alice through aws-developers\n" == alice.answers("connectors", "why", "dev")
    expected = {"connector": "dev", "open": True, "through": ["aws-developers"], "missing": []}
    assert expected == json.loads(alice.answers("connectors", "why", "dev", "--json"))


def test_why_it_is_not_open(alice: Shell) -> None:
    """Which groups would open it; whoever runs the broker may know."""
    expected = "ops is not open to alice; any of these groups would open it:\n  aws-operations\n  aws-admins\n"

    assert expected == alice.answers("connectors", "why", "ops")
    reason = json.loads(alice.answers("connectors", "why", "ops", "--json"))
    assert (False, [], ["aws-operations", "aws-admins"]) == (reason["open"], reason["through"], reason["missing"])


def test_why_of_a_connector_that_no_group_opens(alice: Shell) -> None:
    """A connector for administrators, where there are none."""
    alice.change_settings('administrators = ["aws-admins"]', "administrators = []")

    assert "admin is not open to alice; no group opens it\n" == alice.answers("connectors", "why", "admin")


def test_why_of_an_unknown_connector(alice: Shell) -> None:
    """Nothing can be explained."""
    said = alice.fails(6, "connectors", "why", "Artifact")

    assert "no connector 'Artifact' for alice" in said
    assert "did you mean artifacts?" in said


def test_a_name_that_a_terminal_would_act_on_is_shown_harmlessly(alice: Shell) -> None:
    """Escape sequences in what somebody typed do not come back."""
    for command in (["connectors", "why"], ["connectors", "show"], ["credential-process"]):
        assert "\x1b" not in alice.fails(6, *command, "\x1b[31mred")


def test_listing_teaches_completion(alice: Shell) -> None:
    """The names go to the file that completion reads."""
    alice.answers("connectors")

    assert "artifacts\ndev\n" == (alice.workstation.cache / "names").read_text()
