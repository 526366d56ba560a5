"""Credentials as environment variables: for a child, or as text that some shell or tool reads."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from awsfed.model.credentials import Credentials
from awsfed.model.secret import Secret
from awsfed.settings.variables import secret_variables
from awsfed.workstation.delivery import builds

EXEC_MARK = "AWSFED_EXEC"
"""Set for a child of `awsfed exec` to the name of the connector."""
_KEYS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
)
_OURS = (*_KEYS, "AWS_REGION", "AWS_DEFAULT_REGION")
_MISLEADING = (
    "AWS_ACCOUNT_ID",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CREDENTIAL_FILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_SECURITY_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)
"""Variables that would win over, or mix with, the credentials a child is given."""


def without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without the secrets that were meant for awsfed alone."""
    hidden = set(secret_variables(environ))
    return {name: value for name, value in environ.items() if name not in hidden}


def child_environment(
    environ: Mapping[str, str], connector: str, credentials: Credentials, region: str | None
) -> dict[str, str]:
    """Return the environment of a child that works with these credentials and no others."""
    return _base(environ) | variables(credentials, region) | {EXEC_MARK: connector}


def endpoint_child_environment(
    environ: Mapping[str, str], connector: str, endpoint: Mapping[str, str]
) -> dict[str, str]:
    """Return the environment of a child that fetches its credentials from an endpoint and from nowhere else."""
    return {**_base(environ), **endpoint, EXEC_MARK: connector}


def _base(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in without_secrets(environ).items() if name not in (*_KEYS, *_MISLEADING)}


def variables(credentials: Credentials, region: str | None) -> dict[str, str]:
    """Return the variables that SDKs look for; both names of the region, since each is ignored by some."""
    values = {
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key.reveal(),
        "AWS_SESSION_TOKEN": credentials.session_token.reveal(),
        "AWS_CREDENTIAL_EXPIRATION": credentials.expiration,
    }
    return values | _region(region)


def endpoint_variables(
    *, url: str, token: Secret, config: Path, credentials: Path, region: str | None
) -> dict[str, str]:
    """Return the variables that lead SDKs to an endpoint.

    The files go with them because a profile in the usual ones would win over an endpoint, and the metadata service is
    switched off because an SDK would ask it when the endpoint has nothing.
    """
    values = {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": url,
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": token.reveal(),
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": str(credentials),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return values | _region(region)


def endpoint_text(form: str, values: Mapping[str, str]) -> str:
    """Return an endpoint's variables in one of FORMATS; for a shell, behind commands that clear what would win."""
    clear = _UNSET.get(form)
    winning = [name for name in (*_KEYS, *_MISLEADING) if name not in values]
    return "".join(clear(name) for name in winning if clear) + FORMATS[form](values)


def _region(region: str | None) -> dict[str, str]:
    return {"AWS_REGION": region, "AWS_DEFAULT_REGION": region} if region else {}


_QUOTES = re.compile("['\u2018\u2019\u201a\u201b]")
"""What PowerShell takes for the end of a quoted text; two are one."""


def _single_quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _bash(values: Mapping[str, str]) -> str:
    return "".join(f"export {name}={_single_quoted(value)}\n" for name, value in values.items())


def _fish(values: Mapping[str, str]) -> str:
    quoted = {name: value.replace("\\", "\\\\").replace("'", "\\'") for name, value in values.items()}
    return "".join(f"set -gx {name} '{value}'\n" for name, value in quoted.items())


def _powershell(values: Mapping[str, str]) -> str:
    quoted = {name: _QUOTES.sub(r"\g<0>\g<0>", value) for name, value in values.items()}
    return "".join(f"$Env:{name} = '{value}'\n" for name, value in quoted.items())


def _cmd(values: Mapping[str, str]) -> str:
    return "".join(f'set "{name}={value}"\n' for name, value in values.items())


def _dotenv(values: Mapping[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in values.items())


def _json(values: Mapping[str, str]) -> str:
    return json.dumps(dict(values), indent=2) + "\n"


FORMATS: Mapping[str, Callable[[Mapping[str, str]], str]] = {
    "bash": _bash,
    "fish": _fish,
    "powershell": _powershell,
    "cmd": _cmd,
    "dotenv": _dotenv,
    "json": _json,
    "bamboo": builds.bamboo,
    "github": builds.github,
    "gitlab": builds.gitlab,
}
_UNSET: Mapping[str, Callable[[str], str]] = {
    "bash": lambda name: f"unset {name}\n",
    "fish": lambda name: f"set -e {name}\n",
    "powershell": lambda name: f"Remove-Item Env:{name} -ErrorAction SilentlyContinue\n",
    "cmd": lambda name: f'set "{name}="\n',
}
UNSET_FORMATS = tuple(_UNSET)
ENDPOINT_FORMATS = tuple(form for form in FORMATS if form not in {"bamboo", "github", "gitlab"})
"""Build servers take keys alone."""


def unset(form: str) -> str:
    """Return the commands that take the variables back, in one of UNSET_FORMATS."""
    return "".join(_UNSET[form](name) for name in _OURS)
