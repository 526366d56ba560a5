"""Where settings and state live for the person whose environment is handed in."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

APPLICATION = "awsfed"
SYSTEM_FILE = Path("/etc/awsfed/config.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a value stands, for paths that are written relative to it."""

    base: Path
    """Folder of the file; the working directory for variables and options."""
    home: Path

    def path(self, text: str) -> Path:
        """Return the absolute path that a text means here; `~/` is the home folder."""
        if text == "~" or text.startswith("~/"):
            return self.home / text[2:]
        return self.base / text


def home_directory(environ: Mapping[str, str]) -> Path:
    """Return the home folder that the environment names, or the one the system knows."""
    named = environ.get("USERPROFILE" if sys.platform == "win32" else "HOME")
    return Path(named) if named and Path(named).is_absolute() else Path.home()


def user_config_file(environ: Mapping[str, str]) -> Path:
    """Return the user's settings file: `AWSFED_CONFIG`, else `config.toml` in the user's configuration folder."""
    if named := environ.get("AWSFED_CONFIG"):
        return Place(base=Path.cwd(), home=home_directory(environ)).path(named)
    folder = _xdg(environ, "XDG_CONFIG_HOME", ".config")
    if folder is None:
        import platformdirs

        folder = platformdirs.user_config_path(APPLICATION, appauthor=False)
    return folder / "config.toml"


def state_directory(environ: Mapping[str, str]) -> Path:
    """Return the folder for what the program remembers from one run to the next."""
    folder = _xdg(environ, "XDG_STATE_HOME", ".local/state")
    if folder is None:
        import platformdirs

        folder = platformdirs.user_state_path(APPLICATION, appauthor=False)
    return folder


def _xdg(environ: Mapping[str, str], variable: str, usual: str) -> Path | None:
    """Return our folder by the rules of XDG, or None where the system has rules of its own."""
    named = environ.get(variable, "")
    if Path(named).is_absolute():
        return Path(named) / APPLICATION
    if sys.platform in {"darwin", "win32"}:
        return None
    return home_directory(environ) / usual / APPLICATION
