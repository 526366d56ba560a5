"""`[catalogue]`: what it says together, and what is wrong with that."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from awsfed.errors import AwsfedError
from awsfed.settings.aws_sources import is_in_aws
from awsfed.settings.folders import documents_in, is_folder
from awsfed.settings.problems import Problem
from awsfed.settings.values import CatalogueSettings, Origin

_FIELDS = ("source", "max_age_s", "stale_for_s", "key", "region", "public_keys", "require_signature")


def catalogue_settings(origins: Mapping[str, Origin]) -> CatalogueSettings:
    """Return the table; `region` is that of `[aws]` where it has none of its own."""
    parts: dict[str, Any] = {name: origins[f"catalogue.{name}"].value for name in _FIELDS}
    parts["region"] = parts["region"] or origins["aws.region"].value
    return CatalogueSettings(**parts)


def catalogue_problems(origins: Mapping[str, Origin]) -> list[Problem]:
    """Return what is missing beside what is there."""
    problems = []
    source, required = origins["catalogue.source"], origins["catalogue.require_signature"]
    settings = catalogue_settings(origins)
    if is_in_aws(settings.source):
        if settings.key is None:
            hint = 'name the access key that reads it: catalogue.key = "main"'
            problems.append(_problem(source, "catalogue.key", "is not set, but catalogue.source is in AWS", hint))
        if settings.region is None:
            hint = 'say where it is: catalogue.region = "eu-central-1"'
            problems.append(_problem(source, "catalogue.region", "is not set, but catalogue.source is in AWS", hint))
    if settings.require_signature and not settings.public_keys:
        hint = "awsfed catalogue keygen prints a public key"
        message = "is true, but there is no key in catalogue.public_keys"
        problems.append(_problem(required, "catalogue.require_signature", message, hint))
    return problems


def local_files(source: str | None) -> tuple[Path, ...]:
    """Return every file of a catalogue on this machine, a folder with its documents; nothing for any other."""
    if source is None or "://" in source or is_in_aws(source):
        return ()
    path = Path(source)
    if not is_folder(path):
        return (path,)
    try:
        return (path, *documents_in(path))
    except AwsfedError:  # whoever reads the catalogue says why
        return (path,)


def _problem(origin: Origin, key: str, message: str, hint: str) -> Problem:
    return Problem(file=origin.file or origin.source, line=origin.line, key=key, message=message, hint=hint)
