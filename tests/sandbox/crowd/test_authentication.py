import pytest
from sandbox.crowd.calling import Caller, reason

from awsfed.sandbox.crowd.directory import Directory


def test_right_password(call: Caller) -> None:
    """The right password gives the whole user, with the name as the directory spells it."""
    response = call.sign_in("ALICE", "alice-sandbox")

    assert response.status_code == 200
    user = response.json()
    assert (
        user["name"],
        user["first-name"],
        user["last-name"],
        user["display-name"],
    ) == ("alice", "Alice", "Example", "Alice Example")
    assert user["active"] is True
    assert user["key"].startswith("32769:")
    assert user["password"]["link"]["rel"] == "edit"
    assert user["attributes"]["attributes"] == []


@pytest.mark.parametrize(
    ("username", "password", "status", "expected"),
    [
        ("alice", "wrong", 400, "INVALID_USER_AUTHENTICATION"),
        ("alice", "", 400, "INVALID_USER_AUTHENTICATION"),
        ("alice", "ALICE-SANDBOX", 400, "INVALID_USER_AUTHENTICATION"),
        ("nobody", "any", 400, "USER_NOT_FOUND"),
        ("", "any", 400, "USER_NOT_FOUND"),
        ("dave", "dave-sandbox", 400, "INACTIVE_ACCOUNT"),
        ("dave", "wrong", 400, "INACTIVE_ACCOUNT"),
        ("erin", "erin-sandbox", 403, "EXPIRED_CREDENTIAL"),
        ("erin", "wrong", 400, "INVALID_USER_AUTHENTICATION"),
    ],
)
def test_refused(call: Caller, username: str, password: str, status: int, expected: str) -> None:
    """Every failure of a user has its reason; a wrong password hides that the right one has expired."""
    assert (status, expected) == reason(call.sign_in(username, password))


def test_status_of_an_expired_password(call: Caller, directory: Directory) -> None:
    """The status of an expired password can be 400 as well."""
    directory.change_server(expired_status=400)

    assert reason(call.sign_in("erin", "erin-sandbox")) == (400, "EXPIRED_CREDENTIAL")


def test_missing_username(call: Caller) -> None:
    """Without the parameter the argument is illegal."""
    assert reason(call("POST", "/authentication", json={"value": "any"})) == (400, "ILLEGAL_ARGUMENT")


@pytest.mark.parametrize("body", [{}, {"value": None}, {"password": "alice-sandbox"}])
def test_missing_password(call: Caller, body: dict[str, str]) -> None:
    """A body without the password is an illegal argument."""
    response = call("POST", "/authentication", params={"username": "alice"}, json=body)

    assert reason(response) == (400, "ILLEGAL_ARGUMENT")


@pytest.mark.parametrize("name", ["&gt;", "<", ";?@=&", "]]>", "bob&expand=attributes", "jürgen", "a b"])
def test_odd_names(call: Caller, directory: Directory, name: str) -> None:
    """A name with special characters travels unharmed when it is encoded, in JSON and in XML."""
    directory.add_user(name, password="odd", groups=["aws-developers"])

    assert name == call.sign_in(name, "odd").json()["name"]
    assert call.sign_in(name, "odd", accept="application/xml").status_code == 200


def test_a_name_that_is_not_encoded_is_cut(call: Caller) -> None:
    """A name that is pasted into the address may become another parameter."""
    response = call("POST", "/authentication?username=bob&expand=x", json={"value": "bob-sandbox"})

    assert response.json()["name"] == "bob"


def test_lockout(call: Caller, directory: Directory) -> None:
    """After too many wrong passwords even the right one looks wrong; a right one in time clears the count."""
    directory.change_server(password_max_attempts=2)
    call.sign_in("alice", "wrong")

    assert call.sign_in("alice", "alice-sandbox").status_code == 200
    call.sign_in("alice", "wrong")
    call.sign_in("alice", "wrong")
    assert reason(call.sign_in("alice", "alice-sandbox")) == (400, "INVALID_USER_AUTHENTICATION")


def test_no_lockout_unless_wanted(call: Caller) -> None:
    """The default directory never locks an account, but counts."""
    for _ in range(7):
        call.sign_in("alice", "wrong")
    response = call("GET", "/user", params={"username": "alice", "expand": "attributes"})
    attributes = {one["name"]: one["values"] for one in response.json()["attributes"]["attributes"]}

    assert attributes["invalidPasswordAttempts"] == ["7"]
    assert call.sign_in("alice", "alice-sandbox").status_code == 200


def test_user_of_another_application(call: Caller, directory: Directory) -> None:
    """A user outside of the application's groups is 400 at the password check and 403 at a session."""
    directory.change_application(allowed_groups=("aws-developers",))
    session = {"username": "carol", "password": "carol-sandbox"}

    assert call.sign_in("bob", "bob-sandbox").status_code == 200
    assert reason(call.sign_in("carol", "carol-sandbox")) == (400, "INVALID_USER_AUTHENTICATION")
    assert reason(call("POST", "/session", json=session)) == (403, "APPLICATION_ACCESS_DENIED")


def test_notify(call: Caller) -> None:
    """A login by other means is heard without a body, for known users only."""
    assert call("POST", "/authentication/notify", params={"username": "Alice"}).json()["name"] == "alice"
    assert reason(call("POST", "/authentication/notify", params={"username": "nobody"})) == (404, "USER_NOT_FOUND")
