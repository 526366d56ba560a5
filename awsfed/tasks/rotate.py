"""Exchanging an access key for a new one of the same user.

Make the second key, wait until AWS accepts it, switch, deactivate the old one, and after a while delete it. The key
under the name works at every moment in between, and each step is noted: whatever ends the program, the next run goes
on from there.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from awsfed.broker.answers import CallerIdentity
from awsfed.broker.keys.interface import IssuedKey, KeyIssuer
from awsfed.broker.keys.keyring import KeyringKey
from awsfed.errors import AwsUnavailable, CorruptEntry, NotFound, Refused, RoleRefused
from awsfed.model.arns import partition_of
from awsfed.model.credentials import AccessKey
from awsfed.model.partitions import PARTITIONS, partition_of_region
from awsfed.outside.clock import Clock
from awsfed.outside.interrupts import uninterrupted
from awsfed.tasks.rotation_journal import Journal, Rotation, Step

DEFAULT_GRACE_S = 3600
_LOOKS = 20
"""How often AWS is asked at most whether it accepts a new key: five minutes with the usual interval."""
_BEFORE_S, _AFTER_S = 60, 300
"""A key that was made between these, around the moment at which AWS was asked for one, may be ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotate:
    """The rotation of keys in the keyring."""

    journal: Journal
    entry: Callable[[str], KeyringKey]
    """The keyring's entry of a name."""
    issuer: KeyIssuer
    caller: Callable[[AccessKey, str], CallerIdentity]
    """Asks STS in a region whose key it is."""
    regions: Callable[[str], tuple[str, ...]]
    """The regions in which a key is used; at least one."""
    clock: Clock
    interval_s: int
    tell: Callable[[str], None]

    def __call__(
        self, name: str, *, grace_s: int | None = None, wait: bool = False, agree: Callable[[str], bool]
    ) -> Rotation:
        """Begin a rotation or go on with one, as far as possible now; `wait` also sits out the time of grace.

        Args:
            name: name of the key, which is in the keyring.
            grace_s: how long the old key is kept after it was deactivated; None keeps what was said before.
            wait: whether to stay until the old key may be deleted.
            agree: asked before a key is deleted that is probably, but not certainly, of this rotation.

        Raises:
            NotFound: there is no such key in the keyring.
            Refused: the user has two keys already, or the key was changed by somebody else meanwhile.
            RoleRefused: the user may not do one of the steps.
            AwsUnavailable: AWS cannot be asked, or does not accept the new key in time.
            Busy: another process rotates the same key.
        """
        with self.journal.lock(name):
            current = self._current(name)
            rotation = self.journal.load(name) or self._begin(current, grace_s)
            rotation = self._as_it_is(rotation, current)
            if grace_s is not None and grace_s != rotation.grace_s:
                rotation = self.journal.save(replace(rotation, grace_s=grace_s))
            if rotation.step is Step.ASKED:
                rotation = self._make(rotation, current, agree)
            if rotation.step is Step.MADE:
                rotation = self._switch(rotation)
            if rotation.step is Step.SWITCHED:
                rotation = self._deactivate(rotation)
            return self._delete(rotation, wait=wait)

    def abandon(self, name: str) -> None:
        """Forget a rotation and the secret of a key that is not used yet; nothing changes in AWS."""
        with self.journal.lock(name):
            self._spare(name).delete()
            self.journal.forget(name)

    def _begin(self, current: AccessKey, grace_s: int | None) -> Rotation:
        """Look whether there is room for a second key; adopt one that is in the keyring already."""
        name = current.name
        if not current.is_long_term:
            raise Refused(f"access key {name!r} is a temporary one, which ends by itself")
        user = self.caller(current, self.regions(name)[0]).arn
        if ":user/" not in user:
            raise Refused(f"access key {name!r} belongs to {user}", hint="use the key of a user made for awsfed")
        others = [key for key in self.issuer.keys(user, current) if key.access_key_id != current.access_key_id]
        spare = self._waiting(name)
        grace_s = DEFAULT_GRACE_S if grace_s is None else grace_s
        rotation = Rotation(
            key=name,
            user=user,
            step=Step.ASKED,
            old_id=current.access_key_id,
            asked_at=int(self.clock.now()),
            grace_s=grace_s,
        )
        if others and spare and others[0].access_key_id == spare.access_key_id:
            return self.journal.save(replace(rotation, step=Step.MADE, new_id=spare.access_key_id))
        if others:
            raise _two_keys(user, others[0])
        self._spare(name).delete()
        return self.journal.save(rotation)

    def _as_it_is(self, rotation: Rotation, current: AccessKey) -> Rotation:
        """Compare the journal with the keyring, which is one step ahead after a crash between the two."""
        if current.access_key_id == rotation.new_id:
            return replace(rotation, step=Step.SWITCHED) if rotation.step is Step.MADE else rotation
        if current.access_key_id == rotation.old_id and rotation.step in {Step.ASKED, Step.MADE}:
            return rotation
        raise Refused(
            f"access key {rotation.key!r} is {current.access_key_id} now, with which no rotation began",
            hint=f"to let the one from {rotation.old_id} be: awsfed keys rotate {rotation.key} --abandon",
        )

    def _make(self, rotation: Rotation, current: AccessKey, agree: Callable[[str], bool]) -> Rotation:
        """Make the second key, unless an earlier run did and kept it."""
        place = self._spare(rotation.key)
        spare = self._waiting(rotation.key)
        if spare is None:
            self._make_room(rotation, current, agree)
            rotation = self.journal.save(replace(rotation, asked_at=int(self.clock.now())))
            with uninterrupted():
                spare = self.issuer.create(rotation.user, current)
                place.save(replace(spare, name=place.name))
        self.tell(f"Made {spare.access_key_id} for {rotation.user}.")
        return self.journal.save(replace(rotation, step=Step.MADE, new_id=spare.access_key_id))

    def _make_room(self, rotation: Rotation, current: AccessKey, agree: Callable[[str], bool]) -> None:
        """Delete a key whose secret was lost between AWS and the keyring, if it can be no other and somebody agrees."""
        for key in self.issuer.keys(rotation.user, current):
            if key.access_key_id == rotation.old_id:
                continue
            is_of_then = -_BEFORE_S <= key.created_at - rotation.asked_at <= _AFTER_S
            if not is_of_then or self.issuer.was_used(rotation.user, key.access_key_id, current):
                raise _two_keys(rotation.user, key)
            question = (
                "An interrupted rotation asked AWS for a second key, whose secret never arrived. "
                f"{key.access_key_id} was made at that moment and has never been used. Delete it?"
            )
            if not agree(question):
                raise _two_keys(rotation.user, key)
            self.issuer.delete(rotation.user, key.access_key_id, current)

    def _switch(self, rotation: Rotation) -> Rotation:
        """Put the new key into the place of the old one, as soon as AWS accepts it wherever it is used."""
        new = self._waiting(rotation.key)
        if new is None or new.access_key_id != rotation.new_id:
            raise Refused(
                f"the secret of {rotation.new_id} is not in the keyring any more",
                hint=f"awsfed keys rotate {rotation.key} --abandon, then delete that key in AWS",
            )
        self._wait_until_accepted(rotation, new)
        self.entry(rotation.key).save(replace(new, name=rotation.key))
        self.tell(f"{rotation.key} is {new.access_key_id} from now on.")
        return self.journal.save(replace(rotation, step=Step.SWITCHED))

    def _deactivate(self, rotation: Rotation) -> Rotation:
        """Take every power from the old key, when calls that other processes began with it are over."""
        self._spare(rotation.key).delete()
        self.clock.sleep(self.interval_s)
        new = self._working(rotation)
        self.issuer.deactivate(rotation.user, rotation.old_id, new)
        self.tell(f"Deactivated {rotation.old_id}.")
        return self.journal.save(replace(rotation, step=Step.DEACTIVATED, deactivated_at=int(self.clock.now())))

    def _delete(self, rotation: Rotation, *, wait: bool) -> Rotation:
        """Delete the old key, when the time of grace is over."""
        left_s = (rotation.delete_at or 0) - self.clock.now()
        if left_s > 0 and not wait:
            return rotation
        if left_s > 0:
            self.clock.sleep(left_s)
        self.issuer.delete(rotation.user, rotation.old_id, self._working(rotation))
        self.journal.forget(rotation.key)
        return replace(rotation, step=Step.DELETED)

    def _wait_until_accepted(self, rotation: Rotation, new: AccessKey) -> None:
        for look in range(_LOOKS):
            if self._is_accepted(rotation, new):
                return
            if look < _LOOKS - 1:
                self.tell(f"AWS does not accept {new.access_key_id} yet; looking again in {self.interval_s} s.")
                self.clock.sleep(self.interval_s)
        raise AwsUnavailable(
            f"AWS did not accept {new.access_key_id} in time; {rotation.key!r} is still {rotation.old_id}",
            hint=f"go on later: awsfed keys rotate {rotation.key}",
        )

    def _is_accepted(self, rotation: Rotation, new: AccessKey) -> bool:
        """Tell whether STS takes the new key in every region, and IAM takes it too; any refusal may be a late echo."""
        partition = partition_of(rotation.user)
        regions = [region for region in self.regions(rotation.key) if partition_of_region(region) == partition]
        try:
            for region in regions or [PARTITIONS[partition].default_region]:
                if self.caller(new, region).arn != rotation.user:
                    return False
            listed = self.issuer.keys(rotation.user, new)
        except (RoleRefused, AwsUnavailable):
            return False
        return any(key.access_key_id == new.access_key_id and key.is_active for key in listed)

    def _working(self, rotation: Rotation) -> AccessKey:
        """Return the key under the name, if AWS takes it: nothing happens to the old one before that is certain."""
        current = self._current(rotation.key)
        self._as_it_is(rotation, current)
        self.caller(current, self.regions(rotation.key)[0])
        return current

    def _current(self, name: str) -> AccessKey:
        current = self.entry(name).load()
        if current is None:
            raise NotFound(f"the keyring holds no access key named {name!r}", hint="awsfed keys list")
        return current

    def _waiting(self, name: str) -> AccessKey | None:
        """Return the second key that waits for the switch, or None."""
        try:
            return self._spare(name).load()
        except CorruptEntry as error:
            hint = f"awsfed keys rotate {name} --abandon, then look at the user's keys in AWS"
            raise CorruptEntry(f"the keyring's entry for the next {name!r} is not one of ours", hint=hint) from error

    def _spare(self, name: str) -> KeyringKey:
        """Return the entry in which the second key waits; no name of a key has a colon in it."""
        return self.entry(f"{name}:next")


def _two_keys(user: str, other: IssuedKey) -> Refused:
    state = "active" if other.is_active else "inactive"
    name = user.rpartition("/")[2]
    return Refused(
        f"{user} has a second access key already, {other.access_key_id} ({state}), and AWS allows two",
        hint=f"if nobody uses it: aws iam delete-access-key --user-name {name} --access-key-id {other.access_key_id}",
    )
