"""The credentials file: what is written, refused and taken out."""

from pathlib import Path

import pytest
from botocore.session import Session
from fakes.aws_files import vended
from fakes.clock import FakeClock

from awsfed.errors import InvalidValue, Refused
from awsfed.model.credentials import Credentials
from awsfed.model.secret import Secret
from awsfed.workstation.awsfiles.credentials_file import CredentialsFile, OwnSection

SECTION = """\
[dev]
# awsfed: connector crowd-dev
aws_access_key_id = ASIA00000001
aws_secret_access_key = canary+secret/00000001
aws_session_token = canary+token/00000001==
x_security_token_expires = 2025-06-15T16:06:40Z
region = eu-west-1
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the file is going to be."""
    return tmp_path / ".aws" / "credentials"


@pytest.fixture
def file(path: Path) -> CredentialsFile:
    """Return the file."""
    return CredentialsFile(path, FakeClock())


def put(file: CredentialsFile, profile: str = "dev", number: int = 1, region: str | None = "eu-west-1") -> bool:
    """Write a profile."""
    return file.put(profile, connector="crowd-dev", credentials=vended(number), region=region)


def given(path: Path, text: str) -> None:
    """Let the file be there."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())


def test_new_file(file: CredentialsFile, path: Path) -> None:
    """A first profile makes a private folder and a private file, and says whose the section is."""
    assert put(file)

    assert path.read_text() == SECTION
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert file.ours() == (OwnSection(profile="dev", connector="crowd-dev", expires_at="2025-06-15T16:06:40Z"),)


def test_read_by_botocore(file: CredentialsFile, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A botocore session finds exactly these credentials."""
    put(file)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path.parent / "config"))

    found = Session(profile="dev").get_credentials()

    assert found is not None
    frozen = found.get_frozen_credentials()
    assert (frozen.access_key, frozen.secret_key) == ("ASIA00000001", "canary+secret/00000001")
    assert frozen.token == "canary+token/00000001=="


def test_same_again(file: CredentialsFile, path: Path) -> None:
    """A write that changes nothing does not touch the file, not even one that is not writable."""
    put(file)
    path.chmod(0o400)
    before = path.stat()

    assert not put(file)

    after = path.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_renewed(file: CredentialsFile, path: Path) -> None:
    """New values take the places of the old ones; the user's lines and comments between them stay."""
    given(
        path,
        "# mine\n[dev]\n# awsfed: connector old\n; note\nAWS_ACCESS_KEY_ID: AKIAOLD\noutput = json\n\n[x]\na = 1\n",
    )

    assert put(file, region=None)

    assert path.read_text() == (
        "# mine\n[dev]\n# awsfed: connector crowd-dev\n; note\naws_access_key_id = ASIA00000001\noutput = json\n"
        "aws_secret_access_key = canary+secret/00000001\naws_session_token = canary+token/00000001==\n"
        "x_security_token_expires = 2025-06-15T16:06:40Z\n\n[x]\na = 1\n"
    )


def test_stale_token(file: CredentialsFile, path: Path) -> None:
    """A security token of an older tool goes: botocore would prefer it."""
    given(path, SECTION + "aws_security_token = old\n")

    assert put(file)

    assert path.read_text() == SECTION


def test_harmless_section(file: CredentialsFile, path: Path) -> None:
    """A section with nothing but a region is used, keeps that region, and is left as it was."""
    before = "[dev]\n  region = us-east-1\n  output = json\n\n# next\n[x]\na = 1\n"
    given(path, before)

    assert put(file)

    text = path.read_text()
    assert text.startswith(
        "[dev]\n# awsfed: connector crowd-dev, section and region are yours\n  region = us-east-1\n  output = json\n"
        "  aws_access_key_id = ASIA00000001\n"
    )
    assert "eu-west-1" not in text
    put(file, number=2)
    assert file.remove("dev")
    assert path.read_text() == before


def test_region_deleted_by_the_user(file: CredentialsFile, path: Path) -> None:
    """When the user's own region is gone, ours is written and leaves with us."""
    given(path, "[dev]\nregion = us-east-1\n")
    put(file)
    path.write_text(path.read_text().replace("region = us-east-1\n", ""))

    assert put(file)
    assert "region = eu-west-1" in path.read_text()
    assert file.remove("dev")

    assert path.read_text() == "[dev]\n"


@pytest.mark.parametrize(
    "line",
    [
        "aws_access_key_id = AKIA",
        "aws_secret_access_key = x",
        "aws_session_token = x",
        "credential_process = /bin/x",
        "role_arn = arn:aws:iam::1:role/x",
        "sso_session = x",
        "sso_start_url = x",
        "login_session = x",
        "web_identity_token_file = /x",
    ],
)
def test_foreign_section(file: CredentialsFile, path: Path, line: str) -> None:
    """A section of the user's that has a source of credentials is refused and stays."""
    given(path, f"[dev]\n{line}\n")

    with pytest.raises(Refused, match=rf"\[dev\] already has {line.split(maxsplit=1)[0]}") as caught:
        put(file)

    assert caught.value.hint == "choose another name with --profile NAME"
    assert path.read_text() == f"[dev]\n{line}\n"
    assert not file.remove("dev")


def test_source_added_to_ours(file: CredentialsFile, path: Path) -> None:
    """A role that the user added to our section would win over the credentials, so it is refused too."""
    given(path, SECTION + "role_arn = arn:aws:iam::1:role/x\n")

    with pytest.raises(Refused, match="role_arn"):
        put(file, number=2)
    assert file.foreign_sources("dev") == ["role_arn"]


def test_spaces_in_header(file: CredentialsFile, path: Path) -> None:
    """A header that some programs trim and others do not is refused for that profile alone."""
    given(path, "[ dev ]\nregion = x\n")

    with pytest.raises(Refused, match="spaces inside its brackets"):
        put(file)
    assert put(file, "other")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends(file: CredentialsFile, path: Path, end: str) -> None:
    """New lines end as the file's do, and a last line without an end gets one."""
    given(path, f"[x]{end}a = 1")

    put(file)

    assert path.read_bytes().decode() == f"[x]{end}a = 1{end}{end}" + SECTION.replace("\n", end)
    assert file.remove("dev")
    assert path.read_bytes().decode() == f"[x]{end}a = 1{end}"


def test_removing(file: CredentialsFile, path: Path) -> None:
    """Our lines go, and the header with them unless the user wrote something under it."""
    given(path, "[x]\na = 1\n")
    for profile in ("one", "two", "three"):
        put(file, profile)
    path.write_text(
        path.read_text().replace(
            "[two]\n# awsfed: connector crowd-dev\n", "[two]\n# awsfed: connector crowd-dev\n# a note\n"
        )
    )

    assert file.remove_all() == ("one", "two", "three")

    assert path.read_text() == "[x]\na = 1\n\n[two]\n# a note\n"
    assert file.remove_all() == ()
    assert file.ours() == ()


def test_comment_of_the_next_section(file: CredentialsFile, path: Path) -> None:
    """A comment after a blank line belongs to what follows: it does not keep our header."""
    given(path, SECTION + "\n# about x\n[x]\na = 1\n")

    assert file.remove("dev")

    assert path.read_text() == "\n# about x\n[x]\na = 1\n"


def test_removing_from_nothing(file: CredentialsFile, path: Path) -> None:
    """Where there is no file, nothing is made in order to remove from it."""
    assert not file.remove("dev")
    assert file.remove_all() == ()
    assert not path.parent.exists()


@pytest.mark.parametrize("name", ["", "a b", "DEFAULT", "a]", "ü", "a\nb", "x" * 129, "a#b"])
def test_bad_names(file: CredentialsFile, path: Path, name: str) -> None:
    """A name that some SDK would not find is refused."""
    with pytest.raises(InvalidValue):
        put(file, name)

    assert not path.exists()


@pytest.mark.parametrize(
    "evil", ["a\ncredential_process = /bin/evil", "a\r", " a", "a #b", "a\t;b", "", "a\u2028b", "a\x85b"]
)
def test_evil_values(file: CredentialsFile, path: Path, evil: str) -> None:
    """A value that would become a line of its own, or be cut off, is refused without being repeated."""
    credentials = Credentials(
        access_key_id="ASIA", secret_access_key=Secret("canary"), session_token=Secret(evil), issued_at=0,
        expires_at=1, expiration="2025-06-15T16:06:40Z",
    )  # fmt: skip

    with pytest.raises(Refused) as caught:
        file.put("dev", connector="c", credentials=credentials, region=None)

    assert "evil" not in caught.value.message
    assert not path.exists()


def test_bad_connector(file: CredentialsFile) -> None:
    """A connector that is no slug cannot get into the marker."""
    with pytest.raises(InvalidValue):
        file.put("dev", connector="a\n[b]", credentials=vended(), region=None)


def test_preview(file: CredentialsFile, path: Path) -> None:
    """A preview shows what would change, with nobody's secrets, and changes nothing."""
    before = "[x]\naws_secret_access_key = canary-theirs\n# aws_session_token = canary\ns3 =\n  x = canary\n"
    given(path, before)

    text = file.preview_put("dev", connector="crowd-dev", credentials=vended(), region="eu-west-1")

    assert "canary" not in text
    assert "+[dev]\n+# awsfed: connector crowd-dev\n+aws_access_key_id = ASIA00000001\n" in text
    assert "+aws_secret_access_key = ***\n+aws_session_token = ***\n" in text
    assert path.read_text() == before
    put(file)
    assert not file.preview_put("dev", connector="crowd-dev", credentials=vended(), region="eu-west-1")


def test_many_profiles(file: CredentialsFile, path: Path) -> None:
    """The work grows with the file and no faster: every line is visited a fixed number of times."""
    import sys

    def calls(profiles: int) -> int:
        count = 0

        def profile(frame: object, event: str, arg: object) -> None:
            nonlocal count
            count += 1

        given(path, "".join(f"[p{n}]\naws_access_key_id = A\naws_secret_access_key = B\n\n" for n in range(profiles)))
        sys.setprofile(profile)
        try:
            put(file, f"p{profiles // 2}x")
        finally:
            sys.setprofile(None)
        return count

    small, large = calls(500), calls(5000)

    assert large < 11 * small
    assert path.read_text().count("[p") == 5001
