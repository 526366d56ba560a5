import configparser
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Workstation
from deliveries.conftest import Tools

from awsfed.errors import ConfigError, Refused
from awsfed.model.endpoints import Variant
from awsfed.model.secret import Secret
from awsfed.workstation.delivery.packages import lines, tools

HOST = "packages-123456789012.d.codeartifact.eu-central-1.amazonaws.com"
PLACE = tools.Repository(domain="packages", owner="123456789012", region="eu-central-1", name="main")
TOKEN = Secret("eyJ0.x_y-z~+/==")
LOGIN = ("codeartifact", "login")
WHERE = ("dev", "--domain", "packages", "--repository", "main")


def ini(path: Path) -> configparser.RawConfigParser:
    """Read a file as pip and twine do."""
    parser = configparser.RawConfigParser()
    parser.read_string(path.read_text())
    return parser


@pytest.mark.parametrize("tool", ["pip", "npm", "twine"])
def test_a_token_goes_into_the_file_and_nowhere_else(alice: Workstation, tools: Tools, tool: str) -> None:
    """No tool is started, for it would take the token on its command line; the file is its owner's alone."""
    tools.install(tool)
    file = {
        "pip": Path(alice.environ["XDG_CONFIG_HOME"]) / "pip" / "pip.conf",
        "npm": alice.home / ".npmrc",
        "twine": alice.home / ".pypirc",
    }[tool]

    result = alice.run("awsfed", *LOGIN, tool, *WHERE, environ=tools.path)

    assert (0, "") == (result.returncode, result.stdout), result.stderr
    assert f"Wrote {file}: {tool} uses main until" in result.stderr
    assert [] == tools.starts(tool)
    assert 0o600 == file.stat().st_mode & 0o777
    (token,) = set(re.findall(r"[\w-]{86}", file.read_text()))
    assert token not in result.stderr


def test_pip_reads_what_was_written(alice: Workstation) -> None:
    """The program itself tells the index, with the token in it."""
    alice.awsfed(*LOGIN, "pip", *WHERE)

    told = alice.run("python", "-m", "pip", "config", "get", "global.index-url").stdout

    assert re.fullmatch(rf"https://aws:[\w-]{{86}}@{HOST}/pypi/main/simple/\n", told)


def test_a_repository_has_a_host_of_its_own_for_both_kinds_of_addresses() -> None:
    """And none for FIPS, so that nothing is written."""
    both = replace(PLACE, variant=Variant(dualstack=True))
    assert "https://packages-123456789012.codeartifact.eu-central-1.on.aws/pypi/main/" == both.url("pypi")

    with pytest.raises(ConfigError, match="CodeArtifact has no FIPS endpoint in eu-central-1"):
        tools.pip("", replace(PLACE, variant=Variant(fips=True)), TOKEN, None)


def test_a_second_login_replaces_the_first(alice: Workstation) -> None:
    """Nothing of the old token is left, and nothing stands there twice."""
    alice.awsfed(*LOGIN, "npm", *WHERE)
    first = (alice.home / ".npmrc").read_text()

    alice.awsfed(*LOGIN, "npm", *WHERE)

    second = (alice.home / ".npmrc").read_text()
    assert 2 == len(second.splitlines())
    assert first.splitlines()[1] not in second


def test_the_program_prints_a_token(alice: Workstation) -> None:
    """For another tool, and for as long as was asked."""
    token = alice.awsfed("codeartifact", "token", "dev", "--domain", "packages", "--duration", "0")

    assert re.fullmatch(r"[\w-]{86}\n", token)
    assert ["AssumeRole", "GetAuthorizationToken"] == [call.action for call in alice.sandbox.aws.calls]


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        (("--domain", "Other"), 2, "is not the name of a CodeArtifact domain"),
        (("--domain", "d"), 2, "is not the name of a CodeArtifact domain"),
        (("--domain", "other"), 6, "Domain not found"),
        (("--domain", "packages", "--domain-owner", "12"), 2, "is not an AWS account"),
        (("--domain", "packages", "--duration", "5m"), 2, "from 900 to 43200 seconds"),
        (("--domain", "packages", "--duration", "13h"), 2, "from 900 to 43200 seconds"),
    ],
)
def test_what_cannot_be_had_is_said(alice: Workstation, options: tuple[str, ...], status: int, words: str) -> None:
    """Before anybody is asked where that can be known, else in AWS's words."""
    assert words in alice.fails(status, "codeartifact", "token", "dev", *options)


def test_a_scope_is_npms_alone(alice: Workstation) -> None:
    """Other tools have none."""
    assert "--namespace goes with npm only" in alice.fails(2, *LOGIN, "pip", *WHERE, "--namespace", "@x")
    alice.fails(2, *LOGIN, "npm", *WHERE, "--namespace", "a b")
    alice.awsfed(*LOGIN, "npm", *WHERE, "--namespace", "example")
    assert f"@example:registry=https://{HOST}/npm/main/" in (alice.home / ".npmrc").read_text().splitlines()


def test_sessions_without_an_account_need_its_number(workstation: Workstation) -> None:
    """The credentials of a session token tell no account; the person does."""
    workstation.login("carol")
    assert "--domain-owner" in workstation.fails(3, *LOGIN, "pip", "raw", *WHERE[1:])
    workstation.awsfed(*LOGIN, "pip", "raw", *WHERE[1:], "--domain-owner", "123456789012")


def test_pips_other_lines_stay(tmp_path: Path) -> None:
    """Comments, other options and other sections are not touched; an old index with its continuation goes."""
    file = tmp_path / "pip.conf"
    file.write_text(
        "# mine\n[install]\nuser = yes\n\n[global]\ntimeout = 60\nindex_url =\n    https://old/simple\n"
        "; end\n[list]\nformat=columns\n"
    )

    tools.sign_in("pip", file, PLACE, TOKEN)

    url = f"https://aws:eyJ0.x_y-z~%2B%2F%3D%3D@{HOST}/pypi/main/simple/"
    assert (
        f"# mine\n[install]\nuser = yes\n\n[global]\ntimeout = 60\nindex-url = {url}\n; end\n[list]\nformat=columns\n"
    ) == file.read_text()


def test_twines_other_servers_stay(tmp_path: Path) -> None:
    """Ours is added to the list, once, and the passwords of the others are left alone."""
    file = tmp_path / ".pypirc"
    file.write_text("[distutils]\nindex-servers =\n    pypi\n    mine\n\n[mine]\nusername: u\npassword: p%x\n")

    for _ in range(2):
        tools.sign_in("twine", file, PLACE, TOKEN)

    parser = ini(file)
    assert ["pypi", "mine", "codeartifact"] == parser["distutils"]["index-servers"].split()
    assert {"username": "u", "password": "p%x"} == dict(parser.items("mine"))
    assert {"repository": f"https://{HOST}/pypi/main/", "username": "aws", "password": "eyJ0.x_y-z~+/=="} == dict(
        parser.items("codeartifact")
    )


def test_npms_other_lines_stay(tmp_path: Path) -> None:
    """Comments, other registries and their tokens are not touched; an old registry is replaced, doubles go."""
    file = tmp_path / ".npmrc"
    file.write_text(
        "; mine\n//other/:_authToken=keep\nregistry = https://old/\n@a:registry=https://a/\nregistry=https://older/\n"
    )

    tools.sign_in("npm", file, PLACE, TOKEN)

    assert [
        "; mine",
        "//other/:_authToken=keep",
        f"registry=https://{HOST}/npm/main/",
        "@a:registry=https://a/",
        f"//{HOST}/npm/main/:_authToken=eyJ0.x_y-z~+/==",
    ] == file.read_text().splitlines()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("odd", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
@pytest.mark.parametrize(("tool", "comment"), [("npm", ";"), ("pip", "#")])
def test_a_character_that_ends_no_line_stays_in_its_own(
    tmp_path: Path, tool: str, comment: str, odd: str, end: str
) -> None:
    """A comment stays one, byte for byte."""
    file = tmp_path / "settings"
    before = f"{comment} was{odd}strict-ssl=false{end}".encode()
    file.write_bytes(before)

    for _ in range(2):
        tools.sign_in(tool, file, PLACE, TOKEN)

    after = file.read_bytes()
    assert after.startswith(before)
    assert 1 == after.count(b"/main/:_authToken=" if tool == "npm" else b"index-url = ")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_line_keeps_its_end(tmp_path: Path, end: str) -> None:
    """A carriage return ends one for both tools; the last line gets an end where it had none."""
    npm, pip = tmp_path / ".npmrc", tmp_path / "pip.conf"
    npm.write_bytes(f"registry=https://old/{end}//other/:_authToken=keep{end}strict-ssl=true".encode())
    pip.write_bytes(f"[global]{end}index-url = x{end}timeout = 60".encode())

    for _ in range(2):
        tools.sign_in("npm", npm, PLACE, TOKEN)
        tools.sign_in("pip", pip, PLACE, TOKEN)

    url = f"https://aws:eyJ0.x_y-z~%2B%2F%3D%3D@{HOST}/pypi/main/simple/"
    lines = [f"registry=https://{HOST}/npm/main/", "//other/:_authToken=keep", "strict-ssl=true"]
    lines += [f"//{HOST}/npm/main/:_authToken=eyJ0.x_y-z~+/=="]
    assert "".join(f"{line}{end}" for line in lines).encode() == npm.read_bytes()
    assert f"[global]{end}index-url = {url}{end}timeout = 60{end}".encode() == pip.read_bytes()


@pytest.mark.parametrize(
    "text", ["timeout = 60\n", "[global\n", "[global]\n[global]\n", "[global]\nnonsense\n", "[global]\na = 1\na = 2\n"]
)
def test_a_file_that_its_tool_cannot_read_is_left_alone(tmp_path: Path, text: str) -> None:
    """Nothing is repaired, and nothing is made worse."""
    file = tmp_path / "pip.conf"
    file.write_text(text)

    with pytest.raises(Refused, match=r"pip\.conf"):
        tools.sign_in("pip", file, PLACE, TOKEN)

    assert text == file.read_text()


def test_what_reads_otherwise_than_it_looks_is_refused() -> None:
    """A header inside a value is one to our eyes and none to the parser's; the comparison finds it."""
    with pytest.raises(Refused):
        lines.with_option("[a]\nb = 1\n[global]\n  index-url = x\n", "global", "index-url", "y")


def test_line_ends_stay(tmp_path: Path) -> None:
    """A file that was written on Windows stays one."""
    file = tmp_path / "pip.conf"
    file.write_bytes(b"[global]\r\ntimeout = 60\r\n")

    tools.sign_in("pip", file, PLACE, TOKEN)

    assert file.read_bytes().count(b"\n") == file.read_bytes().count(b"\r\n") == 3


def test_links_are_followed(tmp_path: Path) -> None:
    """Whoever keeps such files elsewhere finds the change there."""
    real, link = tmp_path / "dotfiles" / "npmrc", tmp_path / ".npmrc"
    real.parent.mkdir()
    real.write_text("a=b\n")
    link.symlink_to(real)

    tools.sign_in("npm", link, PLACE, TOKEN)

    assert link.is_symlink()
    assert "a=b" in real.read_text()


@pytest.mark.parametrize(
    ("tool", "environ", "file"),
    [
        ("pip", {}, "/home/a/.config/pip/pip.conf"),
        ("pip", {"XDG_CONFIG_HOME": "/x"}, "/x/pip/pip.conf"),
        ("pip", {"PIP_CONFIG_FILE": "/y/pip.conf"}, "/y/pip.conf"),
        ("npm", {}, "/home/a/.npmrc"),
        ("npm", {"NPM_CONFIG_USERCONFIG": "/z/npmrc"}, "/z/npmrc"),
        ("twine", {}, "/home/a/.pypirc"),
    ],
)
def test_files_are_where_the_tools_look(tool: str, environ: Mapping[str, str], file: str) -> None:
    """Each has a variable of its own, or none."""
    assert Path(file) == tools.place(tool, environ, Path("/home/a"))


def test_pip_can_be_told_to_read_nothing() -> None:
    """A file that is not read is not written."""
    with pytest.raises(ConfigError):
        tools.place("pip", {"PIP_CONFIG_FILE": "/dev/null"}, Path("/home/a"))
