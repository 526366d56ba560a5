"""What somebody typed, made sure of before it goes out."""

from awsfed.errors import InvalidValue, LoginRefused, NotGranted
from awsfed.model.secret import Secret
from awsfed.model.slugs import parse_slug
from awsfed.model.text import parse_name, shown


def parse_login(name: str, secret: Secret) -> str:
    """Return a name that may be sent with a secret; raise LoginRefused where the two cannot be right."""
    try:
        typed = parse_name(name)
    except InvalidValue as error:
        raise LoginRefused(f"the user name {error.message}", hint="awsfed login") from None
    if not secret:
        raise LoginRefused("the password is empty", hint="awsfed login")
    try:
        secret.reveal().encode()
    except UnicodeEncodeError:
        raise LoginRefused("the password is not valid text", hint="awsfed login") from None
    return typed


def parse_connector(connector: str) -> str:
    """Return the id of a connector, which goes into a path as it is; raise NotGranted for what cannot be one."""
    try:
        return parse_slug(connector)
    except InvalidValue:
        raise not_granted(connector) from None


def not_granted(connector: str) -> NotGranted:
    """Return the error for a connector that is unknown or not allowed."""
    return NotGranted(f"no connector {shown(connector, limit=64)!r} for you", hint="awsfed connectors")
