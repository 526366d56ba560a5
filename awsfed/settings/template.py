"""The settings file that `awsfed config init` writes: what is known is set, the rest stands there as a comment."""

from collections.abc import Iterator, Mapping
from itertools import groupby

from awsfed.settings.key import Key
from awsfed.settings.table import CONNECTORS, KEYS, NAME, TABLE, partition_keys, plain_keys, registry_key
from awsfed.settings.written import as_key, as_toml

_HEAD = """\
# Settings of awsfed. A line without # is set; the others show defaults, or an example where there is none.
# Variables named AWSFED_… and options of the command line come before this file; awsfed config show tells what counts.
"""
_CONNECTOR_EXAMPLE = """
# A connector: who may have which credentials.
# [connectors.dev]
# type = "ASSUME_ROLE"
# key = "main"
# role_arn = "arn:aws:iam::123456789012:role/developer"
# groups = ["developers"]
# duration = "4h"
"""
_REGISTRY_EXAMPLE = """
[registries]
# {sentence}
# "123456789012.dkr.ecr.eu-central-1.amazonaws.com" = {example}
"""
_EXAMPLE_KEY = "main"
_EXAMPLE_PARTITION = "partitions.aws-iso"


def template(answers: Mapping[str, object]) -> str:
    """Return the text of a settings file.

    Answers go by dotted names: settings, `keys.NAME.…`, and `connectors.NAME` with a table of fields.
    """
    sections = [_HEAD]
    for table, keys in groupby(plain_keys(), key=lambda key: key.table):
        sections.append(_section(table, list(keys), answers, commented=False))
    registry = registry_key()
    sections.append(_REGISTRY_EXAMPLE.format(sentence=registry.sentence, example=as_toml(registry.example)))
    sections.append(_section(_EXAMPLE_PARTITION, list(partition_keys()), {}, commented=True))
    sections += _access_keys(answers)
    sections += _connectors(answers)
    return "".join(sections)


def _access_keys(answers: Mapping[str, object]) -> Iterator[str]:
    keys = [key for key in TABLE if NAME in key.path]
    fields = {key.path[-1] for key in keys}
    paths = [name.removeprefix(f"{KEYS}.").rpartition(".") for name in answers if name.startswith(f"{KEYS}.")]
    names = list(dict.fromkeys(name for name, _, field in paths if field in fields))
    for name in names or [_EXAMPLE_KEY]:
        own = {f"{KEYS}.{NAME}.{field}": answers.get(f"{KEYS}.{name}.{field}") for field in fields}
        yield _section(f"{KEYS}.{as_key(name)}", keys, own, commented=not names)


def _connectors(answers: Mapping[str, object]) -> Iterator[str]:
    tables = {name.partition(".")[2]: table for name, table in answers.items() if name.startswith(f"{CONNECTORS}.")}
    for name, table in tables.items():
        if isinstance(table, Mapping):
            lines = (f"{as_key(field)} = {as_toml(value)}\n" for field, value in table.items() if value is not None)
            yield f"\n[{CONNECTORS}.{as_key(name)}]\n{''.join(lines)}"
    if not tables:
        yield _CONNECTOR_EXAMPLE


def _section(table: str, keys: list[Key], answers: Mapping[str, object], *, commented: bool) -> str:
    """Return one table; its head is no comment, so that a line in it can be switched on by itself."""
    lines = [f"\n{'# ' if commented else ''}[{table}]\n"]
    for key in keys:
        variable = f" Variable: {key.variable}." if key.variable else ""
        lines.append(f"# {key.sentence[:-1]} ({key.kind.words}).{variable}\n")
        answer = answers.get(key.name)
        if answer is not None:
            lines.append(f"{key.path[-1]} = {as_toml(answer)}\n")
        else:
            usual = key.example if key.default is None or key.default == () else key.default
            lines.append(f"# {key.path[-1]} = {as_toml(usual)}\n")
    return "".join(lines)
