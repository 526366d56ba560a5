"""`[server]`: what it says together, and what is wrong with that."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any
from urllib.parse import urlsplit

from awsfed.model.addresses import is_loopback, parse_address
from awsfed.settings.problems import Problem
from awsfed.settings.values import Origin, SealingSource, ServerSettings

_TLS_HINT = "set server.certificate, or server.trusted_proxies where a proxy in front of it speaks TLS"


def server_settings(origins: Mapping[str, Origin]) -> ServerSettings:
    """Return the table."""
    parts: dict[str, Any] = {field.name: origins[f"server.{field.name}"].value for field in fields(ServerSettings)}
    return ServerSettings(**parts)


def server_problems(origins: Mapping[str, Origin]) -> list[Problem]:
    """Return what would show passwords to a network, and what is missing beside what is there."""
    problems = []
    settings = server_settings(origins)
    listen, url = origins["server.listen"], origins["server.url"]
    if settings.certificate_key and not settings.certificate:
        hint = 'add server.certificate = "…"'
        origin = origins["server.certificate_key"]
        problems.append(_problem(origin, "server.certificate_key", "is set, but no certificate is", hint))
    has_tls = bool(settings.certificate or settings.trusted_proxies)
    if not (is_loopback(settings.listen.host) or has_tls):
        message = "is open to a network, where plain http would show passwords"
        problems.append(_problem(listen, "server.listen", message, _TLS_HINT))
    if urlsplit(settings.url or "").scheme == "https" and not has_tls:
        problems.append(_problem(url, "server.url", "is https, which nothing here speaks", _TLS_HINT))
    if settings.certificate and urlsplit(settings.url or "https:").scheme != "https":
        problems.append(_problem(url, "server.url", "is http, and a certificate is set", "write it as https://"))
    if settings.url and urlsplit(settings.url).path:
        problems.append(_problem(url, "server.url", "has a path", "leave it out: https://awsfed.example.org"))
    if settings.url is None and _is_everywhere(settings.listen.host):
        hint = 'say how people find it: server.url = "https://awsfed.example.org"'
        problems.append(_problem(listen, "server.url", "is not set, but server.listen is every address", hint))
    sealing = settings.sealing_key
    if sealing and sealing.source is SealingSource.KMS and settings.sealing_access_key is None:
        hint = 'name the access key of these settings that may use it: server.sealing_access_key = "main"'
        message = "is not set, but server.sealing_key is in KMS"
        problems.append(_problem(origins["server.sealing_key"], "server.sealing_access_key", message, hint))
    return problems


def _is_everywhere(host: str) -> bool:
    address = parse_address(host)
    return address is not None and address.is_unspecified


def _problem(origin: Origin, key: str, message: str, hint: str) -> Problem:
    return Problem(file=origin.file or origin.source, line=origin.line, key=key, message=message, hint=hint)
