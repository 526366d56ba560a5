"""Sessions between two uses: one record an issuer, in the keyring or a private file."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from awsfed.errors import CorruptEntry, LoginRequired
from awsfed.model.identity import Session
from awsfed.model.secret import Secret
from awsfed.outside.secrets.interface import SecretStore


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Sessions:
    """Keeps and finds sessions."""

    store: Callable[[], SecretStore]
    """Opened at first use: a keyring is slow, and a cached answer needs none."""

    def load(self, issuer: str) -> Session:
        """Return the session for an issuer, live or ended.

        Raises:
            LoginRequired: there is none.
            StoreError: the place where it should be cannot be read.
        """
        record = self.store().get(_entry(issuer))
        if record is None:
            raise LoginRequired(f"login required for {issuer}", hint="awsfed login")
        try:
            fields = json.loads(record.reveal())
            token = fields.pop("token", None)
            session = Session(**fields, token=Secret(token) if token else None)
            well_formed = all(
                isinstance(getattr(session, name), kind)
                for name, kind in (("key", str), ("name", str), ("ends_at", int), ("signed_in_at", int))
            ) and isinstance(token, str | None)
        except (ValueError, TypeError, AttributeError, RecursionError):
            well_formed, session = False, None
        if session is None or not well_formed or session.issuer != issuer:
            raise CorruptEntry(f"the stored session for {issuer} is not one of ours", hint="awsfed login")
        return session

    def check(self, issuer: str) -> None:
        """Make sure that there is a place for a session; a keyring tells only when it is asked for something.

        Raises:
            StoreError: there is none, or it cannot be used.
        """
        self.store().get(_entry(issuer))

    def keep(self, session: Session) -> None:
        """Keep a session, in place of any other for its issuer."""
        fields = asdict(replace(session, token=None)) | {"token": session.token.reveal() if session.token else None}
        self.store().put(_entry(session.issuer), Secret(json.dumps(fields)))

    def forget(self, issuer: str) -> bool:
        """Remove the session for an issuer; tell whether there was one."""
        return self.store().delete(_entry(issuer))


def _entry(issuer: str) -> str:
    return f"session:{issuer}"
