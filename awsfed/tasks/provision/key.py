"""Fetching the access key that a stack made into the keyring, on no other way than through this process."""

import json
from dataclasses import dataclass

from awsfed.broker.keys.keyring import KeyringKey
from awsfed.broker.keys.parsing import parse_access_key
from awsfed.errors import InvalidValue, ProtocolError
from awsfed.model.credentials import AccessKey
from awsfed.tasks.provision.stacks import Stack, Stacks
from awsfed.tasks.provision.templates import KEY_ID_OUTPUT


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepKey:
    """Puts the key of a quickstart stack into the keyring."""

    entry: KeyringKey
    stacks: Stacks

    def held(self) -> str | None:
        """Return the id of the key that the keyring has under the name, or None; raise StoreError."""
        key = self.entry.load()
        return key.access_key_id if key else None

    def __call__(self, stack: Stack) -> AccessKey:
        """Fetch the key and keep it.

        Raises:
            RoleRefused: the secret may not be read.
            ProtocolError: the stack has no key, or its secret is not one of ours.
            StoreError: the keyring cannot be used.
        """
        key = self._fetched(stack)
        self.entry.save(key)
        return key

    def _fetched(self, stack: Stack) -> AccessKey:
        parts: object = {}
        if stack.secret is not None:
            parts = {
                "aws_access_key_id": stack.outputs.get(KEY_ID_OUTPUT),
                "aws_secret_access_key": stack.secret.reveal(),
            }
        elif (text := self.stacks.secret_text(stack)) is not None:
            try:
                parts = json.loads(text.reveal())
            except ValueError:
                parts = {}
        try:
            return parse_access_key(self.entry.name, parts if isinstance(parts, dict) else {})
        except InvalidValue as error:
            raise ProtocolError(f"the access key of the stack {error.message}") from None
