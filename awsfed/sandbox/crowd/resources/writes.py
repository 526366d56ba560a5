"""What would change the directory: refused, as a directory mapping without write permissions refuses it."""

from awsfed.sandbox.crowd.errors import permission_denied
from awsfed.sandbox.crowd.exchange import Answer, Exchange


def refuse(exchange: Exchange) -> Answer:
    """Answer 403 APPLICATION_PERMISSION_DENIED, whatever was asked."""
    raise permission_denied(exchange.directory.application.name)
