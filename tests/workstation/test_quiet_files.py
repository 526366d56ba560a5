"""AWS files with settings and no credentials: what goes in, what stays out, and that nothing is left behind."""

import shutil
import stat
from pathlib import Path

import botocore.session
import pytest
from fakes.clock import FakeClock

from awsfed.errors import CorruptEntry
from awsfed.outside.locks import locked
from awsfed.workstation.delivery.quiet_files import quiet_files

CONFIG = """\
# mine
[default]
region = eu-west-1
output = yaml
retry_mode = adaptive
services = local
Role_Arn = arn:aws:iam::123456789012:role/x
source_profile = other
credential_process = /bin/echo no
credential_source = Environment
sso_session = corp
sso_account_id = 123456789012
web_identity_token_file = /token
mfa_serial = arn:aws:iam::123456789012:mfa/x
external_id = x
duration_seconds = 3600
login_session = x
aws_account_id = 123456789012
s3 =
  max_concurrent_requests = 20
  addressing_style = path

[profile other]
region = us-east-1
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = canary

[sso-session corp]
sso_start_url = https://corp.example.org

[services local]
s3 =
  endpoint_url = http://127.0.0.1:9000

[services elsewhere]
s3 =
  endpoint_url = http://127.0.0.1:9001
"""
CREDENTIALS = """\
[default]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = canary
aws_session_token = canary
aws_security_token = canary
output = table
"""
QUIET = """\
[default]
region = eu-west-1
output = table
retry_mode = adaptive
services = local
s3 =
  max_concurrent_requests = 20
  addressing_style = path
[services local]
s3 =
  endpoint_url = http://127.0.0.1:9000
"""


class Home:
    """Two files of the user, and a folder for ours."""

    def __init__(self, folder: Path) -> None:
        self.config = folder / "aws" / "config"
        self.credentials = folder / "aws" / "credentials"
        self.quiet = folder / "cache" / "endpoints"
        self.config.parent.mkdir()

    def write(self, config: str | bytes, credentials: str = "") -> None:
        self.config.write_bytes(config.encode() if isinstance(config, str) else config)
        self.credentials.write_text(credentials)

    def result(self) -> str:
        """Return what the quiet config file holds."""
        with quiet_files(self.config, self.credentials, directory=self.quiet, clock=FakeClock()) as files:
            assert b"" == files.credentials.read_bytes()
            return files.config.read_text()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with an empty ~/.aws."""
    return Home(tmp_path)


def test_settings_stay_and_credentials_go(home: Home) -> None:
    """The default profile keeps what it sets, from both files, the services it names, and no way to credentials."""
    home.write(CONFIG, CREDENTIALS)

    assert home.result() == QUIET


def test_botocore_reads_the_same_settings(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nested settings and services mean what they meant, and there is nothing to sign with."""
    home.write(CONFIG, CREDENTIALS)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with quiet_files(home.config, home.credentials, directory=home.quiet, clock=FakeClock()) as files:
        monkeypatch.setenv("AWS_CONFIG_FILE", str(files.config))
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(files.credentials))
        session = botocore.session.Session()

        assert {"max_concurrent_requests": "20", "addressing_style": "path"} == session.get_scoped_config()["s3"]
        assert "eu-west-1" == session.get_config_variable("region")
        assert {"s3": {"endpoint_url": "http://127.0.0.1:9000"}} == session.full_config["services"]["local"]
        assert ["default"] == session.available_profiles
        assert session.get_credentials() is None


def test_profile_default_wins_over_default(home: Home) -> None:
    """As SDKs have it, in either order."""
    home.write("[profile default]\nregion = eu-west-1\n[default]\nregion = us-east-1\n")

    assert "[default]\nregion = eu-west-1\n" == home.result()


@pytest.mark.parametrize(
    "config",
    [
        b"\xef\xbb\xbf[default]\nregion = eu-west-1\n",
        b"# Stra\xdfe\n[default]\nregion = eu-west-1\n",
        b"[default]\r\nregion = eu-west-1\r\n",
        b"[default]\nregion = us-east-1\n[default]\nregion = eu-west-1\n",
        b"[DEFAULT]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n[default]\nregion = eu-west-1\n",
    ],
)
def test_odd_files_are_read_all_the_same(home: Home, config: bytes) -> None:
    """What would stop an SDK does no harm here."""
    home.write(config)

    assert "[default]\nregion = eu-west-1\n" == home.result()


def test_a_file_that_is_none_is_said_without_its_content(home: Home) -> None:
    """The message names the file and repeats none of it."""
    home.write("canary\n")

    with pytest.raises(CorruptEntry, match="is not a file of sections") as caught:
        home.result()

    assert str(home.config) in caught.value.message
    assert "canary" not in str(caught.value)


def test_no_files_make_an_empty_default(home: Home) -> None:
    """Somebody who never configured AWS has nothing to carry over."""
    assert "[default]\n" == home.result()


def test_they_are_private_and_gone_afterwards(home: Home) -> None:
    """Nobody else can look, and nothing stays but the lock."""
    with quiet_files(home.config, home.credentials, directory=home.quiet, clock=FakeClock()) as files:
        modes = [stat.S_IMODE(path.stat().st_mode) for path in (files.config.parent, files.config, files.credentials)]
        assert [0o700, 0o600, 0o600] == modes

    assert ["lock"] == [path.name for path in home.quiet.iterdir()]


def test_what_a_killed_process_left_is_removed_and_a_living_one_is_not(home: Home) -> None:
    """The lock of a folder dies with its process."""
    with quiet_files(home.config, home.credentials, directory=home.quiet, clock=FakeClock()) as living:
        shutil.copytree(living.config.parent, home.quiet / "killed")

        with quiet_files(home.config, home.credentials, directory=home.quiet, clock=FakeClock()):
            assert living.config.exists()
            assert not (home.quiet / "killed").exists()
            with locked(home.quiet / "lock", timeout_s=0, clock=FakeClock()):
                pass
