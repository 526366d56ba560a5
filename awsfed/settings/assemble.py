"""From single values to the settings, with the rules that need more than one value."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from awsfed.model.endpoints import Variant
from awsfed.model.labs import Labs
from awsfed.model.partitions import PARTITIONS, Partition
from awsfed.settings.catalogue import catalogue_problems, catalogue_settings, local_files
from awsfed.settings.layering import Values
from awsfed.settings.legs import leg_problems, leg_settings
from awsfed.settings.problems import Problem, Severity
from awsfed.settings.server import server_problems, server_settings
from awsfed.settings.table import KEYS, LABS
from awsfed.settings.values import (
    AwsSettings,
    CrowdAuth,
    CrowdSettings,
    KeySettings,
    KeySource,
    Origin,
    Settings,
)
from awsfed.settings.variables import colliding, key_variables


def assemble(values: Values) -> tuple[Settings, list[Problem]]:
    """Return the settings and what is wrong between them."""
    problems = [
        *_crowd_problems(values.origins),
        *_aws_problems(values.origins),
        *_key_problems(values),
        *catalogue_problems(values.origins),
        *leg_problems(values.origins),
        *server_problems(values.origins),
    ]

    def value(name: str) -> Any:
        return values.origins[name].value

    settings = Settings(
        crowd=_crowd(values.origins),
        broker_url=value("broker.url"),
        administrators=value("access.administrators"),
        session_hours=value("session.hours"),
        secrets_store=value("secrets.store"),
        user=value("session.user"),
        connector=value("defaults.connector"),
        max_retries=value("retry.max_retries"),
        await_transition_s=value("retry.await_transition_interval_s"),
        cache=value("cache.mode"),
        long_block_left_s=value("cache.renew_before_s"),
        legs=leg_settings(values.origins),
        aws=AwsSettings(
            region=value("aws.region"),
            endpoint=value("aws.endpoint"),
            signin_endpoint=value("aws.signin_endpoint"),
            variant=Variant(fips=value("aws.use_fips"), dualstack=value("aws.use_dualstack")),
        ),
        catalogue=catalogue_settings(values.origins),
        server=server_settings(values.origins),
        keys={name: _key(name, values.origins) for name in values.keys},
        connectors=values.connectors,
        labs=Labs(**{field.name: value(f"{LABS}.{field.name}") for field in fields(Labs)}),
        partitions=_partitions(values.partitions),
        registries=values.registries,
        files=(*values.files, *local_files(value("catalogue.source"))),
        origins=values.origins,
    )
    return settings, problems


def _crowd(origins: dict[str, Origin]) -> CrowdSettings | None:
    fields = ("url", "application", "auth", "secret", "token_url")
    parts: dict[str, Any] = {part: origins[f"crowd.{part}"].value for part in fields}
    return None if parts["url"] is None or parts["application"] is None else CrowdSettings(**parts)


def _crowd_problems(origins: dict[str, Origin]) -> list[Problem]:
    problems = []
    url, application, token = (origins[f"crowd.{name}"] for name in ("url", "application", "token_url"))
    if url.value is not None and application.value is None:
        hint = 'name the application that awsfed is in Crowd: crowd.application = "awsfed"'
        problems.append(_problem(url, "crowd.application", "is not set, but crowd.url is", hint))
    if token.value is not None and origins["crowd.auth"].value is CrowdAuth.BASIC:
        message = 'is not used while crowd.auth is "basic"'
        problems.append(_problem(token, "crowd.token_url", message, severity=Severity.WARNING))
    return problems


def _aws_problems(origins: dict[str, Origin]) -> list[Problem]:
    """Return switches that choose among AWS's own endpoints while a test host stands in for them."""
    if origins["aws.endpoint"].value is None:
        return []
    hint = "remove one of the two"
    switches = [(name, origins[name]) for name in ("aws.use_fips", "aws.use_dualstack") if origins[name].value]
    return [_problem(origin, name, "is true, but aws.endpoint names a test host", hint) for name, origin in switches]


def _partitions(hosts: Mapping[str, Mapping[str, str]]) -> dict[str, Partition]:
    """Return every partition; a console whose host was set is entered there and at no other."""
    changes: dict[str, dict[str, Any]] = {
        name: {**given, **({"regional_console": False} if "console_host" in given else {})}
        for name, given in hosts.items()
    }
    return {name: replace(partition, **changes.get(name, {})) for name, partition in PARTITIONS.items()}


def _key(name: str, origins: dict[str, Origin]) -> KeySettings:
    fields = ("source", "profile", "file", "roles")
    parts: dict[str, Any] = {part: origins[f"{KEYS}.{name}.{part}"].value for part in fields}
    return KeySettings(name=name, **parts)


def _key_problems(values: Values) -> list[Problem]:
    problems = []
    for name in values.keys:
        key = f"{KEYS}.{name}"
        source, profile, file = (values.origins[f"{key}.{part}"] for part in ("source", "profile", "file"))
        if source.value is KeySource.PROFILE and profile.value is None:
            hint = f'add profile = "…" to [{key}]'
            problems.append(_problem(source, f"{key}.source", 'is "profile", but no profile is named', hint))
        for part, origin in (("profile", profile), ("file", file)):
            if origin.value is not None and source.value is not KeySource.PROFILE:
                hint = f'add source = "profile" to [{key}], or remove the line'
                problems.append(_problem(origin, f"{key}.{part}", 'needs source = "profile"', hint))
    for one, other in colliding(values.keys):
        variable = key_variables(one).secret_access_key
        message = f"and {KEYS}.{one} would both be read from {variable}"
        problems.append(values.keys[other].problem(message, "rename one"))
    return problems


def _problem(
    origin: Origin, key: str, message: str, hint: str | None = None, severity: Severity = Severity.ERROR
) -> Problem:
    file = origin.file or origin.source
    return Problem(file=file, line=origin.line, key=key, message=message, hint=hint, severity=severity)
