"""The completion script for fish 3 and later."""

from collections.abc import Iterator

from script.generators.tree import Argument, Command, Offer, Option, Value

_HEAD = """\
# Completes awsfed in fish. Made by script/generate. Nothing here starts awsfed; the names of connectors come from the
# last listing.

# Prints the command that was typed so far, and how many arguments followed it.
function __awsfed_typed
    set -l words (commandline -opc)
    set -l path awsfed
    set -l place 0
    set -l skip ''
    for word in $words[2..-1]
        if test -n "$skip"
            set skip ''
        else if test "$word" = --
            set path $path --
            break
        else if test $place = 0; and contains -- "$path $word" $__awsfed_commands
            set path "$path $word"
        else
            for default in $__awsfed_defaults
                if test "$path" = (string replace -r -- ' [^ ]+$' '' $default); and not contains -- $word -h --help
                    set path $default
                    break
                end
            end
            if contains -- "$path $word" $__awsfed_valued
                set skip yes
            else if not string match -q -- '-?*' $word
                set place (math $place + 1)
            end
        end
    end
    echo $path
    echo $place
end

# Tells whether a command was typed, at an argument's place if one is given.
function __awsfed_at
    set -l typed (__awsfed_typed)
    test "$typed[1]" = "$argv[1]"; or return 1
    switch "$argv[2]"
        case ''
            return 0
        case '*+'
            test $typed[2] -ge (string trim -r -c + -- $argv[2])
        case '*'
            test $typed[2] -eq $argv[2]
    end
end

# Tells whether the command line behind -- of another program is being typed.
function __awsfed_behind_dashes
    set -l typed (__awsfed_typed)
    string match -q -- '* --' "$typed[1]"; and contains -- (string replace -r -- ' --$' '' "$typed[1]") $__awsfed_dashes
end

function __awsfed_other_command
    set -l words (commandline -opc)
    set -l at (contains -i -- -- $words)
    set -l rest $words[(math $at + 1)..-1]
    test (count $words) -gt $at; or set rest
    complete -C (string join -- ' ' (string escape -- $rest) (commandline -ct))
end

function __awsfed_names
    awsfed-credentials --names 2>/dev/null
end

"""


def script(tree: Command) -> str:
    """Return the script."""
    everything = list(tree.all())
    lists = {
        "commands": [command.name for command in everything[1:]],
        "defaults": [command.default.name for command in everything if command.default],
        "valued": [
            f"{command.name} {name}"
            for command in everything
            for option in command.options
            if option.value
            for name in option.names
        ],
        "dashes": [command.name for command in everything if command.before_dashes],
    }
    sets = "\n".join(
        f"set -g __awsfed_{name} \\\n    " + " \\\n    ".join(map(_quoted, texts)) + "\n"
        for name, texts in lists.items()
    )
    lines = "\n".join(line for command in everything for line in (*_completions(command), ""))
    return (
        f"{_HEAD}{sets}\ncomplete -c awsfed -f\n"
        f"complete -c awsfed -n __awsfed_behind_dashes -a '(__awsfed_other_command)'\n\n{lines.rstrip()}\n"
    )


def _completions(command: Command) -> Iterator[str]:
    yield f"# {command.name}"
    at = f"complete -c awsfed -n {_quoted(f'__awsfed_at {_quoted(command.name)}')}"
    for one in command.commands:
        first = f"complete -c awsfed -n {_quoted(f'__awsfed_at {_quoted(command.name)} 0')}"
        yield f"{first} -a {_quoted(one.path[-1])} -d {_quoted(one.summary)}"
    meant = [command, command.default] if command.default else [command]
    seen: set[tuple[str, ...]] = set()
    for source in meant:
        for option in source.options:
            if option.names not in seen:
                yield f"{at} {_option(option)}"
            seen.add(option.names)
        for number, argument in enumerate(source.arguments):
            if words := _values(argument.value):
                yield f"complete -c awsfed -n {_quoted(_place(command, number, argument))} {words}"
    if command.before_dashes:
        yield f"{at} -a -- -d 'The command follows'"


def _place(command: Command, number: int, argument: Argument) -> str:
    return f"__awsfed_at {_quoted(command.name)} {number}{'+' if argument.many else ''}"


def _option(option: Option) -> str:
    words = [f"-s {option.short}"] if option.short else []
    words += [f"-l {name}" for name in option.long]
    if option.value:
        words.append(f"-r {_values(option.value)}".rstrip() if _values(option.value) else "-x")
    return " ".join([*words, f"-d {_quoted(option.help)}"])


def _values(value: Value) -> str:
    match value.offer:
        case Offer.CHOICES:
            return f"-f -a {_quoted(' '.join(value.choices))}"
        case Offer.FILES:
            return "-F"
        case Offer.FOLDERS:
            return "-f -a '(__fish_complete_directories)'"
        case Offer.CONNECTORS:
            return "-f -a '(__awsfed_names)'"
        case Offer.NOTHING:
            return ""


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
