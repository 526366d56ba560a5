"""Who runs this process, as the system knows them and not as a variable says."""

import os
from importlib import import_module
from typing import Any


def this_user() -> str:
    """Return the name of the user, or the number where there is no name for it."""
    if not hasattr(os, "getuid"):  # Windows
        return os.getlogin()
    accounts: Any = import_module("pwd")
    try:
        return str(accounts.getpwuid(os.getuid()).pw_name)
    except KeyError:
        return str(os.getuid())
