"""The files that awsfed reads and writes, for the manual; macOS has other folders for the user's own."""

from awsfed.settings.places import SYSTEM_FILE

_MOVED = "under $XDG_{}_HOME where that is set, and in ~/Library/{}/awsfed on macOS."
PLACES: tuple[tuple[str, str], ...] = (
    (str(SYSTEM_FILE), "Settings for everybody on this machine; it may lock settings."),
    (
        "~/.config/awsfed/config.toml",
        f"Your settings; {_MOVED.format('CONFIG', 'Application Support')}",
    ),
    (
        "~/.local/state/awsfed/",
        f"What awsfed remembers, such as who signed in where; {_MOVED.format('STATE', 'Application Support')}",
    ),
    (
        "~/.cache/awsfed/",
        f"Credentials for their next use, readable by you alone; {_MOVED.format('CACHE', 'Caches')}",
    ),
    ("~/.aws/config", "Where `awsfed configure` writes profiles; AWS_CONFIG_FILE names another file."),
    (
        "~/.aws/credentials",
        "Where `awsfed credentials` writes profiles; AWS_SHARED_CREDENTIALS_FILE names another file.",
    ),
)
"""Path and sentence of each."""
