"""What temporary keys can and cannot do: signing another call, being passed on, and giving no more than an hour."""

from datetime import UTC, datetime

from awsfed.broker.sts.refusals import ASK
from awsfed.errors import Refused
from awsfed.model.connector import CHAINED_LIMIT_S, Connector, ConnectorType
from awsfed.model.credentials import AccessKey, Credentials


def as_key(connector: Connector, credentials: Credentials) -> AccessKey:
    """Return vended credentials as a key for another call."""
    return AccessKey(
        name=connector.id,
        access_key_id=credentials.access_key_id,
        secret_access_key=credentials.secret_access_key,
        session_token=credentials.session_token,
    )


def passed_on(connector: Connector, key: AccessKey, now: float) -> Credentials:
    """Return the credentials of this machine's role, which say nothing of the user, with the end that they have.

    Raises:
        Refused: the key is another than that of the machine's role.
    """
    if key.session_token is None or key.expires_at is None:
        raise _about_the_key(
            f"connector {connector.label} passes on the role of this machine, and access key {key.name!r} is another",
            hint=f'write source = "instance" or source = "container" under [keys.{key.name}]',
        )
    return Credentials(
        access_key_id=key.access_key_id,
        secret_access_key=key.secret_access_key,
        session_token=key.session_token,
        issued_at=int(now),
        expires_at=key.expires_at,
        expiration=datetime.fromtimestamp(key.expires_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def check_chained(connector: Connector, key: AccessKey) -> None:
    """Refuse what AWS would refuse because the key is itself temporary.

    Raises:
        Refused: a role for more than an hour, or a call that only the key of a user can make.
    """
    if key.is_long_term:
        return
    if connector.type is not ConnectorType.ASSUME_ROLE:
        raise _about_the_key(
            f"connector {connector.label} needs the key of a user, and access key {key.name!r} is a temporary one",
            hint="use a connector of type ASSUME_ROLE",
        )
    if connector.duration is not None and connector.duration > CHAINED_LIMIT_S:
        raise Refused(
            f"connector {connector.label} asks for {connector.duration} s, and a role that is assumed with a temporary"
            f" key lasts {CHAINED_LIMIT_S} s at most",
            hint=f"awsfed … --duration 1h, or duration = {CHAINED_LIMIT_S} in the connector",
        )


def _about_the_key(message: str, *, hint: str) -> Refused:
    """Return an error whose access key is named to those only who look after the broker."""
    error = Refused(message, hint=hint)
    error.outward = Refused("the connector is not set up correctly: its access key cannot make this call", hint=ASK)
    return error
