"""Where the two files are."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from awsfed.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The files that AWS programs of this environment read."""

    config: Path
    credentials: Path


def places(environ: Mapping[str, str]) -> Places:
    """Return both paths: from AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, else in ~/.aws.

    Raises:
        ConfigError: a variable is set but empty, which AWS programs understand in different ways, or there is no home.
    """
    return Places(
        config=_place(environ, "AWS_CONFIG_FILE", "config"),
        credentials=_place(environ, "AWS_SHARED_CREDENTIALS_FILE", "credentials"),
    )


def _place(environ: Mapping[str, str], variable: str, name: str) -> Path:
    text = environ.get(variable, f"~/.aws/{name}")
    if not text:
        raise ConfigError(f"{variable} is set but empty", hint=f"unset {variable}")
    path = Path(text)
    if path.parts[0] == "~":
        path = _home(environ).joinpath(*path.parts[1:])
    return path.absolute()


def _home(environ: Mapping[str, str]) -> Path:
    home = environ.get("HOME") or environ.get("USERPROFILE")
    if not home or not Path(home).is_absolute():
        raise ConfigError("HOME is not set to an absolute path, so ~/.aws has no place", hint="set HOME")
    return Path(home)
