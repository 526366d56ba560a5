"""Where the server listens, and how many connections it has place for."""

import contextlib
import socket
from collections.abc import Iterator

from awsfed.errors import Busy, ConfigError
from awsfed.settings.values import Listening

_CONNECTIONS = 2_000
_FILES = 2 * _CONNECTIONS
_OWN_FILES = 800
"""For everything else: connections to Crowd and AWS, and those to the database."""
_FEWEST = 50


@contextlib.contextmanager
def bound(at: Listening) -> Iterator[socket.socket]:
    """Keep an address for as long as the block lasts; raise Busy or ConfigError."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            at.host, at.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise ConfigError(f"server.listen names {at.host}, which is no address here") from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError as error:
            reason = (error.strerror or "it cannot be used").lower()
            raise Busy(f"cannot listen at {at}: {reason}", hint="choose another with --listen") from error
        yield listener
    finally:
        listener.close()


def places() -> int:
    """Return how many connections there is place for, once this process may open as many files as the system lets it.

    A limit of 1024, which is usual, is less than our own.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return _CONNECTIONS
    few, many = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if many == resource.RLIM_INFINITY else min(_FILES, many)
    if few != resource.RLIM_INFINITY and few < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, many))
        few = wanted
    return _CONNECTIONS if few == resource.RLIM_INFINITY else max(_FEWEST, min(_CONNECTIONS, few - _OWN_FILES))
