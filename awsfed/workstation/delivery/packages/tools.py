"""What each package tool wants to know of a repository, and in which file."""

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from awsfed.errors import ConfigError, InvalidValue, Refused, StoreError
from awsfed.model.endpoints import USUAL, Variant, packages_host
from awsfed.model.secret import Secret
from awsfed.model.text import shown
from awsfed.outside.files import write_atomic
from awsfed.workstation.delivery.packages import lines

_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,99}", re.ASCII)
_SCOPE = re.compile(r"@?[a-z0-9][a-z0-9._-]{0,213}", re.ASCII)
_USER = "aws"
_SECTION = "codeartifact"
_LIMIT = 1_048_576


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """One repository of CodeArtifact."""

    domain: str
    owner: str
    region: str
    name: str
    variant: Variant = USUAL

    def url(self, form: str) -> str:
        """Return its address for one form of packages, such as `pypi`; raise ConfigError where there is none."""
        host = packages_host(f"{self.domain}-{self.owner}", self.region, self.variant)
        return f"https://{host}/{form}/{self.name}/"


def parse_repository(text: object) -> str:
    """Return the name of a repository; raise InvalidValue for what cannot be one."""
    if not isinstance(text, str) or not _REPOSITORY.fullmatch(text):
        raise InvalidValue("is not the name of a repository: 2 to 100 letters, digits, '.', '_' or '-'")
    return text


def parse_scope(text: object) -> str:
    """Return a scope of npm with its `@`; raise InvalidValue for what cannot be one."""
    if not isinstance(text, str) or not _SCOPE.fullmatch(text):
        raise InvalidValue("is not a scope of npm, such as @example")
    return f"@{text.removeprefix('@')}"


def pip(text: str, repository: Repository, token: Secret, _: str | None) -> str:
    """Return pip's file with the repository as its index."""
    index = repository.url("pypi").replace("https://", f"https://{_USER}:{quote(token.reveal(), safe='')}@", 1)
    return lines.with_option(text, "global", "index-url", f"{index}simple/")


def npm(text: str, repository: Repository, token: Secret, scope: str | None) -> str:
    """Return an .npmrc with the repository as the registry, of one scope or of everything."""
    url = repository.url("npm")
    address = urlsplit(url)
    text = lines.with_npm_value(text, f"{scope}:registry" if scope else "registry", url)
    return lines.with_npm_value(text, f"//{address.netloc}{address.path}:_authToken", token.reveal())


def twine(text: str, repository: Repository, token: Secret, _: str | None) -> str:
    """Return a .pypirc that names the repository `codeartifact`."""
    servers = (lines.option_of(text, "distutils", "index-servers") or "pypi").split()
    if _SECTION not in servers:
        text = lines.with_option(text, "distutils", "index-servers", "\n".join(["", *servers, _SECTION]))
    for name, value in (
        ("password", token.reveal()),
        ("username", _USER),
        ("repository", repository.url("pypi")),
    ):
        text = lines.with_option(text, _SECTION, name, value)
    return text


EDITS: Mapping[str, Callable[[str, Repository, Secret, str | None], str]] = {"pip": pip, "npm": npm, "twine": twine}


def place(tool: str, environ: Mapping[str, str], home: Path) -> Path:
    """Return the file in which a tool looks for the user's own settings.

    Raises:
        ConfigError: it has been told to look nowhere.
    """
    match tool:
        case "npm":
            named = environ.get("npm_config_userconfig") or environ.get("NPM_CONFIG_USERCONFIG")
            return Path(named).absolute() if named else home / ".npmrc"
        case "twine":
            return home / ".pypirc"
    named = environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        raise ConfigError(f"PIP_CONFIG_FILE is {os.devnull}: pip reads no settings here", hint="unset it")
    return Path(named).absolute() if named else _pip_folder(environ, home) / ("pip.ini" if _WINDOWS else "pip.conf")


_WINDOWS = sys.platform == "win32"


def _pip_folder(environ: Mapping[str, str], home: Path) -> Path:
    if _WINDOWS:
        return Path(environ.get("APPDATA") or home) / "pip"
    macs = home / "Library" / "Application Support" / "pip"
    if sys.platform == "darwin" and macs.is_dir():
        return macs
    folder = environ.get("XDG_CONFIG_HOME", "")
    return (Path(folder) if Path(folder).is_absolute() else home / ".config") / "pip"


def sign_in(tool: str, file: Path, repository: Repository, token: Secret, scope: str | None = None) -> None:
    """Write a repository and its token into a tool's file, as a whole and for its owner alone; links are followed.

    Raises:
        Refused: the file cannot be changed without harm.
        StoreError: it cannot be read or written.
    """
    path = Path(os.path.realpath(file))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        data = path.read_bytes() if path.exists() else b""
        text = data.decode("utf-8")
    except OSError as error:
        raise StoreError(f"{shown(str(path))} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise Refused(f"{shown(str(path))} is not text in UTF-8", hint="correct it in an editor") from None
    if len(data) > _LIMIT:
        raise Refused(f"{shown(str(path))} is larger than {_LIMIT} bytes")
    try:
        changed = EDITS[tool](text, repository, token, scope)
    except Refused as error:
        raise Refused(f"{shown(str(path))}: {error.message}", hint=error.hint) from error
    write_atomic(path, changed.encode("utf-8"))
