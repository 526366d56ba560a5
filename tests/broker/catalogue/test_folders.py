"""Catalogues in a folder, and copies that answer while a new one is fetched behind."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from fakes.clock import FakeClock

from awsfed.broker.catalogue.copies import Fetched
from awsfed.broker.catalogue.fetched import FetchedCatalogue
from awsfed.broker.catalogue.signature import Part
from awsfed.broker.catalogue.sources.directory import DirectoryCatalogue
from awsfed.errors import ConfigError, UnsafePermissions
from awsfed.outside.retry import Retries, TryAgain
from awsfed.settings.folders import DOCUMENT_LIMIT
from awsfed.settings.problems import InvalidSettings

NONE = b'{"connectors": {}}'


def document(name: str, more: str = "") -> str:
    """Return a document with one connector."""
    return f'[connectors.{name}]\ntype = "SESSION_TOKEN"\nkey = "main"\n{more}'


def folder(path: Path, **files: str) -> DirectoryCatalogue:
    """Return the catalogue of a folder with these files; `_` stands for the dot."""
    path.mkdir(mode=0o755)
    for name, text in files.items():
        file = path / name.replace("_", ".")
        file.write_text(text)
        file.chmod(0o644)
    return DirectoryCatalogue(path=path, keys={})


def test_files_of_a_folder_by_name(tmp_path: Path) -> None:
    """TOML and JSON together; other names, hidden files and folders below are none."""
    catalogue = folder(tmp_path / "c", b_toml=document("two"), a_json='{"connectors": {}}', c_txt="no", _d_toml="no")
    (tmp_path / "c" / "a.toml").write_text(document("one"))
    (tmp_path / "c" / "below").mkdir()

    assert ["one", "two"] == list(catalogue.connectors().by_id)
    assert str(tmp_path / "c") == catalogue.connectors().origin
    assert 3 == len(catalogue.standing().documents)


def test_a_chain_over_two_files(tmp_path: Path) -> None:
    """Files of one folder are one catalogue."""
    role = 'role_arn = "arn:aws:iam::123456789012:role/x"\ntype = "ASSUME_ROLE"\n'
    base = f'[connectors.base]\nkey = "main"\nchainable = true\n{role}'
    catalogue = folder(tmp_path / "c", a_toml=f'[connectors.end]\nkey = "connector:base"\n{role}', b_toml=base)

    assert "main" == catalogue.connectors().by_id["end"].access_key


def test_one_id_in_two_files(tmp_path: Path) -> None:
    """Both files are named, and the line."""
    catalogue = folder(tmp_path / "c", a_toml=document("dev"), b_toml="\n" + document("Dev"))

    with pytest.raises(InvalidSettings) as caught:
        catalogue.connectors()

    assert f"{tmp_path}/c/b.toml, line 2: connectors.Dev is defined in {tmp_path}/c/a.toml too" == str(caught.value)


def test_mistakes_have_their_file_and_line(tmp_path: Path) -> None:
    """Each mistake is found where it was written."""
    catalogue = folder(tmp_path / "c", a_toml=document("dev", "x = 1"), b_toml="y = 1", c_toml="z =")

    places = [(Path(problem.file).name, problem.line) for problem in catalogue.check()]

    assert [("a.toml", 4), ("b.toml", 1), ("c.toml", 1)] == sorted(places)


def test_a_folder_that_others_may_write_to(tmp_path: Path) -> None:
    """Whoever can put a file into it decides who gets what."""
    catalogue = folder(tmp_path / "c", a_toml=document("dev"))
    catalogue.path.chmod(0o777)

    with pytest.raises(UnsafePermissions):
        catalogue.connectors()


def test_a_file_in_it_that_others_may_write(tmp_path: Path) -> None:
    """One such file spoils the whole."""
    catalogue = folder(tmp_path / "c", a_toml=document("dev"), b_toml=document("ops"))
    (catalogue.path / "b.toml").chmod(0o666)

    with pytest.raises(UnsafePermissions):
        catalogue.connectors()


def test_a_folder_that_is_gone_or_too_full(tmp_path: Path) -> None:
    """Either is a mistake with the path in it; an empty folder is a catalogue of nothing."""
    catalogue = folder(tmp_path / "c")
    assert {} == catalogue.connectors().by_id

    with pytest.raises(ConfigError, match="cannot be read"):
        replace(catalogue, path=tmp_path / "none").connectors()
    for number in range(DOCUMENT_LIMIT + 1):
        (catalogue.path / f"{number}.toml").touch()
    with pytest.raises(ConfigError, match="holds more than"):
        catalogue.connectors()


@dataclass
class Slow:
    """A source that counts who asks."""

    name: str = "https://example.org/x"
    body: bytes = NONE
    fails: bool = False
    asked: list[Fetched | None] = field(default_factory=list)

    def fetch(self, known: Fetched | None, *, signed: bool) -> Fetched:
        self.asked.append(known)
        if self.fails:
            raise TryAgain("no")
        return Fetched(parts=(Part(name=self.name, body=self.body),))


def stale(source: Slow, clock: FakeClock, path: Path, behind: list[float], stale_for_s: int) -> FetchedCatalogue:
    """Return a catalogue whose copies may answer beyond their age."""
    return FetchedCatalogue(
        source=source,
        keys={},
        max_age_s=300,
        stale_for_s=stale_for_s,
        folder=path / "copies",
        clock=clock,
        retries=Retries(clock=clock, retries=0),
        refresh_behind=lambda: behind.append(clock.now()),
    )


def test_an_older_copy_answers_while_a_new_one_is_fetched_behind(tmp_path: Path) -> None:
    """Within `stale_for_s` nobody waits; beyond it the source is asked first."""
    source, clock, behind = Slow(), FakeClock(), list[float]()
    catalogue = stale(source, clock, tmp_path, behind, 600)
    catalogue.connectors()
    clock.advance(299)
    catalogue.connectors()
    assert ([], 1) == (behind, len(source.asked))

    clock.advance(2)
    assert None is catalogue.connectors().age_s
    assert (1, 1) == (len(behind), len(source.asked))
    clock.advance(600)
    catalogue.connectors()
    assert (1, 2) == (len(behind), len(source.asked))


def test_without_the_setting_nothing_is_stale(tmp_path: Path) -> None:
    """A grant that was taken back counts for as long as max_age_s, and no longer."""
    source, clock, behind = Slow(), FakeClock(), list[float]()
    catalogue = stale(source, clock, tmp_path, behind, 0)
    catalogue.connectors()
    clock.advance(300)
    catalogue.connectors()

    assert ([], 2) == (behind, len(source.asked))


def test_a_refresh_asks_however_young_the_copy_is(tmp_path: Path) -> None:
    """That is what the child does; a failure leaves the copy as it is."""
    source, clock = Slow(), FakeClock()
    catalogue = stale(source, clock, tmp_path, [], 600)
    catalogue.connectors()
    clock.advance(200)
    catalogue.refresh()
    clock.advance(200)
    catalogue.connectors()
    assert 2 == len(source.asked)

    source.fails = True
    with pytest.raises(TryAgain):
        catalogue.refresh()
    source.fails, source.body = False, b'{"connectors": 1}'
    with pytest.raises(InvalidSettings):
        catalogue.refresh()
    assert {} == catalogue.connectors().by_id
