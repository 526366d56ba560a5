"""The key that wraps the keys of the store, and where it is: never in the store itself, nor in its backups."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from awsfed.errors import AwsUnavailable, ConfigError, CorruptEntry, InvalidValue, ProtocolError, StoreError
from awsfed.model.credentials import AccessKey
from awsfed.model.secret import Secret
from awsfed.outside import aead
from awsfed.outside.aws import AwsAnswer, AwsDoor, AwsRefusal
from awsfed.outside.retry import Retries, TryAgain

_HINT = "name the place of the key that it was sealed with in server.sealing_key"


class Envelope(Protocol):
    """Wraps the keys of the store; each is bound to its id."""

    @property
    def place(self) -> str:
        """Where the wrapping key is, as the settings say it."""

    def wrap(self, key_id: str, key: bytes) -> bytes:
        """Return a key wrapped.

        Raises:
            ConfigError: there is no wrapping key at that place, or it is none.
            StoreError, AwsUnavailable, RoleRefused: the place cannot be used.
        """

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        """Return a key; the same errors, and StoreError where another key wrapped it."""


def new_wrapping_key() -> Secret:
    """Return a new wrapping key as it is written down: 32 random bytes in base64."""
    return Secret(base64.b64encode(aead.new_key()).decode())


def parse_wrapping_key(secret: Secret) -> bytes:
    """Return the bytes of a wrapping key; raise InvalidValue for anything else, which is not repeated."""
    try:
        key = base64.b64decode(secret.reveal().strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != aead.KEY_SIZE:
        raise InvalidValue("is no sealing key: 32 random bytes in base64, as openssl rand -base64 32 prints them")
    return key


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldKey:
    """A wrapping key that this machine holds: in a file, a variable or the keyring."""

    place: str
    load: Callable[[], Secret] = field(repr=False)

    def wrap(self, key_id: str, key: bytes) -> bytes:
        """Return a key wrapped; see the port."""
        return aead.seal(self._key(), key, _bound(key_id))

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        """Return a key; see the port."""
        key = aead.unseal(self._key(), wrapped, _bound(key_id))
        if key is None:
            raise wrong_key(self.place)
        return key

    def _key(self) -> bytes:
        try:
            return parse_wrapping_key(self.load())
        except InvalidValue as error:
            raise ConfigError(f"what is in {self.place} {error.message}", hint=_HINT) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class KmsKey:
    """A wrapping key of AWS KMS, which never leaves it; each call is in CloudTrail with the id of the wrapped key."""

    arn: str
    region: str
    door: AwsDoor
    retries: Callable[[], Retries] = field(repr=False)
    """A schedule that begins now."""
    access_key: Callable[[], AccessKey] = field(repr=False)
    """Whoever may use the key; it cannot be one of the store."""

    @property
    def place(self) -> str:
        """The key; see the port."""
        return f"kms:{self.arn}"

    def wrap(self, key_id: str, key: bytes) -> bytes:
        """Return a key wrapped; see the port."""
        return _bytes(self._call("Encrypt", key_id, {"Plaintext": key}).data, "CiphertextBlob")

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        """Return a key; see the port."""
        try:
            answer = self._call("Decrypt", key_id, {"CiphertextBlob": wrapped})
        except AwsRefusal as refusal:
            if refusal.code in {"InvalidCiphertextException", "IncorrectKeyException"}:
                raise wrong_key(self.place) from refusal
            raise
        key = _bytes(answer.data, "Plaintext")
        if len(key) != aead.KEY_SIZE:
            raise wrong_key(self.place)
        return key

    def _call(self, operation: str, key_id: str, parameters: Mapping[str, object]) -> AwsAnswer:
        context = {"awsfed:sealing-key": key_id}
        asked = {"KeyId": self.arn, "EncryptionContext": context, **parameters}
        access_key = self.access_key()
        try:
            return self.retries().run(
                "AWS KMS", lambda: self.door.call("kms", operation, asked, access_key, self.region)
            )
        except TryAgain as error:
            raise AwsUnavailable(error.message, hint=error.hint) from error


def wrong_key(place: str) -> StoreError:
    """Return the error for a wrapping key that is good, but not the one of this store."""
    return CorruptEntry(f"the key in {place} is not the one that this store is sealed with", hint=_HINT)


def _bound(key_id: str) -> str:
    return f"sealing_keys|{key_id}|wrapped"


def _bytes(data: Mapping[str, Any], name: str) -> bytes:
    value = data.get(name)
    if not isinstance(value, bytes) or not value:
        raise ProtocolError("the answer of AWS KMS lacks what was asked for")
    return value
