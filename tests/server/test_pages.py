"""The pages about serving others and about a broker elsewhere: what they tell people to type is typed."""

import configparser
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.needing import need
from cli.terminal import AWSFED, Terminal
from conftest import SCRIPTS, Workstation
from fakes.ifaws_server import IfawsHost
from server.conftest import Server, set_up, start

from awsfed.outside.clock import SystemClock
from awsfed.sandbox.world import Sandbox

ROOT = Path(__file__).parents[2]
MARK = "<!-- executed by tests/server/test_pages.py -->\n"
HERE = "http://127.0.0.1:8443"
ELSEWHERE = "https://awsfed.example.org"


def blocks(page: str, language: str) -> list[str]:
    """Return the blocks of a page in a language; every one with command lines is marked as executed here."""
    text = (ROOT / "docs" / "how-to" / page).read_text(encoding="utf-8")
    marked = re.findall(rf"{re.escape(MARK)}```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    found = re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert marked == found or language != "sh"
    return found


def typed(workstation: Workstation, folder: Path, script: str, password: str) -> str:
    """Execute a block at a terminal, with one password; return what was shown."""
    with Terminal(["sh", "-euc", f"cd {folder}\n{script}"], workstation.environ, columns=400) as terminal:
        terminal.reads("password for user")
        terminal.types_unseen(password)
        assert 0 == terminal.ends(), terminal.shown
        return terminal.shown


@pytest.fixture
def broker(sandbox: Sandbox, tmp_path: Path) -> Iterator[Server]:
    """A server with a store of its own."""
    server = start(set_up(sandbox, tmp_path / "broker"))
    yield server
    server.process.kill()
    server.process.wait()


@pytest.mark.slow
def test_the_first_vend_goes_as_the_page_says(broker: Server, tmp_path: Path) -> None:
    """Key, connector and credentials, with curl and the documents as they stand there; no password is kept."""
    need("curl")
    key, connector = blocks("serve.md", "json")
    sandbox = broker.workstation.sandbox
    (tmp_path / "key.json").write_text(
        key.replace("AKIA…", sandbox.access_key_id).replace('"…"', f'"{sandbox.secret_access_key}"')
    )
    (tmp_path / "connector.json").write_text(connector)
    _, administer, vend = (block.replace(HERE, broker.url) for block in blocks("serve.md", "sh"))

    made = typed(broker.workstation, tmp_path, administer, "carol-sandbox")
    number = re.findall(r'"id":"([0-9a-f-]{36})"', made)[-1]
    vended = typed(broker.workstation, tmp_path, vend.replace("/ID/", f"/{number}/"), "alice-sandbox")

    assert number in vended
    assert '"sessionToken":"' in vended
    assert sandbox.secret_access_key not in made
    assert ["connector.json", "cookies"] == sorted(path.name for path in tmp_path.iterdir() if path.is_file())
    assert "alice-sandbox" not in (tmp_path / "cookies").read_text()
    assert 0o600 == (tmp_path / "cookies").stat().st_mode & 0o777


def test_what_is_installed_is_there() -> None:
    """The extra is one of the project's, and the commands after it are walked through in test_init.py."""
    install, *commands = blocks("serve.md", "sh")[0].splitlines()
    extra = re.match(r"pip install '\.\[(\w+)\]'", install)

    assert extra
    assert extra[1] in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert ["awsfed serve --init", "awsfed serve"] == commands


def test_the_settings_are_settings(workstation: Workstation, tmp_path: Path) -> None:
    """Every table of the page is read without a complaint."""
    before = workstation.config.read_text()
    tables = blocks("serve.md", "toml")
    for table in tables:
        workstation.config.write_text(table if "[crowd]" in table else f"{before}\n{table}")
        workstation.awsfed("config", "check")

    assert 3 == len(tables)


def test_the_unit_is_one(broker: Server, tmp_path: Path) -> None:
    """Nothing is wrong with it for systemd, and its command serves with its variables alone, until its signal."""
    (unit,) = blocks("serve.md", "ini")
    parsed = configparser.ConfigParser(interpolation=None, strict=False)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]  # as its documentation says
    parsed.read_string(unit)
    service = parsed["Service"]
    name, _, value = service["Environment"].partition("=")
    program, *arguments = service["ExecStart"].split()

    assert ("AWSFED_CONFIG", "/etc/awsfed/broker.toml") == (name, value)
    assert ("/opt/awsfed/bin/awsfed", "SIGTERM") == (program, service["KillSignal"])
    home = broker.workstation
    again = Workstation(sandbox=home.sandbox, home=home.home, environ={"PATH": "/usr/bin:/bin", name: str(home.config)})
    assert ["serve"] == arguments
    served = start(again)
    assert 0 == served.stop()
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd here, and none is installed for one file")
    file = tmp_path / "awsfed.service"
    file.write_text(unit.replace(program, str(SCRIPTS / "awsfed")))
    result = subprocess.run(["systemd-analyze", "verify", str(file)], capture_output=True, text=True, check=False)
    assert (0, "") == (result.returncode, "".join(line for line in result.stderr.splitlines() if "awsfed" in line))


@pytest.fixture
def desk(sandbox: Sandbox, tmp_path: Path) -> Workstation:
    """A home that knows neither Crowd nor an access key; its keyring is a file."""
    home = tmp_path / "desk"
    desk = Workstation(sandbox=sandbox, home=home, environ=sandbox.write_home(home))
    desk.environ.update(FILE_KEYRING=str(tmp_path / "keyring.json"), PYTHONPATH=str(ROOT / "tests"))
    desk.config.write_text('[secrets]\nstore = "fakes.file_keyring.FileKeyring"\n')
    return desk


def log_in(desk: Workstation, line: str, answers: tuple[tuple[str, str], ...]) -> str:
    """Type a line of the page, answer what it asks, and return what was shown."""
    words = line.partition("#")[0].split()
    assert "awsfed" == words[0]
    with Terminal([AWSFED, *words[1:]], desk.environ, columns=200) as terminal:
        for question, answer in answers:
            terminal.reads(question)
            terminal.types(answer)
        assert 0 == terminal.ends(), terminal.shown
        return terminal.shown


def test_signing_in_goes_as_the_page_says(desk: Workstation, broker: Server) -> None:
    """Once with the address, and without it from then on."""
    (line,) = blocks("remote.md", "sh")[0].splitlines()
    answers = (("ser", "alice"), ("assword", "alice-sandbox"))

    assert f"Signed in to {broker.url} as alice" in log_in(desk, line.replace(ELSEWHERE, broker.url), answers)
    assert f'url = "{broker.url}"' in desk.config.read_text()


def test_the_ways_without_a_login_go_as_the_page_says(desk: Workstation) -> None:
    """A token, and a password that is kept, at the vendor's app."""
    token, password = blocks("remote.md", "sh")[1].splitlines()
    with IfawsHost(SystemClock()).serving() as host:
        desk.config.write_text(f'{desk.config.read_text()}\n[broker]\nurl = "{host.url}"\n')
        with_token = log_in(
            desk,
            token,
            (
                ("ser name", "alice"),
                ("oken", "NDc4MDkyNDc2-pat"),
            ),
        )
        with_password = log_in(desk, password, (("ser", "alice"), ("assword", "alice-right")))

    assert "as alice until" in with_token
    assert "as alice until" in with_password
