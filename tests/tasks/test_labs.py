"""Turning switches where a system's file has a say."""

from dataclasses import replace
from pathlib import Path

import pytest
from fakes.clock import FakeClock
from settings.desk import Desk

from awsfed.errors import ConfigError, UnwritableFile
from awsfed.tasks.labs import Switches
from awsfed.tasks.settings_file import SettingsFile

SWITCH = "china-partition"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A system's file and a user's, both absent."""
    return Desk(tmp_path)


def switches(desk: Desk, path: Path | None = None) -> Switches:
    """Return the switches as they stand now."""
    return Switches(
        settings=desk.load(),
        file=SettingsFile(path=path or desk.user_file, lock_directory=desk.home / "state", clock=FakeClock()),
    )


def test_a_locked_switch_stays_as_it_is(desk: Desk) -> None:
    """Whoever keeps the system's file decides, and nothing is written."""
    desk.system('locked = ["labs"]\n[labs]\nchina_partition = false\n')

    with pytest.raises(ConfigError) as caught:
        switches(desk).turn(SWITCH, on=True)

    assert f"{SWITCH} is locked in {desk.system_file}" == caught.value.message
    assert not desk.user_file.exists()
    assert {True} == {switch.locked for switch in switches(desk).all()}


def test_turning_a_locked_switch_to_where_it_stands_is_no_change(desk: Desk) -> None:
    """As for any other locked setting."""
    desk.system('locked = ["labs.china_partition"]\n[labs]\nchina_partition = false\n')

    assert not switches(desk).turn(SWITCH, on=False)


def test_whoever_keeps_the_systems_file_turns_it_there(desk: Desk) -> None:
    """The file that locks is the one that is named."""
    desk.system('locked = ["labs"]\n[labs]\nchina_partition = false\n')

    assert switches(desk, desk.system_file).turn(SWITCH, on=True)

    assert 'locked = ["labs"]\n[labs]\nchina_partition = true\n' == desk.system_file.read_text()
    assert switches(desk).all()[0].is_on


def test_the_users_file_comes_after_the_systems(desk: Desk) -> None:
    """What is not locked there is turned in the user's own file, also back to the default."""
    desk.system("[labs]\nchina_partition = false\n")

    assert switches(desk).turn(SWITCH, on=True)

    assert "[labs]\nchina_partition = true\n" == desk.user_file.read_text()
    assert f"{desk.user_file}, line 2" == switches(desk).all()[0].source


def test_a_folder_that_cannot_be_made(desk: Desk) -> None:
    """Says the reason of the system, and what to write."""
    desk.home.mkdir()
    (desk.home / ".config").write_text("in the way")

    with pytest.raises(UnwritableFile) as caught:
        switches(desk).turn(SWITCH, on=False)

    assert f"{desk.user_file} cannot be written: " in caught.value.message
    assert f"write china_partition = false below [labs] in {desk.user_file} yourself" == caught.value.hint


def test_a_home_that_cannot_be_written(desk: Desk) -> None:
    """Not even the lock can be made there; what to write is said all the same."""
    desk.home.mkdir()
    found = switches(desk)
    in_the_way = desk.home / "file"
    in_the_way.touch()
    file = replace(found.file, lock_directory=in_the_way / "state")

    with pytest.raises(UnwritableFile) as caught:
        replace(found, file=file).turn(SWITCH, on=False)

    assert f"write china_partition = false below [labs] in {desk.user_file} yourself" == caught.value.hint
