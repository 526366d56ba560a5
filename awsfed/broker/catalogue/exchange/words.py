"""What is called how on the other side, and the ids that it wants."""

import re
import uuid
from collections.abc import Mapping

from awsfed.broker.catalogue.fields import FIELDS

ACCOUNT_ID, ID, NAME, POLICY, SCOPE, SLUG, VIA = "accountId", "id", "name", "iamPolicy", "scope", "slug", "via"
ALWAYS_THERE = ("externalId", "iamPolicy")
"""Fields that IFAWS shows as empty text where there is nothing."""
NOT_THEIRS = {
    "readOnly": "allow more",
    "regionLock": "allow more",
    "via": "not work",
    "chainable": "not be chained",
    "mfaSerial": "send no MFA code",
}
"""Extensions whose loss changes what a connector does: what it would do on a server that ignores them."""
KEY_ID, CLOUD, SECRET = "awsAccessKeyId", "cloudProviderKey", "awsSecretKey"
_OURS = uuid.uuid5(uuid.NAMESPACE_DNS, "awsfed")


def _camel(name: str) -> str:
    return re.sub(r"_(.)", lambda match: match[1].upper(), name)


THEIRS: Mapping[str, str] = {name: _camel(name) for name in FIELDS} | {"key": ACCOUNT_ID, "policy": POLICY}
"""Their name of each of our fields; those that IFAWS does not have are extensions, named in its manner."""
FIELD_OF: Mapping[str, str] = {theirs: ours for ours, theirs in THEIRS.items()}


def guid(kind: str, name: str) -> str:
    """Return the GUID of a connector or account: a version 5 UUID of its kind and name, the same every time."""
    return str(uuid.uuid5(_OURS, f"{kind}:{name}"))
