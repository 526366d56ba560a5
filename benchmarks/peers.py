"""The same for programs of others that install from PyPI and answer from a cache of their own."""

import shutil
import subprocess
from pathlib import Path

from measure import Case, interleaved
from table import Part, Row, ratio, records

from awsfed.sandbox.world import Sandbox

_LEFT_OUT = (
    "aws-export-credentials 0.18.0 runs on botocore 1.33: with 1.44 it stops at a field that botocore added.",
    "aws-adfs is left out: it signs in at an AD FS, which nothing here stands in for, and needs Kerberos' headers.",
    "AWS CLI configure export-credentials is left out: it is part of version 2, which PyPI does not have.",
)
_PEER = "aws-export-credentials"


def measure(sandbox: Sandbox, folder: Path, rounds: int, environment: Path | None) -> Part:
    """Measure the peers that are installed in a virtual environment of their own."""
    if environment is None:
        row = Row(what="peers", measured="skipped")
        return Part(name="peers", rows=[row], notes=["Peers are measured with --peers: they come from an index."])
    python, program = (str(environment / "bin" / name) for name in ("python3", _PEER))
    environ = _home(sandbox, folder)
    command = [program, "--profile", "role", "--cache-file", str(folder / "cache.json")]
    usual = "python -c pass"
    cases = [
        Case(name=usual, command=[python, "-c", "pass"], environ=environ),
        Case(name=_PEER, command=command, environ=environ),
    ]
    notes = list(_LEFT_OUT)
    aws = shutil.which("aws")
    if aws and b"aws-cli/2" in subprocess.run([aws, "--version"], capture_output=True, check=False).stdout:
        export = [aws, "configure", "export-credentials", "--profile", "role", "--format", "process"]
        cases.append(Case(name="aws configure export-credentials", command=export, environ=environ))
        notes.pop()
    found = interleaved(cases, rounds=rounds)
    rows = [ratio(f"{case.name}, cached", found[case.name], found[usual], usual) for case in cases[1:]]
    return Part(name="peers", rows=rows, records=records(found), notes=notes)


def _home(sandbox: Sandbox, folder: Path) -> dict[str, str]:
    """Write the AWS files of somebody whose profile assumes a role with a long-term key."""
    folder.mkdir()
    config, credentials = folder / "config", folder / "credentials"
    config.write_text(
        "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/developer\nsource_profile = key\n"
        "region = eu-central-1\n"
    )
    credentials.write_text(
        f"[key]\naws_access_key_id = {sandbox.access_key_id}\naws_secret_access_key = {sandbox.secret_access_key}\n"
    )
    return {
        "HOME": str(folder),
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": str(credentials),
        "AWS_ENDPOINT_URL": sandbox.aws_url,
    }
