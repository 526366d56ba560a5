"""How each leg is reached: what its table says, what `[tls]` says for all of them, and what is wrong with that."""

from collections.abc import Mapping

from awsfed.outside.legs import LEGS, Leg
from awsfed.settings.problems import Problem
from awsfed.settings.values import Origin

_FIELDS = ("proxy", "client_certificate", "client_key")


def leg_settings(origins: Mapping[str, Origin]) -> dict[str, Leg]:
    """Return every leg by the name of its table; one without a bundle of its own trusts that of `[tls]`."""
    return {name: _leg(name, origins) for name in LEGS}


def _leg(name: str, origins: Mapping[str, Origin]) -> Leg:
    parts = {field: origins[f"{name}.{field}"].value for field in _FIELDS}
    bundle = origins[f"{name}.ca_bundle"].value or origins["tls.ca_bundle"].value
    return Leg(name=name, ca_bundle=bundle, **parts)  # type: ignore[arg-type]  # the kinds of the table decide


def leg_problems(origins: Mapping[str, Origin]) -> list[Problem]:
    """Return keys without a certificate, and bundles that would get around one that is locked."""
    problems = []
    for name in LEGS:
        bundle, certificate, key = (
            origins[f"{name}.{field}"] for field in ("ca_bundle", "client_certificate", "client_key")
        )
        if key.value is not None and certificate.value is None:
            message = f"belongs to no certificate: {name}.client_certificate is not set"
            hint = f"set {name}.client_certificate, or remove the line"
            problems.append(_problem(key, f"{name}.client_key", message, hint))
        if bundle.value is not None and origins["tls.ca_bundle"].locked and not bundle.locked:
            hint = f"remove the line; an administrator can lock {name}.ca_bundle too"
            problems.append(_problem(bundle, f"{name}.ca_bundle", "gets around tls.ca_bundle, which is locked", hint))
    return problems


def _problem(origin: Origin, key: str, message: str, hint: str) -> Problem:
    return Problem(file=origin.file or origin.source, line=origin.line, key=key, message=message, hint=hint)
