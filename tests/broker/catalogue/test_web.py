import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest
from fakes.clock import FakeClock

from awsfed.broker.catalogue.copies import copy_file
from awsfed.broker.catalogue.fetched import OLDEST_COPY_S, FetchedCatalogue
from awsfed.broker.catalogue.sources.web import WebSource
from awsfed.errors import CatalogueUnavailable, ConfigError, ProtocolError, UnsafePermissions
from awsfed.outside.http import HttpClient
from awsfed.outside.retry import Retries
from awsfed.settings.problems import InvalidSettings
from awsfed.settings.reading import LIMIT
from awsfed.settings.values import KeySettings, KeySource
from awsfed.wiring import Wiring
from awsfed.wiring.serving import Serving

ROLE = "arn:aws:iam::123456789012:role/dev"
DEV = {"type": "ASSUME_ROLE", "key": "main", "role_arn": ROLE}


@dataclass
class StoppedClock:
    """A clock that moves when a test says so, or when somebody sleeps on it."""

    at: float = 1_800_000_000.0

    def now(self) -> float:
        return self.at

    def monotonic(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


@dataclass
class Host:
    """A web server on loopback whose answers a test scripts, and the requests it got."""

    answer: Callable[[BaseHTTPRequestHandler], None] | None = None
    document: object = field(default_factory=lambda: {"connectors": {"dev": DEV}})
    etag: str | None = '"1"'
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    url: str = ""

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        condition = request.headers.get("If-None-Match")
        self.asked.append((request.path, condition))
        if self.answer:
            self.answer(request)
        elif self.etag and condition == self.etag:
            reply(request, 304)
        else:
            headers = {"ETag": self.etag} if self.etag else {}
            reply(request, 200, json.dumps(self.document).encode(), **headers)


def reply(request: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    """Send one answer."""
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name, value)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


@contextmanager
def serving(host: Host) -> Iterator[Host]:
    """Run a host on a free port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host.handle(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        host.url = f"http://127.0.0.1:{server.server_port}/catalogue.json"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield host
        server.shutdown()


@pytest.fixture
def host() -> Iterator[Host]:
    """Return a host that serves one connector."""
    with serving(Host()) as running:
        yield running


@pytest.fixture
def clock() -> StoppedClock:
    """Return a clock for the test to move."""
    return StoppedClock()


def opened(host: Host, clock: StoppedClock, folder: Path) -> FetchedCatalogue:
    """Return the catalogue of a host, with a key that its connector may use."""
    return FetchedCatalogue(
        source=WebSource(url=host.url, http=HttpClient(environ={}, connect_s=1.0, read_s=1.0)),
        keys={"main": KeySettings(name="main", source=KeySource.KEYRING, roles=(ROLE,))},
        max_age_s=300,
        folder=folder / "copies",
        clock=clock,
        retries=Retries(clock=clock, retries=2, started_at=clock.at, chance=lambda: 1.0),
    )


@pytest.fixture
def catalogue(host: Host, clock: StoppedClock, tmp_path: Path) -> FetchedCatalogue:
    """Return the catalogue of the host."""
    return opened(host, clock, tmp_path)


def failing(status: int) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return an answer with a status and no body."""
    return lambda request: reply(request, status)


def moved(location: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return a redirect."""
    return lambda request: reply(request, 302, Location=location)


def test_a_fetched_catalogue(catalogue: FetchedCatalogue, host: Host) -> None:
    """The document of the host is the catalogue; it was asked just now, so it has no age."""
    connectors = catalogue.connectors()

    assert list(connectors.by_id) == ["dev"]
    assert (connectors.origin, connectors.age_s) == (host.url, None)


def test_a_young_copy_is_used_without_asking(catalogue: FetchedCatalogue, host: Host, clock: StoppedClock) -> None:
    """Within max_age_s nobody is asked."""
    catalogue.connectors()
    clock.at += 299

    assert list(catalogue.connectors().by_id) == ["dev"]
    assert len(host.asked) == 1


def test_an_older_copy_is_confirmed(catalogue: FetchedCatalogue, host: Host, clock: StoppedClock) -> None:
    """The host is asked whether anything changed; its no makes the copy young again."""
    catalogue.connectors()
    clock.at += 301
    assert list(catalogue.connectors().by_id) == ["dev"]
    clock.at += 299
    catalogue.connectors()

    assert host.asked == [("/catalogue.json", None), ("/catalogue.json", '"1"')]


def test_a_change_replaces_the_copy(catalogue: FetchedCatalogue, host: Host, clock: StoppedClock) -> None:
    """A connector that is gone from the catalogue is gone."""
    catalogue.connectors()
    host.document, host.etag = {"connectors": {}}, '"2"'
    clock.at += 301

    assert catalogue.connectors().by_id == {}
    assert catalogue.connectors().by_id == {}


def test_a_copy_from_the_future_is_not_young(catalogue: FetchedCatalogue, host: Host, clock: StoppedClock) -> None:
    """A clock that was set back makes the program ask."""
    catalogue.connectors()
    clock.at -= 1000
    catalogue.connectors()

    assert len(host.asked) == 2


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_the_copy_stands_in_while_the_host_fails(
    catalogue: FetchedCatalogue, host: Host, clock: StoppedClock, status: int
) -> None:
    """With a copy the host is asked once, and the answer says how old the copy is."""
    catalogue.connectors()
    host.answer = failing(status)
    clock.at += 4000

    connectors = catalogue.connectors()

    assert list(connectors.by_id) == ["dev"]
    assert connectors.age_s == 4000
    assert len(host.asked) == 2


def test_the_copy_stands_in_while_nobody_listens(tmp_path: Path, clock: StoppedClock) -> None:
    """A host that is off is the same as one that fails."""
    with serving(Host()) as host:
        catalogue = opened(host, clock, tmp_path)
        catalogue.connectors()
    clock.at += 4000

    connectors = catalogue.connectors()

    assert (list(connectors.by_id), connectors.age_s) == (["dev"], 4000)


def test_a_copy_gets_too_old(catalogue: FetchedCatalogue, host: Host, clock: StoppedClock) -> None:
    """After a week without an answer the copy is not used any more."""
    catalogue.connectors()
    host.answer = failing(503)
    clock.at += OLDEST_COPY_S + 1

    with pytest.raises(CatalogueUnavailable, match="the copy is more than a week old"):
        catalogue.connectors()


def test_without_a_copy_all_retries_are_made(catalogue: FetchedCatalogue, host: Host) -> None:
    """Nothing at hand: try as often as the settings say, then give up."""
    host.answer = failing(503)

    with pytest.raises(CatalogueUnavailable, match="answered 503"):
        catalogue.connectors()

    assert len(host.asked) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_refusal_counts_at_once(catalogue: FetchedCatalogue, host: Host, clock: StoppedClock, status: int) -> None:
    """A host that says no is not a host that is down: the copy does not stand in."""
    catalogue.connectors()
    host.answer = failing(status)
    clock.at += 301

    with pytest.raises(ConfigError, match=f"answered {status}"):
        catalogue.connectors()


def test_a_mistake_in_the_document_counts_at_once(catalogue: FetchedCatalogue, host: Host, clock: StoppedClock) -> None:
    """A bad document is an error, is not kept, and the next good one works again."""
    catalogue.connectors()
    host.document, host.etag = {"connectors": {"dev": {**DEV, "command": "rm"}}}, '"2"'
    clock.at += 301
    with pytest.raises(InvalidSettings, match=r"connectors\.dev\.command is not a field of connectors"):
        catalogue.connectors()

    host.document, host.etag = {"connectors": {}}, '"3"'
    assert catalogue.connectors().by_id == {}
    assert host.asked[-1] == ("/catalogue.json", '"1"')


def test_redirects_on_the_same_host_are_followed(catalogue: FetchedCatalogue, host: Host) -> None:
    """Three steps are allowed."""

    def step(request: BaseHTTPRequestHandler) -> None:
        number = int(request.path.rpartition("/")[2]) if request.path != "/catalogue.json" else 0
        if number < 3:
            reply(request, 302, Location=f"/{number + 1}")
        else:
            reply(request, 200, b"")

    host.answer = step

    assert catalogue.connectors().by_id == {}
    assert [path for path, _ in host.asked] == ["/catalogue.json", "/1", "/2", "/3"]


def test_endless_redirects_end(catalogue: FetchedCatalogue, host: Host) -> None:
    """A circle is left after three steps."""
    host.answer = moved("/catalogue.json")

    with pytest.raises(ConfigError, match="redirects more than 3 times"):
        catalogue.connectors()

    assert len(host.asked) == 4


@pytest.mark.parametrize(
    "location",
    ["http://localhost:{port}/x", "//evil.example.org/x", "https://127.0.0.1:{port}/", "http://127.0.0.1:1/", ""],
)
def test_redirects_to_another_host_are_refused(catalogue: FetchedCatalogue, host: Host, location: str) -> None:
    """Another name, port or scheme is another host."""
    host.answer = moved(location.format(port=host.url.split(":")[2].split("/")[0]))

    with pytest.raises(ConfigError, match="redirects to another host"):
        catalogue.connectors()

    assert len(host.asked) == 1


def test_a_document_that_is_too_long(catalogue: FetchedCatalogue, host: Host) -> None:
    """More than the limit is not even read to its end."""
    host.answer = lambda request: reply(request, 200, b"#" * (LIMIT + 1))

    with pytest.raises(ProtocolError):
        catalogue.connectors()


def test_an_endless_document(catalogue: FetchedCatalogue, host: Host) -> None:
    """A host that never stops sending is stopped."""

    def pour(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(10_000):
            try:
                request.wfile.write(b"#" * 65_536)
            except OSError:
                return

    host.answer = pour

    with pytest.raises(ProtocolError):
        catalogue.connectors()


def test_plain_http_to_other_hosts_is_refused(catalogue: FetchedCatalogue) -> None:
    """Who may have what comes over TLS, or from this machine."""
    source = catalogue.source
    assert isinstance(source, WebSource)

    with pytest.raises(ConfigError):
        replace(catalogue, source=replace(source, url="http://example.org/catalogue.json")).connectors()


def test_an_answer_without_a_question(catalogue: FetchedCatalogue, host: Host) -> None:
    """'Not changed' to somebody who has nothing makes no sense."""
    host.answer = failing(304)

    with pytest.raises(ProtocolError, match="304"):
        catalogue.connectors()


def test_the_copy_is_private(catalogue: FetchedCatalogue, host: Host) -> None:
    """Only its owner reads or writes it, and one that others could have written is refused."""
    catalogue.connectors()
    file = copy_file(catalogue.folder, host.url)
    assert (catalogue.folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)

    file.chmod(0o666)
    with pytest.raises(UnsafePermissions):
        catalogue.connectors()


@pytest.mark.parametrize("damage", [b"", b"{}\n", b"[]\n", b"not json\n", b"\xff", b'{"format": 2, "source": "x"}\n'])
def test_a_damaged_copy_is_none(catalogue: FetchedCatalogue, host: Host, damage: bytes) -> None:
    """What we did not write is not used; the host is asked without condition."""
    catalogue.connectors()
    copy_file(catalogue.folder, host.url).write_bytes(damage)

    assert list(catalogue.connectors().by_id) == ["dev"]
    assert host.asked[1] == ("/catalogue.json", None)


@pytest.mark.skipif("sys.platform != 'linux'", reason="only there not even root can make a folder in /proc")
def test_a_folder_that_cannot_be_made_is_no_obstacle(catalogue: FetchedCatalogue, host: Host) -> None:
    """A machine that can keep nothing asks every time."""
    homeless = replace(catalogue, folder=Path("/proc/none/copies"))

    assert list(homeless.connectors().by_id) == ["dev"]
    assert list(homeless.connectors().by_id) == ["dev"]
    assert len(host.asked) == 2


@pytest.mark.parametrize("etag", [None, "1", '"é"', '"' + "x" * 600 + '"'])
def test_odd_tags_are_not_sent_back(
    catalogue: FetchedCatalogue, host: Host, clock: StoppedClock, etag: str | None
) -> None:
    """Only a tag of the usual form becomes a condition."""
    host.etag = etag
    catalogue.connectors()
    clock.at += 301
    catalogue.connectors()

    assert host.asked[1] == ("/catalogue.json", None)


@pytest.mark.parametrize(
    ("connector", "complaint"),
    [
        ({**DEV, "key": "other"}, 'key names the access key "other", which no fetched catalogue may use'),
        ({**DEV, "role_arn": ROLE + "x"}, 'role_arn asks more of the access key "main" than its roles allow'),
        ({"type": "SESSION_TOKEN", "key": "main"}, 'type asks more of the access key "main" than its roles allow'),
    ],
)
def test_a_fetched_catalogue_stays_within_the_keys(
    catalogue: FetchedCatalogue, host: Host, connector: dict[str, object], complaint: str
) -> None:
    """A key without roles is not for fetched catalogues; one with roles is for these only."""
    host.document = {"connectors": {"it": connector}}

    with pytest.raises(InvalidSettings) as caught:
        catalogue.connectors()

    assert str(caught.value) == f"{host.url}: connectors.it.{complaint}"
    assert "to allow it, add" in str(caught.value.hint)


def test_calls_without_a_role_can_be_allowed(catalogue: FetchedCatalogue, host: Host) -> None:
    """The word for a call among the roles of a key allows it."""
    host.document = {"connectors": {"it": {"type": "SESSION_TOKEN", "key": "main"}}}
    keys = {"main": KeySettings(name="main", source=KeySource.KEYRING, roles=("SESSION_TOKEN",))}

    assert list(replace(catalogue, keys=keys).connectors().by_id) == ["it"]
    assert replace(catalogue, keys=keys).check() == ()


def test_a_redirect_to_nowhere_is_no_answer(catalogue: FetchedCatalogue, host: Host) -> None:
    """A location that is no URL is a mistake of the host."""
    host.answer = moved("http://[broken/")

    with pytest.raises(ProtocolError, match="redirects to something that is no URL"):
        catalogue.connectors()


def test_a_server_tries_again_however_long_it_has_run(tmp_path: Path) -> None:
    """Its readings have no part in a deadline that began with the server."""
    clock = FakeClock()
    with serving(Host(answer=failing(503))) as host:
        (tmp_path / "config.toml").write_text(
            f'[crowd]\nurl = "http://127.0.0.1:1"\napplication = "awsfed"\n[catalogue]\nsource = "{host.url}/c.json"\n'
        )
        environ = {"HOME": str(tmp_path), "AWSFED_CONFIG": str(tmp_path / "config.toml")}
        wiring = Wiring(environ=environ, clock=clock)
        fixed = Serving(wiring=wiring, store=cast("Any", None)).fixed
        clock.advance(wiring.retries.left_s() + 10)
        with pytest.raises(CatalogueUnavailable):
            fixed.connectors()

        assert 8 == len(host.asked)
