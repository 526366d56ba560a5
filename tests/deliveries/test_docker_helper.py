"""The protocol of Docker's credential helpers, spoken with the installed program."""

import json
import subprocess
from collections.abc import Callable

import pytest
from conftest import Workstation

from awsfed.broker.answers import RegistryPassword
from awsfed.model.secret import Secret
from awsfed.workstation.delivery.docker import Helper

HOST = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
OTHER = "210987654321.dkr.ecr.eu-west-1.amazonaws.com"
NOT_FOUND = "credentials not found in native keychain\n"
Settings = Callable[[str], None]


def ask(workstation: Workstation, action: str, given: str = "", **environ: str) -> "subprocess.CompletedProcess[str]":
    """Start the helper as container tools do: one argument, the rest on standard input."""
    return workstation.run("docker-credential-awsfed", action, stdin=given, environ=environ)


def test_a_scripted_exchange(alice: Workstation, add_settings: Settings) -> None:
    """A tool lists, gets, tries to store and to erase; every answer has the form of the protocol."""
    add_settings(f'[registries]\n"{HOST}" = "dev"\n"*.dkr.ecr.eu-west-1.amazonaws.com" = "dev"\n')

    assert {HOST: "AWS"} == json.loads(ask(alice, "list").stdout)
    got = ask(alice, "get", f"{HOST}\n")
    answer = json.loads(got.stdout)
    assert (0, "", {"ServerURL", "Username", "Secret"}) == (got.returncode, got.stderr, set(answer))
    assert (HOST, "AWS", 64) == (answer["ServerURL"], answer["Username"], len(answer["Secret"]))
    by_url = json.loads(ask(alice, "get", f"https://{OTHER}/v2/").stdout)
    assert (f"https://{OTHER}/v2/", "AWS") == (by_url["ServerURL"], by_url["Username"])
    for action, given in (("store", json.dumps(answer)), ("erase", HOST)):
        refused = ask(alice, action, given)
        assert (1, "") == (refused.returncode, refused.stderr)
        assert refused.stdout.startswith("awsfed: awsfed ")
        assert answer["Secret"] not in refused.stdout
    version = ask(alice, "version")
    assert (0, "docker-credential-awsfed (awsfed) ") == (version.returncode, version.stdout[:34])


@pytest.mark.parametrize(
    "server", ["https://index.docker.io/v1/", "ghcr.io", "public.ecr.aws", HOST, "", "--help", "a\nb", "https://"]
)
def test_other_registries_are_somebody_elses(alice: Workstation, server: str) -> None:
    """The exact sentence of the protocol, on standard output, so that the tool goes on without."""
    result = ask(alice, "get", server)

    assert (1, NOT_FOUND, "") == (result.returncode, result.stdout, result.stderr)
    assert [] == alice.sandbox.aws.calls


def test_the_default_connector_opens_registries_of_ecr_only(alice: Workstation) -> None:
    """Where no registry is set, a default is meant for ECR; nobody else's registry gets our password."""
    assert 0 == ask(alice, "get", HOST, AWSFED_CONNECTOR="dev").returncode
    assert NOT_FOUND == ask(alice, "get", "registry.example.org", AWSFED_CONNECTOR="dev").stdout


def test_the_region_of_the_host_is_asked() -> None:
    """A password is good for one region, so the host decides; a host that tells none leaves it to the connector."""
    asked: list[tuple[str, str | None]] = []

    def password(connector: str, region: str | None) -> RegistryPassword:
        asked.append((connector, region))
        return RegistryPassword(host=HOST, username="AWS", password=Secret("x"), expires_at=0)

    helper = Helper(registries={OTHER: "one", "images.example.org": "two"}, default="three", password=password)
    for server in (OTHER, "images.example.org", HOST):
        helper.answer("get", server)

    assert [("one", "eu-west-1"), ("two", None), ("three", "eu-central-1")] == asked


def test_errors_stand_on_standard_output(alice: Workstation, add_settings: Settings) -> None:
    """The tool shows what stands there; what is wrong is said there in one line, with what to do."""
    add_settings(f'[registries]\n"{HOST}" = "dev"\n"{OTHER}" = "ops"\n')
    refused = ask(alice, "get", OTHER)
    assert (1, "") == (refused.returncode, refused.stderr)
    assert "awsfed: no connector 'ops' for alice" in refused.stdout
    alice.awsfed("logout")

    result = ask(alice, "get", HOST)

    line = f"awsfed: login required for {alice.sandbox.crowd_url}; awsfed login\n"
    assert (1, line, "") == (result.returncode, result.stdout, result.stderr)


@pytest.mark.parametrize("action", ["store", "erase"])
def test_storing_can_be_ignored(alice: Workstation, action: str) -> None:
    """The variable that Amazon's helper knows works here too."""
    result = ask(alice, action, HOST, AWS_ECR_IGNORE_CREDS_STORAGE="true")

    assert (0, "", "") == (result.returncode, result.stdout, result.stderr)


@pytest.mark.parametrize("arguments", [[], ["get", HOST], ["--help"], ["pull"]])
def test_anything_else_shows_how_it_is_used(alice: Workstation, arguments: list[str]) -> None:
    """There is one argument, and there are five of them."""
    result = alice.run("docker-credential-awsfed", *arguments)

    usage = "awsfed: usage: docker-credential-awsfed <get|store|erase|list|version>\n"
    assert (1, usage, "") == (result.returncode, result.stdout, result.stderr)
