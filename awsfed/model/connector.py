"""A connector: which access key makes which STS call, with which role and policy, for which groups."""

import re
from dataclasses import dataclass
from enum import Enum

from awsfed.errors import InvalidValue


class ConnectorType(Enum):
    """The STS call behind a connector, in the vendor's words."""

    ASSUME_ROLE = "ASSUME_ROLE"
    FEDERATION_TOKEN = "FEDERATION_TOKEN"  # noqa: S105 - the name of a call
    SESSION_TOKEN = "SESSION_TOKEN"  # noqa: S105 - the name of a call
    PROVIDED = "PROVIDED"
    """No call: the credentials of the broker's own machine are passed on."""


MINIMUM_DURATION = 900
MAXIMUM_DURATION = {
    ConnectorType.ASSUME_ROLE: 43_200,
    ConnectorType.FEDERATION_TOKEN: 129_600,
    ConnectorType.SESSION_TOKEN: 129_600,
    ConnectorType.PROVIDED: 43_200,
}
CHAINED_LIMIT_S = 3600
"""What AWS gives at most to a role that is assumed with temporary credentials."""
_EXTERNAL_ID = r"[\w+=,.@:/-]{2,1224}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector:
    """A named grant, parsed and within the limits of STS."""

    id: str
    name: str
    type: ConnectorType
    access_key: str
    """Name of the key that makes the call, or the first call where there are two."""
    via: str | None = None
    """Another connector, with whose credentials this one's role is assumed."""
    chainable: bool = False
    """Whether other connectors may name this one as their key."""
    groups: tuple[str, ...] = ()
    """Members of any of these may use it; none means administrators only."""
    is_system: bool = False
    """Whether service principals may be granted it, besides people: the vendor's scope SYSTEM."""
    role_arn: str | None = None
    external_id: str | None = None
    mfa_serial: str | None = None
    """The MFA device of the key's user, of which AWS is given a code with each call."""
    policy: str | None = None
    """Inline session policy, compact JSON."""
    policy_arns: tuple[str, ...] = ()
    omit_policy: bool = False
    """With FEDERATION_TOKEN: no policy at all, so that access comes from policies of resources alone."""
    read_only: bool = False
    """Deny every action whose name does not begin as those do that read."""
    region_lock: tuple[str, ...] = ()
    """Deny requests to any other region, but for services that have none."""
    source_identity: bool = False
    """Set the user's name as the source identity, which stays through role chains; the role has to allow it."""
    user_tags: bool = False
    """Tag the session with `crowd:user` and `crowd:key`; the role has to allow it."""
    group_tags: tuple[str, ...] = ()
    """Groups that are named in the tag `crowd:groups` of those who are in them."""
    tags: tuple[tuple[str, str], ...] = ()
    """Further session tags, key and value."""
    transitive_tags: tuple[str, ...] = ()
    """Keys of tags that stay through role chains."""
    duration: int | None = None
    """Seconds; None leaves it to AWS (1 h for roles, 12 h otherwise)."""
    partition: str = "aws"
    region: str | None = None
    """Where STS is called, and the region of profiles made from this connector."""

    @property
    def label(self) -> str:
        """What messages call it: the id, which commands take, and the name where that is another one."""
        return repr(self.id) if self.name == self.id else f"{self.id!r} ({self.name})"


def parse_duration(value: object, kind: ConnectorType) -> int:
    """Return a duration in seconds that the call behind `kind` takes; raise InvalidValue otherwise."""
    maximum = MAXIMUM_DURATION[kind]
    if type(value) is not int or not MINIMUM_DURATION <= value <= maximum:
        raise InvalidValue(f"must be a whole number of seconds from {MINIMUM_DURATION} to {maximum}")
    return value


def parse_external_id(text: object) -> str:
    """Return an external id as IAM accepts it; raise InvalidValue otherwise."""
    if not isinstance(text, str) or not re.fullmatch(_EXTERNAL_ID, text, re.ASCII):
        raise InvalidValue("must be 2 to 1224 letters, digits or any of _+=,.@:/-")
    return text
