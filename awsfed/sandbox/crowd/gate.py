"""Who may call at all: the application's own credentials first, then the address it calls from."""

import ipaddress
import secrets

from werkzeug.wrappers import Request

from awsfed.sandbox.crowd.directory import Application, Directory
from awsfed.sandbox.crowd.entities import Network
from awsfed.sandbox.crowd.errors import ContainerRefusal
from awsfed.sandbox.crowd.oauth import Tokens


def admit(request: Request, directory: Directory, tokens: Tokens) -> None:
    """Return for a caller that may go on; raise the container's 401 or 403 for any other."""
    application = directory.application
    if not _is_application(request, application, tokens):
        challenge = 'Bearer realm="Crowd"' if application.auth == "client_credentials" else 'Basic realm="Crowd"'
        raise ContainerRefusal(401, text="Application failed to authenticate", headers={"WWW-Authenticate": challenge})
    address = _caller(request, application)
    if not _within(address, application.allowed_addresses):
        message = f'Client with address "{address}" is forbidden from making requests to the application, '
        raise ContainerRefusal(403, f"{message}{application.name}.")


def _is_application(request: Request, application: Application, tokens: Tokens) -> bool:
    sent = request.authorization
    if sent is None:
        return False
    if sent.type == "bearer":
        return application.auth != "basic" and tokens.holds(sent.token or "")
    if sent.type != "basic" or application.auth == "client_credentials":
        return False
    right = secrets.compare_digest((sent.password or "").encode(), application.password.encode())
    return right and (sent.username or "").lower() == application.name.lower()


def _caller(request: Request, application: Application) -> str:
    """The forwarded address counts only when the peer and every later proxy are trusted."""
    peer = request.remote_addr or ""
    chain = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
    if chain and all(_within(proxy, application.trusted_proxies) for proxy in (*chain[1:], peer)):
        return chain[0]
    return peer


def _within(address: str, networks: tuple[Network, ...]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)
