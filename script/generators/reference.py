"""The reference pages: commands, settings, exit codes."""

from collections.abc import Iterator

from awsfed.broker.catalogue.fields import FIELDS
from awsfed.cli import exits
from awsfed.settings.key import Key
from awsfed.settings.table import HOST, NAME, PARTITION, named_keys, partition_keys, plain_keys, registry_key
from awsfed.settings.variables import VARIABLES
from awsfed.settings.written import as_toml
from script.generators.examples import examples_of
from script.generators.places import PLACES
from script.generators.tree import Command

_MADE = "<!-- Made by script/generate; change its sources instead. -->\n"


def commands(tree: Command) -> str:
    """Return the page of all commands."""
    return f"{_MADE}\n# Commands\n\n" + "\n".join(_command(one) for one in tree.all())


def _command(command: Command) -> str:
    level = "#" * min(len(command.path) + 1, 4)
    parts = [f"{level} {command.name}\n\n", f"```text\n{command.name} {command.usage}\n```\n\n"]
    parts += [f"{text}\n\n" for text in command.paragraphs]
    if command.default:
        parts.append(f"Without the name of a command, `{command.default.path[-1]}` is meant.\n\n")
    parts.append("Options:\n\n")
    for option in command.options:
        value = f" {option.value.metavar}" if option.value else ""
        default = f" Default: `{option.default}`." if option.default else ""
        parts.append(f"- `{', '.join(option.names)}{value}`: {option.help}{default}\n")
    examples = examples_of(command.name, command.examples)
    if examples:
        lines = "".join(f"{line}{f'  # {sentence}' if sentence else ''}\n" for line, sentence in examples)
        parts.append(f"\nExamples:\n\n```sh\n{lines}```\n")
    return "".join(parts)


_ORDER = (
    "Settings are TOML. A value on the command line comes before a variable, a variable before your own file, and your "
    "own file before `/etc/awsfed/config.toml`, unless that file locks the setting: "
    '`locked = ["crowd", "tls.ca_bundle"]` at its top keeps a table or a single setting as it is there. '
    "`awsfed config show` prints every value with the place it comes from.\n\n"
)
_KEYS = f"## [keys.{NAME}]\n\nOne table for each access key; `{NAME}` is its name, which connectors use.\n\n"
_REGISTRIES = (
    f"## [registries]\n\nWhich connector's credentials `docker-credential-awsfed` uses for which registry. `{HOST}` is "
    "written in quotes, for it has dots in it; the host itself comes before patterns, and longer patterns before "
    "shorter ones.\n\n"
)
_PARTITIONS = (
    f"## [partitions.{PARTITION}]\n\nHosts of one partition of AWS, such as `aws-iso`, where awsfed knows none or "
    "another is meant. They are asked over https, and the sign-in is sent temporary credentials: name only hosts of "
    "AWS itself.\n\n"
)
_CONNECTORS = (
    f"## [connectors.{NAME}]\n\nOne table for each connector; `{NAME}` is its id. The same fields describe a connector "
    "in a catalogue.\n\n| Field | Meaning |\n| --- | --- |\n"
)


def settings() -> str:
    """Return the page of all settings, variables and connector fields."""
    return "".join(
        [
            f"{_MADE}\n# Settings\n\n",
            _ORDER,
            "## Files\n\n",
            *(f"- `{path}`: {sentence}\n" for path, sentence in PLACES),
            "\n",
            *_tables(),
            _KEYS,
            _keys(list(named_keys())),
            _REGISTRIES,
            _keys([registry_key()]),
            _PARTITIONS,
            _keys(list(partition_keys())),
            _CONNECTORS,
            *(f"| `{name}` | {_cell(field.sentence)} |\n" for name, field in FIELDS.items()),
            "\n## Variables\n\n| Variable | Meaning |\n| --- | --- |\n",
            *(f"| `{name}` | {_cell(sentence)} |\n" for name, sentence in VARIABLES.items()),
            f"\nIn these names, `{NAME}` is the name of an access key in capitals, with `_` for `.` and `-`.\n",
        ]
    )


def _tables() -> Iterator[str]:
    keys = list(plain_keys())
    for table in dict.fromkeys(key.table for key in keys):
        yield f"## [{table}]\n\n" + _keys([key for key in keys if key.table == table])


def _keys(keys: list[Key]) -> str:
    rows = ["| Name | Value | Default | Variable | Meaning |\n| --- | --- | --- | --- | --- |\n"]
    for key in keys:
        default = "" if key.default is None else f"`{as_toml(key.default)}`"
        variables = ", ".join(f"`{name}`" for name in (key.variable, key.alias) if name)
        cells = [f"`{key.path[-1]}`", _cell(key.kind.words), _cell(default), variables, _cell(key.sentence)]
        rows.append("| " + " | ".join(cells) + " |\n")
    return "".join(rows) + "\n"


def exit_codes() -> str:
    """Return the page of exit codes."""
    rows = "".join(f"| {code} | {_cell(meaning)} |\n" for code, meaning in sorted(exits.MEANINGS.items()))
    return (
        f"{_MADE}\n# Exit codes\n\nThey are part of the public interface and change only with a major version.\n\n"
        f"| Code | Meaning |\n| --- | --- |\n{rows}"
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
