"""What the account holds at the start: the broker's user and key, roles, a bucket and a repository."""

import json
import threading
from dataclasses import dataclass, field
from typing import Any

from moto.core.base_backend import BackendDict
from moto.ecr.models import ecr_backends
from moto.iam.models import IAMBackend, iam_backends
from moto.s3.models import s3_backends

from awsfed.sandbox.aws.iam import ACCOUNT
from awsfed.sandbox.aws.keys import random_secret

REGION = "eu-central-1"
BROKER = "awsfed-broker"
BROKER_KEY_ID = "AKIASANDBOXBROKERAAA"
EXTERNAL_ID = "sandbox-external-id"
BUCKET = "sandbox-artifacts"
REPOSITORY = "app"
_TRUSTED_ACTIONS = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
_BROKER_ARN = f"arn:aws:iam::{ACCOUNT}:user/{BROKER}"
_STRANGERS = "arn:aws:iam::210987654321:root"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Role:
    name: str
    max_session_s: int
    trusts: str = _BROKER_ARN
    external_id: str | None = None
    allows: dict[str, Any] | None = None


_ROLES = (
    _Role(name="developer", max_session_s=3600),
    _Role(name="operations", max_session_s=43_200, external_id=EXTERNAL_ID),
    _Role(name="admin", max_session_s=43_200, allows={"Effect": "Allow", "Action": "*", "Resource": "*"}),
    _Role(name="read-only", max_session_s=3600),
    _Role(name="no-trust", max_session_s=3600, trusts=_STRANGERS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerKey:
    """The long-term key with which awsfed asks STS."""

    access_key_id: str
    secret_access_key: str = field(repr=False)


class Worlds:
    """Counts who uses moto's memory, of which a process has one: the first begins anew, those beside it share."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0

    def enter(self) -> BrokerKey:
        """Create the account unless it is in use already."""
        with self._lock:
            self._users += 1
            if self._users == 1:
                BackendDict.reset()
                _create()
            return _broker_key()

    def leave(self) -> None:
        """Let the next one begin anew, if this was the last."""
        with self._lock:
            self._users -= 1


WORLDS = Worlds()


def _broker_key() -> BrokerKey:
    key = iam_backends[ACCOUNT]["aws"].access_keys[BROKER_KEY_ID]
    return BrokerKey(access_key_id=key.access_key_id, secret_access_key=key.secret_access_key)


def _create() -> None:
    iam = iam_backends[ACCOUNT]["aws"]
    for role in _ROLES:
        _create_role(iam, role)
    _create_broker(iam)
    s3_backends[ACCOUNT]["aws"].create_bucket(BUCKET, REGION)
    ecr_backends[ACCOUNT][REGION].create_repository(REPOSITORY, None, {}, {}, "MUTABLE", [])


def _create_role(iam: IAMBackend, role: _Role) -> None:
    trust: dict[str, Any] = {"Effect": "Allow", "Principal": {"AWS": role.trusts}, "Action": _TRUSTED_ACTIONS}
    if role.external_id is not None:
        trust["Condition"] = {"StringEquals": {"sts:ExternalId": role.external_id}}
    iam.create_role(role.name, _policy(trust), "/", None, "", [], str(role.max_session_s))
    if role.allows is not None:
        iam.put_role_policy(role.name, "allows", _policy(role.allows))


def _create_broker(iam: IAMBackend) -> None:
    user = iam.create_user(REGION, BROKER)
    user.id = "AIDASANDBOXBROKERAAAA"
    federate = {"Effect": "Allow", "Action": "sts:GetFederationToken", "Resource": "*"}
    roles = [f"arn:aws:iam::{ACCOUNT}:role/{role.name}" for role in _ROLES]
    assume = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": roles}
    describe = {"Effect": "Allow", "Action": ["sts:TagSession", "sts:SetSourceIdentity"], "Resource": "*"}
    iam.put_user_policy(BROKER, "vend", _policy(assume, federate, describe))
    key = iam.create_access_key(BROKER)
    del iam.access_keys[key.access_key_id]
    key.access_key_id = BROKER_KEY_ID
    key.secret_access_key = random_secret()
    iam.access_keys[BROKER_KEY_ID] = key


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
