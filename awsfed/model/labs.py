"""The Labs features of the vendor's app: switches that whoever runs the broker turns on and off."""

from dataclasses import dataclass

_PARTITIONS = {"aws-cn": "china_partition", "aws-us-gov": "govcloud_partition"}
"""The switch of each partition that has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labs:
    """Each switch, as it stands when nobody has touched it.

    The first two and the last are on, for nobody gets there by accident: a connector names its partition, and a key
    that it is a role.
    """

    china_partition: bool = True
    govcloud_partition: bool = True
    disable_implicit_connector_visibility_for_administrators: bool = False
    """Whether administrators see and use only what is granted to their groups, as everybody does."""
    role_as_access_key: bool = True
    """Whether the role of the broker's machine may be an access key."""

    def closing(self, partition: str) -> str | None:
        """Return the switch that keeps connectors of a partition from being used, or None where none does."""
        name = _PARTITIONS.get(partition)
        return name if name and not getattr(self, name) else None


def switch_name(field: str) -> str:
    """Return the name of a switch on the command line."""
    return field.replace("_", "-")
