"""Access keys: each from where the settings say that it lives."""

from typing import TYPE_CHECKING

from awsfed.model.once import once
from awsfed.settings.values import KeySettings, KeySource
from awsfed.wiring.crowd import Crowd

if TYPE_CHECKING:
    from awsfed.broker.keys.interface import AccessKeySource
    from awsfed.broker.keys.keyring import KeyringKey
    from awsfed.broker.keys.remembered import RememberedKey


class Keys(Crowd):
    """Where access keys come from."""

    def access_key_source(self, name: str) -> "AccessKeySource":
        """Return the place where an access key lives: where the settings say, or else the keyring."""
        self.here("access keys are kept")
        key = self.settings.keys.get(name) or KeySettings(name=name, source=KeySource.KEYRING)
        match key.source:
            case KeySource.KEYRING:
                return self.keyring_key(name)
            case KeySource.ENVIRONMENT:
                from awsfed.broker.keys.environment import EnvironmentKey

                return EnvironmentKey(name=key.name, environ=self.environ)
            case KeySource.INSTANCE | KeySource.CONTAINER if not self.settings.labs.role_as_access_key:
                from awsfed.broker.keys.switched_off import SwitchedOff

                return SwitchedOff(name=key.name)
            case KeySource.INSTANCE | KeySource.CONTAINER:
                return self._role_key(key)
            case KeySource.PROFILE:
                from awsfed.broker.keys.profile import ProfileKey
                from awsfed.workstation.awsfiles.places import places

                file = key.file or places(self.environ).credentials
                return ProfileKey(name=key.name, profile=key.profile or "default", file=file)

    @once
    def _role_keys(self) -> "dict[str, RememberedKey]":
        """Credentials of this machine's role, as long as they are fresh."""
        return {}

    def _role_key(self, key: KeySettings) -> "RememberedKey":
        from awsfed.broker.keys.container import ContainerKey
        from awsfed.broker.keys.instance import InstanceKey
        from awsfed.broker.keys.metadata import Metadata
        from awsfed.broker.keys.remembered import RememberedKey
        from awsfed.outside.http import HttpClient

        if key.name not in self._role_keys:
            metadata = Metadata(http=HttpClient.for_metadata(), clock=self.clock)
            kind = InstanceKey if key.source is KeySource.INSTANCE else ContainerKey
            source = kind(name=key.name, metadata=metadata, environ=self.environ)
            self._role_keys[key.name] = RememberedKey(source, self.clock)
        return self._role_keys[key.name]

    def keyring_key(self, name: str) -> "KeyringKey":
        """Return the keyring's entry for an access key."""
        self.here("access keys are kept")
        from awsfed.broker.keys.keyring import KeyringKey

        return KeyringKey(name=name, store=lambda: self.keyring)
