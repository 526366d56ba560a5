import threading
from pathlib import Path

import pytest

from awsfed.sandbox.crowd.directory import Directory, DirectoryFileError

APPLICATION = '[application]\nname = "x"\npassword = "y"\n'


def test_default() -> None:
    """The default directory has the people of the demo."""
    directory = Directory.default()

    assert [user.name for user in directory.users()] == ["alice", "bob", "carol", "dave", "erin", "frank"]
    assert [group.name for group in directory.groups() if not group.active] == ["aws-retired"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "the table application is missing"),
        ("x = ", "is not TOML"),
        ('[application]\nname = "x"\n', "application.password is missing"),
        (APPLICATION + 'auth = "magic"\n', "application.auth must be one of"),
        (APPLICATION + 'allowed_addresses = ["home"]\n', "application.allowed_addresses must hold addresses"),
        (APPLICATION + 'allowed_groups = ["g"]\n', "application.allowed_groups names 'g', which is no group here"),
        (APPLICATION + "colour = 1\n", "application.colour is not known"),
        (APPLICATION + "[server]\nsession_timeout_s = -1\n", "server.session_timeout_s must be a whole number"),
        (APPLICATION + "[server]\nexpired_status = 200\n", "server.expired_status must be between 400 and 599"),
        (APPLICATION + "[users.a]\n", "users.a.password is missing"),
        (APPLICATION + "[users.a]\npassword = 1\n", "users.a.password must be text"),
        (APPLICATION + '[users.a]\npassword = "p"\nactive = 1\n', "users.a.active must be true or false"),
        (APPLICATION + '[users.a]\npassword = "p"\ngroups = "g"\n', "users.a.groups must be a list of texts"),
        (APPLICATION + '[users.a]\npassword = "p"\ngroups = ["g"]\n', "users.a.groups names 'g', which is no group"),
        (APPLICATION + '[groups.a]\ngroups = ["g"]\n', "groups.a.groups names 'g', which is no group here"),
        (APPLICATION + '[users.a]\npassword = "p"\n[users.A]\npassword = "p"\n', "users.A is empty or there twice"),
        (
            APPLICATION + '[users.a]\npassword = "p"\nuuid = "1"\n[users.b]\npassword = "p"\nuuid = "1"\n',
            "users.b.uuid is already a's",
        ),
        (APPLICATION + "users = 1\n", "application.users is not known"),
        ("users = 1\n" + APPLICATION, "users must be a table of tables"),
        ("other = 1\n" + APPLICATION, "other is not known"),
        ("server = 1\n" + APPLICATION, "server must be a table"),
    ],
)
def test_complaints(tmp_path: Path, text: str, complaint: str) -> None:
    """A file that does not fit is refused with one sentence that names the file and the key."""
    path = tmp_path / "people.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DirectoryFileError) as caught:
        Directory.from_toml(path)
    assert str(caught.value).startswith(f"{path}: {complaint}")
    assert isinstance(caught.value, ValueError)


def test_missing_file(tmp_path: Path) -> None:
    """A file that is not there is refused in the same way."""
    with pytest.raises(DirectoryFileError, match="cannot be read"):
        Directory.from_toml(tmp_path / "none.toml")


def test_attributes_and_uuid(tmp_path: Path) -> None:
    """A file may give a uuid, attributes and the number of the directory."""
    path = tmp_path / "people.toml"
    text = '[directory]\nid = 7\n[users.a]\npassword = "p"\nuuid = "u"\nattributes = { site = ["north", "south"] }\n'
    path.write_text(APPLICATION + text, encoding="utf-8")
    user = Directory.from_toml(path).user("A")

    assert user is not None
    assert (user.key, user.attributes["site"]) == ("7:u", ("north", "south"))


def test_changes() -> None:
    """Tests move people in and out of groups, on and off, and away."""
    directory = Directory.default()
    directory.add_to_group("FRANK", "aws-admins")
    directory.add_to_group("frank", "AWS-Admins")
    directory.remove_from_group("carol", "AWS-ADMINS")
    directory.set_active("frank", False)
    directory.delete_user("erin")
    admins = directory.group("aws-admins")

    assert admins is not None
    assert [(user.name, user.active) for user in directory.users_of(admins, nested=False)] == [("frank", False)]
    assert directory.user("erin") is None


def test_impossible_changes() -> None:
    """A name is given once, and nobody joins a group that is not there."""
    directory = Directory.default()

    with pytest.raises(ValueError, match="exists"):
        directory.add_user("ALICE", password="any")
    with pytest.raises(ValueError, match="exists"):
        directory.add_group("AWS-admins")
    with pytest.raises(ValueError, match="exists"):
        directory.rename_user("alice", "bob")
    assert directory.user("alice") is not None
    with pytest.raises(KeyError):
        directory.add_to_group("alice", "none")


def test_names_are_compared_in_lower_case() -> None:
    """Case does not matter, but letters that only fold to the same ones are different."""
    directory = Directory.default()
    directory.add_user("Weiß", password="any")

    assert directory.user("WEIß") is not None
    assert directory.user("weiss") is None


def test_new_spelling_of_a_name() -> None:
    """A user may be renamed to another spelling of the same name."""
    directory = Directory.default()
    directory.rename_user("alice", "Alice")

    assert getattr(directory.user("alice"), "name", None) == "Alice"


def test_threads_do_not_lose_attempts() -> None:
    """Attempts from several threads at once are all counted."""
    directory = Directory.default()

    def try_often() -> None:
        for _ in range(200):
            directory.count_attempt("alice", right=False)

    threads = [threading.Thread(target=try_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert getattr(directory.user("alice"), "invalid_attempts", None) == 800
