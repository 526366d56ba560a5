"""Signature version 4 computed from its description alone, to check what awsfed signed."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlsplit


@dataclass(frozen=True)
class Presigned:
    """An address with a signature in it, taken apart."""

    method: str
    host: str
    path: str
    query: dict[str, str]

    @classmethod
    def read(cls, url: str) -> "Presigned":
        parts = urlsplit(url)
        assert "+" not in parts.query
        pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True)
        assert len(pairs) == len(dict(pairs))
        return cls("GET", parts.netloc, parts.path, dict(pairs))

    @property
    def access_key_id(self) -> str:
        return self.query["X-Amz-Credential"].split("/")[0]

    @property
    def scope(self) -> list[str]:
        """Region and service."""
        return self.query["X-Amz-Credential"].split("/")[2:4]

    @property
    def signed_at(self) -> datetime:
        return datetime.strptime(self.query["X-Amz-Date"] + "+0000", "%Y%m%dT%H%M%SZ%z")

    def matches(self, secret: str, **headers: str) -> bool:
        """Tell whether the secret makes the same signature, with these headers signed besides the host."""
        signed = {"host": self.host, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.query["X-Amz-SignedHeaders"] != ";".join(sorted(signed)):
            return False
        query = sorted((quote(n, safe="-_.~"), quote(v, safe="-_.~")) for n, v in self.query.items())
        canonical = [
            self.method,
            self.path,
            "&".join(f"{name}={value}" for name, value in query if name != "X-Amz-Signature"),
            *(f"{name}:{signed[name]}" for name in sorted(signed)),
            "",
            ";".join(sorted(signed)),
            hashlib.sha256(b"").hexdigest(),
        ]
        region, service = self.scope
        at = self.query["X-Amz-Date"]
        return signature(secret, at, region, service, "\n".join(canonical)) == self.query["X-Amz-Signature"]


def signature(secret: str, at: str, region: str, service: str, canonical: str) -> str:
    """Sign a canonical request."""
    scope = f"{at[:8]}/{region}/{service}/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{at}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
