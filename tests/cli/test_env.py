"""`awsfed env`: every format, read by the shell or tool that it is for."""

import json
import re
import shutil
import subprocess

import pytest
from cli.conftest import Shell

from awsfed.workstation.delivery.environ import FORMATS, UNSET_FORMATS

NAMES = (
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION"),
    *("AWS_REGION", "AWS_DEFAULT_REGION"),
)
HOSTILE = {"PLAIN": "a/b+c=", "HOSTILE": "it's \"x\" $HOME `id` \\n \\' ; * ? ! é"}
READERS = {"bash": ["bash", "sh", "dash", "zsh"], "fish": ["fish"], "powershell": ["pwsh"]}
READ = [(form, reader) for form, readers in READERS.items() for reader in readers]


def evaluated(shell: str, text: str, *names: str) -> list[str]:
    """Let a real shell read a text, and return what it has in some variables then."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    echo = [f'[Console]::Out.Write($Env:{n} + "`0")' if shell == "pwsh" else f"printf '%s\\0' \"${n}\"" for n in names]
    script = text + "\n".join(echo)
    result = subprocess.run(
        [shell, "-c", script], capture_output=True, check=True, env={"HOME": "/", "PATH": "/bin:/usr/bin"}
    )
    assert b"" == result.stderr
    return result.stdout.decode().split("\0")[:-1]


@pytest.fixture
def expected(alice: Shell) -> dict[str, str]:
    """What the variables have to be."""
    process = json.loads(alice.answers("credential-process", "dev"))
    parts = [process[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration")]
    return dict(zip(NAMES, [*parts, "eu-central-1", "eu-central-1"], strict=True))


@pytest.mark.parametrize(("form", "reader"), READ)
def test_a_shell_reads_it(alice: Shell, expected: dict[str, str], form: str, reader: str) -> None:
    """The variables are what the connector gave."""
    text = alice.answers("env", "dev", "--format", form)

    assert [expected[name] for name in NAMES] == evaluated(reader, text, *NAMES)


@pytest.mark.parametrize(("form", "reader"), READ)
def test_a_shell_reads_any_value_as_it_is(form: str, reader: str) -> None:
    """Quotes, dollars, backslashes: nothing is expanded and nothing is run."""
    assert list(HOSTILE.values()) == evaluated(reader, FORMATS[form](HOSTILE), *HOSTILE)


@pytest.mark.parametrize(("form", "reader"), READ)
def test_a_shell_takes_it_back(alice: Shell, form: str, reader: str) -> None:
    """Behind `--unset` nothing of it is left; nobody is asked for it."""
    text = alice.answers("env", "dev", "--format", form) + alice.answers("env", "--unset", "--format", form)
    alice.sandbox.crowd.calls.clear()

    assert [""] * len(NAMES) == evaluated(reader, text, *NAMES)
    assert [] == alice.crowd_calls()


def test_bash_is_the_default(alice: Shell) -> None:
    """As in the example of the help."""
    assert alice.answers("env", "dev") == alice.answers("env", "dev", "-f", "bash")


def test_powershell_by_its_rules(alice: Shell, expected: dict[str, str]) -> None:
    """Single quotes, doubled inside; parsed here because the shell is seldom installed."""
    text = alice.answers("env", "dev", "-f", "powershell") + FORMATS["powershell"](HOSTILE)

    found = re.findall(r"^\$Env:([A-Z_]+) = '((?:[^']|'')*)'$", text, re.MULTILINE)

    assert expected | HOSTILE == {name: value.replace("''", "'") for name, value in found}
    assert "$Env:A = 'x\u2019\u2019y'\n" == FORMATS["powershell"]({"A": "x\u2019y"})


def test_cmd_by_its_rules(alice: Shell, expected: dict[str, str]) -> None:
    """Quotes around the whole assignment keep every character that an STS answer has."""
    text = alice.answers("env", "dev", "-f", "cmd")

    assert expected == dict(re.findall(r'^set "([A-Z_]+)=([^"%^&|<>]*)"$', text, re.MULTILINE))
    assert "".join(f'set "{name}="\n' for name in NAMES) == alice.answers("env", "--unset", "-f", "cmd")


def test_dotenv_for_env_files(alice: Shell, expected: dict[str, str]) -> None:
    """As docker's --env-file takes it: names and values, no quotes."""
    text = alice.answers("env", "dev", "-f", "dotenv")

    assert expected == dict(line.split("=", 1) for line in text.splitlines())


def test_json_for_programs(alice: Shell, expected: dict[str, str]) -> None:
    """One object."""
    assert expected == json.loads(alice.answers("env", "dev", "-f", "json"))


def test_bamboo_for_build_plans(alice: Shell, expected: dict[str, str]) -> None:
    """A properties file with the names that plans use; secrets carry the word that masks them."""
    text = alice.answers("env", "dev", "-f", "bamboo")

    assert (
        f"custom.aws.accessKeyId={expected['AWS_ACCESS_KEY_ID']}\n"
        f"custom.aws.secretAccessKey.password={expected['AWS_SECRET_ACCESS_KEY']}\n"
        f"custom.aws.sessionToken.password={expected['AWS_SESSION_TOKEN']}\n"
    ) == text


@pytest.mark.parametrize("form", sorted(set(FORMATS) - set(UNSET_FORMATS)))
def test_what_is_no_shell_cannot_take_it_back(alice: Shell, form: str) -> None:
    """Said with the formats that can."""
    assert f"--unset goes with the formats {', '.join(UNSET_FORMATS)}." in alice.fails(2, "env", "--unset", "-f", form)


def test_a_failure_evaluates_to_nothing(shell: Shell) -> None:
    """`eval "$(awsfed env dev)"` runs nothing when there are no credentials."""
    assert "login required" in shell.fails(5, "env", "dev")
