"""The launcher: when it answers, when it declines, and what that costs."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from awsfed import launch

ANSWER = b'{"Version":1,"AccessKeyId":"ASIAX"}\n'
KEY = "dev." + "0123456789abcdef" * 2
LAUNCHER = Path(launch.__file__)
SCRIPT = LAUNCHER.with_name("credentials_script.py")
PACKAGE = Path("lib") / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages" / "awsfed"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache folder with one good entry that depends on one settings file."""
    folder = tmp_path / "cache" / "awsfed"
    folder.mkdir(parents=True, mode=0o700)
    folder.chmod(0o700)
    (tmp_path / "awsfed").mkdir()
    (tmp_path / "awsfed" / "config.toml").write_text("")
    put(folder, tmp_path)
    return folder


def put(folder: Path, tmp_path: Path, *, ahead_s: int = 600, issued_s: int = -60) -> None:
    """Write the entry."""
    now = int(time.time())
    files = [str(tmp_path / "awsfed" / "config.toml"), str(tmp_path / "not there %\n.toml")]
    seen = [(path, launch.modified(path)) for path in files]
    path = folder / KEY
    path.write_bytes(launch.header(now + ahead_s, now + ahead_s + 600, now + issued_s, seen) + ANSWER)
    path.chmod(0o600)


def folders(cache: Path) -> dict[str, str]:
    """Return the variables that lead to the cache and the settings."""
    return {"XDG_CACHE_HOME": str(cache.parent), "XDG_CONFIG_HOME": str(cache.parent.parent)}


def ask(
    cache: Path, *arguments: str, environ: Mapping[str, str] | None = None, stdout: int = subprocess.PIPE
) -> "subprocess.CompletedProcess[bytes]":
    """Run a copy of the launcher, installed beside a stand-in for the full program that says so."""
    scripts, package = cache.parent.parent / "bin", cache.parent.parent / PACKAGE
    scripts.mkdir(exist_ok=True)
    package.mkdir(parents=True, exist_ok=True)
    (package / "launch.py").write_bytes(LAUNCHER.read_bytes())
    (scripts / "awsfed-credentials").write_bytes(SCRIPT.read_bytes())
    program = scripts / "awsfed"
    program.write_text('#!/bin/sh\necho "full program: $*"\n')
    program.chmod(0o755)
    env = {**folders(cache), "PATH": os.defpath, **(environ or {})}
    command = [sys.executable, "-I", "-S", str(scripts / "awsfed-credentials"), *arguments]
    return subprocess.run(command, env=env, stdout=stdout, stderr=subprocess.PIPE, check=False)


def test_a_good_entry_is_the_whole_answer(cache: Path) -> None:
    """Bytes out, nothing on stderr, status 0."""
    result = ask(cache, KEY)

    assert (0, ANSWER, b"") == (result.returncode, result.stdout, result.stderr)


def test_a_reader_who_left_is_no_bug(cache: Path) -> None:
    """The code is what a shell tells of SIGPIPE."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        result = ask(cache, KEY, stdout=writing)
    finally:
        os.close(writing)

    assert (141, b"") == (result.returncode, result.stderr)


DECLINED = f"full program: credential-process --key {KEY}\n".encode()


def test_every_doubt_starts_the_full_program(cache: Path, tmp_path: Path) -> None:
    """Age, mode, links, settings and surroundings: whatever is not as it was, the launcher declines."""
    entry = cache / KEY

    put(cache, tmp_path, ahead_s=-1)
    assert DECLINED == ask(cache, KEY).stdout, "past the moment to renew"
    put(cache, tmp_path, issued_s=3600)
    assert DECLINED == ask(cache, KEY).stdout, "issued in the future"
    put(cache, tmp_path)
    assert ANSWER == ask(cache, KEY).stdout
    entry.chmod(0o640)
    assert DECLINED == ask(cache, KEY).stdout, "open to others"
    entry.chmod(0o600)
    cache.chmod(0o755)
    assert DECLINED == ask(cache, KEY).stdout, "folder open to others"
    cache.chmod(0o700)
    entry.rename(cache / "elsewhere")
    entry.symlink_to(cache / "elsewhere")
    assert DECLINED == ask(cache, KEY).stdout, "a link"
    entry.unlink()
    assert DECLINED == ask(cache, KEY).stdout, "absent"


def test_changed_settings_start_the_full_program(cache: Path, tmp_path: Path) -> None:
    """A settings file that changed, went or came is noticed."""
    os.utime(tmp_path / "awsfed" / "config.toml", ns=(1, 1))
    assert DECLINED == ask(cache, KEY).stdout
    (tmp_path / "awsfed" / "config.toml").unlink()
    assert DECLINED == ask(cache, KEY).stdout
    put(cache, tmp_path)
    assert ANSWER == ask(cache, KEY).stdout
    (tmp_path / "not there %\n.toml").write_text("")
    assert DECLINED == ask(cache, KEY).stdout


def test_an_answer_made_with_other_settings_is_not_given(cache: Path, tmp_path: Path) -> None:
    """Whoever has their settings elsewhere is not answered with what these settings led to."""
    assert DECLINED == ask(cache, KEY, environ={"XDG_CONFIG_HOME": str(tmp_path / "elsewhere")}).stdout
    assert DECLINED == ask(cache, KEY, environ={"XDG_CACHE_HOME": "", "HOME": "relative"}).stdout


@pytest.mark.parametrize("name", ["AWSFED_CONFIG", "AWSFED_ANYTHING"])
def test_any_variable_of_ours_starts_the_full_program(cache: Path, name: str) -> None:
    """Only the full program knows what a variable means."""
    assert DECLINED == ask(cache, KEY, environ={name: ""}).stdout


@pytest.mark.parametrize(
    "arguments",
    [["--help"], [KEY, "more"], ["../" + KEY], ["dev.xyz"], ["a b." + "0" * 32], ["." + "0" * 32], []],
)
def test_unknown_arguments_go_to_the_full_program(cache: Path, arguments: list[str]) -> None:
    """What is not exactly one key is for click to judge."""
    assert b"full program: credential-process" in ask(cache, *arguments).stdout


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"awsfed1 1 2\n{}\n",
        b"awsfed2 9999999999 9999999999 0\n" + ANSWER,
        b"awsfed1 9999999999 9999999999 0 1\n" + ANSWER,
        b"awsfed1 9999999999 9999999999 0\n" + ANSWER[:-5],
        b"awsfed1 nine nine 0\n" + ANSWER,
        b"\xff\xfe\n",
        b"awsfed1 9999999999 9999999999 0\n" + b"x" * 70_000 + b"}\n",
    ],
)
def test_a_damaged_entry_is_declined(cache: Path, content: bytes) -> None:
    """Torn, foreign, truncated or huge: never half an answer."""
    (cache / KEY).write_bytes(content)

    assert DECLINED == ask(cache, KEY).stdout


def test_names_for_completion_come_from_a_file(cache: Path) -> None:
    """One a line, and none where there is none; the full program is not started for it."""
    assert (0, b"") == (ask(cache, "--names").returncode, ask(cache, "--names").stdout)
    (cache / "names").write_bytes(b"dev\nops\n")
    (cache / "names").chmod(0o600)

    assert b"dev\nops\n" == ask(cache, "--names").stdout


def test_without_its_package_the_script_asks_the_full_program(cache: Path) -> None:
    """An editable install keeps the package elsewhere."""
    ask(cache, KEY)
    (cache.parent.parent / PACKAGE / "launch.py").unlink()
    script = cache.parent.parent / "bin" / "awsfed-credentials"

    result = subprocess.run([sys.executable, "-I", "-S", str(script), KEY], capture_output=True, check=False)

    assert (0, DECLINED, b"") == (result.returncode, result.stdout, result.stderr)


def test_the_launcher_loads_nothing_but_itself(cache: Path) -> None:
    """A bare interpreter has loaded everything else that it needs."""
    code = f"import sys; before = set(sys.modules); sys.path.insert(0, {str(LAUNCHER.parent)!r}); import launch; "
    code += f"launch.answered({KEY!r}, {folders(cache)!r}); "
    code += "print(*sorted(set(sys.modules) - before - {'launch'}), file=sys.stderr)"

    result = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True)

    assert ANSWER.decode() == result.stdout
    assert "" == result.stderr.strip()


def test_the_program_answers_from_the_cache_without_loading_itself(cache: Path) -> None:
    """`awsfed credential-process` costs the launcher's imports when the cache is good, by name and by key."""
    code = "import sys; before = set(sys.modules); from awsfed.__main__ import main; "
    code += "status = main(); print(*sorted(set(sys.modules) - before), file=sys.stderr); sys.exit(status)"
    named = cache / launch.key_of_name("dev")
    named.write_bytes((cache / KEY).read_bytes())
    named.chmod(0o600)
    for arguments in (["--key", KEY], ["dev"]):
        result = subprocess.run(
            [sys.executable, "-c", code, "credential-process", *arguments],
            env={**folders(cache), "PATH": os.defpath},
            capture_output=True,
            text=True,
            check=True,
        )

        assert ANSWER.decode() == result.stdout
        assert {"awsfed", "awsfed.__main__", "awsfed.launch"} == set(result.stderr.split())
