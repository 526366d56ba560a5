from settings.desk import Desk


def test_a_locked_name_cannot_be_changed(desk: Desk) -> None:
    """The user's file, variables and options are refused alike, and both places are named."""
    desk.system('locked = ["session.hours", "session.user", "aws.region"]\n[session]\nhours = 4\n')
    desk.user("session.hours = 24")
    desk.environ["AWSFED_USER"] = "mallory"

    assert sorted(desk.complaints({"aws.region": "eu-west-1"})) == [
        "AWSFED_USER: session.user is locked in ETC, line 1",
        "USER, line 1: session.hours is locked in ETC, line 1",
        "the command line: aws.region is locked in ETC, line 1",
    ]


def test_repeating_a_locked_value_is_no_change(desk: Desk) -> None:
    """The same value in a later layer harms nobody."""
    desk.system('locked = ["session.hours"]\nsession.hours = 4')
    desk.user("session.hours = 4")

    settings = desk.load()

    assert settings.session_hours == 4
    assert settings.origins["session.hours"].locked
    assert settings.origins["session.hours"].source == f"{desk.system_file}, line 2"


def test_a_table_can_be_locked_as_a_whole(desk: Desk) -> None:
    """A lock on a table holds for everything in it."""
    desk.system('locked = ["crowd", "catalogue"]')
    desk.user('crowd.url = "https://evil.example.org"\ncatalogue.source = "/tmp/mine.toml"')

    assert desk.complaints() == [
        "USER, line 1: crowd.url is locked in ETC, line 1",
        "USER, line 2: catalogue.source is locked in ETC, line 1",
    ]


def test_locked_keys_admit_no_new_one(desk: Desk) -> None:
    """With all keys locked, a key of the user's own is refused, an empty table too."""
    desk.system('locked = ["keys"]\n[keys.main]\n')
    desk.user("[keys.other]\n")

    assert desk.complaints() == ["USER, line 1: keys.other is locked in ETC, line 1"]


def test_part_of_a_key_can_be_locked(desk: Desk) -> None:
    """The user may move the key elsewhere, but what it may be used for stays."""
    desk.system('locked = ["keys.main.roles"]\n[keys.main]\nroles = ["SESSION_TOKEN"]')
    desk.user("[keys.main]\nsource = 'environment'")

    key = desk.load().keys["main"]

    assert (key.source.value, key.roles) == ("environment", ("SESSION_TOKEN",))


def test_a_later_file_replaces_a_key_as_a_whole(desk: Desk) -> None:
    """Without a lock the parts of one key are never mixed from two files."""
    desk.system('[keys.main]\nsource = "profile"\nprofile = "federation"')
    desk.user('[keys.main]\nroles = ["SESSION_TOKEN"]')

    key = desk.load().keys["main"]

    assert (key.source.value, key.profile, key.roles) == ("keyring", None, ("SESSION_TOKEN",))


def test_locked_connectors_admit_no_new_one(desk: Desk) -> None:
    """With all connectors locked, those of the user's file are refused."""
    desk.system('locked = ["connectors"]\n[connectors.dev]\ntype = "SESSION_TOKEN"')
    desk.user("[connectors.own]\ntype = 'SESSION_TOKEN'")

    assert desk.complaints() == ["USER, line 1: connectors.own is locked in ETC, line 1"]


def test_a_connector_stands_in_one_file(desk: Desk) -> None:
    """Nobody wants half a connector from one file and half from another."""
    desk.system('[connectors.dev]\ntype = "SESSION_TOKEN"')
    desk.user("[connectors.dev]\nkey = 'main'")

    assert desk.complaints() == ["USER, line 1: connectors.dev is defined in ETC, line 1 too"]


def test_only_the_system_locks(desk: Desk) -> None:
    """A lock in the user's file is a mistake."""
    desk.user('locked = ["session.hours"]')

    assert desk.complaints() == ["USER, line 1: locked is for the system's file only"]


def test_a_lock_names_a_setting(desk: Desk) -> None:
    """A slip in a lock is found, for it would lock nothing."""
    desk.system('locked = ["crowd.ulr"]')

    assert desk.complaints() == ['ETC, line 1: locked names "crowd.ulr", which is no setting']
    assert desk.hints() == ["did you mean crowd.url?"]


def test_locks_are_a_list(desk: Desk) -> None:
    """Anything else is refused."""
    desk.system('locked = "crowd.url"')

    assert desk.complaints() == ['ETC, line 1: locked must be a list of names, such as ["crowd.url", "catalogue"]']
