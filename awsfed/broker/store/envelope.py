"""The key that wraps the keys of the store, and where it is: never in the store itself, nor in its backups."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from awsfed.errors import AwsUnavailable, ConfigError, CorruptEntry, InvalidValue, NotFound, ProtocolError, StoreError
from awsfed.model.credentials import AccessKey
from awsfed.model.random_keys import new_random_key, parse_random_key
from awsfed.model.secret import Secret
from awsfed.outside import aead
from awsfed.outside.aws import AwsDoor
from awsfed.outside.aws_answers import AwsAnswer, AwsRefusal
from awsfed.outside.retry import Retries, TryAgain


class Envelope(Protocol):
    """Wraps the keys of the store; each is bound to its id."""

    @property
    def place(self) -> str:
        """Where the wrapping key is, as the settings say it."""

    def make(self) -> bool:
        """Make a wrapping key where there is none and the place can keep one; tell whether one was made."""

    def wrap(self, key_id: str, key: bytes) -> bytes:
        """Return a key wrapped.

        Raises:
            NotFound: there is no wrapping key at that place.
            ConfigError: what is there is none.
            StoreError, AwsUnavailable, RoleRefused: the place cannot be used.
        """

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        """Return a key; the same errors, and StoreError where another key wrapped it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldKey:
    """A wrapping key that this machine holds: in a file, a variable or the keyring."""

    place: str
    load: Callable[[], Secret | None] = field(repr=False)
    save: Callable[[Secret], None] | None = field(default=None, repr=False)
    """Keeps a new key; None where only the administrator can."""

    def make(self) -> bool:
        """Make a wrapping key where there is none; see the port."""
        if self.save is None or self.load() is not None:
            return False
        self.save(new_random_key())
        return True

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
        secret = self.load()
        if secret is None:
            raise NotFound(f"there is no sealing key in {self.place}", hint="put back the one that the store had")
        try:
            return parse_random_key(secret, "sealing key")
        except InvalidValue as error:
            raise ConfigError(
                f"what is in {self.place} {error.message}", hint="put back the one that the store had"
            ) from None


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

    def make(self) -> bool:
        """Make nothing: keys of KMS are made in AWS. See the port."""
        return False

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


def wrong_key(place: str, wrapped_by: str | None = None) -> StoreError:
    """Return the error for a wrapping key that is good, but not the one of this store."""
    is_elsewhere = wrapped_by is not None and wrapped_by != place
    elsewhere = f"it was sealed with the key in {wrapped_by}: name that in server.sealing_key"
    hint = elsewhere if is_elsewhere else "put back the one that it was sealed with"
    return CorruptEntry(f"the key in {place} is not the one that this store is sealed with", hint=hint)


def _bound(key_id: str) -> str:
    return f"sealing_keys|{key_id}|wrapped"


def _bytes(data: Mapping[str, Any], name: str) -> bytes:
    value = data.get(name)
    if not isinstance(value, bytes) or not value:
        raise ProtocolError("the answer of AWS KMS lacks what was asked for")
    return value
