"""The part of botocore's data that a call to STS needs.

botocore lists the folders of all its services before it loads one, and reads a table of the endpoints of all of them,
1.2 MB of JSON: together a quarter of a call from a fresh process. STS follows the general rule in every partition, and
the partitions are a small file of botocore's own.
"""

from typing import Any

from botocore.loaders import Loader

SERVICE = "sts"
_RULE = {"hostname": "{service}.{region}.{dnsSuffix}", "protocols": ["https"], "signatureVersions": ["v4"]}
_FIPS = "{service}-fips.{region}.{dnsSuffix}"
_GOV, _ISOLATED = "aws-us-gov", "aws-iso"


class StsData(Loader):
    """Loads as botocore's own loader does, but knows one service, and endpoints by rule."""

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - botocore's signature
        """Return the one service, without looking."""
        return [SERVICE]

    def load_data_with_path(self, name: str) -> tuple[Any, str]:
        """Return a document and where it is; the table of endpoints is made from the partitions."""
        if name != "endpoints":
            found: tuple[Any, str] = super().load_data_with_path(name)
            return found
        document, path = super().load_data_with_path("partitions")
        partitions = [
            {
                "partition": partition["id"],
                "dnsSuffix": partition["outputs"]["dnsSuffix"],
                "regionRegex": partition["regionRegex"],
                "regions": partition["regions"],
                "defaults": _RULE | {"variants": _variants(partition)},
                "services": {},
            }
            for partition in document["partitions"]
        ]
        return {"version": 3, "partitions": partitions}, path


def _variants(partition: Any) -> list[dict[str, Any]]:
    """Return the other endpoints that services of a partition have: for FIPS, for IPv6, and for both."""
    suffix, dual = partition["outputs"]["dnsSuffix"], partition["outputs"]["dualStackDnsSuffix"]
    # In GovCloud the usual host of STS is the one for FIPS.
    fips = {"hostname": _RULE["hostname"] if partition["id"] == _GOV else _FIPS, "dnsSuffix": suffix, "tags": ["fips"]}
    if partition["id"].startswith(_ISOLATED):
        return [fips]
    return [
        fips,
        {"hostname": _FIPS, "dnsSuffix": dual, "tags": ["dualstack", "fips"]},
        {"hostname": _RULE["hostname"], "dnsSuffix": dual, "tags": ["dualstack"]},
    ]
