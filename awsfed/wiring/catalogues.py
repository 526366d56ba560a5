"""The catalogue that the settings name: which implementation reads it, and with what."""

from pathlib import Path
from typing import TYPE_CHECKING

from awsfed.settings.aws_sources import S3, is_in_aws
from awsfed.settings.folders import is_folder

if TYPE_CHECKING:
    from awsfed.broker.catalogue.fetched import FetchedCatalogue, Source
    from awsfed.broker.catalogue.near import NearCatalogue
    from awsfed.broker.catalogue.signature import Trust
    from awsfed.model.credentials import AccessKey
    from awsfed.wiring.west import WestWing


def named_catalogue(wing: "WestWing") -> "NearCatalogue | FetchedCatalogue | None":
    """Return what `catalogue.source` names, or None where it names nothing."""
    named = wing.settings.catalogue.source
    if named is None:
        return None
    if "://" in named or is_in_aws(named):
        return _fetched(wing, _source(wing, named))
    path, keys, trusted = Path(named), wing.settings.keys, trust(wing)
    if is_folder(path):
        from awsfed.broker.catalogue.sources.directory import DirectoryCatalogue

        return DirectoryCatalogue(path=path, keys=keys, trust=trusted)
    from awsfed.broker.catalogue.sources.file import FileCatalogue

    return FileCatalogue(path=path, keys=keys, trust=trusted)


def trust(wing: "WestWing") -> "Trust":
    """Return what the settings want of signatures."""
    from awsfed.broker.catalogue.signature import Trust

    settings = wing.settings.catalogue
    return Trust(
        public_keys=settings.public_keys,
        required=settings.require_signature,
        folder=wing.state_directory / "catalogue",
        clock=wing.clock,
    )


def _fetched(wing: "WestWing", source: "Source") -> "FetchedCatalogue":
    from awsfed.broker.catalogue.fetched import FetchedCatalogue
    from awsfed.outside.processes import StartBehind, start_detached

    folder = wing.cache_directory / "catalogue"
    behind = StartBehind(
        directory=folder,
        clock=wing.clock,
        arguments=wing.arguments,
        start=lambda command: start_detached(command, wing.environ),  # the key that reads it may be in there
    )
    return FetchedCatalogue(
        source=source,
        keys=wing.settings.keys,
        max_age_s=wing.settings.catalogue.max_age_s,
        stale_for_s=wing.settings.catalogue.stale_for_s,
        folder=folder,
        clock=wing.clock,
        retries=wing.retries,
        trust=trust(wing),
        refresh_behind=lambda: behind("refresh", ["catalogue", "refresh"]),
    )


def _source(wing: "WestWing", named: str) -> "Source":
    if not is_in_aws(named):
        from awsfed.broker.catalogue.sources.web import WebSource

        return WebSource(url=named, http=wing.http("catalogue"))
    region = wing.settings.catalogue.region or ""

    def key() -> "AccessKey":
        from awsfed.broker.keys.missing import loaded

        name = wing.settings.catalogue.key or ""
        return loaded(name, wing.access_key_source(name))

    if named.startswith(S3):
        from awsfed.broker.catalogue.sources.s3 import S3Source

        return S3Source(name=named, door=wing.aws_door, key=key, region=region)
    from awsfed.broker.catalogue.sources.ssm import SsmSource

    return SsmSource(name=named, door=wing.aws_door, key=key, region=region)
