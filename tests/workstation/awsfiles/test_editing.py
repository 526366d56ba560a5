"""Any file that botocore reads stays as it is around our lines, and botocore then reads our values."""

import tempfile
from pathlib import Path

from botocore.configloader import load_config, raw_config_parse
from fakes.aws_files import vended
from fakes.clock import FakeClock
from hypothesis import assume, example, given
from hypothesis import strategies as st

from awsfed.errors import CorruptEntry, Refused
from awsfed.workstation.awsfiles.config_file import ConfigFile
from awsfed.workstation.awsfiles.credentials_file import CredentialsFile
from awsfed.workstation.awsfiles.document import parse

HEADERS = ["ours", "profile ours", "default", "profile default", "a", "profile b", "sso-session s", "ü x"]
KEYS = ["region", "output", "REGION", "aws_access_key_id", "aws_security_token", "role_arn", "cli_pager", "x"]
VALUE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=12)
BLOCK = "s3 =\n    signature_version = s3v4\n\n  # within\n    use_x = true"
NOISE = st.one_of(st.sampled_from(["", "  ", "; note", "    # indented"]), st.builds("# {}".format, VALUE))
INDENT = st.sampled_from(["", "", "", "  ", "\t"])


@st.composite
def aws_files(draw: st.DrawFn) -> bytes:
    """Draw a file that can mostly be read: sections with options, blocks, blank lines and comments."""
    lines = draw(st.lists(NOISE, max_size=2))
    for header in draw(st.lists(st.sampled_from(HEADERS), unique=True, max_size=4)):
        lines.append(f"[{header}]")
        lines += ["# awsfed: connector old"] * draw(st.booleans())
        for key in draw(st.lists(st.sampled_from(KEYS), unique_by=str.lower, max_size=3)):
            sign = draw(st.sampled_from([" = ", "=", ": "]))
            lines.append(f"{draw(INDENT)}{key}{sign}{draw(VALUE)}")
            lines += draw(st.lists(NOISE, max_size=2))
        lines += [BLOCK] * draw(st.booleans())
        lines += draw(st.lists(NOISE, max_size=1))
    text = "\n".join(lines) + "\n" * draw(st.booleans())
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))).encode()


def others(data: bytes, headers: set[str]) -> list[str]:
    """Return the lines outside of some sections, as they are."""
    document = parse(data, Path("file"))
    inside = {n for s in document.sections if s.header in headers for n in range(s.first, s.end)}
    return [line for number, line in enumerate(document.lines) if number not in inside]


@given(aws_files())
@example(b"[ours]\n  region = x")
@example(b"[a]\r\nx = 1")
@example(b"[ours]\nregion = x\n\n# about b\n[b]\n")
@example(b"[ours]")
def test_credentials(data: bytes) -> None:
    """Credentials are read back by botocore, and taking them out again leaves the user's lines."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "credentials"
        path.write_bytes(data)
        file = CredentialsFile(path, FakeClock())
        try:
            before = raw_config_parse(str(path))
            file.put("ours", connector="dev", credentials=vended(), region="eu-west-1")
        except (CorruptEntry, Refused):
            assert data == path.read_bytes()
            return
        except Exception as error:
            assume(type(error).__module__ != "botocore.exceptions")
            raise
        after = raw_config_parse(str(path))
        written = path.read_bytes()

        mine = after.pop("ours")
        was = before.pop("ours", {})
        assert vended().access_key_id == mine["aws_access_key_id"]
        assert vended().secret_access_key.reveal() == mine["aws_secret_access_key"]
        assert vended().session_token.reveal() == mine["aws_session_token"]
        assert "aws_security_token" not in mine
        assert before == after
        assert all(mine[key] == value for key, value in was.items() if key in {"output", "s3", "cli_pager", "x"})
        _same_outside(data, written, {"ours"})
        assert not file.put("ours", connector="dev", credentials=vended(), region="eu-west-1")

        assert file.remove("ours")
        assert not file.remove("ours")
        if b"awsfed" not in data:
            assert path.read_bytes() in {data, data + b"\n", data + b"\r\n"}


@given(aws_files(), st.sampled_from(["ours", "default"]))
def test_config(data: bytes, profile: str) -> None:
    """A process line is read back by botocore, and taking it out again leaves the user's lines."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config"
        path.write_bytes(data)
        file = ConfigFile(path, FakeClock())
        try:
            before = load_config(str(path))["profiles"]
            file.put(profile, connector="dev", command="/bin/x KEY", region="eu-west-1")
        except (CorruptEntry, Refused):
            assert data == path.read_bytes()
            return
        except Exception as error:
            assume(type(error).__module__ != "botocore.exceptions")
            raise
        after = load_config(str(path))["profiles"]

        assert after.pop(profile)["credential_process"] == "/bin/x KEY"
        before.pop(profile, None)
        assert before == after
        _same_outside(data, path.read_bytes(), {profile, f"profile {profile}", f'profile "{profile}"'})

        assert file.remove(profile)
        if b"awsfed" not in data:
            assert path.read_bytes() in {data, data + b"\n", data + b"\r\n"}


def _same_outside(before: bytes, after: bytes, headers: set[str]) -> None:
    """Compare what is not ours: only the end of the last line and one blank line may be new."""
    old, new = "".join(others(before, headers)), "".join(others(after, headers))
    assert new.startswith(old)
    assert new.removeprefix(old) in {"", "\n", "\n\n", "\r\n", "\r\n\r\n"}
