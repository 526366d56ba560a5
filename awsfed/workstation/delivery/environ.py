"""Credentials as environment variables: for a child, or as text that some shell or tool reads."""

import json
from collections.abc import Callable, Mapping

from awsfed.model.credentials import Credentials
from awsfed.settings.variables import secret_variables

EXEC_MARK = "AWSFED_EXEC"
"""Set for a child of `awsfed exec` to the name of the connector."""
_OURS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
)
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
    base = {name: value for name, value in without_secrets(environ).items() if name not in (*_OURS[:4], *_MISLEADING)}
    return base | variables(credentials, region) | {EXEC_MARK: connector}


def variables(credentials: Credentials, region: str | None) -> dict[str, str]:
    """Return the variables that SDKs look for; both names of the region, since each is ignored by some."""
    values = {
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key.reveal(),
        "AWS_SESSION_TOKEN": credentials.session_token.reveal(),
        "AWS_CREDENTIAL_EXPIRATION": credentials.expiration,
    }
    return values | ({"AWS_REGION": region, "AWS_DEFAULT_REGION": region} if region else {})


def _single_quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _bash(values: Mapping[str, str]) -> str:
    return "".join(f"export {name}={_single_quoted(value)}\n" for name, value in values.items())


def _fish(values: Mapping[str, str]) -> str:
    quoted = {name: value.replace("\\", "\\\\").replace("'", "\\'") for name, value in values.items()}
    return "".join(f"set -gx {name} '{value}'\n" for name, value in quoted.items())


def _powershell(values: Mapping[str, str]) -> str:
    quoted = {name: value.replace("'", "''") for name, value in values.items()}
    return "".join(f"$Env:{name} = '{value}'\n" for name, value in quoted.items())


def _cmd(values: Mapping[str, str]) -> str:
    return "".join(f'set "{name}={value}"\n' for name, value in values.items())


def _dotenv(values: Mapping[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in values.items())


def _json(values: Mapping[str, str]) -> str:
    return json.dumps(dict(values), indent=2) + "\n"


def _bamboo(values: Mapping[str, str]) -> str:
    """Name them as build plans do; the word `password` makes Bamboo mask a value in its logs."""
    names = {
        "AWS_ACCESS_KEY_ID": "custom.aws.accessKeyId",
        "AWS_SECRET_ACCESS_KEY": "custom.aws.secretAccessKey.password",
        "AWS_SESSION_TOKEN": "custom.aws.sessionToken.password",
    }
    return "".join(f"{names[name]}={value}\n" for name, value in values.items() if name in names)


FORMATS: Mapping[str, Callable[[Mapping[str, str]], str]] = {
    "bash": _bash,
    "fish": _fish,
    "powershell": _powershell,
    "cmd": _cmd,
    "dotenv": _dotenv,
    "json": _json,
    "bamboo": _bamboo,
}
_UNSET: Mapping[str, Callable[[str], str]] = {
    "bash": lambda name: f"unset {name}\n",
    "fish": lambda name: f"set -e {name}\n",
    "powershell": lambda name: f"Remove-Item Env:{name} -ErrorAction SilentlyContinue\n",
    "cmd": lambda name: f'set "{name}="\n',
}
UNSET_FORMATS = tuple(_UNSET)


def unset(form: str) -> str:
    """Return the commands that take the variables back, in one of UNSET_FORMATS."""
    return "".join(_UNSET[form](name) for name in _OURS)
