"""A home in which awsfed works against the sandbox, and the environment that leads there."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from awsfed.sandbox.aws.iam import ACCOUNT
from awsfed.sandbox.aws.seeds import BROKER, BUCKET, EXTERNAL_ID, REGION

_KEPT = frozenset(
    {
        *(
            "PATH",
            "TERM",
            "COLORTERM",
            "NO_COLOR",
            "LANG",
            "LANGUAGE",
            "TZ",
            "COLUMNS",
            "LINES",
            "SHELL",
            "USER",
            "LOGNAME",
        ),
        *("TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "COMSPEC", "PATHEXT", "USERNAME"),
    }
)
_FOLDERS = {
    "XDG_CONFIG_HOME": ".config",
    "XDG_CACHE_HOME": ".cache",
    "XDG_STATE_HOME": ".local/state",
    "XDG_DATA_HOME": ".local/share",
}
_LOOPBACK = "127.0.0.1,localhost,::1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the sandbox is and the secrets that open it."""

    crowd_url: str
    crowd_application: str
    crowd_password: str = field(repr=False)
    aws_url: str
    access_key_id: str
    secret_access_key: str = field(repr=False)


def write(home: Path, addresses: Addresses) -> dict[str, str]:
    """Write settings, secrets and empty folders below `home`; only their owner can read them."""
    home = home.absolute()
    _folder(home)
    environment = environment_of(home, addresses.aws_url, os.environ)
    for name in _FOLDERS:
        _folder(Path(environment[name]))
    sandbox = home / "sandbox"
    password, credentials = sandbox / "crowd-application-password", sandbox / "broker-credentials"
    _file(password, addresses.crowd_password + "\n")
    _file(
        credentials,
        f"[{BROKER}]\naws_access_key_id = {addresses.access_key_id}\n"
        f"aws_secret_access_key = {addresses.secret_access_key}\n",
    )
    settings = _settings(addresses, password, credentials)
    _file(config_file(environment), settings)
    if sys.platform == "darwin":
        _file(home / "Library" / "Application Support" / "awsfed" / "config.toml", settings)
    return environment


def config_file(environment: Mapping[str, str]) -> Path:
    """Where awsfed's settings are in an environment that `write` returned."""
    return Path(environment["XDG_CONFIG_HOME"]) / "awsfed" / "config.toml"


def environment_of(home: Path, aws_url: str, surroundings: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of a child: what terminals and systems need, and nothing that could hold a secret."""
    environment = {name: text for name, text in surroundings.items() if name in _KEPT or name.startswith("LC_")}
    environment |= {name: str(home / folder) for name, folder in _FOLDERS.items()}
    scripts = str(Path(sys.executable).parent)
    environment |= {
        "HOME": str(home),
        "PATH": os.pathsep.join([scripts, *filter(None, [surroundings.get("PATH")])]),
        "AWS_ENDPOINT_URL": aws_url,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": _LOOPBACK,
        "no_proxy": _LOOPBACK,
        "BROWSER": "true",
    }
    if sys.platform == "win32":
        environment |= {"USERPROFILE": str(home), "APPDATA": str(home), "LOCALAPPDATA": str(home)}
    return environment


def _folder(path: Path) -> None:
    """Make a folder for its owner alone; those above it, below the home, are made in the same way."""
    if not path.parent.exists():
        _folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    path.chmod(0o700)


def _file(path: Path, text: str) -> None:
    _folder(path.parent)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def _settings(addresses: Addresses, password: Path, credentials: Path) -> str:
    """Settings with a connector for each of the three STS calls, and for each group of the default directory."""
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "s3:*", "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]}
        ],
    }
    role = f"arn:aws:iam::{ACCOUNT}:role"
    return f"""\
[crowd]
url = {_toml(addresses.crowd_url)}
application = {_toml(addresses.crowd_application)}
secret = {_toml(f"file:{password}")}

[access]
administrators = ["aws-admins"]

[secrets]
store = "file"

[aws]
region = "{REGION}"
endpoint = "{addresses.aws_url}"
signin_endpoint = "{addresses.aws_url}"

[keys.main]
source = "profile"
profile = "{BROKER}"
file = {_toml(str(credentials))}

[connectors.dev]
name = "Development"
type = "ASSUME_ROLE"
key = "main"
role_arn = "{role}/developer"
groups = ["aws-developers"]

[connectors.ops]
name = "Operations"
type = "ASSUME_ROLE"
key = "main"
role_arn = "{role}/operations"
external_id = "{EXTERNAL_ID}"
duration = 14400
groups = ["aws-operations"]

[connectors.artifacts]
name = "Build artifacts"
type = "FEDERATION_TOKEN"
key = "main"
policy = {_toml(json.dumps(policy, separators=(",", ":")))}
groups = ["aws-developers"]

[connectors.raw]
name = "The broker itself"
type = "SESSION_TOKEN"
key = "main"
groups = ["aws-admins"]

[connectors.admin]
name = "Administration"
type = "ASSUME_ROLE"
key = "main"
role_arn = "{role}/admin"
"""


def _toml(text: str) -> str:
    """A string in TOML; JSON's escapes are among TOML's."""
    return json.dumps(text, ensure_ascii=False)
