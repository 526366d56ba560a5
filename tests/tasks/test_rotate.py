"""Exchanging a key for a new one, as it should go and where it cannot."""

from dataclasses import replace

import pytest
from fakes.key_issuer import FakeKeyIssuer
from tasks.rotating import GRACE_S, NAME, World

from awsfed.errors import AwsUnavailable, Busy, CorruptEntry, NotFound, Refused
from awsfed.model.credentials import AccessKey
from awsfed.model.secret import Secret
from awsfed.tasks.rotation_journal import Step


def test_a_rotation_in_two_runs(world: World) -> None:
    """The old key is deactivated at the end of the first, and deleted by one that comes after the time of grace."""
    first = world.rotate()

    assert (Step.DEACTIVATED, world.clock.now() + GRACE_S) == (first.step, first.delete_at)
    assert {world.first.access_key_id: False, world.working(): True} == world.user.listed()
    assert first == world.rotate(grace_s=None)

    world.clock.advance(GRACE_S)
    assert Step.DELETED is world.rotate(grace_s=None).step
    assert {world.working(): True} == world.user.listed()
    assert (["key:main"], None) == (list(world.store.entries), world.journal())


def test_a_rotation_in_one_run(world: World) -> None:
    """Whoever waits sees the end; calls that began with the old key get a quarter of a minute."""
    assert Step.DELETED is world.rotate(wait=True).step
    assert [15, GRACE_S] == world.clock.waits
    assert {world.working(): True} == world.user.listed()


def test_without_a_time_of_grace(world: World) -> None:
    """At once; also when an earlier run had promised more."""
    world.rotate()

    assert Step.DELETED is world.rotate(grace_s=0).step


def test_the_grace_of_an_hour_where_nothing_is_said(world: World) -> None:
    """A later run may leave it at that."""
    assert 3600 == world.rotate(grace_s=None).grace_s == world.rotate(grace_s=None).grace_s


def test_two_rotations_follow_each_other(world: World) -> None:
    """Nothing of the first is in the way of the second."""
    world.rotate(grace_s=0)
    first = world.working()
    world.rotate(grace_s=0)

    assert {world.working(): True} == world.user.listed()
    assert first != world.working()


def test_it_waits_until_aws_accepts_the_new_key(world: World, user: FakeKeyIssuer) -> None:
    """A new key is not known everywhere at once; until it is, the old one stays."""
    user.unknown_for = 3

    world.rotate()

    assert [15, 15, 15, 15] == world.clock.waits
    assert 3 == len([text for text in world.said if "does not accept" in text])


def test_it_does_not_wait_for_ever(world: World, user: FakeKeyIssuer) -> None:
    """The old key goes on working, and a later run goes on."""
    user.unknown_for = 1000

    with pytest.raises(AwsUnavailable, match="AWS did not accept AKIAFAKE000000000002 in time") as caught:
        world.rotate()

    assert "go on later: awsfed keys rotate main" == caught.value.hint
    assert world.first.access_key_id == world.working()
    user.unknown_for = 0
    assert Step.DELETED is world.rotate(grace_s=0).step
    assert {world.working(): True} == world.user.listed()


def test_every_region_has_to_accept_the_new_key(world: World) -> None:
    """Those of the connectors, but for regions of another partition, where no key of this one works."""
    world.regions = ("eu-central-1", "us-east-1", "cn-north-1")

    world.rotate()

    made = world.peril.seen.index("save made")
    assert ["caller", "caller", "keys", "put key:main"] == world.peril.seen[made + 1 : made + 5]


def test_a_user_with_two_keys(world: World) -> None:
    """The other is named with its state, and how to delete it; awsfed does not."""
    other = world.user.another_key().access_key_id

    with pytest.raises(Refused, match=f"{other} \\(active\\), and AWS allows two") as caught:
        world.rotate()

    expected = f"if nobody uses it: aws iam delete-access-key --user-name somebody --access-key-id {other}"
    assert expected == caught.value.hint
    assert (2, None, ["key:main"]) == (len(world.user.listed()), world.journal(), list(world.store.entries))


def test_a_leftover_in_the_keyring_is_not_taken_for_a_key(world: World) -> None:
    """Where AWS knows nothing of it."""
    world.keep(replace(world.first, access_key_id="AKIALEFTOVERLEFTOVER"), f"{NAME}:next")

    world.rotate(grace_s=0)

    assert "AKIALEFTOVERLEFTOVER" != world.working()
    assert {world.working(): True} == world.user.listed()


def test_the_old_key_is_not_deleted_while_the_new_one_does_not_work(world: World, user: FakeKeyIssuer) -> None:
    """Somebody deactivated the new key during the time of grace."""
    rotation = world.rotate()
    user.issued[str(rotation.new_id)] = replace(user.issued[str(rotation.new_id)], is_active=False)

    with pytest.raises(Exception, match="InvalidClientTokenId"):
        world.rotate(grace_s=0)

    assert rotation.old_id in world.user.listed()


def test_a_damaged_entry_of_the_next_key(world: World) -> None:
    """The hint does not lead to a command that cannot take the name."""
    world.store.put("key:main:next", Secret("torn {"))

    with pytest.raises(CorruptEntry, match="the next 'main' is not one of ours") as caught:
        world.rotate()
    assert str(caught.value.hint).startswith("awsfed keys rotate main --abandon")


def test_a_damaged_journal(world: World) -> None:
    """Said, and forgotten on demand."""
    world.rotate()
    for text in ("torn {", "[]", '{"format": 1}', '{"format": 2, "key": "main"}'):
        (world.folder / "main.json").write_text(text)
        with pytest.raises(CorruptEntry, match="the journal of the rotation of 'main'"):
            world.rotate()

    world.task().abandon(NAME)
    assert world.journal() is None


def test_the_journal_is_private_and_has_no_secret(world: World) -> None:
    """Ids are no secrets."""
    world.rotate()

    path = world.folder / "main.json"
    assert 0o600 == path.stat().st_mode & 0o777
    assert 0o700 == world.folder.stat().st_mode & 0o777
    assert "fake/secret" not in path.read_text()


def test_only_one_process_rotates_a_key(world: World) -> None:
    """The second one says so."""
    with world.task().journal.lock(NAME), pytest.raises(Busy):
        world.rotate()


def test_a_key_that_is_not_there(world: World) -> None:
    """Nothing is asked."""
    world.store.entries.clear()

    with pytest.raises(NotFound, match="the keyring holds no access key named 'main'"):
        world.rotate()
    assert [] == world.peril.seen


def test_the_key_of_the_account_itself(world: World, user: FakeKeyIssuer) -> None:
    """Such a key should not be used at all."""
    user.arn = "arn:aws:iam::123456789012:root"

    with pytest.raises(Refused, match="access key 'main' belongs to arn:aws:iam::123456789012:root"):
        world.rotate()


def test_a_temporary_key(world: World) -> None:
    """There is nothing to rotate; it cannot be kept by awsfed, but somebody else may have."""
    world.store.entries["key:main"] = Secret(
        '{"aws_access_key_id": "ASIAAAAAAAAAAAAAAAAA", "aws_secret_access_key": "secretsecretsecret", '
        '"aws_session_token": "token"}'
    )

    with pytest.raises(Refused, match="'main' is a temporary one"):
        world.rotate()


def test_the_fake_is_a_key_like_any(user: FakeKeyIssuer) -> None:
    """What the tests above stand on: two keys at most, and only active ones sign."""
    first = user.another_key()
    second = user.create(user.arn, first)
    with pytest.raises(Exception, match="LimitExceeded"):
        user.create(user.arn, first)
    user.deactivate(user.arn, first.access_key_id, second)
    with pytest.raises(Exception, match="InvalidClientTokenId"):
        user.keys(user.arn, AccessKey(name="x", access_key_id=first.access_key_id, secret_access_key=Secret("x")))
