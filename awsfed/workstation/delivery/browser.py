"""Opening a secret URL in the browser without showing it in any list of processes."""

import html
import secrets
import sys
import webbrowser
from collections.abc import Mapping
from pathlib import Path

from awsfed.model.secret import Secret
from awsfed.outside.files import private_directory, remove, write_atomic
from awsfed.outside.processes import start_detached

_KEEP_S = 60
_PREFIX = "console-"
_PAGE = """<!doctype html>
<html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={url}"><title>awsfed</title></head>
<body><p>Signing in to AWS. <a rel="noreferrer" href="{url}">Continue</a> if nothing happens.</p></body></html>
"""


def has_browser(environ: Mapping[str, str]) -> bool:
    """Tell whether there is a browser to open: on Linux that takes a display, or one named by `BROWSER`."""
    if sys.platform.startswith("linux") and not any(
        environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME")
    ):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def open_secretly(url: Secret, directory: Path) -> bool:
    """Open a URL through a private page that leads there; tell whether a browser took it.

    The page is deleted a minute later by a small process of its own, and again at the next use.
    """
    private_directory(directory)
    for old in directory.glob(f"{_PREFIX}*.html"):
        remove(old)
    page = directory / f"{_PREFIX}{secrets.token_hex(8)}.html"
    write_atomic(page, _PAGE.format(url=html.escape(url.reveal(), quote=True)).encode("utf-8"))
    opened = webbrowser.open(page.as_uri())
    if opened:
        _delete_later(page)
    else:
        remove(page)
    return opened


def _delete_later(page: Path) -> None:
    code = f"import os, sys, time; time.sleep({_KEEP_S}); os.path.exists(sys.argv[1]) and os.unlink(sys.argv[1])"
    start_detached([sys.executable, "-I", "-S", "-c", code, str(page)])
