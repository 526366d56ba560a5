"""An access key in the environment, as build servers hand it over."""

from collections.abc import Mapping
from dataclasses import dataclass

from awsfed.broker.keys.parsing import parse_access_key
from awsfed.errors import ConfigError, InvalidValue
from awsfed.model.credentials import AccessKey


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentKey:
    """`AWSFED_KEY_<NAME>_ACCESS_KEY_ID`, `…_SECRET_ACCESS_KEY` and perhaps `…_SESSION_TOKEN`."""

    name: str
    prefix: str
    """Such as `AWSFED_KEY_MAIN`."""
    environ: Mapping[str, str]

    def load(self) -> AccessKey | None:
        """Return the key, or None where its variables are not set; see the port."""
        parts = {
            f"aws_{part.lower()}": self.environ.get(f"{self.prefix}_{part}")
            for part in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN")
        }
        if not any(parts.values()):
            return None
        try:
            return parse_access_key(self.name, parts)
        except InvalidValue as error:
            raise ConfigError(f"access key {self.name!r} in {self.prefix}_* {error.message}") from error
