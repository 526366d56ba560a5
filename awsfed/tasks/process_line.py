"""The line in `~/.aws/config` that makes SDKs start the launcher."""

import re
import sys
import sysconfig
from pathlib import Path

from awsfed.errors import NotFound, Refused

SCRIPT = "awsfed-credentials"
_SAFE = re.compile(r"[A-Za-z0-9_./\\:+@~-]+", re.ASCII)


def process_line(key: str, python: str = sys.executable, scripts: str | None = None) -> str:
    """Return the command for a cache entry: absolute paths, and neither quotes nor spaces, which SDKs split unalike.

    Args:
        key: the cache entry.
        python: the interpreter to name; this one by default.
        scripts: the folder of the launcher; that of this installation by default.

    Raises:
        NotFound: the launcher is not installed there.
        Refused: a path has characters that some SDK would not pass on unchanged.
    """
    launcher = Path(scripts or sysconfig.get_path("scripts")) / SCRIPT
    if not launcher.is_file():
        raise NotFound(f"the launcher {launcher} is missing", hint="install awsfed with pipx, uv or pip")
    for path in (python, str(launcher)):
        if not _SAFE.fullmatch(path):
            raise Refused(
                f"the path {path} cannot stand in a credential_process line",
                hint="install awsfed into a folder without spaces and special characters",
            )
    return f"{python} -I -S {launcher} {key}"
