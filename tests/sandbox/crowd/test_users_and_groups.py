from typing import Any
from xml.etree import ElementTree as ET

import pytest
from sandbox.crowd.calling import Caller, names, reason

from awsfed.sandbox.crowd.directory import Directory


def listed(call: Caller, path: str, **params: Any) -> list[str]:
    """The names that a path lists."""
    return names(call("GET", path, params={key.replace("_", "-"): value for key, value in params.items()}))


def test_user(call: Caller) -> None:
    """A user is found in any case; attributes come only when asked for."""
    plain = call("GET", "/user", params={"username": "aLiCe"}).json()
    full = call("GET", "/user", params={"username": "alice", "expand": "attributes"}).json()

    assert (plain["name"], plain["attributes"]["attributes"]) == ("alice", [])
    attributes = {one["name"]: one["values"] for one in full["attributes"]["attributes"]}
    assert attributes["requiresPasswordChange"] == ["false"]
    assert full["attributes"] == call("GET", "/user/attribute", params={"username": "alice"}).json()


def test_inactive_user_is_still_shown(call: Caller) -> None:
    """Only the field tells that a user is inactive; group calls do not check it."""
    assert call("GET", "/user", params={"username": "dave"}).json()["active"] is False
    assert listed(call, "/user/group/nested", username="dave") == ["aws-developers"]


@pytest.mark.parametrize("path", ["/user", "/user/attribute", "/user/group/direct", "/user/group/nested"])
def test_unknown_user(call: Caller, path: str) -> None:
    """An unknown or empty name is not found, a missing one is an illegal argument."""
    assert reason(call("GET", path, params={"username": "nobody"})) == (404, "USER_NOT_FOUND")
    assert reason(call("GET", path + "?username=")) == (404, "USER_NOT_FOUND")
    assert reason(call("GET", path)) == (400, "ILLEGAL_ARGUMENT")


def test_unknown_user_without_groups(call: Caller, directory: Directory) -> None:
    """An older server lists no direct groups for an unknown user, but still misses the user in nested ones."""
    directory.change_server(unknown_user_groups="empty")

    assert listed(call, "/user/group/direct", username="nobody") == []
    assert reason(call("GET", "/user/group/nested", params={"username": "nobody"})) == (404, "USER_NOT_FOUND")


def test_key_survives_a_new_name(call: Caller, directory: Directory) -> None:
    """The key stays when the name changes, is the same in every run, and is not given to a successor."""
    before = call("GET", "/user", params={"username": "bob"}).json()["key"]
    directory.rename_user("bob", "robert")
    successor = directory.add_user("bob", password="other")

    assert before == call("GET", "/user", params={"username": "robert"}).json()["key"]
    assert before == getattr(Directory.default().user("bob"), "key", None)
    assert before != successor.key
    directory.delete_user("bob")
    assert successor.key != directory.add_user("bob", password="third").key


def test_direct_and_nested_groups(call: Caller) -> None:
    """Nested groups include the direct ones; inactive groups are listed too."""
    assert listed(call, "/user/group/direct", username="bob") == ["aws-operations"]
    assert listed(call, "/user/group/nested", username="bob") == ["aws-developers", "aws-operations"]
    assert listed(call, "/user/group/nested", username="alice") == ["aws-developers", "aws-retired"]
    assert listed(call, "/user/group/nested", username="frank") == []


def test_activity_shows_only_when_expanded(call: Caller) -> None:
    """Whether a group is active is visible only with expand=group."""
    short = call("GET", "/user/group/nested", params={"username": "alice"}).json()
    long = call("GET", "/user/group/nested", params={"username": "alice", "expand": "group"}).json()

    assert short["expand"] == "group"
    assert {"name", "link"} == set(short["groups"][1])
    assert [(one["type"], one["active"]) for one in long["groups"]] == [("GROUP", True), ("GROUP", False)]


def test_single_membership(call: Caller) -> None:
    """With groupname the one group is answered in any case, or the membership is not found."""
    found = call("GET", "/user/group/nested", params={"username": "bob", "groupname": "AWS-Developers"})

    assert found.json()["name"] == "aws-developers"
    missing = call("GET", "/user/group/direct", params={"username": "bob", "groupname": "aws-developers"})
    assert reason(missing) == (404, "MEMBERSHIP_NOT_FOUND")


def test_empty_username_lists_the_group(call: Caller) -> None:
    """A membership check with an empty name is answered 200 with the whole list: a trap for clients."""
    listed = call("GET", "/group/user/direct", params={"groupname": "aws-admins", "username": ""})

    assert listed.status_code == 200
    assert [one["name"] for one in listed.json()["users"]] == ["carol"]


def test_pages(call: Caller, directory: Directory) -> None:
    """A page has 1000 entries unless the client says otherwise; -1 means all; past the end is empty."""
    groups = [directory.add_group(f"team-{number:04}").name for number in range(1205)]
    directory.add_user("many", password="any", groups=groups)

    def page(**params: int) -> list[str]:
        return listed(call, "/user/group/direct", username="many", **params)

    assert groups[:1000] == page()
    assert groups[1000:] == page(start_index=1000)
    assert groups == page(max_results=-1)
    assert groups[500:510] == page(start_index=500, max_results=10)
    assert page(start_index=2000) == []
    assert page(max_results=0) == []


@pytest.mark.parametrize("params", [{"start-index": "-1"}, {"max-results": "-2"}])
def test_impossible_page(call: Caller, params: dict[str, str]) -> None:
    """A negative start or size is an illegal argument."""
    response = call("GET", "/user/group/direct", params={"username": "alice", **params})

    assert reason(response) == (400, "ILLEGAL_ARGUMENT")


def test_page_that_is_no_number(call: Caller) -> None:
    """A parameter of the wrong type is the container's 404, as JAX-RS has it."""
    response = call("GET", "/user/group/direct", params={"username": "alice", "max-results": "many"})

    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/html")


def test_group(call: Caller, directory: Directory) -> None:
    """A group shows description and activity, and follows changes."""
    directory.set_group_active("aws-admins", False)
    group = call("GET", "/group", params={"groupname": "AWS-ADMINS", "expand": "attributes"}).json()

    assert (group["name"], group["active"], group["type"]) == ("aws-admins", False, "GROUP")
    assert group["description"] == "May do everything"
    assert call("GET", "/group/attribute", params={"groupname": "aws-admins"}).json()["attributes"] == []
    assert reason(call("GET", "/group", params={"groupname": "none"})) == (404, "GROUP_NOT_FOUND")
    assert reason(call("GET", "/group")) == (400, "ILLEGAL_ARGUMENT")


@pytest.mark.parametrize(
    ("path", "group", "expected"),
    [
        ("/group/user/direct", "aws-developers", ["alice", "dave", "erin"]),
        ("/group/user/nested", "aws-developers", ["alice", "bob", "dave", "erin"]),
        ("/group/child-group/direct", "aws-developers", ["aws-operations"]),
        ("/group/child-group/nested", "aws-developers", ["aws-night", "aws-operations"]),
        ("/group/parent-group/direct", "aws-night", ["aws-operations"]),
        ("/group/parent-group/nested", "aws-night", ["aws-developers", "aws-operations"]),
    ],
)
def test_members_of_a_group(call: Caller, directory: Directory, path: str, group: str, expected: list[str]) -> None:
    """Users, children and parents of a group, directly and at any distance."""
    directory.add_group("aws-night", groups=["aws-operations"])

    assert expected == listed(call, path, groupname=group)
    assert reason(call("GET", path, params={"groupname": "none"})) == (404, "GROUP_NOT_FOUND")


@pytest.mark.parametrize(
    ("path", "parameter", "member", "stranger"),
    [
        ("/group/user/nested", "username", "BOB", "carol"),
        ("/group/child-group/direct", "child-groupname", "AWS-OPERATIONS", "aws-admins"),
    ],
)
def test_single_member(call: Caller, path: str, parameter: str, member: str, stranger: str) -> None:
    """One member is answered as an entity, a stranger is no member."""
    base = {"groupname": "aws-developers"}

    assert member.lower() == call("GET", path, params={**base, parameter: member}).json()["name"]
    assert reason(call("GET", path, params={**base, parameter: stranger})) == (404, "MEMBERSHIP_NOT_FOUND")


def test_circle_of_groups(call: Caller, directory: Directory) -> None:
    """Groups that contain each other are walked once."""
    directory.add_group("one")
    directory.add_group("two", groups=["one"])
    directory.nest_group("one", "two")
    directory.add_user("round", password="any", groups=["one"])

    assert listed(call, "/user/group/nested", username="round") == ["one", "two"]


def test_lower_case_output(call: Caller, directory: Directory) -> None:
    """An application may want all names in lower case."""
    directory.add_group("Loud")
    directory.add_user("Grace", password="any", groups=["LOUD"])

    assert listed(call, "/user/group/direct", username="grace") == ["Loud"]
    directory.change_application(lower_case_output=True)
    assert listed(call, "/user/group/direct", username="grace") == ["loud"]
    assert call.sign_in("GRACE", "any").json()["name"] == "grace"


def test_xml_user(call: Caller) -> None:
    """In XML the name is an attribute of the element, and attribute values have an element of their own."""
    params = {"username": "alice", "expand": "attributes"}
    user = ET.fromstring(call("GET", "/user", accept="application/xml", params=params).content)

    assert (user.tag, user.get("name"), user.get("expand")) == ("user", "alice", "attributes")
    assert (user.findtext("first-name"), user.findtext("active"), user.find("name")) == ("Alice", "true", None)
    assert user.findtext("attributes/attribute[@name='invalidPasswordAttempts']/values/value") == "0"


def test_xml_groups(call: Caller) -> None:
    """In XML the groups follow each other without an element around them."""
    params = {"username": "alice", "expand": "group"}
    groups = ET.fromstring(call("GET", "/user/group/direct", accept="application/xml", params=params).content)

    assert (groups.tag, groups.get("expand")) == ("groups", "group")
    assert [one.get("name") for one in groups.findall("group")] == ["aws-developers", "aws-retired"]
    assert [one.findtext("active") for one in groups.findall("group")] == ["true", "false"]


def test_memberships(call: Caller) -> None:
    """All memberships come as XML only, with empty elements where nobody is."""
    tree = ET.fromstring(call("GET", "/group/membership", accept="application/xml").content)
    rows = {
        row.get("group"): [[one.get("name") for one in row.findall(path)] for path in ("users/user", "groups/group")]
        for row in tree
    }

    assert rows["aws-developers"] == [["alice", "dave", "erin"], ["aws-operations"]]
    assert rows["aws-admins"] == [["carol"], []]
    assert all(row.find("groups") is not None for row in tree)
    assert call("GET", "/group/membership").status_code == 406
    assert call("GET", "/group/membership.json", accept="application/xml").status_code == 406


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/user", {"name": "mallory"}),
        ("DELETE", "/user?username=alice", None),
        ("PUT", "/user/password?username=alice", {"value": "new"}),
        ("POST", "/user/group/direct?username=alice", {"name": "aws-admins"}),
        ("DELETE", "/group/user/direct?groupname=aws-developers&username=alice", None),
        ("POST", "/group", {"name": "new"}),
    ],
)
def test_writes_are_refused(call: Caller, method: str, path: str, body: dict[str, str] | None) -> None:
    """The application's mapping has no write permission."""
    assert reason(call(method, path, json=body)) == (403, "APPLICATION_PERMISSION_DENIED")
