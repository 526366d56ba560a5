"""Fetching the key of a stack: whatever Secrets Manager answers, what is kept is a key, or nothing."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from fakes.clock import FakeClock

from awsfed.broker.keys.keyring import KeyringKey
from awsfed.errors import ProtocolError
from awsfed.model.credentials import AccessKey
from awsfed.model.secret import Secret
from awsfed.outside.aws_answers import AwsAnswer
from awsfed.outside.retry import Retries
from awsfed.tasks.provision.key import KeepKey
from awsfed.tasks.provision.stacks import Stack, Stacks

KEY_ID = "AKIAABCDEFGHIJKLMNOP"
SECRET = "s" * 40


@dataclass
class SecretsManager:
    """Has one answer."""

    answer: dict[str, Any]

    def call(self, service: str, operation: str, *_: object) -> AwsAnswer:
        assert ("secretsmanager", "GetSecretValue") == (service, operation)
        return AwsAnswer(data=self.answer, skew_s=None)


@dataclass
class Store:
    """A secret store in memory."""

    entries: dict[str, Secret] = field(default_factory=dict)

    def get(self, name: str) -> Secret | None:
        return self.entries.get(name)

    def put(self, name: str, secret: Secret) -> None:
        self.entries[name] = secret

    def delete(self, name: str) -> bool:
        return self.entries.pop(name, None) is not None


def keeping(answer: dict[str, Any]) -> tuple[KeepKey, Store]:
    """Return what keeps keys, and where."""
    store = Store()
    admin = AccessKey(name="admin", access_key_id=KEY_ID, secret_access_key=Secret("x"))
    stacks = Stacks(
        door=SecretsManager(answer),  # type: ignore[arg-type]  # the one verb that counts
        retries=Retries(clock=FakeClock()),
        key=admin,
        region="eu-central-1",
    )
    return KeepKey(entry=KeyringKey(name="main", store=lambda: store), stacks=stacks), store


def stack(*, secret: Secret | None = None, **outputs: str) -> Stack:
    """Return a stack with these outputs."""
    return Stack(id="x", status="CREATE_COMPLETE", parameters=frozenset(), outputs=outputs, secret=secret)


def test_a_key_is_kept() -> None:
    """From Secrets Manager, or from the outputs."""
    text = json.dumps({"aws_access_key_id": KEY_ID, "aws_secret_access_key": SECRET})
    keep, store = keeping({"SecretString": text})

    assert KEY_ID == keep(stack(CoreSecretArn="arn")).access_key_id
    assert SECRET in store.entries["key:main"].reveal()
    assert KEY_ID == keep.held()

    keep, store = keeping({})
    assert KEY_ID == keep(stack(CoreAccessKeyId=KEY_ID, secret=Secret(SECRET))).access_key_id
    assert SECRET in store.entries["key:main"].reveal()


@pytest.mark.parametrize("text", ["", SECRET, "[]", "null", '{"aws_secret_access_key": "' + SECRET + '"}'])
def test_a_secret_that_is_no_key(text: str) -> None:
    """Is not kept, and not told."""
    keep, store = keeping({"SecretString": text})

    with pytest.raises(ProtocolError, match="the access key of the stack has no access key id") as error:
        keep(stack(CoreSecretArn="arn"))

    assert {} == store.entries
    assert SECRET not in str(error.value) + str(error.value.__context__)


def test_a_secret_that_is_no_text() -> None:
    """Nor is one of bytes."""
    keep, store = keeping({"SecretBinary": b"x"})

    with pytest.raises(ProtocolError, match="lacks SecretString"):
        keep(stack(CoreSecretArn="arn"))

    assert {} == store.entries


def test_a_stack_without_a_key() -> None:
    """Is none of ours."""
    keep, _ = keeping({})

    with pytest.raises(ProtocolError, match="has no access key id"):
        keep(stack())
