"""A credential helper of git, for the repositories of CodeCommit."""

import re

from awsfed.errors import ConfigError, InvalidValue
from awsfed.model.credentials import Credentials
from awsfed.model.partitions import PARTITIONS, parse_region

ACTIONS = ("get", "store", "erase")
STOP = "quit=1\n"
"""Tells git to ask neither another helper nor the person."""
_GOOD_FOR_S = 14 * 60
_SUFFIXES = "|".join(re.escape(suffix) for suffix in {partition.dns_suffix for partition in PARTITIONS.values()})
_HOST = re.compile(
    rf"(?:vpce-[a-z0-9-]+\.)?git-codecommit(?:-fips)?\.(?P<region>[a-z0-9-]+)\.(?:vpce\.)?(?:{_SUFFIXES})(?::[0-9]{{1,5}})?",
    re.ASCII,
)
_PATH = re.compile(r"/[\x21-\x7e]{1,1000}", re.ASCII)


def parse_request(data: bytes) -> dict[str, str]:
    """Return what git says about the repository: `protocol`, `host`, `path` and whatever else it knows.

    A line ends with a newline and with nothing else, as git-credential(1) says. Whatever other tools take for the end
    of one may stand in a path, which is anybody's choice: a server that redirects, a submodule.
    """
    lines = data.decode("utf-8", "replace").split("\n")
    return {name: value for name, is_pair, value in (line.partition("=") for line in lines) if is_pair}


def region_of(request: dict[str, str]) -> str | None:
    """Return the region of the repository, or None for one that is not CodeCommit's or not asked over https."""
    match = _HOST.fullmatch(request.get("host", "").lower())
    if match is None or request.get("protocol") != "https":
        return None
    try:
        return parse_region(match["region"])
    except InvalidValue:
        return None


def answer(request: dict[str, str], *, region: str, credentials: Credentials, now: float) -> str:
    """Return user name and password for one repository, with the end of both for versions of git that heed it.

    Raises:
        ConfigError: git did not tell the path, which is a part of the signature.
    """
    from awsfed.outside.signing import git_password

    path = f"/{request.get('path', '')}"
    if not _PATH.fullmatch(path):
        raise ConfigError(
            "git did not tell the path of the repository, which CodeCommit's password is made for",
            hint=f'git config --global "credential.https://{request["host"]}.UseHttpPath" true',
        )
    host = request["host"].partition(":")[0]
    password = git_password(host, path, region=region, credentials=credentials, now=now)
    lines = {
        "username": f"{credentials.access_key_id}%{credentials.session_token.reveal()}",
        "password": password.reveal(),
        "password_expiry_utc": str(min(int(now) + _GOOD_FOR_S, credentials.expires_at)),
    }
    return "".join(f"{name}={value}\n" for name, value in lines.items())
