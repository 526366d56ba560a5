"""A user whose key is rotated, in memory or in the sandbox's AWS, and trouble at a chosen moment."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

from fakes.clock import FakeClock

from awsfed.broker.answers import CallerIdentity
from awsfed.broker.keys.iam import IamKeys
from awsfed.broker.keys.interface import KeyIssuer
from awsfed.broker.keys.keyring import KeyringKey
from awsfed.broker.sts.vendor import StsVendor
from awsfed.model.credentials import AccessKey
from awsfed.model.secret import Secret
from awsfed.outside.aws import AwsDoor
from awsfed.outside.clock import Clock, SystemClock
from awsfed.outside.http import HttpClient
from awsfed.outside.retry import Retries
from awsfed.outside.sts import StsDoor
from awsfed.sandbox.world import Sandbox
from awsfed.tasks.rotate import Rotate
from awsfed.tasks.rotation_journal import Journal, Rotation

T = TypeVar("T")
NAME = "main"
REGION = "eu-central-1"
GRACE_S = 600


class Crash(BaseException):
    """The end of the process, as far as the code under test can tell."""


class User(KeyIssuer, Protocol):
    """A user of AWS, and what somebody else can do with its keys."""

    arn: str

    def caller(self, key: AccessKey, region: str) -> CallerIdentity:
        """Tell whose key it is."""

    def another_key(self) -> AccessKey:
        """Make a key as somebody else."""

    def listed(self) -> dict[str, bool]:
        """Return the ids, and whether they are active."""


@dataclass
class Peril:
    """Counts everything that reaches out of the process, and crashes before or after one of them."""

    at: int = -1
    after: bool = False
    seen: list[str] = field(default_factory=list)

    def __call__(self, what: str, effect: Callable[[], T]) -> T:
        """Let one effect happen, or not."""
        number = len(self.seen)
        self.seen.append(what)
        if number == self.at and not self.after:
            raise Crash
        result = effect()
        if number == self.at:
            raise Crash
        return result


@dataclass
class PerilousAws:
    """A user of AWS, if it comes to that."""

    user: User
    peril: Peril

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        """Return a verb of the port."""
        ask = getattr(self.user, verb)
        return lambda *parts: self.peril(verb, lambda: ask(*parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class PerilousJournal(Journal):
    """Writes, if it comes to that."""

    peril: Peril

    def save(self, rotation: Rotation) -> Rotation:
        """Keep a rotation."""
        return self.peril(f"save {rotation.step.value}", lambda: Journal.save(self, rotation))

    def forget(self, name: str) -> None:
        """Forget a rotation."""
        self.peril("forget", lambda: Journal.forget(self, name))


@dataclass
class MemoryStore:
    """A keyring."""

    peril: Peril
    entries: dict[str, Secret] = field(default_factory=dict)

    def get(self, name: str) -> Secret | None:
        """Return a secret."""
        return self.entries.get(name)

    def put(self, name: str, secret: Secret) -> None:
        """Keep a secret."""
        self.peril(f"put {name}", lambda: self.entries.update({name: secret}))

    def delete(self, name: str) -> bool:
        """Remove a secret."""
        return self.peril(f"delete {name}", lambda: self.entries.pop(name, None) is not None)


class World:
    """A user with one key, which is in the keyring; everything survives a crash but the process."""

    def __init__(self, user: User, folder: Path, clock: FakeClock) -> None:
        self.user, self.folder, self.clock = user, folder, clock
        self.regions: tuple[str, ...] = (REGION,)
        self.said: list[str] = []
        self.asked: list[str] = []
        self.agrees = True
        self.peril = Peril()
        self.store = MemoryStore(self.peril)
        self.first = user.another_key()
        self.keep(self.first)
        self.calm()

    def calm(self, peril: Peril | None = None) -> None:
        """Let nothing go wrong from now on, or something else."""
        self.peril = self.store.peril = peril or Peril()

    def keep(self, key: AccessKey, name: str = NAME) -> None:
        """Put a key into the keyring."""
        self.entry(name).save(replace(key, name=name))

    def entry(self, name: str) -> KeyringKey:
        """Return an entry of the keyring."""
        return KeyringKey(name=name, store=lambda: self.store)

    def rotate(self, grace_s: int | None = GRACE_S, *, wait: bool = False) -> Rotation:
        """Run it once, as a new process would."""
        return self.task()(NAME, grace_s=grace_s, wait=wait, agree=self._agree)

    def task(self) -> Rotate:
        """Build it as the wiring does."""
        aws: Any = PerilousAws(self.user, self.peril)
        return Rotate(
            journal=PerilousJournal(directory=self.folder, clock=self.clock, peril=self.peril),
            entry=self.entry,
            issuer=aws,
            caller=aws.caller,
            regions=lambda _: self.regions,
            clock=self.clock,
            interval_s=15,
            tell=self.said.append,
        )

    def working(self) -> str:
        """Return the id of the key under the name, after AWS has said that it works."""
        key = self.entry(NAME).load()
        assert key is not None
        assert self.user.arn == self.user.caller(key, REGION).arn
        return key.access_key_id

    def journal(self) -> Rotation | None:
        """Return what is noted."""
        return Journal(directory=self.folder, clock=self.clock).load(NAME)

    def _agree(self, question: str) -> bool:
        self.asked.append(question)
        return self.agrees


class SandboxUser:
    """A user in the sandbox's AWS, asked as awsfed asks."""

    def __init__(self, sandbox: Sandbox, clock: Clock, name: str) -> None:
        self._name = name
        self._door = AwsDoor(clock=clock, environ={}, endpoint=sandbox.aws_url)
        self._administrator = AccessKey(
            name="administrator",
            access_key_id=sandbox.access_key_id,
            secret_access_key=Secret(sandbox.secret_access_key),
        )
        retries = Retries(clock=clock, retries=1, deadline_s=math.inf)
        iam = IamKeys(door=self._door, retries=retries)
        self.arn = f"arn:aws:iam::123456789012:user/{name}"
        self.keys, self.create, self.was_used = iam.keys, iam.create, iam.was_used
        self.deactivate, self.delete = iam.deactivate, iam.delete
        self.caller = StsVendor(
            door=StsDoor(http=HttpClient(environ={}), clock=SystemClock(), endpoint=sandbox.aws_url),
            retries=retries,
            clock=clock,
            region=REGION,
        ).caller_identity
        self._do("CreateUser")

    def another_key(self) -> AccessKey:
        """Make a key as somebody else."""
        made = self._do("CreateAccessKey")["AccessKey"]
        return AccessKey(
            name="other", access_key_id=made["AccessKeyId"], secret_access_key=Secret(made["SecretAccessKey"])
        )

    def listed(self) -> dict[str, bool]:
        """Return the ids, and whether they are active."""
        listed = self._do("ListAccessKeys")["AccessKeyMetadata"]
        return {one["AccessKeyId"]: one["Status"] == "Active" for one in listed}

    def _do(self, operation: str) -> Mapping[str, Any]:
        return self._door.call("iam", operation, {"UserName": self._name}, self._administrator, REGION).data
