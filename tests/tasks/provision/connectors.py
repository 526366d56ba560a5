"""Connectors of every kind that makes a difference to a template."""

from dataclasses import replace
from typing import Any

from awsfed.model.connector import Connector, ConnectorType

ACCOUNT = "123456789012"


def role_connector(name: str, **changes: Any) -> Connector:
    """Return a connector that assumes the role of its own name."""
    plain = Connector(
        id=name,
        name=name,
        type=ConnectorType.ASSUME_ROLE,
        access_key="main",
        role_arn=f"arn:aws:iam::{ACCOUNT}:role/{name}",
    )
    return replace(plain, **changes)


DEV = role_connector("dev")
TAGGED = role_connector("tagged", user_tags=True, transitive_tags=("crowd:user",), chainable=True)
NAMED = role_connector("named", source_identity=True, chainable=True)
PARTNER = role_connector("partner", external_id="partner:42", duration=14_400)
BEHIND_TAGGED = role_connector("behind-tagged", via="tagged")
BEHIND_NAMED = role_connector("behind-named", via="named", group_tags=("developers",))
CHINA = role_connector("china", partition="aws-cn", role_arn=f"arn:aws-cn:iam::{ACCOUNT}:role/team/dev")
FEDERATED = Connector(
    id="federated",
    name="federated",
    type=ConnectorType.FEDERATION_TOKEN,
    access_key="main",
    omit_policy=True,
)
FEDERATED_TAGGED = replace(FEDERATED, id="federated-tagged", tags=(("team", "a"),))
SESSION = Connector(id="session", name="session", type=ConnectorType.SESSION_TOKEN, access_key="main")
MANY = tuple(
    role_connector(
        f"m{n:03}", role_arn=f"arn:aws:iam::{ACCOUNT}:role/rather/long/path/developer-{n:03}", user_tags=True
    )
    for n in range(100)
)
EVERY = (DEV, TAGGED, NAMED, PARTNER, FEDERATED, SESSION)
