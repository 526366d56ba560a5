"""Catalogues that are kept in AWS, as the settings name them."""

import re

from awsfed.errors import InvalidValue

S3, SSM = "s3://", "ssm:/"
# Of a key only what every tool writes in the same way; of both nothing that could be an ARN or a path upwards.
_S3 = r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(?P<key>[A-Za-z0-9!_.*'()-][A-Za-z0-9!_.*'()/-]{0,1000})"
_SSM = r"ssm:(?P<path>(?:/[A-Za-z0-9_.-]{1,400}){1,15}/?)"


def parse_s3(text: str) -> tuple[str, str]:
    """Return bucket and key of `s3://BUCKET/KEY`; raise InvalidValue for anything else."""
    match = re.fullmatch(_S3, text)
    if match is None or match["key"].endswith("/") or "//" in match["key"]:
        raise InvalidValue("is not an object of S3, such as s3://bucket/awsfed/connectors.toml")
    return match["bucket"], match["key"]


def parse_ssm(text: str) -> str:
    """Return the path of `ssm:/PATH`, a parameter, or `ssm:/PATH/`, all right below it; raise InvalidValue else."""
    match = re.fullmatch(_SSM, text)
    if match is None or len(match["path"]) > 1000:  # noqa: PLR2004 - of 1011 that a name may have, for a suffix
        raise InvalidValue("is not a parameter such as ssm:/awsfed/connectors, or ssm:/awsfed/ for all below it")
    return match["path"]


def is_in_aws(source: str | None) -> bool:
    """Tell whether a source is read with an access key."""
    return source is not None and source.startswith((S3, SSM))
