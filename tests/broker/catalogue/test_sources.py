from pathlib import Path

import pytest

from awsfed.broker.catalogue.interface import Catalogue, Connectors
from awsfed.broker.catalogue.local import LocalCatalogue
from awsfed.broker.catalogue.merged import MergedCatalogue
from awsfed.broker.catalogue.sources.file import FileCatalogue
from awsfed.errors import ConfigError, UnsafePermissions
from awsfed.settings.load import load
from awsfed.settings.problems import InvalidSettings, Severity
from awsfed.settings.values import KeySettings, KeySource, Settings

DEV = """
[connectors.dev]
type = "ASSUME_ROLE"
key = "main"
role_arn = "arn:aws:iam::123456789012:role/dev"
"""


def settings(folder: Path, text: str) -> Settings:
    """Return the settings of one file."""
    file = folder / "config.toml"
    file.write_text(text)
    file.chmod(0o600)
    environ = {"HOME": str(folder), "AWSFED_CONFIG": str(file)}
    return load(environ=environ, system_file=folder / "none.toml")


def file_catalogue(folder: Path, text: str, *roles: str, name: str = "catalogue.toml") -> FileCatalogue:
    """Return a catalogue in a file, with a key that has these roles."""
    path = folder / name
    path.write_text(text)
    path.chmod(0o600)
    keys = {"main": KeySettings(name="main", source=KeySource.KEYRING, roles=roles or None)}
    return FileCatalogue(path=path, keys=keys)


def test_connectors_of_the_settings(tmp_path: Path) -> None:
    """The tables of the settings are a catalogue."""
    catalogue = LocalCatalogue(settings=settings(tmp_path, DEV))

    assert list(catalogue.connectors().by_id) == ["dev"]


def test_mistakes_in_the_settings_have_their_line(tmp_path: Path) -> None:
    """The connector's mistake is found in the file where it was written."""
    catalogue = LocalCatalogue(settings=settings(tmp_path, DEV.replace("arn:aws:iam", "arn:aws:s3") + "\nfoo = 1"))

    with pytest.raises(InvalidSettings) as caught:
        catalogue.connectors()

    assert [(problem.file, problem.line) for problem in caught.value.problems] == [
        (str(tmp_path / "config.toml"), 5),
        (str(tmp_path / "config.toml"), 7),
    ]


def test_a_key_that_the_settings_do_not_know_is_odd(tmp_path: Path) -> None:
    """It may be in the keyring even so: a warning for `config check`, no error."""
    catalogue = LocalCatalogue(settings=settings(tmp_path, DEV))

    problems = catalogue.check()

    assert [(problem.line, problem.key, problem.severity) for problem in problems] == [
        (4, "connectors.dev.key", Severity.WARNING)
    ]
    assert problems[0].message == 'names the access key "main", for which there is no [keys.*] table'
    assert problems[0].hint == "it has to be in the keyring then: awsfed keys check main"


def test_a_broker_with_a_store_may_have_a_key_there(tmp_path: Path) -> None:
    """The warning says where it has to be: nobody opens a store to check settings."""
    catalogue = LocalCatalogue(settings=settings(tmp_path, f"[server]\nfolder = '{tmp_path}/store'\n{DEV}"))

    assert [problem.hint for problem in catalogue.check()] == [
        "it has to be in the broker's store then, whose keys its server lists: GET …/accounts"
    ]


def test_a_key_bounds_the_connectors_of_the_settings_too(tmp_path: Path) -> None:
    """`roles` means the same for every connector."""
    text = '[keys.main]\nroles = ["arn:aws:iam::123456789012:role/other"]\n' + DEV

    with pytest.raises(InvalidSettings, match=r"connectors.dev.role_arn asks more of the access key \"main\""):
        LocalCatalogue(settings=settings(tmp_path, text)).connectors()


def test_connectors_of_a_file(tmp_path: Path) -> None:
    """A file is read at every question, so a change counts at once."""
    catalogue = file_catalogue(tmp_path, DEV)
    assert list(catalogue.connectors().by_id) == ["dev"]

    catalogue.path.write_text('{"connectors": {}}')
    assert catalogue.connectors() == Connectors(by_id={}, origin=str(catalogue.path))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """The settings name it, so it has to exist."""
    catalogue = FileCatalogue(path=tmp_path / "none.toml", keys={})

    with pytest.raises(ConfigError, match="does not exist"):
        catalogue.connectors()


def test_a_file_that_others_may_write(tmp_path: Path) -> None:
    """Whoever writes the catalogue decides who gets what."""
    catalogue = file_catalogue(tmp_path, DEV)
    catalogue.path.chmod(0o666)

    with pytest.raises(UnsafePermissions):
        catalogue.connectors()


def test_a_file_is_bound_by_the_keys(tmp_path: Path) -> None:
    """A role beyond the patterns of the key is refused, with the words that would allow it."""
    pattern = "arn:aws:iam::123456789012:role/d*"
    assert list(file_catalogue(tmp_path, DEV, pattern).connectors().by_id) == ["dev"]

    problem = file_catalogue(tmp_path, DEV, "SESSION_TOKEN").check()[0]
    assert problem.hint == (
        'to allow it, add "arn:aws:iam::123456789012:role/dev" to roles under [keys.main] in the settings'
    )


def test_catalogues_are_merged_in_order(tmp_path: Path) -> None:
    """The connectors of all catalogues are one list."""
    one = file_catalogue(tmp_path, DEV, name="one")
    two = file_catalogue(tmp_path, DEV.replace("connectors.dev", "connectors.ops"), name="two")

    merged = MergedCatalogue(parts=(two, one)).connectors()

    assert list(merged.by_id) == ["ops", "dev"]
    assert merged.origin == f"{two.path}, {one.path}"


@pytest.mark.parametrize("twin", ["dev", "DEV"])
def test_one_id_in_two_catalogues(tmp_path: Path, twin: str) -> None:
    """The same id twice is a mistake, for nobody could tell which one counts."""
    one = file_catalogue(tmp_path, DEV, name="one")
    two = file_catalogue(tmp_path, DEV.replace("connectors.dev", f"connectors.{twin}"), name="two")

    with pytest.raises(ConfigError, match=f"connector {twin} is defined in {one.path} and in {two.path}"):
        MergedCatalogue(parts=(one, two)).connectors()


def test_the_oldest_copy_gives_the_age() -> None:
    """A merged catalogue is as old as its oldest part."""

    class Aged(Catalogue):
        def __init__(self, age_s: float | None) -> None:
            self.age_s = age_s

        def connectors(self) -> Connectors:
            return Connectors(by_id={}, origin="x", age_s=self.age_s)

    assert MergedCatalogue(parts=(Aged(None), Aged(5.0), Aged(9.0))).connectors().age_s == 9.0
    assert MergedCatalogue(parts=()).connectors().age_s is None
