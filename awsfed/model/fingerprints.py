"""What stands for the definition of a connector."""

import hashlib
import json
from dataclasses import asdict
from enum import Enum
from functools import lru_cache

from awsfed.model.connector import Connector


@lru_cache(maxsize=1024)
def fingerprint(connector: Connector) -> str:
    """Return 16 hexadecimal digits that change with any part of the definition."""
    parts = {name: part.value if isinstance(part, Enum) else part for name, part in asdict(connector).items()}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode("utf-8")).hexdigest()[:16]
