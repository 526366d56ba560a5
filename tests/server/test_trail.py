"""What the trail tells of those who change things, over REST and on the broker's machine, and of those who may not."""

import base64
import getpass
import json
from typing import Any

import pytest
from server.conftest import OURS, VENDOR, Server

from awsfed.version import VERSION

ROLE = "arn:aws:iam::123456789012:role/developer"


@pytest.fixture
def key(server: Server) -> str:
    """The id of an access key in the store."""
    sandbox = server.workstation.sandbox
    body = {"name": "trail", "awsAccessKeyId": sandbox.access_key_id, "awsSecretKey": sandbox.secret_access_key}
    listed = server.ask("GET", f"{VENDOR}/accounts", user="carol").json["values"]
    known = [one["id"] for one in listed if one["name"] == "trail"]
    return str(known[0] if known else server.ask("POST", f"{VENDOR}/accounts", body=body, user="carol").json["id"])


def connector(server: Server, key: str, name: str, **more: object) -> str:
    """Create a connector over REST; return its id."""
    body = {"name": name, "type": "ASSUME_ROLE", "accountId": key, "roleArn": ROLE, **more}
    made = server.ask("POST", f"{VENDOR}/connectors", body=body, user="carol")
    assert 201 == made.status, made.body
    return str(made.json["id"])


def events(server: Server, *wanted: str) -> list[dict[str, Any]]:
    """Return what the trail holds of something, the oldest first."""
    found: list[dict[str, Any]] = json.loads(server.workstation.awsfed("audit", "search", "--json", *wanted))
    return found


def test_a_change_is_found_by_its_connector(server: Server, key: str) -> None:
    """Each as it was meant and as it ended, with who did it, from where, and what was there before."""
    made = connector(server, key, "Trail", groups=["aws-developers"])
    body = {"name": "Less", "type": "ASSUME_ROLE", "accountId": key, "roleArn": ROLE}
    assert 200 == server.ask("PUT", f"{VENDOR}/connectors/{made}", body=body, user="carol").status
    assert 204 == server.ask("DELETE", f"{VENDOR}/connectors/{made}", user="carol").status
    found = events(server, "--connector", made)

    verbs = ("create connector", "change connector", "delete connector")
    assert [(verb, kind) for verb in verbs for kind in ("intent", "changed")] == [
        (one["reason"], one["kind"]) for one in found
    ]
    assert {("carol", "127.0.0.1")} == {(one["user_name"], one["source"]) for one in found}
    before = [json.loads(one["details"]["before"])["name"] for one in found if "before" in one["details"]]
    assert ["Trail", "Trail", "Less", "Less"] == before


def test_whoever_may_not_is_written_down(server: Server) -> None:
    """A refusal of any resource, not only of a vend."""
    assert 403 == server.ask("GET", f"{VENDOR}/accounts", user="frank").status
    assert 403 == server.ask("GET", f"{VENDOR}/connectors/ops/credentials", user="frank").status
    found = [one for one in events(server, "--user", "frank") if one["kind"] == "refused"]

    accounts = "GET /rest/identity-federation-for-aws/{version}/accounts"
    assert accounts in [one["details"].get("resource") for one in found if "details" in one]
    assert "ops" in [one.get("connector") for one in found]


def test_a_service_uses_a_connector_of_the_store(server: Server, key: str) -> None:
    """One of scope SYSTEM that was made over REST; what was granted on the broker's machine is in the trail as well."""
    system, other = connector(server, key, "System", scope="SYSTEM"), connector(server, key, "Other")
    assert "is for people" in server.workstation.fails(10, "services", "add", "narrow", other)
    token = server.workstation.awsfed("services", "add", "builder", system).strip()
    basic = {"Authorization": f"Basic {base64.b64encode(f'builder:{token}'.encode()).decode()}"}
    vended = [server.ask("GET", f"{VENDOR}/connectors/{one}/credentials", headers=basic) for one in (system, other)]
    bearer = server.ask("POST", f"{OURS}/session", body={"service": "builder", "token": token}).json["token"]
    server.workstation.awsfed("services", "revoke", "builder")
    ended = server.ask("GET", f"{OURS}/session", headers={"Authorization": f"Bearer {bearer}"})
    made = [one for one in events(server, "--kind", "changed") if "service" in one["reason"]]

    assert [200, 403] == [one.status for one in vended]
    assert ended.status in {401, 403}
    assert {"create service", "revoke service"} <= {one["reason"] for one in made}
    assert {"the broker's machine"} == {one["source"] for one in made}
    assert token not in json.dumps(made)


def test_a_connector_of_the_store_is_found_by_its_name(server: Server, key: str) -> None:
    """By whoever looks into the trail, and by whoever revokes."""
    made = connector(server, key, "Named here")
    assert 200 == server.ask("POST", f"{OURS}/connectors/{made}/credentials", body={}, user="carol").status

    found = events(server, "--connector", "named here", "--kind", "vended")

    assert [made] == [one["connector"] for one in found]
    assert [] == events(server, "--connector", "not-named-here")
    server.ask("POST", f"{OURS}/connectors/that-was/credentials", body={}, user="carol")
    body = {"name": "That was", "type": "ASSUME_ROLE", "accountId": key, "roleArn": ROLE}
    assert 200 == server.ask("PUT", f"{VENDOR}/connectors/{made}", body=body, user="carol").status
    assert {made, "that-was"} == {one["connector"] for one in events(server, "--connector", "that-was")}
    revoked = server.workstation.run("awsfed", "revoke", "--user", "service=nobody", "--connector", "That was")
    assert f"connector {made}" in revoked.stdout
    assert 204 == server.ask("DELETE", f"{VENDOR}/connectors/{made}", user="carol").status


def test_keys_of_the_store_are_not_taken_for_those_of_a_keyring(server: Server, key: str) -> None:
    """Whoever looks for one is told where it is; where there is no keyring, there is no other."""
    for verb, *options in (("show",), ("edit", "--yes"), ("rotate", "--yes")):
        said = server.workstation.fails(10, "keys", verb, "trail", *options)
        assert "access key 'trail' is in the broker's store" in said
        assert "PUT /rest/identity-federation-for-aws/2.2/accounts/ID" in said
        assert "no access key named 'nobody-s'" in server.workstation.fails(4, "keys", verb, "nobody-s", *options)
    checked = server.workstation.run("awsfed", "keys", "check", "trail")
    assert (10, "trail: access key 'trail' is in the broker's store\n") == (checked.returncode, checked.stdout)


def test_a_broker_may_be_signed_in_at_itself(server: Server) -> None:
    """Its settings then name it as the broker too, and what belongs to the broker still works there."""
    home = server.workstation
    before = home.config.read_text()
    home.config.write_text(f'{before}\n[broker]\nurl = "{server.url}"\n')
    try:
        home.awsfed("login", "-u", "alice", "--password-stdin", stdin="alice-sandbox\n")
        assert "ASIA" in home.awsfed("credential-process", "dev")
        for command in (("audit", "verify"), ("services", "list"), ("store", "check"), ("keys", "list")):
            home.awsfed(*command)
    finally:
        home.awsfed("logout")
        home.config.write_text(before)


def test_the_start_of_a_server_is_written_down(server: Server) -> None:
    """With the groups whose members may change everything, which stand in the settings alone."""
    (start,) = [one for one in events(server, "--kind", "changed") if one["reason"] == "start server"]

    assert "local:" + getpass.getuser() == start["user_key"]
    assert "aws-admins" == start["details"]["administrators"]
    assert VERSION == start["details"]["version"]


def test_what_a_service_of_aws_refuses_came_to_nothing(server: Server) -> None:
    """AWS gave credentials, which went nowhere; both are in the trail, with what was wished."""
    reply = server.ask("POST", f"{OURS}/connectors/dev/codeartifact", body={"domain": "no-such-domain"}, user="bob")
    found = [one for one in events(server, "--user", "bob") if one.get("details", {}).get("domain") == "no-such-domain"]

    assert 403 == reply.status
    assert ["intent", "vended", "failed"] == [one["kind"] for one in found]
    assert found[-1]["aws_request_id"]
    assert "aws-developers" == found[-1]["details"]["through"]


def test_a_wish_that_is_refused_is_written_down(server: Server) -> None:
    """Once, with the reason, though AWS was never asked."""
    wish = {"narrowing": {"duration": 7200}}
    reply = server.ask("POST", f"{OURS}/connectors/dev/credentials", body=wish, user="bob")
    found = [one for one in events(server, "--user", "bob") if "7200 s would be more" in str(one.get("reason"))]

    assert 409 == reply.status
    assert [("refused", "dev")] == [(one["kind"], one["connector"]) for one in found]


def test_who_is_led_through_another_connector_does_not_hear_of_it(server: Server, key: str) -> None:
    """Its name is for administrators, the log and the trail."""
    hidden = connector(server, key, "Secret base", chainable=True, mfaSerial="arn:aws:iam::123456789012:mfa/x")
    body = {"name": "Led", "type": "ASSUME_ROLE", "via": hidden, "roleArn": ROLE, "groups": ["aws-developers"]}
    led = server.ask("POST", f"{VENDOR}/connectors", body=body, user="carol").json["id"]
    theirs, ours = (
        server.ask("GET", f"{VENDOR}/connectors/{led}/credentials", user=user).body.decode()
        for user in ("alice", "carol")
    )

    for made in (led, hidden):  # the server is shared, and others look at what alice may use
        assert 204 == server.ask("DELETE", f"{VENDOR}/connectors/{made}", user="carol").status

    assert "leads through another one" in theirs
    assert not [word for word in (hidden, "Secret base", "MFA") if word in theirs]
    assert "Secret base" in ours
    assert any("Secret base" in str(one.get("reason")) for one in events(server, "--user", "alice"))


def test_a_ticket_that_is_refused_is_written_down(server: Server, key: str) -> None:
    """Whoever brings it shows nobody's session, and is known nevertheless."""
    made = connector(server, key, "Ticket", groups=["aws-developers"])
    link = server.ask("POST", f"{OURS}/connectors/{made}/console", body={}, user="alice").json["url"]
    changed = {"name": "Ticket", "type": "SESSION_TOKEN", "accountId": key, "groups": ["aws-developers"]}
    assert 200 == server.ask("PUT", f"{VENDOR}/connectors/{made}", body=changed, user="carol").status

    refused = server.ask("POST", "/console/redeem", body={"ticket": link.partition("#")[2]})

    assert 409 == refused.status, refused.body
    (found,) = [one for one in events(server, "--user", "alice") if one["kind"] == "refused"][-1:]
    assert refused.headers["X-Request-Id"] == found["request_id"]
    assert 204 == server.ask("DELETE", f"{VENDOR}/connectors/{made}", user="carol").status
