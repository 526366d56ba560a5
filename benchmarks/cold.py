"""A cold run in direct mode, session, user, groups, connector and AssumeRole together, beside a plain boto3 script."""

import contextlib
from pathlib import Path

import homes
import imports
import keyrings
from homes import AWSFED, PYTHON, Home
from measure import Case, interleaved
from table import Part, Row, memory, ratio, records

from awsfed.sandbox.world import Sandbox

_PLAIN = """\
import boto3

role = "arn:aws:iam::123456789012:role/developer"
boto3.client("sts", region_name="eu-central-1").assume_role(RoleArn=role, RoleSessionName="alice")
"""
_SCRIPT = "a plain boto3 AssumeRole"
_KEYRING = "cold, secrets in a keyring"
_VARIABLES = "cold, secrets from the environment"


def measure(sandbox: Sandbox, folder: Path, rounds: int) -> Part:
    """Measure both kinds of homes, the one with a keyring where this machine can run one."""
    folder.mkdir()
    variables = homes.with_variables(sandbox, folder / "variables")
    homes.sign_in(variables)
    cases = [_boto3(sandbox, variables, folder), _cold(_VARIABLES, variables)]
    spent = imports.shares(variables)
    notes = [f"A cold run spends its time on: {', '.join(f'{owner} {share:g} %' for owner, share in spent.items())}."]
    with contextlib.ExitStack() as stack:
        lacking = keyrings.missing()
        if lacking:
            notes.append(f"{_KEYRING}: skipped, this machine has no {' and no '.join(lacking)}.")
        else:
            home = homes.for_keyring(sandbox, folder / "keyring")
            home = Home(environ=stack.enter_context(keyrings.unlocked(home.environ)))
            homes.fill_keyring(home, sandbox)
            homes.sign_in(home)
            cases.append(_cold(_KEYRING, home))
        found = interleaved(cases, rounds=rounds)
    rows: list[Row] = [
        ratio(_VARIABLES, found[_VARIABLES], found[_SCRIPT], _SCRIPT, 1.15),
        memory("  peak memory", found[_VARIABLES], found[_SCRIPT], "it"),
    ]
    if _KEYRING in found:
        rows.append(ratio(_KEYRING, found[_KEYRING], found[_SCRIPT], _SCRIPT, 1.4))
    else:
        rows.append(Row(what=_KEYRING, measured="skipped"))
    return Part(name="cold", rows=rows, records={**records(found), "shares_percent": spent}, notes=notes)


def _cold(name: str, home: Home) -> Case:
    command = [AWSFED, "credential-process", "dev"]
    return Case(name=name, command=command, environ=home.environ, before=home.forget)


def _boto3(sandbox: Sandbox, home: Home, folder: Path) -> Case:
    script = folder / "assume_role.py"
    script.write_text(_PLAIN)
    environ = {
        "HOME": home.environ["HOME"],
        "PATH": home.environ["PATH"],
        "AWS_ENDPOINT_URL": sandbox.aws_url,
        "AWS_ACCESS_KEY_ID": sandbox.access_key_id,
        "AWS_SECRET_ACCESS_KEY": sandbox.secret_access_key,
    }
    return Case(name=_SCRIPT, command=[PYTHON, str(script)], environ=environ)
