"""The completion script for PowerShell 5.1 and later."""

from script.generators.tree import Command, Offer, Value

_HEAD = """\
# Completes awsfed in PowerShell. Made by script/generate. Nothing here starts awsfed; the names of connectors come from
# the last listing. Load it in your profile: . path\\to\\awsfed.ps1

Register-ArgumentCompleter -Native -CommandName awsfed -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $tree = @{
"""

_BODY = """\
    }

    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
    $path = 'awsfed'
    $place = 0
    $option = ''
    foreach ($word in $words) {
        if ($option) { $option = ''; continue }
        if ($place -eq 0 -and $tree[$path].Commands.Contains($word)) { $path = "$path $word"; continue }
        if ($tree[$path].Default -and $word -notin '-h', '--help') {
            $path = "$path $($tree[$path].Default)"
        }
        if ($word -eq '--') { return }
        if ($tree[$path].Valued.Contains($word)) { $option = $word; continue }
        if (-not $word.StartsWith('-')) { $place++ }
    }

    function Expand-Kind($kind) {
        switch -Wildcard ($kind) {
            'connector' { @(awsfed-credentials --names 2>$null) }
            'one-of:*' { $kind.Substring(7).Split(' ') }
        }
    }

    $known = $tree[$path]
    if ($option) {
        $found = @(Expand-Kind $known.Valued[$option])
    } else {
        $sources = @($known)
        if ($known.Default) { $sources += $tree["$path $($known.Default)"] }
        $found = @()
        foreach ($source in $sources) {
            if ($wordToComplete.StartsWith('-')) {
                $found += $source.Options.get_Keys()
            } else {
                if ($place -eq 0) { $found += $source.Commands.get_Keys() }
                $kinds = @($source.Arguments)
                if ($place -lt $kinds.Count) {
                    $found += @(Expand-Kind $kinds[$place].TrimEnd('*'))
                } elseif ($kinds.Count -and $kinds[-1].EndsWith('*')) {
                    $found += @(Expand-Kind $kinds[-1].TrimEnd('*'))
                }
            }
        }
    }
    $found | Where-Object { $_ -and $_.StartsWith($wordToComplete) } | Sort-Object -Unique | ForEach-Object {
        $help = $known.Options[$_]
        if (-not $help) { $help = $known.Commands[$_] }
        if (-not $help) { $help = $_ }
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $help)
    }
}
"""


def script(tree: Command) -> str:
    """Return the script."""
    return _HEAD + "".join(_known(command) for command in tree.all()) + _BODY


def _known(command: Command) -> str:
    options = {name: option.help for option in command.options for name in option.names}
    values = {name: _kind(option.value) for option in command.options if option.value for name in option.names}
    arguments = [_kind(one.value) + ("*" if one.many else "") for one in command.arguments]
    default = command.default.path[-1] if command.default else ""
    return (
        f"        {_quoted(command.name)} = @{{\n"
        f"            Commands = {_table({one.path[-1]: one.summary for one in command.commands})}\n"
        f"            Options = {_table(options)}\n"
        f"            Valued = {_table(values)}\n"
        f"            Arguments = @({', '.join(map(_quoted, arguments))})\n"
        f"            Default = {_quoted(default)}\n"
        "        }\n"
    )


def _table(pairs: dict[str, str]) -> str:
    """Return a table of PowerShell, which refuses names that differ in case only."""
    distinct = {name.casefold(): (name, text) for name, text in pairs.items()}
    lines = "".join(f"                {_quoted(name)} = {_quoted(text)}\n" for name, text in distinct.values())
    return f"@{{\n{lines}            }}" if lines else "@{}"


def _kind(value: Value) -> str:
    match value.offer:
        case Offer.CHOICES:
            return f"one-of:{' '.join(value.choices)}"
        case Offer.CONNECTORS:
            return "connector"
        case Offer.FILES | Offer.FOLDERS | Offer.NOTHING:
            return "anything"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
