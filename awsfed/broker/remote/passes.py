"""What a session's token is to a broker: the dialect it speaks, and what to show it. Written `DIALECT KIND TEXT`."""

import re
from dataclasses import dataclass, field
from enum import Enum

from awsfed.errors import LoginRequired
from awsfed.model.identity import Session
from awsfed.model.secret import Secret

OURS = "awsfed/1"
IFAWS = "ifaws/"
"""What the dialect of the vendor's app begins with; its version follows."""
_WRITTEN = re.compile(r"(?P<dialect>[a-z]+/[0-9.]{1,8}) (?P<kind>bearer|cookie) (?P<text>[\x20-\x7e]{1,16384})")


class Kind(Enum):
    """How it is shown."""

    BEARER = "bearer"
    COOKIE = "cookie"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What opens a broker for one user."""

    dialect: str
    kind: Kind
    text: str = field(repr=False)

    def secret(self) -> Secret:
        """Return it as a session keeps it."""
        return Secret(f"{self.dialect} {self.kind.value} {self.text}")

    def headers(self) -> dict[str, str]:
        """Return the header that shows it."""
        if self.kind is Kind.COOKIE:
            return {"Cookie": self.text}
        return {"Authorization": f"Bearer {self.text}"}


def login_required(issuer: str) -> LoginRequired:
    """Return the error for a session that is none, or not any more."""
    return LoginRequired(f"login required for {issuer}", hint="awsfed login")


def pass_of(session: Session, issuer: str) -> Pass:
    """Return what a session's own issuer is shown; raise LoginRequired for the session of any other."""
    written = _WRITTEN.fullmatch(session.token.reveal()) if session.token else None
    if written is None or session.issuer != issuer:
        raise login_required(issuer)
    return Pass(dialect=written["dialect"], kind=Kind(written["kind"]), text=written["text"])
