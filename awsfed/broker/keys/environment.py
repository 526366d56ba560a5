"""An access key in the environment, as build servers hand it over."""

from collections.abc import Mapping
from dataclasses import dataclass

from awsfed.broker.keys.parsing import parse_access_key
from awsfed.errors import ConfigError, InvalidValue
from awsfed.model.credentials import AccessKey
from awsfed.settings.variables import key_variables


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentKey:
    """`AWSFED_KEY_<NAME>_ACCESS_KEY_ID`, `…_SECRET_ACCESS_KEY` and perhaps `…_SESSION_TOKEN`."""

    name: str
    environ: Mapping[str, str]

    @property
    def place(self) -> str:
        """The variables; see the port."""
        return f"the environment, in {key_variables(self.name).access_key_id} …"

    def load(self) -> AccessKey | None:
        """Return the key, or None where its variables are not set; see the port."""
        variables = key_variables(self.name)
        parts = {
            "aws_access_key_id": self.environ.get(variables.access_key_id),
            "aws_secret_access_key": self.environ.get(variables.secret_access_key),
            "aws_session_token": self.environ.get(variables.session_token),
        }
        if not any(parts.values()):
            return None
        try:
            return parse_access_key(self.name, parts)
        except InvalidValue as error:
            raise ConfigError(f"access key {self.name!r} in {variables.access_key_id} … {error.message}") from error
