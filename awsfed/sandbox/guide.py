"""What the sandbox says to the person who started it."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from awsfed.sandbox.crowd.directory import Directory
    from awsfed.sandbox.crowd.entities import User
    from awsfed.sandbox.world import Sandbox

_OF_THE_TERMINAL = ("TERM", "COLORTERM", "COLUMNS", "LINES", "SHELL", "LANG", "LANGUAGE", "TZ", "USER", "LOGNAME")
_FORGET = """\
for name in $(env | sed -n 's/^\\(AWS[A-Z0-9_]*\\)=.*/\\1/p'); do unset "$name"; done
"""


def write_exports(path: Path, environment: Mapping[str, str]) -> None:
    """Write a shell file that turns a terminal into one of the sandbox; only its owner can read it."""
    lines = [
        f"export {name}={shlex.quote(text)}\n"
        for name, text in sorted(environment.items())
        if name not in _OF_THE_TERMINAL and not name.startswith("LC_")
    ]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(_FORGET + "".join(lines))


def _line(directory: "Directory", user: "User") -> str:
    groups = ", ".join(group.name for group in directory.groups_of(user, nested=True))
    return f"  {user.name:<12} {user.password:<20} {groups}\n"


def guide(sandbox: "Sandbox", home: Path, exports: Path) -> str:
    """Addresses, people with their passwords, and what to type next."""
    people = "".join(_line(sandbox.crowd.directory, user) for user in sandbox.crowd.directory.users())
    return f"""\
Crowd  {sandbox.crowd_url}
AWS    {sandbox.aws_url}
Home   {home} (removed at the end)

Users, passwords and groups:
{people}
In another terminal, which then has the sandbox's home and settings:
  . {exports}
  awsfed login
  awsfed connectors
  awsfed exec dev -- aws sts get-caller-identity

To try mfa_serial in a connector, the broker's device:
  {sandbox.aws.mfa_device.serial_number}
  oathtool --totp --base32 {sandbox.aws.mfa_device.seed_text}

Trouble on order, here two throttled calls:
  curl -H 'Content-Type: application/json' -d '{{"fault": "throttle", "times": 2}}' {sandbox.aws_url}/_sandbox/faults

To run one command instead: awsfed sandbox -- COMMAND
Ctrl-C ends the sandbox.
"""
