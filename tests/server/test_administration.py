"""Administrators make access keys and connectors over the vendor's interface, with a client that others wrote."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from server.conftest import VENDOR, Reply, Server

ROLE = "arn:aws:iam::123456789012:role/developer"


class HttPie:
    """HTTPie with a session: Basic once, and the cookie ever after, without any header against forgery."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.session = folder / "session.json"

    def __call__(self, method: str, path: str, *words: str) -> Any:
        result = self.server.workstation.run(
            *("http", "--ignore-stdin", "--check-status", "--body", "--session", str(self.session)),
            *(method, f"{self.server.url}{path}", *words),
        )
        assert 0 == result.returncode, result.stdout + result.stderr
        return json.loads(result.stdout) if result.stdout.strip() else None


@pytest.fixture
def carol(server: Server, tmp_path: Path) -> HttPie:
    """An administrator's client, primed."""
    client = HttPie(server, tmp_path)
    client("GET", f"{VENDOR}/status/info", "--auth", "carol:carol-sandbox")
    kept = json.loads(client.session.read_text())
    del kept["auth"]
    client.session.write_text(json.dumps(kept))
    return client


def test_httpie_creates_what_people_then_use(server: Server, carol: HttPie) -> None:
    """An access key that AWS takes, a connector with it, credentials from that; then all of it changes and goes."""
    sandbox = server.workstation.sandbox
    key = carol(
        "POST",
        f"{VENDOR}/accounts",
        "name=Main account",
        f"awsAccessKeyId={sandbox.access_key_id}",
        f"awsSecretKey={sandbox.secret_access_key}",
        "cloudProviderKey=aws",
    )
    made = carol(
        "POST",
        f"{VENDOR}/connectors",
        *("name=Deploy", "type=ASSUME_ROLE", "scope=SYSTEM", "partition=aws", f"accountId={key['id']}"),
        *(f"roleArn={ROLE}", "externalId=", "iamPolicy=", 'groups:=["aws-developers"]'),
    )
    one = f"{VENDOR}/connectors/{made['id']}"
    vended = server.ask("GET", f"{one}/credentials", user="alice")

    assert ["id", "name", "awsAccessKeyId", "cloudProviderKey"] == list(key)
    assert ("Deploy", "SYSTEM", key["id"], ROLE, ["aws-developers"]) == tuple(
        made[name] for name in ("name", "scope", "accountId", "roleArn", "groups")
    )
    assert (200, 4) == (vended.status, len(vended.json)), vended.body

    changed = carol("PUT", one, *("name=Less", "type=ASSUME_ROLE", f"accountId={key['id']}", f"roleArn={ROLE}"))
    assert ("Less", []) == (changed["name"], changed["groups"])
    assert "scope" not in changed
    assert 403 == server.ask("GET", f"{one}/credentials", user="alice").status
    assert changed == carol("GET", one)

    renamed = carol("PUT", f"{VENDOR}/accounts/{key['id']}", "name=Second", f"awsAccessKeyId={sandbox.access_key_id}")
    assert "Second" == renamed["name"]
    sent_back = server.ask("PUT", f"{VENDOR}/accounts/{key['id']}", body=renamed, user="carol")
    other_id = server.ask("PUT", f"{VENDOR}/accounts/{key['id']}", body=renamed | {"id": "other"}, user="carol")
    assert (200, renamed, 400) == (sent_back.status, sent_back.json, other_id.status)
    in_use = server.ask("DELETE", f"{VENDOR}/accounts/{key['id']}", user="carol")
    number = in_use.headers["X-Request-Id"]
    events = json.loads(server.workstation.awsfed("audit", "search", "--json", "--kind", "refused"))
    (event,) = [one for one in events if one["request_id"] == number]
    assert (None, key["id"]) == (event.get("connector"), event["details"]["id"])
    assert (409, True) == (in_use.status, f"'{made['id']}' (Less)" in in_use.json["errorMessages"][0])
    assert carol("DELETE", one) is None
    assert carol("DELETE", f"{VENDOR}/accounts/{key['id']}") is None
    assert [] == [found for found in carol("GET", f"{VENDOR}/accounts")["values"] if found["id"] == key["id"]]


def refused(reply: Reply) -> tuple[int, set[str]]:
    """Return a status and the fields that are wrong."""
    return reply.status, set(reply.json["errors"])


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"roleArn": "arn:nothing"}, {"roleArn"}),
        ({"accountId": "no-such-key"}, {"accountId"}),
        ({"iamPolicy": "{"}, {"iamPolicy"}),
        ({"duration": 1}, {"duration"}),
        ({"type": "OTHER"}, {"type"}),
        ({"scope": "EVERYBODY"}, {"scope"}),
        ({"colour": "red"}, {"colour"}),
        ({"id": "mine"}, {"id"}),
    ],
)
def test_a_wrong_connector_is_refused_by_its_fields(
    server: Server, changes: dict[str, object], fields: set[str]
) -> None:
    """In the vendor's words; nothing is kept."""
    body = {"name": "Wrong", "type": "ASSUME_ROLE", "accountId": "main", "roleArn": ROLE} | changes
    reply = server.ask("POST", f"{VENDOR}/connectors", body=body, user="carol")
    listed = server.ask("GET", f"{VENDOR}/connectors", user="carol").json["values"]

    assert (400, fields) == refused(reply), reply.body
    assert "Extra inputs" not in reply.body.decode()
    assert "Wrong" not in [one["name"] for one in listed]


def test_a_key_that_aws_does_not_take_is_not_kept(server: Server) -> None:
    """Unless the check is skipped; the secret is in no answer."""
    body = {"name": "foreign", "awsAccessKeyId": "AKIAIOSFODNN7EXAMPLE", "awsSecretKey": "canary/" + "x" * 33}
    checked = server.ask("POST", f"{VENDOR}/accounts", body=body, user="carol")
    skipped = server.ask("POST", f"{VENDOR}/accounts?skipValidation=true", body=body, user="carol")
    again = server.ask("POST", f"{VENDOR}/accounts?skipValidation=true", body=body, user="carol")
    odd = server.ask("POST", f"{VENDOR}/accounts?skipValidation=perhaps", body=body, user="carol")

    assert [400, 201, 409, 400] == [reply.status for reply in (checked, skipped, again, odd)], checked.body
    for reply in (checked, skipped, again, odd):
        assert b"canary" not in reply.body
    assert "canary" not in server.log_up_to(odd)


def test_changes_at_the_same_time_all_count(server: Server) -> None:
    """Each is decided by what the others left, so they come one behind the other."""
    body = {"name": "Many", "type": "ASSUME_ROLE", "accountId": "main", "roleArn": ROLE}
    server.token("carol")
    with ThreadPoolExecutor(8) as threads:
        made = list(
            threads.map(lambda _: server.ask("POST", f"{VENDOR}/connectors", body=body, user="carol"), range(16))
        )
        paths = [f"{VENDOR}/connectors/{reply.json['id']}" for reply in made if reply.status == 201]
        changed = list(threads.map(lambda path: server.ask("PUT", path, body=body, user="carol").status, paths))
        gone = list(threads.map(lambda path: server.ask("DELETE", path, user="carol").status, paths))

    assert ([201] * 16, [200] * 16, [204] * 16) == ([reply.status for reply in made], changed, gone)


def test_what_is_meant_for_the_vendors_hosts_is_left_alone(server: Server) -> None:
    """Scripts add parameters of theirs, and members that are null; paths may end with a slash."""
    path = f"{VENDOR}/accounts"
    body = {"name": "lenient", "awsAccessKeyId": "AKIAIOSFODNN7EXAMPLE", "awsSecretKey": "x" * 40}
    more = {"id": None, "cloudProviderKey": None}
    made = server.ask("POST", f"{path}/?os_authType=basic&skipValidation=True", body=body | more, user="carol")
    gone = server.ask("DELETE", f"{path}/{made.json['id']}", user="carol")

    assert (201, 204) == (made.status, gone.status), made.body
    assert "no-cache, no-store, no-transform" == gone.headers["Cache-Control"]
    assert 200 == server.ask("GET", f"{VENDOR}/connectors/dev/ecr/credentials?_=1&expand=all", user="alice").status
    twice = server.ask("GET", f"{VENDOR}/connectors/dev/ecr/credentials?region=us-east-1&region=x", user="alice")
    assert 400 == twice.status
