"""Where the files are."""

from pathlib import Path

import pytest

from awsfed.errors import ConfigError
from awsfed.workstation.awsfiles.places import Places, places


def test_at_home() -> None:
    """Without variables both are in ~/.aws."""
    found = places({"HOME": "/home/anna"})

    assert found == Places(config=Path("/home/anna/.aws/config"), credentials=Path("/home/anna/.aws/credentials"))


def test_variables() -> None:
    """The variables of the SDKs win, with ~ for home."""
    found = places({"HOME": "/h", "AWS_CONFIG_FILE": "~/c", "AWS_SHARED_CREDENTIALS_FILE": "/etc/creds"})

    assert found == Places(config=Path("/h/c"), credentials=Path("/etc/creds"))


def test_relative() -> None:
    """A relative path is meant from here."""
    found = places({"HOME": "/h", "AWS_CONFIG_FILE": "c"})

    assert found.config == Path.cwd() / "c"


@pytest.mark.parametrize("environ", [{}, {"HOME": ""}, {"HOME": "/h", "AWS_CONFIG_FILE": ""}])
def test_nowhere(environ: dict[str, str]) -> None:
    """No home, or a variable that is set to nothing, is an error with a way out."""
    with pytest.raises(ConfigError) as caught:
        places(environ)

    assert caught.value.hint
