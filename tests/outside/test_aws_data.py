"""Lean loading: STS is called exactly as with everything that botocore knows."""

from typing import Any

import botocore.session
import pytest
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader

from awsfed.model.partitions import PARTITIONS
from awsfed.outside.aws_data import StsData

REGIONS = [*(partition.default_region for partition in PARTITIONS.values()), "eu-central-1", "eu-new-7"]


class Stopped(Exception):
    """The request was about to leave."""


def sent(loader: Loader, region: str) -> tuple[str, str, str]:
    """Return the URL, the signed scope and the host that a client knows itself by."""
    session = botocore.session.Session()
    session.register_component("data_loader", loader)
    client: Any = session.create_client(
        "sts", region_name=region, aws_access_key_id="AKIAX", aws_secret_access_key="secret"
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


@pytest.mark.parametrize("region", REGIONS)
def test_every_partition_is_called_where_it_always_was(complete: Loader, region: str) -> None:
    """URL, signature and host do not depend on what was left out."""
    assert sent(complete, region) == sent(StsData(), region)


def test_other_services_are_not_known() -> None:
    """Only STS follows the rule everywhere, so only STS is loaded this way."""
    with pytest.raises(UnknownServiceError):
        StsData().load_service_model("ecr", "service-2")
