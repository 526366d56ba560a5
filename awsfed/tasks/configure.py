"""Profiles in `~/.aws/config` that answer through credential_process."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from awsfed.errors import ConfigError, NotFound
from awsfed.workstation.awsfiles.config_file import ConfigFile
from awsfed.workstation.awsfiles.credentials_file import CredentialsFile
from awsfed.workstation.awsfiles.shadowing import make_way_for_process
from awsfed.workstation.cache.interface import cache_key
from awsfed.workstation.known import Known, KnownConnector

_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./\\:+@~")
SCRIPT = "awsfed-credentials"


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """What became of the file."""

    written: tuple[str, ...] = ()
    pruned: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
