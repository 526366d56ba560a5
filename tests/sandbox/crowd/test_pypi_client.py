"""The client `Crowd` from PyPI, written by others, finds here what it expects."""

from collections.abc import Iterator

import pytest
from crowd import CrowdServer  # type: ignore[import-untyped] # the package has no types

from awsfed.sandbox.crowd.directory import Directory


@pytest.fixture
def client(origin: str) -> Iterator[CrowdServer]:
    """The client as its documentation sets it up."""
    client = CrowdServer(f"{origin}/crowd/", "awsfed", "sandbox-application", timeout=5)
    with client.session, client.session_xml:
        yield client


def test_ping(client: CrowdServer, origin: str) -> None:
    """The client knows a right application password from a wrong one by a path that is not there."""
    stranger = CrowdServer(f"{origin}/crowd", "awsfed", "wrong", timeout=5)

    assert client.auth_ping() is True
    with stranger.session, stranger.session_xml:
        assert stranger.auth_ping() is False


def test_password(client: CrowdServer) -> None:
    """A right password gives the user, anything else nothing."""
    assert client.auth_user("alice", "alice-sandbox")["display-name"] == "Alice Example"
    for name, password in (("alice", "no"), ("nobody", "no"), ("dave", "dave-sandbox"), ("erin", "erin-sandbox")):
        assert client.auth_user(name, password) is None


def test_session(client: CrowdServer) -> None:
    """A session lives from its beginning to its end, and only in its place."""
    session = client.get_session("alice", "alice-sandbox", remote="192.0.2.1", proxy="192.0.2.9")
    token = session["token"]

    assert session["user"]["email"] == "alice@example.com"
    validated = client.validate_session(token, remote="192.0.2.1", proxy="192.0.2.9")
    assert validated["user"]["first-name"] == "Alice"
    assert client.validate_session(token, remote="192.0.2.2", proxy="192.0.2.9") is None
    assert client.validate_session(token, remote="192.0.2.1") is None
    assert client.terminate_session(token) is True
    assert client.terminate_session(token) is None
    assert client.get_session("alice", "wrong") is None


def test_people(client: CrowdServer) -> None:
    """Users and their groups, direct and nested."""
    assert client.user_exists("ALICE") is True
    assert client.user_exists("nobody") is None
    assert client.get_user("bob")["active"] is True
    assert client.get_groups("bob") == ["aws-operations"]
    assert client.get_nested_groups("bob") == ["aws-developers", "aws-operations"]
    assert client.get_nested_group_users("aws-developers") == ["alice", "bob", "dave", "erin"]
    assert client.get_nested_groups("nobody") is None


def test_whole_directory(client: CrowdServer) -> None:
    """The cookie, all memberships as XML, and a search with XML in and JSON out."""
    assert client.get_cookie_conf()["name"] == "crowd.token_key"
    memberships = client.get_memberships()
    assert memberships["aws-developers"] == {"users": ["alice", "dave", "erin"], "groups": ["aws-operations"]}
    assert memberships["aws-admins"] == {"users": ["carol"], "groups": []}
    assert [user["name"] for user in client.search("user", "email", "BOB@")["users"]] == ["bob"]


def test_writes_are_refused(client: CrowdServer, directory: Directory) -> None:
    """Whatever the client tries to change stays as it is, and it can read why."""
    refusal = "Not allowed to modify the directory through application 'awsfed'"

    assert client.add_user("mallory", password="p", email="m@example.com") is False
    assert client.add_user_to_group("alice", "aws-admins") is False
    assert client.remove_user_from_group("alice", "aws-developers") is False
    assert client.change_password("alice", "new") is False
    assert client.set_active("alice", False) is None
    assert client.set_user_attribute("alice", "site", "north") is False
    assert client.send_password_reset_link("alice") is False
    assert refusal == client.create_group("new")
    assert refusal == client.remove_group("aws-admins")
    assert refusal == client.update_group("aws-admins", {"description": "none"})
    assert refusal == client.add_child_group("aws-admins", "aws-developers")
    assert refusal == client.remove_child_group("aws-operations", "aws-developers")
    with pytest.raises(RuntimeError, match="Not allowed"):
        client.change_password("alice", "new", raise_on_error=True)
    assert Directory.default().users() == directory.users()
    assert Directory.default().groups() == directory.groups()
