"""A user in memory and the two access keys that AWS allows it."""

from dataclasses import dataclass, field, replace

from awsfed.broker.answers import CallerIdentity
from awsfed.broker.keys.interface import IssuedKey
from awsfed.errors import RoleRefused
from awsfed.model.credentials import AccessKey
from awsfed.model.secret import Secret
from awsfed.outside.clock import Clock

ACCOUNT = "123456789012"
_LIMIT = 2


@dataclass
class FakeKeyIssuer:
    """Keys of one user; only an active one may sign."""

    clock: Clock
    arn: str = f"arn:aws:iam::{ACCOUNT}:user/somebody"
    issued: dict[str, IssuedKey] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    unknown_for: int = 0
    """How many more requests do not know of the newest key yet."""
    _made: int = 0

    def keys(self, user: str, key: AccessKey) -> tuple[IssuedKey, ...]:
        """List the keys."""
        self._admit(key)
        return tuple(self.issued.values())

    def create(self, user: str, key: AccessKey) -> AccessKey:
        """Make a key."""
        self._admit(key)
        if len(self.issued) >= _LIMIT:
            raise RoleRefused("LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2")
        return self.another_key(key.name)

    def was_used(self, user: str, access_key_id: str, key: AccessKey) -> bool:
        """Tell whether it ever signed."""
        self._admit(key)
        return access_key_id in self.used

    def deactivate(self, user: str, access_key_id: str, key: AccessKey) -> None:
        """Let it open nothing."""
        self._admit(key)
        if access_key_id in self.issued:
            self.issued[access_key_id] = replace(self.issued[access_key_id], is_active=False)

    def delete(self, user: str, access_key_id: str, key: AccessKey) -> None:
        """Delete it."""
        self._admit(key)
        self.issued.pop(access_key_id, None)

    def caller(self, key: AccessKey, region: str) -> CallerIdentity:
        """Tell whose key it is."""
        self._admit(key)
        return CallerIdentity(account=ACCOUNT, arn=self.arn, user_id="AIDASOMEBODY")

    def another_key(self, name: str = "other") -> AccessKey:
        """Make a key as somebody else."""
        self._made += 1
        key_id = f"AKIAFAKE{self._made:012}"
        self.issued[key_id] = IssuedKey(access_key_id=key_id, is_active=True, created_at=int(self.clock.now()))
        return AccessKey(name=name, access_key_id=key_id, secret_access_key=Secret(f"fake/secret/of/{key_id}"))

    def listed(self) -> dict[str, bool]:
        """Return the ids, and whether they are active."""
        return {one.access_key_id: one.is_active for one in self.issued.values()}

    def _admit(self, key: AccessKey) -> None:
        known = self.issued.get(key.access_key_id)
        is_news = self.unknown_for > 0 and key.access_key_id == list(self.issued)[-1] and len(self.issued) > 1
        self.unknown_for -= is_news
        if known is None or not known.is_active or is_news:
            raise RoleRefused("InvalidClientTokenId: The security token included in the request is invalid.")
        self.used.add(key.access_key_id)
