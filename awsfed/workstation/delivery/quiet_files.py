"""Private AWS files with the user's settings and nobody's credentials.

In most SDKs a profile in the shared files wins over a container endpoint, so one forgotten `[default]` would replace
what awsfed delivers without a word. A program that is sent to an endpoint therefore reads these files instead.
"""

import configparser
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from awsfed.errors import Busy, CorruptEntry, StoreError
from awsfed.model.text import shown
from awsfed.outside.clock import Clock
from awsfed.outside.files import locked, private_directory, write_atomic

_WAIT_S = 10.0
_LOCK = "lock"
_SOURCE = re.compile(
    r"aws_(access_key_id|secret_access_key|session_token|security_token|account_id)"
    r"|(credential|login|role|sso|web_identity)_.*|source_profile|external_id|mfa_.*|duration_seconds"
)
"""Keys that say where credentials come from, or what to do with others."""
_NAMELESS = "\0"
"""No section is called so: configparser would mix the keys of its default section into all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietFiles:
    """Two files that exist for a while."""

    config: Path
    credentials: Path


@contextmanager
def quiet_files(config: Path, credentials: Path, *, directory: Path, clock: Clock) -> Iterator[QuietFiles]:
    """Keep such files, made from the user's own, in a private folder of their own for as long as the context lasts.

    What a process left behind that was killed is removed by the next.

    Raises:
        CorruptEntry: one of the user's files cannot be read by anybody.
        StoreError: the folder cannot be made.
    """
    text = settings_alone(_parsed(config), _parsed(credentials))
    with ExitStack() as stack:
        private_directory(directory)
        with locked(directory / _LOCK, timeout_s=_WAIT_S, clock=clock):
            _sweep(directory, clock)
            folder = directory / secrets.token_hex(8)
            private_directory(folder)
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            stack.enter_context(locked(folder / _LOCK, timeout_s=0, clock=clock))
        files = QuietFiles(config=folder / "config", credentials=folder / "credentials")
        write_atomic(files.config, text.encode("utf-8"))
        write_atomic(files.credentials, b"")
        yield files


def settings_alone(config: configparser.RawConfigParser, credentials: configparser.RawConfigParser) -> str:
    """Return a config file with what the default profile sets, less its credentials, and the services it names.

    Other profiles are left out on purpose: without its own credentials a profile would get those of the endpoint, and
    a program that asks for it by name would work on the wrong account instead of failing.
    """
    header = "profile default" if config.has_section("profile default") else "default"
    values = _settings(config, header) | _settings(credentials, "default")
    sections = {"default": values}
    if name := values.get("services"):
        sections[f"services {name}"] = _settings(config, f"services {name}")
    return "".join(f"[{header}]\n{_lines(values)}" for header, values in sections.items())


def _settings(parser: configparser.RawConfigParser, header: str) -> dict[str, str]:
    if not parser.has_section(header):
        return {}
    return {name: value for name, value in parser.items(header) if not _SOURCE.fullmatch(name)}


def _lines(values: Mapping[str, str]) -> str:
    """Write options so that every SDK reads them alike: what goes on over several lines is indented."""
    return "".join(f"{name} ={_indented(value)}\n" for name, value in values.items())


def _indented(value: str) -> str:
    first, *rest = value.split("\n")
    return "\n  ".join([f" {first}" if first else "", *filter(None, rest)])


def _parsed(path: Path) -> configparser.RawConfigParser:
    """Read one of the user's files more leniently than SDKs do: only the settings in it are wanted."""
    parser = configparser.RawConfigParser(strict=False, default_section=_NAMELESS)
    try:
        parser.read_string(path.read_bytes().decode("utf-8-sig", errors="replace"))
    except OSError:
        return parser  # none, or not for this user to read: nor for the programs they start
    except configparser.Error:  # "from None": the parser's own message quotes lines, which may hold a secret
        raise CorruptEntry(
            f"{shown(str(path), limit=4096)} is not a file of sections with key = value lines",
            hint="correct it in an editor: AWS programs stumble over it too",
        ) from None
    return parser


def _sweep(directory: Path, clock: Clock) -> None:
    for folder in directory.iterdir():
        if not folder.is_dir() or folder.is_symlink():
            continue
        try:
            with locked(folder / _LOCK, timeout_s=0, clock=clock):
                shutil.rmtree(folder, ignore_errors=True)
        except (Busy, StoreError):
            continue  # its process lives, or just ended and clears up by itself
