"""The command lines of the how-to pages, executed in the sandbox with stand-ins for other people's programs."""

import re
import textwrap
from pathlib import Path

import pytest
from conftest import SCRIPTS, Workstation
from deliveries.conftest import Tools

PAGES = Path(__file__).parents[2] / "docs" / "how-to"
MARK = "<!-- executed by tests/deliveries/test_how_to.py -->"
BLOCK = re.compile(rf"^ *{re.escape(MARK)}\n *```(sh|toml)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
STAND_INS = ("docker", "podman", "skopeo", "kubectl", "psql", "deploy")


def blocks(page: str) -> list[tuple[str, str]]:
    """Return the marked blocks of a page, each with its language."""
    text = (PAGES / page).read_text(encoding="utf-8")
    found = [(language, textwrap.dedent(block)) for language, block in BLOCK.findall(text)]
    assert len(found) == text.count(MARK) > 0
    return found


@pytest.fixture
def folder(alice: Workstation, tools: Tools, tmp_path: Path) -> Path:
    """A working directory with the stand-ins on the path; `deploy` is in it."""
    for name in STAND_INS:
        tools.install(name)
    working = tmp_path / "working"
    working.mkdir()
    (working / "deploy").symlink_to(tools.folder / "deploy")
    alice.environ["PATH"] = f"{tools.folder}:{SCRIPTS}:{alice.environ['PATH']}"
    return working


def execute(workstation: Workstation, folder: Path, page: str, **environ: str) -> list[str]:
    """Execute a page from its beginning to its end, each block in a shell of its own; return what each printed."""
    printed = []
    for language, block in blocks(page):
        if language == "toml":
            with workstation.config.open("a") as settings:
                settings.write(block)
            continue
        result = workstation.run("sh", "-euc", f"cd {folder}\n{block}", environ=environ)
        assert 0 == result.returncode, (block, result.stderr)
        printed.append(result.stdout)
    return printed


def secrets_of(tools: Tools) -> list[str]:
    """Return every secret that a stand-in was handed in its environment or on its standard input."""
    starts = [start for name in STAND_INS for start in tools.starts(name)]
    names = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "PGPASSWORD", "AWSFED_PASSWORD")
    return [text for s in starts for text in (s.stdin, *(s.environ.get(n, "") for n in names)) if text]


def nothing_secret_was_typed(tools: Tools) -> bool:
    """Tell whether no secret that went to a stand-in stands on any command line."""
    typed = " ".join(word for name in STAND_INS for start in tools.starts(name) for word in start.argv)
    return not [secret for secret in secrets_of(tools) if secret in typed]


def test_containers(alice: Workstation, tools: Tools, folder: Path) -> None:
    """The helper answers, and every tool gets its password on standard input."""
    pulled, helped, *_ = execute(alice, folder, "containers.md")

    assert "said by the tool\n" == pulled
    assert '"Username":"AWS"' in helped
    assert [64, 64, 65] == [len(tools.starts(name)[-1].stdin) for name in ("docker", "podman", "skopeo")]
    assert nothing_secret_was_typed(tools)


def test_kubernetes(alice: Workstation, tools: Tools, folder: Path) -> None:
    """Both clusters have a file, and kubectl is led to them."""
    (alice.home / ".kube").mkdir()

    execute(alice, folder, "kubernetes.md")

    ours = alice.home / ".kube" / "awsfed"
    assert ["sandbox-west.json", "sandbox.json"] == sorted(path.name for path in ours.iterdir())
    first, second, _ = tools.starts("kubectl")
    assert str(ours / "sandbox.json") == first.environ["KUBECONFIG"]
    assert second.environ["KUBECONFIG"].endswith(f":{ours / 'sandbox.json'}")


def test_tokens(alice: Workstation, tools: Tools, folder: Path) -> None:
    """The database client finds a password, git a helper, and the package tools their files."""
    execute(alice, folder, "tokens.md")

    (start,) = tools.starts("psql")
    assert start.environ["PGPASSWORD"].startswith("db.abc123.eu-central-1.rds.amazonaws.com:5432/?Action=connect")
    assert nothing_secret_was_typed(tools)
    asked = "protocol=https\nhost=git-codecommit.eu-central-1.amazonaws.com\npath=v1/repos/app\n\n"
    filled = alice.run("git", "credential", "fill", stdin=asked, environ={"GIT_TERMINAL_PROMPT": "0"})
    assert "password=20" in filled.stdout
    assert (alice.home / ".npmrc").exists()


def test_build_servers(alice: Workstation, tools: Tools, folder: Path, tmp_path: Path) -> None:
    """Each server's way works from the login on; the commands have credentials, and never the password."""
    (tmp_path / "github-env").touch()
    alice.awsfed("logout")
    plan = {"bamboo_awsfed_user": "alice", "bamboo_awsfed_password": "alice-sandbox"}
    elsewhere = {"AWSFED_USER": "alice", "AWSFED_PASSWORD": "alice-sandbox"}
    injected = {f"bamboo_custom_aws_{n}": n for n in ("accessKeyId", "ecr_password")}
    injected |= {f"bamboo_custom_aws_{n}_password": n for n in ("secretAccessKey", "sessionToken")}
    tools.install("aws")

    printed = execute(
        alice, folder, "build-servers.md", **plan, **elsewhere, **injected, GITHUB_ENV=str(tmp_path / "github-env")
    )

    assert 2 == len(tools.starts("deploy"))
    for start in tools.starts("deploy"):
        assert start.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"].startswith("http://127.0.0.1:")
        assert "AWSFED_PASSWORD" not in start.environ
    assert nothing_secret_was_typed(tools)
    assert ["ecr_password"] == [start.stdin for start in tools.starts("docker")]
    assert ["sessionToken", 352] == [
        token if len(token) < 352 else 352
        for token in (start.environ["AWS_SESSION_TOKEN"] for start in tools.starts("aws"))
    ]
    assert printed[-1].startswith("::add-mask::ASIA")
    assert "AWS_SESSION_TOKEN=" in (tmp_path / "github-env").read_text()
    assert not (folder / "aws.properties").exists()
    assert "AWS_SECRET_ACCESS_KEY=" in (folder / "aws.env").read_text()
