"""One name, one source: the rules over both files."""

from pathlib import Path

import pytest
from fakes.aws_files import vended
from fakes.clock import FakeClock

from awsfed.errors import Refused
from awsfed.workstation.awsfiles.config_file import ConfigFile
from awsfed.workstation.awsfiles.credentials_file import CredentialsFile
from awsfed.workstation.awsfiles.shadowing import ProfileFiles, Written


@pytest.fixture
def files(tmp_path: Path) -> ProfileFiles:
    """Return both files of a user."""
    clock = FakeClock()
    return ProfileFiles(
        config=ConfigFile(tmp_path / "config", clock), credentials=CredentialsFile(tmp_path / "credentials", clock)
    )


def put_process(files: ProfileFiles) -> Written:
    """Write a process line."""
    return files.put_process("dev", connector="c", command="/bin/x KEY", region=None)


def put_credentials(files: ProfileFiles) -> Written:
    """Write credentials."""
    return files.put_credentials("dev", connector="c", credentials=vended(), region=None)


def test_repair(files: ProfileFiles) -> None:
    """Credentials of ours that would shadow the process line are deleted, and that is said."""
    assert put_credentials(files) == Written(changed=True)

    assert put_process(files) == Written(changed=True, repaired=True)

    assert files.credentials.ours() == ()
    assert put_process(files) == Written(changed=False)


@pytest.mark.parametrize("key", ["aws_access_key_id", "role_arn", "credential_process"])
@pytest.mark.parametrize("header", ["dev", " dev "])
def test_foreign_credentials(files: ProfileFiles, key: str, header: str) -> None:
    """A source of the user's in the credentials file would win over a process line, which is not written."""
    files.credentials.path.write_text(f"[{header}]\n{key} = x\n")

    with pytest.raises(Refused, match=f"the credentials file has {key} for profile dev"):
        put_process(files)

    assert not files.config.path.exists()


@pytest.mark.parametrize("key", ["credential_process", "role_arn", "sso_session", "login_session"])
def test_source_in_config(files: ProfileFiles, key: str) -> None:
    """Credentials are not written beside another source in the config file."""
    files.config.path.write_text(f"[profile dev]\n{key} = x\n")

    with pytest.raises(Refused, match=f"the config file has {key} for profile dev"):
        put_credentials(files)

    assert not files.credentials.path.exists()


def test_own_line_in_config(files: ProfileFiles) -> None:
    """Nor beside a process line of ours."""
    put_process(files)

    with pytest.raises(Refused):
        put_credentials(files)


def test_static_keys_in_config(files: ProfileFiles) -> None:
    """Static keys in the config file lose to the credentials file everywhere, so they are in nobody's way."""
    files.config.path.write_text("[profile dev]\naws_access_key_id = x\n")

    assert put_credentials(files).changed


def test_line_written_meanwhile(files: ProfileFiles) -> None:
    """When a process line appears while credentials are written, they are taken back: the line renews itself."""

    class WritingClock(FakeClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            if not files.config.path.exists():
                put_process(files)

    files.credentials.path.write_bytes(b"")  # looks half written: the clock is asked to wait
    racing = ProfileFiles(config=files.config, credentials=CredentialsFile(files.credentials.path, WritingClock()))

    with pytest.raises(Refused):
        put_credentials(racing)

    assert files.credentials.ours() == ()
    assert [own.profile for own in files.config.ours()] == ["dev"]
