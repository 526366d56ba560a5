"""Programs that some tests need and not every machine has."""

import os
import shutil

import pytest


def need(*programs: str) -> None:
    """Skip, or fail where CI is set, when one of these is not installed; `script/tools` installs them."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing and os.environ.get("CI"):
        pytest.fail(f"not installed: {', '.join(missing)}")
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}; sh script/tools installs it")
