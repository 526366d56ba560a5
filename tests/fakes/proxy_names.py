"""A plugin of proxy.py: knows names that nobody else does, and writes down who was asked for."""

import os
from pathlib import Path

from proxy.http.proxy import HttpProxyBasePlugin


class Names(HttpProxyBasePlugin):
    """Every name is this machine."""

    def resolve_dns(self, host: str, port: int) -> tuple[str | None, tuple[str, int] | None]:
        """Note what was asked for, and answer."""
        with Path(os.environ["PROXY_ASKED"]).open("a") as asked:
            asked.write(f"{host}:{port}\n")
        return "127.0.0.1", None
