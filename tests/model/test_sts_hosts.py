"""Where STS is asked, beside where botocore would ask."""

from typing import Any
from urllib.parse import urlsplit

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.loaders import Loader

from awsfed.errors import ConfigError
from awsfed.model.endpoints import Variant, sts_host
from awsfed.model.partitions import PARTITIONS, parse_region

VARIANTS = [Variant(fips=fips, dualstack=dualstack) for fips in (False, True) for dualstack in (False, True)]


def regions() -> list[str]:
    """Return every region that botocore knows, and one that nobody does."""
    partitions = Loader(include_default_search_paths=True).load_data("partitions")["partitions"]
    listed = [region for partition in partitions for region in partition["regions"] if "global" not in region]
    assert {partition.default_region for partition in PARTITIONS.values()} <= {*listed}
    return [*listed, parse_region("eu-new-7")]


class Stopped(Exception):
    """The request was about to leave."""


def sent(loader: Loader, region: str, variant: Variant) -> tuple[str, str, str]:
    """Return the URL, the signed scope and the host that a client knows itself by."""
    config = Config(use_fips_endpoint=variant.fips, use_dualstack_endpoint=variant.dualstack)
    session = botocore.session.Session()
    session.register_component("data_loader", loader)
    client: Any = session.create_client(
        "sts", region_name=region, aws_access_key_id="AKIAX", aws_secret_access_key="secret", config=config
    )
    seen = []

    def stop(request: Any, **more: object) -> None:
        seen.append((request.url, str(request.headers["Authorization"]).split("/", 2)[2].split(",")[0]))
        raise Stopped

    client.meta.events.register("before-send.sts", stop)
    with pytest.raises(Stopped):
        client.get_caller_identity()
    return *seen[0], client.meta.endpoint_url


@pytest.fixture(scope="module")
def complete() -> Loader:
    """Botocore's own loader, which reads its big table once."""
    return Loader(include_default_search_paths=True)


def outcome(loader: Loader, region: str, variant: Variant) -> object:
    """Return where a call goes, or the name of the error."""
    try:
        return sent(loader, region, variant)
    except BotoCoreError as error:
        return type(error).__name__


@pytest.mark.parametrize("region", regions())
def test_our_own_table_of_hosts_is_that_of_botocore(complete: Loader, region: str) -> None:
    """Calls, and tokens for clusters, go to the host that botocore would ask and sign for the same region."""
    for variant in VARIANTS:
        found = outcome(complete, region, variant)
        try:
            host = sts_host(region, variant)
        except ConfigError:
            assert variant.fips or "EndpointVariantError" == found
        else:
            assert isinstance(found, tuple)
            assert (host, f"{region}/sts/aws4_request") == (urlsplit(found[0]).hostname, found[1])
