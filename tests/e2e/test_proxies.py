"""The main job where the network lets nothing out but through proxies: each leg through one of its own."""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from conftest import Workstation
from fakes.authority import Authority, Identity
from fakes.forward_proxy import ForwardProxy
from fakes.tls_front import TlsFront

from awsfed.sandbox.world import Sandbox

HOSTS = {"crowd": "crowd.example.org", "aws": "aws.test", "catalogue": "config.example.org"}
LOGIN = "proxy-user:canary-proxy-password"
SHARED = {
    "type": "ASSUME_ROLE",
    "key": "main",
    "role_arn": "arn:aws:iam::123456789012:role/developer",
    "groups": ["aws-developers"],
}


class Catalogue(BaseHTTPRequestHandler):
    """Answers with one connector."""

    def do_GET(self) -> None:
        body = json.dumps({"connectors": {"shared": SHARED}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Write nothing."""


@dataclass(frozen=True)
class Way:
    """One leg: an authority, a proxy, a server behind it, and what opens that."""

    authority: Authority
    proxy: ForwardProxy
    front: TlsFront
    client: Identity
    origin: str


@dataclass(frozen=True)
class Office:
    """A workstation behind three proxies."""

    workstation: Workstation
    ways: dict[str, Way]

    def edit(self, old: str, new: str) -> None:
        """Change the settings."""
        config = self.workstation.config
        assert old in config.read_text()
        config.write_text(config.read_text().replace(old, new))


@pytest.fixture(scope="module")
def ways(running_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Way]]:
    """Names that only the proxies know, servers that want certificates, and an authority for each leg."""
    folder = tmp_path_factory.mktemp("ways")
    ports = {"crowd": urlsplit(running_sandbox.crowd_url).port or 0, "aws": urlsplit(running_sandbox.aws_url).port or 0}
    with ExitStack() as running:
        web = running.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Catalogue))
        threading.Thread(target=web.serve_forever, args=(0.05,), daemon=True).start()
        running.callback(web.shutdown)
        ports["catalogue"] = web.server_port
        ways = {}
        for leg, host in HOSTS.items():
            authority = Authority(folder, leg)
            login = LOGIN if leg == "catalogue" else None
            proxy = ForwardProxy(folder / f"{leg}-proxy", authority.issue("proxy", "127.0.0.1"), login)
            front = TlsFront(ports[leg], authority.issue("server", host), authority.bundle)
            running.enter_context(proxy)
            running.enter_context(front)
            ways[leg] = Way(authority, proxy, front, authority.issue("client"), f"https://{host}:{front.port}")
        yield ways


@pytest.fixture
def office(workstation: Workstation, ways: dict[str, Way]) -> Office:
    """Somebody whose settings lead through the proxies."""
    for way in ways.values():
        way.proxy.forget()
        way.front.forget()
    workstation.config.write_text(_settings(workstation, ways))
    for name in ("no_proxy", "NO_PROXY"):
        workstation.environ.pop(name)
    # The proxy that needs a login stands where the program can be told one.
    workstation.environ["HTTPS_PROXY"] = ways["catalogue"].proxy.url.replace("://", f"://{LOGIN}@")
    return Office(workstation, ways)


def _settings(workstation: Workstation, ways: dict[str, Way]) -> str:
    text, sandbox = workstation.config.read_text(), workstation.sandbox
    text = text.replace(sandbox.crowd_url, f"{ways['crowd'].origin}/crowd").replace(sandbox.aws_url, ways["aws"].origin)
    roles = '["arn:aws:iam::123456789012:role/*", "FEDERATION_TOKEN", "SESSION_TOKEN"]'
    text = text.replace("[keys.main]", f"[keys.main]\nroles = {roles}")
    source = f"\n[catalogue]\nsource = '{ways['catalogue'].origin}/connectors.json'\nmax_age_s = 0\n"
    text = text.replace("[connectors.dev]", f"{source}\n[connectors.dev]")
    for leg, way in ways.items():
        lines = [f"[{leg}]", f"ca_bundle = '{way.authority.bundle}'"]
        lines += [f"client_certificate = '{way.client.certificate}'", f"client_key = '{way.client.key}'"]
        lines += [f"proxy = '{way.proxy.url}'"] if leg != "catalogue" else []
        text = text.replace(f"[{leg}]", "\n".join(lines))
    return text


def test_the_main_job_goes_through_three_proxies(office: Office) -> None:
    """Sign in, list, vend, run something, enter the console: all by names that only the proxies can resolve.

    STS and the other services of AWS are asked by different libraries, so packages are among it.
    """
    here = office.workstation
    here.login()
    listed = here.awsfed("connectors")
    vended = json.loads(here.awsfed("credential-process", "shared"))
    ran = here.awsfed("exec", "dev", "--", sys.executable, "-c", "import os; print(os.environ['AWS_ACCESS_KEY_ID'])")
    console = here.awsfed("console", "dev", "--print")
    token = here.awsfed("codeartifact", "token", "dev", "--domain", "packages", "--duration", "0")

    assert "shared" in listed
    assert vended["AccessKeyId"].startswith("ASIA")
    assert ran.startswith("ASIA")
    assert token.strip()
    assert console.startswith(f"{office.ways['aws'].origin}/federation?Action=login")
    for leg, way in office.ways.items():
        assert [f"{HOSTS[leg]}:{way.front.port}"] == way.proxy.asked
        assert {"client"} == set(way.front.clients)
        assert 0 == way.front.refused


@pytest.mark.parametrize("leg", HOSTS)
def test_without_its_proxy_a_leg_leads_nowhere(office: Office, leg: str) -> None:
    """The names mean nothing here, and `none` beats what the environment says."""
    here = office.workstation
    here.login()
    if leg == "catalogue":
        office.edit("[catalogue]", '[catalogue]\nproxy = "none"')
        (here.cache / "catalogue").rename(here.cache / "gone")
    else:
        office.edit(f"proxy = '{office.ways[leg].proxy.url}'", 'proxy = "none"')

    result = here.run("awsfed", "credential-process", "shared", environ={"AWSFED_MAX_RETRIES": "0"})

    assert 0 != result.returncode
    assert f"cannot find the address of {HOSTS[leg]}" in result.stderr


@pytest.mark.parametrize("leg", HOSTS)
def test_a_leg_without_its_certificate_is_refused(office: Office, leg: str) -> None:
    """By a server that knows nobody else; the setting is named."""
    here, way = office.workstation, office.ways[leg]
    here.login()
    (here.cache / "catalogue").rename(here.cache / "gone")
    lines = f"client_certificate = '{way.client.certificate}'\nclient_key = '{way.client.key}'\n"
    office.edit(lines, "")

    result = here.run("awsfed", "credential-process", "shared", environ={"AWSFED_MAX_RETRIES": "0"})

    assert 0 != result.returncode
    assert "wants a client certificate that it trusts" in result.stderr
    assert f"{leg}.client_certificate" in result.stderr


@pytest.mark.parametrize("leg", HOSTS)
def test_each_leg_trusts_its_own_authority(office: Office, leg: str) -> None:
    """That of another leg does not count, not even for the proxy."""
    here, way = office.workstation, office.ways[leg]
    here.login()
    (here.cache / "catalogue").rename(here.cache / "gone")
    other = office.ways["aws" if leg == "crowd" else "crowd"]
    office.edit(f"ca_bundle = '{way.authority.bundle}'", f"ca_bundle = '{other.authority.bundle}'")

    result = here.run("awsfed", "credential-process", "shared", environ={"AWSFED_MAX_RETRIES": "0"})

    assert 0 != result.returncode
    assert f"the certificate of the proxy 127.0.0.1:{way.proxy.port} is not trusted here" in result.stderr
    assert f"tls.ca_bundle, {leg}.ca_bundle or AWSFED_CA_BUNDLE" in result.stderr


def test_a_proxy_that_wants_another_login(office: Office) -> None:
    """Says so at once, and nobody repeats the wrong one."""
    here, way = office.workstation, office.ways["catalogue"]
    here.environ["HTTPS_PROXY"] = way.proxy.url.replace("://", "://proxy-user:canary-wrong@")

    said = here.run("awsfed", "login", "--user", "alice", "--password-stdin", stdin="alice-sandbox\n").stderr
    said += here.run("awsfed", "credential-process", "shared").stderr

    assert "it answers with status 407" in said
    assert "a login" in said
    assert "canary" not in said


def test_metadata_services_are_asked_without_a_proxy(office: Office) -> None:
    """Their addresses mean another machine elsewhere, whatever settings and variables say."""
    here = office.workstation
    here.environ.pop("AWS_EC2_METADATA_DISABLED")
    here.environ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/credentials"
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        here.environ[name] = office.ways["aws"].proxy.url
    with here.config.open("a") as config:
        config.write('\n[keys.task]\nsource = "container"\n[keys.machine]\nsource = "instance"\n')

    for key in ("task", "machine"):
        assert 0 != here.run("awsfed", "keys", "check", key).returncode

    assert [] == [host for way in office.ways.values() for host in way.proxy.asked if host.startswith("169.254.")]
