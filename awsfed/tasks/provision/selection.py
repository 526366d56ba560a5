"""Which connectors a template is for."""

from collections.abc import Sequence

from awsfed.errors import NotFound, Refused
from awsfed.model.connector import Connector, ConnectorType


def of_key(connectors: Sequence[Connector], name: str | None) -> tuple[str, list[Connector]]:
    """Return the name of an access key, and the connectors whose first call it makes.

    Args:
        connectors: all of them.
        name: of the key; None for the only one in use.

    Raises:
        NotFound: no connector uses it, or none was named and there are several.
        Refused: the connectors lie in several partitions, and a key belongs to one.
    """
    calling = [one for one in connectors if one.via is None and one.type is not ConnectorType.PROVIDED]
    names = sorted({one.access_key for one in calling})
    if name is None and len(names) > 1:
        raise NotFound(f"which access key? connectors use {', '.join(names)}", hint="name it after the command")
    if name is None and not names:
        raise NotFound("no connector calls STS, so there is nothing to allow", hint="awsfed config check")
    name = name or names[0]
    found = [one for one in calling if one.access_key == name]
    if not found:
        raise NotFound(
            f"no connector uses the access key {name!r}, so there is nothing to allow",
            hint=f'add connectors with key = "{name}" first; awsfed provision role then makes their roles',
        )
    partitions = sorted({one.partition for one in found})
    if len(partitions) > 1:
        raise Refused(
            f"the connectors of access key {name!r} are in the partitions {' and '.join(partitions)}",
            hint="a key belongs to one of them: name another key in the other connectors",
        )
    return name, found
