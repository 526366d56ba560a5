"""The command lines of the how-to pages, executed in the sandbox with stand-ins for other people's programs."""

from pathlib import Path

import pytest
from conftest import SCRIPTS, Workstation
from deliveries.conftest import Start, Tools
from deliveries.pages import shells, unmarked
from fakes.trail import write_trail

STAND_INS = ("docker", "podman", "skopeo", "kubectl", "psql", "deploy")
LOGIN = {"user": "alice", "password": "alice-sandbox"}


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


def execute(workstation: Workstation, folder: Path, page: str, section: str | None = None, **environ: str) -> list[str]:
    """Execute a page or one section of it to its end, each shell by itself; return what each printed and traced."""
    printed = []
    for shell in shells(page, section):
        if shell.settings is not None:
            with workstation.config.open("a") as settings:
                settings.write(shell.settings)
            continue
        variables = {name: LOGIN[half] for name, half in shell.variables.items()}
        result = workstation.run("sh", "-c", f"cd {folder}\n{shell.script}", environ={**environ, **variables})
        assert 0 == result.returncode, (shell.script, result.stderr)
        printed.append(result.stdout)
        assert LOGIN["password"] not in result.stderr
        assert "aws_session_token" not in result.stderr.casefold()
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


def test_audit(alice: Workstation, folder: Path) -> None:
    """From an access key id to a person; signatures that were kept elsewhere fit, here and with an export."""
    store = folder / "store"
    with alice.config.open("a") as settings:
        keys = f'sealing_key = "file:{folder}/sealing.key"\naudit_key = "file:{folder}/audit.key"'
        settings.write(f'\n[server]\nfolder = "{store}"\n{keys}\n')
    alice.awsfed("store", "init")
    write_trail(store, folder / "audit.key")

    whose, found, verified, _, the_next_day, _, elsewhere = execute(alice, folder, "audit.md")

    assert "alice (1:7)" in whose
    assert "no connector 'ops' for alice" in found
    assert [2, 2, 2] == [printed.count("whole") for printed in (verified, the_next_day, elsewhere)]
    assert elsewhere.endswith(whose)
    assert ["```toml"] == [block.splitlines()[0] for block in unmarked("audit.md")]


@pytest.fixture
def build(alice: Workstation, tools: Tools) -> Workstation:
    """An agent on which nobody has signed in; its AWS CLI is a stand-in."""
    alice.awsfed("logout")
    tools.install("aws")
    return alice


def deployed_quietly(tools: Tools) -> bool:
    """Tell whether the deployment had credentials that renew themselves, and nothing had the password."""
    (start,) = tools.starts("deploy")
    uri = start.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    starts = [start, *tools.starts("aws"), *tools.starts("docker")]
    return uri.startswith("http://127.0.0.1:") and nothing_secret_was_typed(tools) and nothing_is_known(starts)


def nothing_is_known(starts: list[Start]) -> bool:
    """Tell whether the password was in no environment, but for that of a shell that a build server gave it to."""
    return all("AWSFED_PASSWORD" not in start.environ for start in starts if start.argv[0].endswith("deploy"))


def is_signed_out(build: Workstation) -> bool:
    """Tell whether the page ended the session."""
    return "login required" in build.fails(5, "connectors")


def test_bamboo(build: Workstation, tools: Tools, folder: Path) -> None:
    """Both ways work with the variables of a plan alone: one command, and variables for plans that expect them."""
    plan = {"bamboo_awsfed_user": "alice", "bamboo_awsfed_password": "alice-sandbox"}
    injected = {f"bamboo_custom_aws_{n}": n for n in ("accessKeyId", "ecr_password")}
    injected |= {f"bamboo_custom_aws_{n}_password": n for n in ("secretAccessKey", "sessionToken")}

    execute(build, folder, "build-servers.md", "Bamboo", **plan, **injected)

    assert deployed_quietly(tools)
    assert ["ecr_password"] == [start.stdin for start in tools.starts("docker")]
    assert ["sessionToken"] == [start.environ["AWS_SESSION_TOKEN"] for start in tools.starts("aws")]
    assert not (folder / "aws.properties").exists()


def test_jenkins(build: Workstation, tools: Tools, folder: Path) -> None:
    """The steps of both pipelines work, with the login bound to the one step that needs it, and leave no session."""
    bound = [set(shell.variables) for shell in shells("build-servers.md", "Jenkins")]

    execute(build, folder, "build-servers.md", "Jenkins")

    assert [{"AWSFED_USER", "AWSFED_PASSWORD"}, set(), set()] * 2 == bound
    assert deployed_quietly(tools)
    assert [352] == [len(start.environ["AWS_SESSION_TOKEN"]) for start in tools.starts("aws")]
    assert is_signed_out(build)


def test_gitlab(build: Workstation, tools: Tools, folder: Path) -> None:
    """The job works, variables do in the same job, and a report holds them for a later one."""
    project = {"AWSFED_USER": "alice", "AWSFED_PASSWORD": "alice-sandbox"}

    execute(build, folder, "build-servers.md", "GitLab", **project)

    assert deployed_quietly(tools)
    assert [352] == [len(start.environ["AWS_SESSION_TOKEN"]) for start in tools.starts("aws")]
    assert "AWS_SECRET_ACCESS_KEY=" in (folder / "aws.env").read_text()


def test_github(build: Workstation, tools: Tools, folder: Path, tmp_path: Path) -> None:
    """The steps work, and the keys are masked before later steps get them."""
    (tmp_path / "github-env").touch()
    first, second, _ = shells("build-servers.md", "GitHub")

    printed = execute(build, folder, "build-servers.md", "GitHub", GITHUB_ENV=str(tmp_path / "github-env"))

    assert ({"AWSFED_USER", "AWSFED_PASSWORD"}, set()) == (set(first.variables), set(second.variables))
    assert deployed_quietly(tools)
    assert printed[-1].startswith("::add-mask::ASIA")
    assert "AWS_SESSION_TOKEN=" in (tmp_path / "github-env").read_text()


def test_every_block_about_build_servers_is_executed() -> None:
    """No command line of the page is there that nobody has tried."""
    assert [] == unmarked("build-servers.md")
