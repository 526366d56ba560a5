"""The container-credentials endpoint over real sockets, read by botocore and by callers who mean no good."""

import contextlib
import http.client
import json
import socket
import statistics
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from botocore.credentials import ContainerProvider
from botocore.exceptions import CredentialRetrievalError
from botocore.utils import ContainerMetadataFetcher
from fakes.broker import HOUR
from fakes.renewing import RenewingDesk

from awsfed.errors import IdentityUnavailable, NotGranted, StoreError
from awsfed.model.secret import Secret
from awsfed.workstation.delivery.endpoint import Endpoint, refusal
from awsfed.workstation.delivery.loopback import LoopbackServer, Reply
from awsfed.workstation.delivery.quiet_files import QuietFiles

MINUTE = 60
FETCHES = 200


@dataclass(frozen=True)
class Served:
    """An endpoint that runs."""

    desk: RenewingDesk
    endpoint: Endpoint
    variables: Mapping[str, str]

    @property
    def port(self) -> int:
        return int(self.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"].split(":")[2].split("/")[0])

    @property
    def token(self) -> str:
        return self.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"]

    @property
    def headers(self) -> dict[str, str]:
        return {"Host": f"127.0.0.1:{self.port}", "Authorization": self.token}

    def ask(self, headers: Mapping[str, str], method: str = "GET", path: str = "/credentials") -> tuple[int, bytes]:
        """Send one request with exactly these headers; return status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        return response.status, response.read()

    def raw(self, data: bytes) -> bytes:
        """Send bytes as they are; return everything that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as peer:
            peer.sendall(data)
            answer = b""
            while chunk := peer.recv(65_536):
                answer += chunk
        return answer

    def provider(self) -> ContainerProvider:
        """Return botocore's own consumer of these variables, without its pauses."""
        fetcher = ContainerMetadataFetcher(sleep=lambda seconds: None)
        return ContainerProvider(
            environ=dict(self.variables),
            fetcher=fetcher,  # type: ignore[arg-type]  # the stubs name another class than botocore's own default
        )


def serve(desk: RenewingDesk, *, started: bool = True) -> Endpoint:
    """Return an endpoint for alice; one whose refresher is not started renews only when a test takes a step."""
    refresher = desk.refresher()
    if not started:
        refresher.start = lambda: None  # type: ignore[method-assign]  # the test's own object
    return Endpoint(refresher=refresher, region="eu-central-1", quiet_files=lambda: no_files(desk.folder))


@contextmanager
def no_files(folder: Path) -> Iterator[QuietFiles]:
    """Name two files without making them."""
    yield QuietFiles(config=folder / "config", credentials=folder / "credentials")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """An endpoint for alice, whose credentials live for an hour and are renewed only by a step."""
    desk = RenewingDesk(folder=tmp_path)
    endpoint = serve(desk, started=False)
    with endpoint.serving() as variables:
        yield Served(desk=desk, endpoint=endpoint, variables=variables)


def test_the_variables_lead_to_it_and_hold_no_keys(served: Served, tmp_path: Path) -> None:
    """A literal loopback address, a token, the quiet files, both names of the region, no metadata service."""
    assert {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1:{served.port}/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": served.token,
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
    } == served.variables
    assert len(served.token) >= 43


def test_the_answer_is_what_sdks_ask_for(served: Served) -> None:
    """Four strings and the account, not to be stored, from nobody in particular."""
    answer = served.raw(request(served))

    head, _, body = answer.partition(b"\r\n\r\n")
    assert {
        "AccessKeyId": "ASIA0000000000000001",
        "SecretAccessKey": "secret-1",
        "Token": "token-1",
        "Expiration": "2027-01-15T09:00:00Z",
        "AccountId": "123456789012",
    } == json.loads(body)
    assert [
        b"HTTP/1.1 200 OK",
        b"Content-Type: application/json",
        b"Content-Length: %d" % len(body),
        b"Cache-Control: no-store",
        b"Connection: close",
    ] == head.split(b"\r\n")


def test_botocore_takes_it(served: Served) -> None:
    """Its container provider finds the variables, fetches, and understands."""
    credentials = served.provider().load()

    assert credentials is not None
    frozen = credentials.get_frozen_credentials()
    assert ("ASIA0000000000000001", "secret-1", "token-1") == frozen[:3]


def test_two_endpoints_have_nothing_in_common(served: Served, tmp_path: Path) -> None:
    """One child's token opens nothing at another's."""
    with serve(served.desk, started=False).serving() as variables:
        other = Served(desk=served.desk, endpoint=served.endpoint, variables=variables)

        assert 403 == other.ask(other.headers | {"Authorization": served.token})[0]
        assert 200 == other.ask(other.headers)[0]


def request(served: Served, *lines: str, target: str = "/credentials", without: str = "") -> bytes:
    """Return a request as bytes."""
    headers = [f"{name}: {value}" for name, value in served.headers.items() if name != without]
    return "\r\n".join([f"GET {target} HTTP/1.1", *headers, *lines, "", ""]).encode("latin-1")


BAD_HEADERS: list[dict[str, str | None]] = [
    {"Authorization": None},
    {"Authorization": ""},
    {"Authorization": "x"},
    {"Authorization": "Bearer TOKEN"},
    {"Authorization": "TOKENx"},
    {"Authorization": "TOKEN TOKEN"},
    {"Authorization": "\xff\xfe"},
    {"Host": None},
    {"Host": "127.0.0.1"},
    {"Host": "localhost:PORT"},
    {"Host": "evil.example:PORT"},
    {"Host": "127.0.0.1:PORT.evil.example"},
    {"Host": "127.0.0.1:1"},
    {"X-Forwarded-For": "127.0.0.1"},
    {"x-forwarded-host": "127.0.0.1"},
    {"Forwarded": "for=127.0.0.1"},
]


@pytest.mark.parametrize("change", BAD_HEADERS, ids=str)
def test_strangers_are_refused(served: Served, change: dict[str, str | None]) -> None:
    """Neither a wrong token, nor a page under another name, nor a proxy gets more than a reason."""
    headers = {**served.headers, **change}
    given = {
        name: value.replace("TOKEN", served.token).replace("PORT", str(served.port))
        for name, value in headers.items()
        if value is not None
    }

    status, body = served.ask(given)

    assert 403 == status
    answer = json.loads(body)
    assert "RequestRefused" == answer["Code"] == answer["code"]
    assert answer["Message"] == answer["message"]
    assert "secret" not in body.decode()
    assert served.token not in body.decode()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "CONNECT", "TRACE"])
def test_only_get_is_answered(served: Served, method: str) -> None:
    """Any other method is refused, a browser's question whether it may ask included."""
    assert 405 == served.ask(served.headers, method)[0]


@pytest.mark.parametrize("path", ["/", "/credentials/", "/credentials?x", "/latest/meta-data", "http://127.0.0.1/"])
def test_there_is_one_path(served: Served, path: str) -> None:
    """It emulates nothing else."""
    assert 404 == served.ask(served.headers, path=path)[0]


@pytest.mark.parametrize(
    "lines",
    [
        ("Authorization: x",),
        ("Host: evil.example",),
        ("X: 1", " folded: 2"),
        ("Name without a colon",),
        ("Bad Name: 1",),
        ("Content-Length: 5",),
        ("Transfer-Encoding: chunked",),
        ("X: \0",),
    ],
)
def test_odd_requests_are_not_understood(served: Served, lines: tuple[str, ...]) -> None:
    """What two programs could read in two ways is read in none."""
    assert served.raw(request(served, *lines)).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("data", [b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/2.0\r\n\r\n", b"\x16\x03\x01\r\n\r\n"])
def test_garbage_is_not_understood(served: Served, data: bytes) -> None:
    """No bytes bring it down."""
    assert served.raw(data).startswith(b"HTTP/1.1 400 ")
    assert 200 == served.ask(served.headers)[0]


def test_an_endless_head_is_cut_off(served: Served) -> None:
    """A head has a size."""
    assert served.raw(b"GET / HTTP/1.1\r\nX: " + b"x" * 8300).startswith(b"HTTP/1.1 400 ")


def test_slow_callers_keep_nobody_waiting(served: Served) -> None:
    """With three hundred connections that never finish, everybody else is answered as ever."""
    with ExitStack() as stack:
        for _ in range(300):
            peer = stack.enter_context(socket.create_connection(("127.0.0.1", served.port), timeout=10))
            peer.sendall(b"GET /cred")

        started = time.monotonic()
        assert 200 == served.ask(served.headers)[0]
        assert time.monotonic() - started < 2


def test_a_dripping_caller_is_let_go() -> None:
    """The deadline is for the head as a whole, however lively its drops."""
    server = LoopbackServer(lambda: Reply(status=200, body=b""), refusal, token=Secret("token"), head_deadline_s=0.3)
    server.start()
    with socket.create_connection(("127.0.0.1", server.port), timeout=0.02) as peer:
        deadline = time.monotonic() + 10
        ended = False
        while not ended and time.monotonic() < deadline:
            try:
                peer.sendall(b"x")
                ended = peer.recv(1) == b""
            except TimeoutError:
                continue
            except OSError:
                ended = True
    server.stop()

    assert ended


def test_many_readers_at_once_ask_nobody_else(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    """Two hundred requests from fifty threads are answered alike from memory; the broker hears of none."""
    vended = served.desk.broker.vended

    def fetch(_: int) -> tuple[float, tuple[int, bytes]]:
        started = time.perf_counter()
        answer = served.ask(served.headers)
        return time.perf_counter() - started, answer

    with ThreadPoolExecutor(50) as pool:
        results = list(pool.map(fetch, range(FETCHES)))

    alone = [fetch(0)[0] for _ in range(100)]
    with capsys.disabled():
        crowd = statistics.median(seconds for seconds, _ in results)
        print(f"\nendpoint p50: {statistics.median(alone) * 1e3:.2f} ms, of 50 at once {crowd * 1e3:.2f} ms")  # noqa: T201 - a figure for people
    assert 1 == len({answer for _, answer in results})
    assert 200 == results[0][1][0]
    assert vended == served.desk.broker.vended


def test_a_request_never_waits_for_a_renewal(tmp_path: Path) -> None:
    """While Crowd hangs, what is still good is given out at once."""
    desk = RenewingDesk(folder=tmp_path)
    endpoint = serve(desk)
    hanging, go_on = threading.Event(), threading.Event()
    obtain = endpoint.refresher._obtain

    def slow(need: object) -> object:
        hanging.set()
        go_on.wait(20)
        return obtain(need)  # type: ignore[arg-type]

    endpoint.refresher._obtain = slow  # type: ignore[assignment]
    desk.clock.advance(50 * MINUTE)
    with endpoint.serving() as variables:
        served = Served(desk=desk, endpoint=endpoint, variables=variables)
        assert hanging.wait(10)
        started = time.monotonic()
        status, body = served.ask(served.headers)
        took = time.monotonic() - started
        go_on.set()

    assert (200, "ASIA0000000000000001") == (status, json.loads(body)["AccessKeyId"])
    assert took < 1


def test_a_renewal_shows_in_the_next_answer(served: Served) -> None:
    """Whoever fetches again gets the new ones."""
    served.desk.clock.advance(34 * MINUTE)
    served.endpoint.refresher.step()

    credentials = served.provider().load()

    assert credentials is not None
    assert "ASIA0000000000000002" == credentials.get_frozen_credentials().access_key


def test_a_request_after_a_sleep_wakes_the_renewal(tmp_path: Path) -> None:
    """The first answer says to try again, and those who do get new credentials within moments, not half a minute."""
    desk = RenewingDesk(folder=tmp_path)
    endpoint = serve(desk)
    with endpoint.serving() as variables:
        served = Served(desk=desk, endpoint=endpoint, variables=variables)
        served.ask(served.headers)
        desk.clock.advance(3 * HOUR)
        deadline = time.monotonic() + 10
        statuses = [served.ask(served.headers)[0]]
        while statuses[-1] != 200 and time.monotonic() < deadline:
            time.sleep(0.02)
            statuses.append(served.ask(served.headers)[0])

    assert {200, 503} >= set(statuses)
    assert (200, 2) == (statuses[-1], desk.broker.vended)


def test_an_outage_is_explained_when_nothing_is_left(served: Served) -> None:
    """The last minute is not given out; what botocore shows its user says what is wrong."""
    served.desk.broker.failure = IdentityUnavailable("cannot reach crowd.example.org", hint="check VPN")
    served.desk.clock.advance(HOUR - MINUTE)
    served.endpoint.refresher.step()
    assert 200 == served.ask(served.headers)[0]
    served.desk.clock.advance(1)

    assert 503 == served.ask(served.headers)[0]
    with pytest.raises(CredentialRetrievalError, match=r"awsfed: cannot reach crowd\.example\.org; check VPN"):
        served.provider().load()


def test_a_refusal_is_no_outage(served: Served) -> None:
    """It has a status that SDKs do not dwell on, and says what it is."""
    served.desk.broker.failure = NotGranted("no connector 'dev' for you", hint="awsfed connectors")
    served.desk.clock.advance(34 * MINUTE)
    served.endpoint.refresher.step()

    status, body = served.ask(served.headers)

    assert (403, "NotGranted") == (status, json.loads(body)["Code"])
    assert "awsfed: no connector 'dev' for you; awsfed connectors" == json.loads(body)["message"]


def test_it_ends_with_its_context(tmp_path: Path) -> None:
    """The port is free again, even where somebody is still connected."""
    endpoint = serve(RenewingDesk(folder=tmp_path))
    with endpoint.serving() as variables:
        served = Served(desk=RenewingDesk(folder=tmp_path), endpoint=endpoint, variables=variables)
        idle = socket.create_connection(("127.0.0.1", served.port))

    with idle, contextlib.suppress(ConnectionResetError):
        assert b"" == idle.recv(1)
    with contextlib.closing(socket.socket()) as taker:
        taker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taker.bind(("127.0.0.1", served.port))
        except OSError:
            pytest.skip("another test was given the port at once")


def test_a_port_that_is_taken_is_said(served: Served, tmp_path: Path) -> None:
    """Whoever names a port is told that it is in use."""
    with (
        pytest.raises(StoreError, match=f"port {served.port} of 127.0.0.1 cannot be used: address already in use"),
        serve(RenewingDesk(folder=tmp_path / "other"), started=False).serving(served.port),
    ):
        pass
