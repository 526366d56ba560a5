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
    """Return keys without a certificate."""
    problems = []
    for name in LEGS:
        certificate, key = origins[f"{name}.client_certificate"], origins[f"{name}.client_key"]
        if key.value is not None and certificate.value is None:
            problems.append(
                Problem(
                    file=key.file or key.source,
                    line=key.line,
                    key=f"{name}.client_key",
                    message=f"belongs to no certificate: {name}.client_certificate is not set",
                    hint=f"set {name}.client_certificate, or remove the line",
                )
            )
    return problems
