from pathlib import Path

import pytest
from settings.desk import Desk

from awsfed.errors import ConfigError
from awsfed.settings.load import load, state_directory, user_config_file
from awsfed.settings.problems import InvalidSettings
from awsfed.settings.values import CacheMode, CrowdAuth, SecretReference, SecretSource

CROWD = """
[crowd]
url = "https://crowd.example.org/crowd/"
application = "awsfed"
"""


def test_without_any_file_defaults_count(desk: Desk) -> None:
    """No file, no variable and no option give the defaults, and each says so."""
    settings = desk.load()

    assert settings.crowd is None
    assert settings.session_hours == 12
    assert settings.max_retries == 7
    assert settings.cache is CacheMode.FILE
    assert settings.long_block_left_s == 960
    assert {"default"} == {origin.source for origin in settings.origins.values()}


def test_crowd_is_read_with_its_defaults(desk: Desk) -> None:
    """A URL and an application are enough; the slash at the end of the URL goes."""
    desk.user(CROWD)

    crowd = desk.load().crowd

    assert crowd is not None
    assert crowd.url == "https://crowd.example.org/crowd"
    assert crowd.auth is CrowdAuth.BASIC
    assert crowd.secret == SecretReference(source=SecretSource.KEYRING)


def test_later_layers_win(desk: Desk) -> None:
    """The user's file comes before the system's, a variable before both, an option before everything."""
    desk.system("session.hours = 1\nsession.user = 'a'\naws.region = 'eu-west-1'\nretry.max_retries = 1")
    desk.user("session.user = 'b'\naws.region = 'eu-west-2'\nretry.max_retries = 2")
    desk.environ |= {"AWSFED_REGION": "eu-west-3", "AWSFED_MAX_RETRIES": "3"}

    settings = desk.load({"retry.max_retries": 4, "aws.region": None})

    assert (
        settings.session_hours,
        settings.user,
        settings.aws.region,
        settings.max_retries,
    ) == (1, "b", "eu-west-3", 4)
    assert f"{desk.user_file}, line 1" == settings.origins["session.user"].source
    assert settings.origins["aws.region"].source == "AWSFED_REGION"
    assert settings.origins["retry.max_retries"].source == "the command line"


def test_the_build_servers_variable_counts_after_ours(desk: Desk) -> None:
    """Bamboo's number of retries is taken, unless AWSFED_MAX_RETRIES is set."""
    desk.user("retry.max_retries = 1")
    desk.environ["bamboo_custom_aws_maxErrorRetry"] = "9"
    assert desk.load().max_retries == 9

    desk.environ["AWSFED_MAX_RETRIES"] = "2"
    assert desk.load().max_retries == 2


def test_an_empty_variable_is_not_set(desk: Desk) -> None:
    """An empty variable leaves the file's value alone."""
    desk.user("aws.region = 'eu-west-2'")
    desk.environ["AWSFED_REGION"] = ""

    assert desk.load().aws.region == "eu-west-2"


def test_awsfed_config_names_the_users_file(desk: Desk, tmp_path: Path) -> None:
    """AWSFED_CONFIG stands in for the usual file."""
    desk.user("session.hours = 1")
    other = tmp_path / "other.toml"
    other.write_text("session.hours = 2")
    other.chmod(0o600)
    desk.environ["AWSFED_CONFIG"] = str(other)

    settings = desk.load()

    assert settings.session_hours == 2
    assert (desk.system_file, other) == settings.files


def test_a_named_file_has_to_exist(desk: Desk) -> None:
    """A slip in AWSFED_CONFIG does not silently mean the defaults."""
    desk.environ["AWSFED_CONFIG"] = "/nowhere/config.toml"

    with pytest.raises(ConfigError, match="--config or AWSFED_CONFIG names this file, and it does not exist"):
        desk.load()


def test_the_null_device_is_an_empty_file(desk: Desk) -> None:
    """AWSFED_CONFIG=/dev/null means no settings of the user's, although anybody may write there."""
    desk.environ["AWSFED_CONFIG"] = "/dev/null"

    assert desk.load().session_hours == 12


def test_all_errors_come_in_one_exception(desk: Desk) -> None:
    """Whoever catches the error has every problem; its text has the first."""
    desk.user("session.hours = 25\naws.region = 'x'\nfoo = 1")

    with pytest.raises(InvalidSettings) as caught:
        desk.load()

    assert len(caught.value.problems) == 3
    assert (
        str(caught.value) == f"{desk.user_file}, line 1: session.hours must be a whole number from 1 to 24 (and 2 more)"
    )


def test_warnings_do_not_stop_the_program(desk: Desk) -> None:
    """What is only odd is for `check`."""
    desk.user(CROWD + 'token_url = "https://crowd.example.org/token"')
    desk.environ["AWSFED_REGOIN"] = "x"

    assert desk.load().crowd is not None
    assert desk.complaints() == [
        'USER, line 5: crowd.token_url is not used while crowd.auth is "basic"',
        "AWSFED_REGOIN: is not a variable of awsfed",
    ]
    assert desk.hints()[1] == "did you mean AWSFED_REGION?"


def test_paths_start_where_they_are_written(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A relative path starts at its file, or at the working directory for a variable; ~ is the given home."""
    monkeypatch.chdir(tmp_path)
    desk.user("catalogue.source = 'connectors.toml'\ntls.ca_bundle = '~/ca.pem'")
    settings = desk.load()
    assert str(desk.user_file.parent / "connectors.toml") == settings.catalogue.source
    assert desk.home / "ca.pem" == settings.legs["crowd"].ca_bundle
    assert desk.user_file.parent / "connectors.toml" == settings.files[-1]

    desk.environ["AWSFED_CATALOGUE"] = "here.toml"
    assert str(tmp_path / "here.toml") == desk.load().catalogue.source


def test_a_catalogue_behind_a_url_is_no_file(desk: Desk) -> None:
    """An https catalogue stays a URL and is not among the files to watch."""
    desk.user("catalogue.source = 'https://example.org/connectors.json'")

    settings = desk.load()

    assert settings.catalogue.source == "https://example.org/connectors.json"
    assert (desk.system_file, desk.user_file) == settings.files


def test_unknown_options_are_refused(desk: Desk) -> None:
    """An option that names no setting is a mistake, not nothing."""
    assert desk.complaints({"aws.regoin": "x"}) == ["the command line: aws.regoin is not a setting"]


def test_folders_follow_the_given_environment() -> None:
    """XDG variables count when they are absolute; otherwise the usual folders in the given home do."""
    home = {"HOME": "/home/alice"}

    assert Path("/x/awsfed/config.toml") == user_config_file({**home, "XDG_CONFIG_HOME": "/x"})
    assert Path("/y/awsfed") == state_directory({**home, "XDG_STATE_HOME": "/y"})
    assert Path("/home/alice/c.toml") == user_config_file({**home, "AWSFED_CONFIG": "~/c.toml"})


@pytest.mark.skipif("sys.platform in ('darwin', 'win32')", reason="these have folders of their own")
def test_relative_folders_in_variables_are_ignored() -> None:
    """XDG says that a relative folder is to be ignored."""
    environ = {"HOME": "/home/alice", "XDG_CONFIG_HOME": "x", "XDG_STATE_HOME": ""}

    assert Path("/home/alice/.config/awsfed/config.toml") == user_config_file(environ)
    assert Path("/home/alice/.local/state/awsfed") == state_directory(environ)


def test_the_systems_file_may_be_the_users(desk: Desk) -> None:
    """Naming the system's file in AWSFED_CONFIG reads it once, with its locks."""
    desk.system('locked = ["session.hours"]\nsession.hours = 3')
    desk.environ["AWSFED_CONFIG"] = str(desk.system_file)

    settings = load(environ=desk.environ, system_file=desk.system_file)

    assert settings.session_hours == 3
    assert (desk.system_file,) == settings.files
