"""The completion script for bash 3.2 and later."""

from collections.abc import Iterator

from script.generators.tree import Argument, Command, Offer, Value

_HEAD = """\
# Completes awsfed in bash. Made by script/generate. Nothing here starts awsfed; the names of connectors come from the
# last listing.

# Sets what may follow a command: its commands, options, those of them with a value, kinds of arguments, the command
# that is meant where none is named, and whether another command line follows behind --.
_awsfed_know() {
    commands='' options='' valued='' arguments='' default='' dashes=''
    case $1 in
"""

_BODY = r"""
    esac
}

# Sets the kind of value that an option of a command takes.
_awsfed_kind() {
    kind=''
    case "$1 $2" in
@KINDS@
    esac
}

# Adds those of the given words that begin with what was typed.
_awsfed_words() {
    local word
    for word in $1; do
        [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
    done
}

_awsfed_paths() {
    local path
    type compopt &>/dev/null && compopt -o filenames 2>/dev/null
    while IFS= read -r path; do
        COMPREPLY+=("$path")
    done < <(compgen "$1" -- "$cur")
}

# Adds what a kind of value offers.
_awsfed_offer() {
    case $1 in
    connector) _awsfed_words "$(awsfed-credentials --names 2>/dev/null)" ;;
    file) _awsfed_paths -f ;;
    folder) _awsfed_paths -d ;;
    one-of:*)
        local choices=${1#one-of:}
        _awsfed_words "${choices//,/ }"
        ;;
    esac
}

# Completes the command line that begins at a place.
_awsfed_command_at() {
    local name
    if ((COMP_CWORD == $1)); then
        while IFS= read -r name; do
            COMPREPLY+=("$name")
        done < <(compgen -c -- "$cur" | sort -u)
        [[ $cur == */* ]] && _awsfed_paths -f
    elif declare -F _comp_command_offset >/dev/null; then
        _comp_command_offset "$1"
    elif declare -F _command_offset >/dev/null; then
        _command_offset "$1"
    else
        _awsfed_paths -f
    fi
}

_awsfed() {
    local cur=${COMP_WORDS[COMP_CWORD]} path=awsfed option='' kind='' ended='' word argument
    local commands options valued arguments default dashes
    local -i i=1 place=0
    COMPREPLY=()
    _awsfed_know "$path"
    while ((i < COMP_CWORD)); do
        word=${COMP_WORDS[i]}
        if [[ -n $option ]]; then
            [[ $word == '=' ]] || option=''
        elif [[ -z $ended && $place -eq 0 && -n $commands && " $commands " == *" $word "* ]]; then
            path+=" $word"
            _awsfed_know "$path"
        elif [[ -n $default && $word != -h && $word != --help ]]; then
            path+=" $default"
            _awsfed_know "$path"
            continue
        elif [[ -n $ended ]]; then
            place+=1
        elif [[ $word == -- && -n $dashes ]]; then
            _awsfed_command_at $((i + 1))
            return
        elif [[ $word == -- ]]; then
            ended=yes
        elif [[ " $valued " == *" $word "* ]]; then
            option=$word
        elif [[ $word != -?* ]]; then
            place+=1
        fi
        i+=1
    done
    if [[ -n $option ]]; then
        [[ $cur == '=' ]] && cur=''
        _awsfed_kind "$path" "$option"
        _awsfed_offer "$kind"
        return
    fi
    [[ -z $ended ]] || options='' commands=''
    _awsfed_here
}

# Completes at a place of its own: a command, an argument or an option.
_awsfed_here() {
    local own=$options
    if [[ $cur != -* ]]; then
        _awsfed_words "$commands"
        if [[ -n $default ]]; then
            _awsfed_know "$path $default"
        fi
        for argument in $arguments; do
            if ((place == 0)) || [[ $argument == *'*' ]]; then
                _awsfed_offer "${argument%\*}"
                break
            fi
            place=$((place - 1))
        done
        [[ -z $cur && ${#COMPREPLY[@]} -eq 0 ]] || return 0
    elif [[ -n $default ]]; then
        _awsfed_know "$path $default"
    fi
    _awsfed_words "$(printf '%s\n' $own $options | sort -u)"
    [[ -z $dashes ]] || _awsfed_words --
}

complete -F _awsfed awsfed
"""


def script(tree: Command) -> str:
    """Return the script."""
    known = "\n".join(_known(command) for command in tree.all())
    kinds = "\n".join(line for command in tree.all() for line in _kinds(command))
    return _HEAD + known + _BODY.replace("@KINDS@", kinds)


def _known(command: Command) -> str:
    names = [name for option in command.options for name in option.names]
    valued = [name for option in command.options if option.value for name in option.names]
    sets = {
        "commands": " ".join(one.path[-1] for one in command.commands),
        "options": " ".join(names),
        "valued": " ".join(valued),
        "arguments": " ".join(map(_argument, command.arguments)),
        "default": command.default.path[-1] if command.default else "",
        "dashes": "yes" if command.before_dashes else "",
    }
    lines = "\n".join(f"        {name}={_quoted(text)}" for name, text in sets.items() if text)
    return f"    {_quoted(command.name)})\n{lines}\n        ;;"


def _kinds(command: Command) -> Iterator[str]:
    for option in command.options:
        if option.value and (kind := _kind(option.value)):
            patterns = " | ".join(_quoted(f"{command.name} {name}") for name in option.names)
            yield f"    {patterns}) kind={_quoted(kind)} ;;"


def _argument(argument: Argument) -> str:
    kind = _kind(argument.value).replace(" ", ",")  # spaces stand between arguments
    return (kind or "anything") + ("*" if argument.many else "")


def _kind(value: Value) -> str:
    match value.offer:
        case Offer.CHOICES:
            return f"one-of:{' '.join(value.choices)}"
        case Offer.FILES:
            return "file"
        case Offer.FOLDERS:
            return "folder"
        case Offer.CONNECTORS:
            return "connector"
        case Offer.NOTHING:
            return ""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
