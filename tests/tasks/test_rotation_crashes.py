"""Crashes at every moment of a rotation, and what the next run makes of what it finds."""

import secrets
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from fakes.clock import FakeClock
from fakes.key_issuer import FakeKeyIssuer
from tasks.rotating import NAME, Crash, Peril, SandboxUser, World

from awsfed.errors import Refused
from awsfed.sandbox.world import Sandbox
from awsfed.tasks.rotation_journal import Step

EFFECTS = 20
"""How often a rotation reaches out of the process; a test counts."""


def test_the_effects_are_counted(world: World) -> None:
    """The tests below crash at each of them."""
    world.rotate(grace_s=0)

    assert EFFECTS == len(world.peril.seen), world.peril.seen


def crash_and_go_on(world: World, peril: Peril) -> None:
    """Crash, look whether the key works, and finish."""
    world.calm(peril)
    with pytest.raises(Crash):
        world.rotate(grace_s=0)
    world.working()
    world.calm()

    assert Step.DELETED is world.rotate(grace_s=0).step
    assert {world.working(): True} == world.user.listed()
    assert (["key:main"], None) == (list(world.store.entries), world.journal())


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(EFFECTS))
def test_a_crash_at_any_moment(world: World, at: int, after: bool) -> None:
    """The key under the name works, and the next run ends as if nothing had happened."""
    crash_and_go_on(world, Peril(at=at, after=after))


@pytest.mark.parametrize("first", [5, 6, 8, 11, 16])
def test_two_crashes(clock: FakeClock, tmp_path: Path, first: int) -> None:
    """The run that mends may crash too."""
    for second in range(0, EFFECTS, 2):
        world = World(FakeKeyIssuer(clock), tmp_path / str(second), clock)
        for at in (first, second):
            world.calm(Peril(at=at, after=True))
            with suppress(Crash):
                world.rotate(grace_s=0)
            world.working()
        world.calm()
        world.rotate(grace_s=0)

        assert {world.working(): True} == world.user.listed()
        assert (["key:main"], None) == (list(world.store.entries), world.journal())


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(EFFECTS))
def test_a_crash_at_any_moment_with_a_real_client(
    sandbox: Sandbox, clock: FakeClock, tmp_path: Path, at: int, after: bool
) -> None:
    """The same against IAM and STS of the sandbox."""
    user = SandboxUser(sandbox, clock, f"rotated-{secrets.token_hex(4)}")
    crash_and_go_on(World(user, tmp_path / "rotations", clock), Peril(at=at, after=after))


def test_a_rotation_with_a_real_client(sandbox: Sandbox, clock: FakeClock, tmp_path: Path) -> None:
    """A lost answer to CreateAccessKey included: the key whose secret nobody knows is deleted."""
    user = SandboxUser(sandbox, clock, f"rotated-{secrets.token_hex(4)}")
    world = World(user, tmp_path / "rotations", clock)
    world.calm(Peril(at=6, after=True))
    with pytest.raises(Crash):
        world.rotate(grace_s=0)
    assert (2, "create") == (len(world.user.listed()), world.peril.seen[-1])

    world.calm()
    world.rotate(grace_s=0)

    assert {world.working(): True} == world.user.listed()
    assert 1 == len(world.asked)


def crash_after_creation(world: World) -> str:
    """Let AWS make a key whose secret does not arrive; return its id."""
    world.calm(Peril(at=6, after=True))
    with pytest.raises(Crash):
        world.rotate(grace_s=0)
    assert "create" == world.peril.seen[-1]
    world.calm()
    return next(key_id for key_id in world.user.listed() if key_id != world.first.access_key_id)


def test_a_key_whose_secret_was_lost_is_deleted_only_when_somebody_agrees(world: World) -> None:
    """It is most likely of this rotation; nobody can be quite sure."""
    lost = crash_after_creation(world)
    world.agrees = False

    with pytest.raises(Refused, match=f"has a second access key already, {lost} \\(active\\)"):
        world.rotate(grace_s=0)

    assert lost in world.asked[0]
    assert "never been used" in world.asked[0]
    assert {world.first.access_key_id, lost} == set(world.user.listed())


def test_a_key_that_was_used_is_not_of_this_rotation(world: World, user: FakeKeyIssuer) -> None:
    """Its secret reached somebody, so nobody is asked."""
    user.used.add(crash_after_creation(world))

    with pytest.raises(Refused, match="has a second access key already"):
        world.rotate(grace_s=0)

    assert ([], 2) == (world.asked, len(world.user.listed()))


@pytest.mark.parametrize("seconds", [-61, 301])
def test_a_key_of_another_time_is_not_of_this_rotation(world: World, user: FakeKeyIssuer, seconds: int) -> None:
    """Somebody made it before or after."""
    lost = crash_after_creation(world)
    user.issued[lost] = replace(user.issued[lost], created_at=user.issued[lost].created_at + seconds)

    with pytest.raises(Refused, match="has a second access key already"):
        world.rotate(grace_s=0)

    assert ([], 2) == (world.asked, len(world.user.listed()))


def test_a_key_in_waiting_is_adopted_when_the_journal_was_lost(world: World) -> None:
    """Its secret is in the keyring, so it was made for this."""
    world.calm(Peril(at=9))
    with pytest.raises(Crash):
        world.rotate()
    waiting = set(world.user.listed()) - {world.first.access_key_id}
    world.calm()
    (world.folder / "main.json").unlink()

    world.rotate(grace_s=0)

    assert {world.working()} == waiting == set(world.user.listed())


def test_somebody_changed_the_key_meanwhile(world: World) -> None:
    """What the rotation knows is out of date; it can be forgotten, and AWS is left as it is."""
    world.calm(Peril(at=11))
    with pytest.raises(Crash):
        world.rotate()
    world.calm()
    other = replace(world.first, access_key_id="AKIAOTHEROTHEROTHER0")
    world.keep(other)
    before = world.user.listed()

    with pytest.raises(Refused, match="is AKIAOTHEROTHEROTHER0 now, with which no rotation began") as caught:
        world.rotate()
    assert str(caught.value.hint).endswith("awsfed keys rotate main --abandon")
    world.task().abandon(NAME)

    assert (before, None, ["key:main"]) == (world.user.listed(), world.journal(), list(world.store.entries))


def test_the_secret_of_the_next_key_was_lost(world: World) -> None:
    """Nobody can go on from there; the old key works."""
    world.calm(Peril(at=10))
    with pytest.raises(Crash):
        world.rotate()
    world.calm()
    world.store.delete("key:main:next")

    with pytest.raises(Refused, match="the secret of AKIAFAKE000000000002 is not in the keyring any more"):
        world.rotate()
    assert world.first.access_key_id == world.working()
