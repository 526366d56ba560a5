"""Credentials in the forms that build servers take variables in."""

import re
from collections.abc import Mapping
from pathlib import Path

from awsfed.errors import ConfigError, InvalidValue
from awsfed.model.secret import Secret
from awsfed.outside.files import append

NAMESPACE = "custom"
GITLAB_LIMIT = 5120
"""Bytes of a dotenv report, unless an administrator of GitLab allows more."""
_NAMES = {
    "AWS_ACCESS_KEY_ID": "aws.accessKeyId",
    "AWS_SECRET_ACCESS_KEY": "aws.secretAccessKey.password",
    "AWS_SESSION_TOKEN": "aws.sessionToken.password",
}
_ECR_NAME = "aws.ecr.password"
_NAMESPACE = re.compile(r"([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)?", re.ASCII)
_GITHUB_FILE = "GITHUB_ENV"


def parse_namespace(text: object) -> str:
    """Return the first part of Bamboo's names, which may be empty; raise InvalidValue for what cannot be one."""
    if not isinstance(text, str) or not _NAMESPACE.fullmatch(text):
        raise InvalidValue("is not a namespace: letters, digits, '-' and '_', in parts with '.' between them")
    return text


def bamboo(values: Mapping[str, str], namespace: str = NAMESPACE, ecr: Secret | None = None) -> str:
    """Return a properties file with the names that build plans use; the word `password` makes Bamboo mask a value.

    Bamboo's task that reads such a file puts a namespace of its own before every name. With `custom` there, and none
    here, scripts find the names that they have always used.
    """
    prefix = f"{namespace}." if namespace else ""
    named = {name: values[variable] for variable, name in _NAMES.items() if variable in values}
    if ecr:
        named[_ECR_NAME] = ecr.reveal()
    return "".join(f"{prefix}{name}={value}\n" for name, value in named.items())


def github(values: Mapping[str, str]) -> str:
    """Return the commands that make GitHub mask the keys in the log; printed before anything else is."""
    return "".join(f"::add-mask::{_escaped(values[name])}\n" for name in _NAMES if name in values)


def github_file(environ: Mapping[str, str]) -> Path:
    """Return the file through which GitHub hands variables to later steps; raise ConfigError where it names none."""
    named = environ.get(_GITHUB_FILE)
    if not named:
        raise ConfigError(f"{_GITHUB_FILE} is not set: this is no step of GitHub Actions", hint="use another --format")
    return Path(named)


def add_to(file: Path, values: Mapping[str, str]) -> None:
    """Hand variables to the later steps of a job; raise StoreError where the file cannot be written."""
    append(file, "".join(f"{name}={value}\n" for name, value in values.items()).encode())


def gitlab(values: Mapping[str, str]) -> str:
    """Return a dotenv report: names and values, with no quotes, comments or empty lines, which GitLab cannot read."""
    return "".join(f"{name}={value}\n" for name, value in values.items())


def _escaped(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
