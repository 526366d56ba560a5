"""Every `AWSFED_*` variable there is, and which of them hold secrets."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from awsfed.model.slugs import closest
from awsfed.settings.problems import Problem, Severity
from awsfed.settings.table import TABLE

PREFIX = "AWSFED_"
CONFIG = "AWSFED_CONFIG"
PASSWORD = "AWSFED_PASSWORD"  # noqa: S105 - the name of a variable
SERVICE_TOKEN = "AWSFED_SERVICE_TOKEN"  # noqa: S105 - the name of a variable
CROWD_SECRET = "AWSFED_CROWD_SECRET"  # noqa: S105 - the name of a variable
MFA_CODE = "AWSFED_MFA_CODE"
BROKER_URL = "AWSFED_BROKER_URL"
SEALING_KEY = "AWSFED_SEALING_KEY"
AUDIT_KEY = "AWSFED_AUDIT_KEY"
KEY_PREFIX = "AWSFED_KEY_"

VARIABLES: dict[str, str] = {
    CONFIG: "The user's settings file, instead of the usual one.",
    PASSWORD: "The password to sign in with, where nobody can be asked.",
    SERVICE_TOKEN: "The token of a service, for awsfed login --service NAME.",
    MFA_CODE: "The code of an MFA device, for one call of a connector with mfa_serial.",
    CROWD_SECRET: 'The Crowd application\'s password or client secret, with crowd.secret = "environment".',
    SEALING_KEY: 'The key that seals a broker\'s store, with server.sealing_key = "environment".',
    AUDIT_KEY: 'The key that signs a broker\'s trail, with server.audit_key = "environment".',
    "AWSFED_KEY_NAME_ACCESS_KEY_ID": 'Id of the access key NAME, with source = "environment".',
    "AWSFED_KEY_NAME_SECRET_ACCESS_KEY": "Secret of the access key NAME.",
    "AWSFED_KEY_NAME_SESSION_TOKEN": "Session token of the access key NAME, if it has one.",
    "AWSFED_EXEC": "The connector whose credentials a program was started with; set by awsfed exec.",
    **{key.variable: key.sentence for key in TABLE if key.variable},
}
"""Name and sentence of each; NAME stands for an access key in capitals, with `_` for `.` and `-`."""

_KEY_VARIABLE = re.compile(r"AWSFED_KEY_[A-Z0-9_]+_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class KeyVariables:
    """The variables that one access key is read from."""

    access_key_id: str
    secret_access_key: str
    session_token: str


def key_variables(name: str) -> KeyVariables:
    """Return the variables of an access key."""
    stem = KEY_PREFIX + _capitals(name)
    return KeyVariables(
        access_key_id=f"{stem}_ACCESS_KEY_ID",
        secret_access_key=f"{stem}_SECRET_ACCESS_KEY",
        session_token=f"{stem}_SESSION_TOKEN",
    )


def colliding(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return pairs of key names that would be read from the same variables."""
    first: dict[str, str] = {}
    return [(first[_capitals(name)], name) for name in names if first.setdefault(_capitals(name), name) != name]


def secret_variables(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the variables in an environment that no child of ours may inherit."""
    ours = {PASSWORD, SERVICE_TOKEN, CROWD_SECRET, MFA_CODE, SEALING_KEY, AUDIT_KEY}
    return tuple(name for name in environ if name in ours or name.startswith(KEY_PREFIX))


def unknown_variables(environ: Mapping[str, str]) -> list[Problem]:
    """Return a warning for every variable that looks like one of ours and is not."""
    problems = []
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in VARIABLES and not _KEY_VARIABLE.fullmatch(name):
            meant = closest(name, list(VARIABLES))
            hint = f"did you mean {meant}?" if meant else "awsfed does not read it; unset it"
            message = "is not a variable of awsfed"
            problems.append(Problem(file=name, message=message, hint=hint, severity=Severity.WARNING))
    return problems


def _capitals(name: str) -> str:
    return re.sub(r"[.-]", "_", name).upper()
