"""Service principals: nobody present, a token, and connectors of scope SYSTEM alone."""

from pathlib import Path

from conftest import Workstation

SYSTEM = """
[connectors.deploy]
type = "ASSUME_ROLE"
key = "main"
role_arn = "arn:aws:iam::123456789012:role/developer"
scope = "SYSTEM"

[connectors.other]
type = "ASSUME_ROLE"
key = "main"
role_arn = "arn:aws:iam::123456789012:role/developer"
scope = "SYSTEM"
"""
WHO = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"


def with_system_connectors(workstation: Workstation) -> None:
    """Add the connectors above."""
    with workstation.config.open("a", encoding="utf-8") as file:
        file.write(SYSTEM)


def test_a_service_uses_what_it_was_granted_and_nothing_else(workstation: Workstation, tmp_path: Path) -> None:
    """With its token it signs in, sees one connector, and vends in its own name."""
    with_system_connectors(workstation)
    token = workstation.awsfed("services", "add", "nightly", "deploy").strip()
    file = tmp_path / "token"
    file.write_text(f"{token}\n")
    file.chmod(0o600)

    workstation.awsfed("login", "--service", "nightly", "--token-file", str(file))

    assert ["deploy"] == [line.split()[0] for line in workstation.awsfed("connectors").splitlines()[1:]]
    result = workstation.run("awsfed", "exec", "deploy", "--", "python", "-c", WHO)
    assert "arn:aws:sts::123456789012:assumed-role/developer/service=nightly\n" == result.stdout
    for connector in ("other", "dev", "admin"):
        assert "no connector" in workstation.fails(6, "env", connector)


def test_a_revoked_or_renewed_token_ends_its_sessions(workstation: Workstation) -> None:
    """The next vend after a change is refused, and the old token signs nobody in."""
    with_system_connectors(workstation)
    token = workstation.awsfed("services", "add", "nightly", "deploy").strip()
    environ = {"AWSFED_SERVICE_TOKEN": token}
    workstation.awsfed("login", "--service", "nightly", environ=environ)

    workstation.awsfed("services", "rotate", "nightly")

    assert "was revoked" in workstation.fails(6, "connectors")
    wrong = workstation.fails(5, "login", "--service", "nightly", environ=environ)
    unknown = workstation.fails(5, "login", "--service", "nobody", environ=environ)
    assert "check name and token of the service: awsfed login --service nightly" in wrong
    assert wrong.replace("nightly", "nobody") == unknown
    workstation.awsfed("services", "revoke", "nightly")
    assert "There are no services" in workstation.run("awsfed", "services", "list").stderr


def test_tokens_are_kept_hashed_and_asked_for_nowhere(workstation: Workstation) -> None:
    """No file holds the token, no terminal is needed, and only connectors of scope SYSTEM can be granted."""
    with_system_connectors(workstation)
    token = workstation.awsfed("services", "add", "nightly", "deploy").strip()

    held = [
        path for path in workstation.home.rglob("*") if path.is_file() and token in path.read_text(errors="replace")
    ]

    assert [] == held
    assert "AWSFED_SERVICE_TOKEN" in workstation.fails(4, "login", "--service", "nightly")
    assert "connector 'dev' (Development) is for people" in workstation.fails(10, "services", "add", "wide", "dev")
    assert "'a b' must be 1 to 64" in workstation.fails(2, "services", "add", "a b", "deploy")
    assert "there is no connector 'dve'" in workstation.fails(4, "services", "add", "wide", "dve")
    assert "already" in workstation.fails(10, "services", "add", "nightly", "deploy")


def test_a_connector_may_be_called_by_its_name(workstation: Workstation) -> None:
    """As everywhere else; the list shows the id beside it."""
    with workstation.config.open("a", encoding="utf-8") as file:
        file.write(SYSTEM.replace("[connectors.other]", '[connectors.other]\nname = "Nightly jobs"'))

    workstation.awsfed("services", "add", "nightly", "Nightly jobs", "deploy")
    workstation.awsfed("services", "add", "hourly", "nightly-jobs")

    listed = workstation.awsfed("services", "list").splitlines()
    assert ["other (Nightly jobs)" in listed[1], "other (Nightly jobs), deploy" in listed[2]] == [True, True]


def test_what_a_service_may_use_changes_and_its_token_stays(workstation: Workstation) -> None:
    """The session too; a connector that is gone is told in the list."""
    with_system_connectors(workstation)
    token = workstation.awsfed("services", "add", "nightly", "deploy", "deploy").strip()
    workstation.awsfed("login", "--service", "nightly", environ={"AWSFED_SERVICE_TOKEN": token})

    workstation.awsfed("services", "edit", "nightly", "other")

    assert ["other"] == [line.split()[0] for line in workstation.awsfed("connectors").splitlines()[1:]]
    assert "no connector" in workstation.fails(6, "env", "deploy")
    assert "AWS_ACCESS_KEY_ID" in workstation.awsfed("env", "other")
    assert "no service named 'hourly'" in workstation.fails(4, "services", "edit", "hourly", "other")
    assert "is for people" in workstation.fails(10, "services", "edit", "nightly", "dev")
    workstation.config.write_text(workstation.config.read_text().replace("[connectors.other]", "[connectors.another]"))
    assert "other (deleted)" in workstation.awsfed("services", "list")


def test_people_are_no_services(workstation: Workstation) -> None:
    """Scope SYSTEM adds services; people still need a group, and administrators may use everything."""
    with_system_connectors(workstation)
    workstation.login()
    assert "no connector 'deploy' for alice" in workstation.fails(6, "env", "deploy")
    workstation.login("carol")

    assert "AWS_ACCESS_KEY_ID" in workstation.awsfed("env", "deploy")
