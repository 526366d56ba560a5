import json
from typing import Any

import pytest
from conftest import Workstation
from deliveries.test_kubernetes import CREDENTIALS, NOW
from deliveries.verifying import Presigned

from awsfed.workstation.delivery import database

HOST = "db.abc123.eu-central-1.rds.amazonaws.com"


@pytest.mark.parametrize("user", ["app", "ann lee", "ü/&=+%", "AWS_user-1.x"])
def test_the_token_is_signed_for_one_user_at_one_database(user: str) -> None:
    """It has no scheme, says 15 minutes, and is nobody else's."""
    token = database.token(HOST, 5432, user, region="eu-central-1", credentials=CREDENTIALS, now=NOW).reveal()

    assert token.startswith(f"{HOST}:5432/?Action=connect&DBUser=")
    url = Presigned.read(f"https://{token}")
    assert (user, "900", ["eu-central-1", "rds-db"]) == (url.query["DBUser"], url.query["X-Amz-Expires"], url.scope)
    assert url.matches("secret/with+signs")
    assert not Presigned.read(f"https://{token}".replace(":5432", ":3306")).matches("secret/with+signs")


@pytest.mark.parametrize(
    ("host", "region"),
    [
        (HOST, "eu-central-1"),
        ("DB.abc123.EU-central-1.RDS.amazonaws.com", "eu-central-1"),
        ("db.abc123.cn-north-1.rds.amazonaws.com.cn", "cn-north-1"),
        ("db.example.org", None),
        ("db.abc123.eu-central-1.rds.example.org", None),
        ("db.abc123.x.rds.amazonaws.com", None),
    ],
)
def test_hosts_tell_their_region(host: str, region: str | None) -> None:
    """An endpoint of RDS does; a name of one's own does not."""
    assert region == database.region_of(host)


def test_the_program_prints_a_token(alice: Workstation) -> None:
    """The host tells the region, and the signature is that of the cached credentials."""
    kept = json.loads(alice.awsfed("credential-process", "dev"))
    host = HOST.replace("eu-central-1", "us-east-2")

    token = alice.awsfed("rds", "token", "dev", "--host", host, "--port", "3306", "--user", "app")

    url = Presigned.read(f"https://{token.strip()}")
    assert (f"{host}:3306", ["us-east-2", "rds-db"]) == (url.host, url.scope)
    assert url.matches(kept["SecretAccessKey"])


@pytest.mark.parametrize("wrong", [{"--host": "me:canary@db"}, {"--host": "-x"}, {"--port": "0"}, {"--user": "a\nb"}])
def test_what_cannot_be_is_said_at_once(alice: Workstation, wrong: dict[str, Any]) -> None:
    """No token is made for a host, a port or a user that cannot exist; a password in the first is not repeated."""
    options = {"--host": HOST, "--port": "5432", "--user": "app"} | wrong

    said = alice.fails(2, "rds", "token", "dev", *(word for pair in options.items() for word in pair))

    assert "canary" not in said
