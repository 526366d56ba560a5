"""Tokens that databases of RDS and Aurora take for a password."""

import re

from awsfed.errors import InvalidValue
from awsfed.model.credentials import Credentials
from awsfed.model.partitions import PARTITIONS, parse_region
from awsfed.model.secret import Secret

_LIFE_S = 900
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", re.ASCII)
_SUFFIXES = "|".join(re.escape(suffix) for suffix in {partition.dns_suffix for partition in PARTITIONS.values()})
_REGIONAL = re.compile(rf".+\.(?P<region>[a-z0-9-]+)\.rds\.(?:{_SUFFIXES})", re.ASCII | re.IGNORECASE)


def parse_host(text: object) -> str:
    """Return the host of a database; raise InvalidValue for what cannot be one."""
    if not isinstance(text, str) or not _HOST.fullmatch(text):
        raise InvalidValue("is not the name of a host")
    return text


def region_of(host: str) -> str | None:
    """Return the region that the host of a database tells, or None where it tells none."""
    match = _REGIONAL.fullmatch(host)
    try:
        return parse_region(match["region"].lower()) if match else None
    except InvalidValue:
        return None


def token(host: str, port: int, user: str, *, region: str, credentials: Credentials, now: float) -> Secret:
    """Return a token with which one user may connect to one database, for 15 minutes."""
    from awsfed.outside.signing import encoded, presigned

    query = encoded({"Action": "connect", "DBUser": user})
    url = presigned(
        f"https://{host}:{port}/?{query}",
        service="rds-db",
        region=region,
        credentials=credentials,
        expires_s=_LIFE_S,
        now=now,
    )
    return Secret(url.reveal().removeprefix("https://"))
