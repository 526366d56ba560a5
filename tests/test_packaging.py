"""The wheel: what is in it, and what it is like once installed beside its dependencies."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import Workstation

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
WHEEL = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
BLOCKED = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name in {blocked!r}:
            raise ModuleNotFoundError("No module named " + name, name=name)
sys.meta_path.insert(0, Absent())
sys.argv = ["awsfed", *{arguments!r}]
from awsfed.__main__ import main
sys.exit(main())
"""


def run(*command: str | Path, environ: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    """Run a program with nothing of this process's environment but what is given."""
    environ = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **(environ or {})}
    return subprocess.run(
        [str(part) for part in command], env=environ, cwd="/", capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the backend alone: nothing is fetched."""
    folder = tmp_path_factory.mktemp("dist")
    result = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == result.returncode, result.stderr
    (path,) = folder.iterdir()
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of a new environment with the wheel in it, which borrows the dependencies of this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    scripts = folder / ("Scripts" if sys.platform == "win32" else "bin")
    pip = [sys.executable, "-m", "pip", "--python", str(scripts / "python"), "--disable-pip-version-check"]
    command = [*pip, "install", "--quiet", "--no-index", "--no-deps", str(wheel)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 == result.returncode, result.stderr
    (library,) = folder.glob("lib/python*/site-packages")
    (library / "borrowed.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return scripts


def test_the_wheel_holds_what_is_needed(wheel: Path) -> None:
    """The package, its two scripts, and what shells and readers look for."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
        points = archive.read(metadata.replace("METADATA", "entry_points.txt")).decode()
    data = {name.partition(".data/")[2] for name in names}

    assert "awsfed = awsfed.__main__:main" in points
    assert {"awsfed/py.typed", "awsfed/launch.py", "awsfed/__main__.py", "awsfed/sandbox/crowd/default.toml"} <= names
    assert f"{metadata.removesuffix('METADATA')}licenses/LICENSE" in names
    assert "scripts/awsfed-credentials" in data
    pages = {f"data/share/man/man1/{page.name}" for page in (ROOT / "man").iterdir()}
    completions = {f"data/{place}" for source, place in WHEEL["shared-data"].items() if source != "man"}
    assert pages
    assert 4 == len(completions)
    assert pages | completions <= data


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    """No tests, no scripts of the repository, nothing compiled."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    folders = {name.partition("/")[0] for name in names}
    assert {"awsfed"} == {folder for folder in folders if not folder.startswith("awsfed-")}
    assert not [name for name in names if "test" in name or name.endswith(".pyc")]


def test_the_launcher_is_the_file_of_the_repository(wheel: Path, installed: Path) -> None:
    """Byte for byte; the installer puts its own interpreter into the first line."""
    (source,) = WHEEL["shared-scripts"]
    expected = (ROOT / source).read_bytes()
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("/scripts/awsfed-credentials")]
        packed = archive.read(name)

    assert expected == packed
    first, _, rest = (installed / "awsfed-credentials").read_bytes().partition(b"\n")
    assert expected.partition(b"\n")[2] == rest
    assert f"#!{installed / 'python'}".encode() == first


def test_the_installed_program_runs(installed: Path) -> None:
    """From its own files, not from those of the repository."""
    where = run(installed / "python", "-c", "import awsfed; print(awsfed.__file__)")
    version = run(installed / "awsfed", "--version")

    assert where.stdout.startswith(str(installed.parent / "lib"))
    assert (0, "") == (version.returncode, version.stderr)
    assert version.stdout.startswith("awsfed ")
    assert version.stdout.split()[1] in (ROOT / "awsfed" / "version.py").read_text()


@pytest.mark.parametrize(
    ("shell", "shows"),
    [("bash", "complete -p awsfed"), ("zsh", "print $_comps[awsfed]"), ("fish", "complete --command awsfed")],
)
def test_shells_complete_the_installed_program_as_the_how_to_says(
    installed: Path, tmp_path: Path, shell: str, shows: str
) -> None:
    """Through a link too, as pipx makes one."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"there is no {shell}")
    page = (ROOT / "docs" / "how-to" / "completion.md").read_text()
    (lines,) = re.findall(rf"^```{shell}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "awsfed").symlink_to(installed / "awsfed")
    environ = {"PATH": f"{tmp_path}:{os.defpath}", "HOME": str(tmp_path)}

    done = subprocess.run(
        [program], input=f"{lines}\n{shows}\n", env=environ, capture_output=True, text=True, check=False
    )

    assert (0, "") == (done.returncode, done.stderr)
    assert "_awsfed" in done.stdout


def test_the_installed_launcher_answers(installed: Path, workstation: Workstation) -> None:
    """A miss becomes the full program; the second time the launcher alone answers; names come from the last listing."""
    environ = workstation.environ
    configured = f"{installed / 'awsfed'} login --user alice --password-stdin dev"
    login = subprocess.run(configured.split(), env=environ, input=b"alice-sandbox\n", check=False)
    assert 0 == login.returncode
    config = (workstation.home / ".aws" / "config").read_text()
    (line,) = [line.partition(" = ")[2] for line in config.splitlines() if line.startswith("credential_process")]
    assert str(installed) in line

    first = run(*line.split(), environ=environ)
    calls = len(workstation.sandbox.crowd.calls)
    (installed / "awsfed").rename(installed / "away")
    try:
        second = run(*line.split(), environ=environ)
        names = run(installed / "awsfed-credentials", "--names", environ=environ)
    finally:
        (installed / "away").rename(installed / "awsfed")

    assert (0, "") == (first.returncode, first.stderr)
    assert (0, first.stdout, "") == (second.returncode, second.stdout, second.stderr)
    assert calls == len(workstation.sandbox.crowd.calls)
    assert "artifacts\ndev\n" == names.stdout


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["config", "show"]])
def test_without_the_optional_packages_the_program_runs(installed: Path, arguments: list[str]) -> None:
    """Only the sandbox needs them."""
    code = BLOCKED.format(blocked=["moto", "werkzeug", "boto3"], arguments=arguments)

    result = run(installed / "python", "-c", code)

    assert (0, "") == (result.returncode, result.stderr)


def hint(extra: str) -> str:
    """Return what is said to be typed."""
    return f"  hint: install awsfed with the extra {extra}, in a clone: pip install '.[{extra}]'\n"


@pytest.mark.parametrize("missing", ["moto", "werkzeug"])
def test_without_the_optional_packages_the_sandbox_says_what_to_install(installed: Path, missing: str) -> None:
    """The command to type is the hint."""
    code = BLOCKED.format(blocked=[missing], arguments=["sandbox"])

    result = run(installed / "python", "-c", code)

    expected = f"awsfed: error: the sandbox needs a package that is not installed: {missing}\n"
    assert (3, expected + hint("sandbox")) == (result.returncode, result.stderr)


@pytest.mark.parametrize("arguments", [["store", "check"], ["audit", "search"], ["serve", "--init"]])
@pytest.mark.parametrize("missing", ["alembic", "cryptography", "sqlalchemy"])
def test_without_the_optional_packages_the_store_says_what_to_install(
    installed: Path, missing: str, arguments: list[str]
) -> None:
    """The command to type is the hint."""
    code = BLOCKED.format(blocked=[missing], arguments=arguments)

    result = run(installed / "python", "-c", code)

    expected = f"awsfed: error: a broker that serves others needs a package that is not installed: {missing}\n"
    assert (3, expected + hint("broker")) == (result.returncode, result.stderr)


def test_the_installed_program_makes_a_store(installed: Path, tmp_path: Path) -> None:
    """The wheel holds the migrations, and nothing else is needed for them."""
    config = tmp_path / "config.toml"
    config.write_text(f'[server]\nfolder = "{tmp_path}/store"\nsealing_key = "file:{tmp_path}/sealing.key"\n')

    made = run(installed / "awsfed", "store", "init", environ={"AWSFED_CONFIG": str(config)})
    checked = run(installed / "awsfed", "store", "check", environ={"AWSFED_CONFIG": str(config)})

    assert (0, 0) == (made.returncode, checked.returncode), made.stderr + checked.stderr
    assert "schema" in checked.stdout


def test_every_dependency_is_one_that_is_imported() -> None:
    """Nobody installs what nothing uses."""
    sources = "".join(path.read_text() for path in (ROOT / "awsfed").rglob("*.py"))
    names = [text.partition(">")[0] for text in PROJECT["project"]["dependencies"]]

    assert [] == [name for name in names if f"import {name}" not in sources and f"from {name}" not in sources]
