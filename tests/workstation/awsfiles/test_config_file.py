"""The config file: process lines, and which section is a profile's."""

from pathlib import Path

import pytest
from botocore.configloader import load_config
from fakes.clock import FakeClock

from awsfed.errors import InvalidValue, Refused
from awsfed.workstation.awsfiles.config_file import ConfigFile, OwnProfile

COMMAND = "/opt/python -I -S /opt/awsfed-credentials 0a1b"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the file is going to be."""
    return tmp_path / "config"


@pytest.fixture
def file(path: Path) -> ConfigFile:
    """Return the file."""
    return ConfigFile(path, FakeClock())


def put(file: ConfigFile, profile: str = "dev", command: str = COMMAND) -> bool:
    """Write a profile."""
    return file.put(profile, connector="crowd-dev", command=command, region="eu-west-1")


def command_of(path: Path, profile: str) -> object:
    """Return the command that botocore finds."""
    return load_config(str(path))["profiles"][profile].get("credential_process")


def test_new(file: ConfigFile, path: Path) -> None:
    """A profile is a section with a command and a region, in a private file."""
    assert put(file)

    assert path.read_text() == (
        f"[profile dev]\n# awsfed: connector crowd-dev\ncredential_process = {COMMAND}\nregion = eu-west-1\n"
    )
    assert path.stat().st_mode & 0o777 == 0o600
    assert file.ours() == (OwnProfile(profile="dev", connector="crowd-dev", command=COMMAND),)
    assert command_of(path, "dev") == COMMAND


def test_mode_stays(file: ConfigFile, path: Path) -> None:
    """A config file keeps the mode it has: it holds no secret of ours."""
    path.touch()
    path.chmod(0o644)

    put(file)

    assert path.stat().st_mode & 0o777 == 0o644


def test_default(file: ConfigFile, path: Path) -> None:
    """The default profile needs no prefix, and a harmless section of that name is used."""
    path.write_text("[default]\nregion = us-east-1\n")

    assert put(file, "default")

    assert command_of(path, "default") == COMMAND
    assert path.read_text().count("[") == 1
    assert file.remove("default")
    assert path.read_text() == "[default]\nregion = us-east-1\n"


def test_both_defaults(file: ConfigFile, path: Path) -> None:
    """Of [default] and a later [profile default] the second counts, for botocore too; the other order is refused."""
    path.write_text("[default]\noutput = json\n\n[profile default]\noutput = text\n")
    put(file, "default")

    assert command_of(path, "default") == COMMAND
    assert path.read_text().startswith("[default]\noutput = json\n\n[profile default]\n# awsfed: ")

    path.write_text("[profile default]\noutput = text\n\n[default]\noutput = json\n")
    with pytest.raises(Refused, match="several sections"):
        put(file, "default")


@pytest.mark.parametrize("header", ['profile "dev"', "profile  dev", "profile\tdev"])
def test_other_spellings(file: ConfigFile, path: Path, header: str) -> None:
    """A header that every program reads as the profile is used, however it is spelled."""
    path.write_text(f"[{header}]\noutput = json\n")

    put(file)

    assert command_of(path, "dev") == COMMAND
    assert path.read_text().count("[") == 1


@pytest.mark.parametrize("header", ["profilex dev", " profile dev "])
def test_disputed_header(file: ConfigFile, path: Path, header: str) -> None:
    """A header that only some programs read as the profile is refused; other profiles can be written."""
    path.write_text(f"[{header}]\noutput = json\n")

    with pytest.raises(Refused, match="for some AWS programs and not for others"):
        put(file)
    assert put(file, "other")


def test_two_spellings(file: ConfigFile, path: Path) -> None:
    """Two sections for one profile are refused."""
    path.write_text('[profile dev]\noutput = json\n[profile "dev"]\noutput = json\n')

    with pytest.raises(Refused, match="several sections"):
        put(file)


def test_not_profiles(file: ConfigFile, path: Path) -> None:
    """Sections that are no profiles are nobody's profile, an unfinished quotation included."""
    path.write_text(
        "[dev]\nx = 1\n[profile it's]\nx = 1\n[sso-session dev]\nsso_region = x\n[services dev]\ns3 =\n  a = b\n"
    )

    assert put(file)

    assert "\n[profile dev]\n" in path.read_text()
    assert [own.profile for own in file.ours()] == ["dev"]


@pytest.mark.parametrize(
    "key", ["credential_process", "role_arn", "sso_session", "aws_access_key_id", "source_profile"]
)
def test_foreign_source(file: ConfigFile, path: Path, key: str) -> None:
    """A profile of the user's with a source of credentials is refused and stays."""
    path.write_text(f"[profile dev]\n{key} = x\n")

    with pytest.raises(Refused, match=key):
        put(file)

    assert path.read_text() == f"[profile dev]\n{key} = x\n"
    assert file.remove_all() == ()


def test_update_and_remove(file: ConfigFile, path: Path) -> None:
    """A new command takes the old one's place; nested blocks and comments around it stay."""
    before = "# top\n[profile x]\ns3 =\n  a = b\n"
    path.write_text(before)
    put(file)
    put(file, "two")

    assert put(file, command="/bin/new KEY")

    assert command_of(path, "dev") == "/bin/new KEY"
    assert command_of(path, "two") == COMMAND
    assert file.remove("dev")
    assert file.remove_all() == ("two",)
    assert path.read_text() == before


def test_command_on_one_line(file: ConfigFile) -> None:
    """A command that would end its line is refused."""
    with pytest.raises(Refused):
        put(file, command="/bin/x\nregion = y")


def test_bad_name(file: ConfigFile) -> None:
    """A name that some SDK would not find is refused."""
    with pytest.raises(InvalidValue):
        put(file, "a b")


def test_preview(file: ConfigFile, path: Path) -> None:
    """A preview shows our command, and masks the command of somebody else."""
    path.write_text("[profile x]\ncredential_process = /bin/x --password canary\n")

    text = file.preview("dev", connector="crowd-dev", command=COMMAND, region=None)

    assert f"+credential_process = {COMMAND}\n" in text
    assert " credential_process = ***\n" in text
    assert "canary" not in text
