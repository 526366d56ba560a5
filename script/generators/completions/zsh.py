"""The completion script for zsh."""

from collections.abc import Iterator

from script.generators.tree import Argument, Command, Offer, Option, Value

_HEAD = """\
#compdef awsfed
# Completes awsfed in zsh. Made by script/generate. Nothing here starts awsfed; the names of connectors come from the
# last listing.

_awsfed_connectors_known() {
  local -a names
  names=(${(f)"$(_call_program connectors awsfed-credentials --names 2>/dev/null)"})
  _wanted connectors expl connector compadd -a names
}

# Completes the command line behind --, where there is one.
_awsfed_behind_dashes() {
  local -i at=${words[(i)--]}
  (( at < CURRENT )) || return 1
  shift $at words
  (( CURRENT -= at ))
  _normal
  return 0
}
"""

_DISPATCH = """\
_{name}() {{
  local curcontext=$curcontext state line
  local -A opt_args
  _arguments -C -s -S : \\
{options}
    '1: :->command' '*:: :->rest'
  case $state in
    command) _{name}_commands ;;
    rest)
      curcontext="${{curcontext%:*}}-$words[1]:"
      case $words[1] in
{cases}
      esac
      ;;
  esac
}}
"""

_DISPATCH_OR_DEFAULT = """\
_{name}() {{
  local -a own=({names})
  if (( CURRENT > 2 && ${{own[(Ie)$words[2]]}} )); then
    shift words
    (( CURRENT-- ))
    case $words[1] in
{cases}
    esac
    return
  fi
  (( CURRENT > 2 )) || [[ $words[2] == -* ]] || _{name}_commands
  _{default}
}}
"""

_COMMANDS = """\
_{name}_commands() {{
  local -a commands=(
{lines}
  )
  _describe -t commands 'awsfed command' commands
}}
"""


def script(tree: Command) -> str:
    """Return the script."""
    return _HEAD + "\n" + "\n".join(_function(command) for command in tree.all()) + '\n_awsfed "$@"\n'


def _function(command: Command) -> str:
    if not command.commands:
        return _leaf(command)
    lines = "\n".join(f"    {_quoted(f'{one.path[-1]}:{_sentence(one.summary)}')}" for one in command.commands)
    listing = _COMMANDS.format(name=_name(command), lines=lines)
    if command.default:
        return listing + _DISPATCH_OR_DEFAULT.format(
            name=_name(command),
            names=" ".join(one.path[-1] for one in command.commands),
            cases="\n".join(f"      {one.path[-1]}) _{_name(one)} ;;" for one in command.commands),
            default=_name(command.default),
        )
    return listing + _DISPATCH.format(
        name=_name(command),
        options="\n".join(f"    {spec} \\" for option in command.options for spec in _option(option)),
        cases="\n".join(f"        {one.path[-1]}) _{_name(one)} ;;" for one in command.commands),
    )


def _leaf(command: Command) -> str:
    specs = [spec for option in command.options for spec in _option(option)]
    specs += [_argument(number, one) for number, one in enumerate(command.arguments, 1)]
    before = "  _awsfed_behind_dashes && return\n" if command.before_dashes else ""
    joined = " \\\n".join(f"    {spec}" for spec in specs)
    return f"_{_name(command)}() {{\n{before}  _arguments -s -S : \\\n{joined}\n}}\n"


def _option(option: Option) -> Iterator[str]:
    others = "*" if option.repeatable else f"({' '.join(option.names)})"
    for name in option.names:
        joint = value = ""
        if option.value:
            joint = "=" if name.startswith("--") else "+"
            value = f":{_message(option.value)}:{_action(option.value)}"
        yield _quoted(f"{others}{name}{joint}[{_sentence(option.help)}]{value}")


def _argument(number: int, argument: Argument) -> str:
    place = "*" if argument.many else str(number)
    return _quoted(f"{place}:{_message(argument.value)}:{_action(argument.value)}")


def _message(value: Value) -> str:
    return " " if value.offer is Offer.CHOICES else value.metavar.strip("[].").lower()


def _action(value: Value) -> str:
    match value.offer:
        case Offer.CHOICES:
            return f"({' '.join(value.choices)})"
        case Offer.FILES:
            return "_files"
        case Offer.FOLDERS:
            return "_files -/"
        case Offer.CONNECTORS:
            return "_awsfed_connectors_known"
        case Offer.NOTHING:
            return ""


def _sentence(text: str) -> str:
    """Return text for the brackets of an option, where colons and brackets mean something."""
    return "".join(f"\\{one}" if one in "[]:\\" else one for one in text)


def _name(command: Command) -> str:
    return "_".join(command.path).replace("-", "_")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
