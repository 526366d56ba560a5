import gzip
import re
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fakes.authority import Authority
from fakes.certificates import write_certificate
from fakes.raw_peer import RawPeer, answer, drip, hang_up, silence
from fakes.tls_front import TlsFront

from awsfed.errors import ConfigError, ProtocolError, Unavailable
from awsfed.outside.http import HttpClient
from awsfed.outside.legs import Leg
from awsfed.outside.retry import TryAgain

CANARY = "canary-0123456789"


OPEN: list[HttpClient] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()


@pytest.fixture
def http() -> HttpClient:
    """Return a client with little patience."""
    return make_client()


def make_client(environ: Mapping[str, str] | None = None, **more: Any) -> HttpClient:
    """Return a client with little patience."""
    patience = {"connect_s": 1.0, "read_s": 0.5, "total_s": 1.0}
    client = HttpClient(**{"environ": environ or {}, **patience, **more})
    OPEN.append(client)
    return client


def test_sends_one_request_and_returns_the_answer(http: HttpClient) -> None:
    """Parameters are encoded, the body goes out as it is, and header names come back in small letters."""
    with RawPeer(answer(201, b"made", {"X-Some-Header": "yes"})) as peer:
        came = http.send("POST", f"{peer.url}/path", headers={"A": "b"}, params={"n": "ü&x=1"}, body=b"sent")

    assert (came.status, came.body, came.headers["x-some-header"]) == (201, b"made", "yes")
    head, _, body = peer.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /path?n=%C3%BC%26x%3D1 HTTP/1.1\r\n")
    assert b"A: b" in head.split(b"\r\n")
    assert b"User-Agent: awsfed/" in head
    assert body == b"sent"


def test_keeps_the_connection_open(http: HttpClient) -> None:
    """Two requests of one client share a connection."""
    with RawPeer(answer(200, b"one")) as peer:
        http.send("GET", peer.url)
        http.send("GET", peer.url)

    assert (peer.connections, len(peer.requests)) == (1, 2)


def test_two_exchanges_at_once_have_connections_of_their_own(http: HttpClient) -> None:
    """Both connections are used again; that of an exchange which was dropped is not."""
    with RawPeer(answer(body=b"one"), answer(body=b"two"), answer()) as peer:
        first, second = (http.begin("GET", f"{peer.url}/{number}") for number in range(2))
        found = {second.answer().body, first.answer().body}
        first.drop()  # it is over already
        assert ({b"one", b"two"}, 2) == (found, peer.connections)
        http.begin("GET", peer.url).drop()
        http.send("GET", peer.url)
        assert 2 == peer.connections
        http.send("GET", peer.url)
        third = http.begin("GET", peer.url)
        http.send("GET", peer.url)
        assert 3 == peer.connections
        third.drop()


def test_a_connection_that_was_closed_meanwhile_is_not_used_again(http: HttpClient) -> None:
    """The next request goes out on a new one, and nobody notices."""

    def once(peer: socket.socket, stopped: threading.Event) -> None:
        peer.sendall(answer(200, b"one"))

    with RawPeer(once) as peer:
        for _ in range(3):
            assert http.send("GET", peer.url).body == b"one"
            time.sleep(0.05)

    assert (peer.connections, len(peer.requests)) == (3, 3)


def test_what_came_unasked_is_nobodys_answer(http: HttpClient) -> None:
    """A connection on which a peer says something before it was asked is given up."""
    with RawPeer(answer(200, b"one") + answer(200, b"planted"), answer(200, b"two")) as peer:
        assert http.send("GET", peer.url).body == b"one"
        assert http.send("GET", peer.url).body == b"two"

    assert peer.connections == 2


def test_an_early_answer_is_read_though_the_request_was_not(http: HttpClient) -> None:
    """A peer may refuse a body that it does not want to read to the end."""

    def refuse(peer: socket.socket, stopped: threading.Event) -> None:
        peer.sendall(answer(413, b"too much"))
        stopped.wait(0.2)

    with RawPeer(refuse, greet=True) as peer:
        assert http.send("POST", peer.url, body=b"x" * 8_000_000).status == 413


@pytest.mark.parametrize("target", ["/a b", "/a\r\nX: y", "/\u00fc", "/a\0"])
def test_refuses_targets_that_are_none(http: HttpClient, target: str) -> None:
    """Nothing but printable letters of ASCII stands in a request line, and what does not is not repeated."""
    with RawPeer(answer(200)) as peer:
        try:
            http.send("GET", peer.url + target)
        except ConfigError as error:
            assert target not in str(error)  # noqa: PT017 - some are put right by urlsplit instead
        for request in peer.requests:
            assert re.match(rb"GET /[!-~]* HTTP/1\.1\r\n", request)
            assert b"\r\nX: y" not in request


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_never_follows_a_redirect(http: HttpClient, status: int) -> None:
    """A redirect is an answer like any other, so no password goes where it points, and no body is lost on it."""
    with RawPeer(answer(status, b"moved", {"Location": "http://[broken"})) as peer:
        came = http.send("GET", peer.url)

    assert (came.status, came.body, len(peer.requests)) == (status, b"moved", 1)


def test_keeps_no_cookie(http: HttpClient) -> None:
    """What a server sets is not sent back."""
    with RawPeer(answer(200, b"", {"Set-Cookie": "JSESSIONID=1; Path=/"})) as peer:
        http.send("GET", peer.url)
        http.send("GET", peer.url)

    assert b"Cookie" not in peer.requests[1]


def test_takes_nothing_from_the_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, http: HttpClient) -> None:
    """Neither .netrc nor the proxies of the process environment count."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password something\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    with RawPeer(answer(200, b"direct")) as peer:
        assert http.send("GET", peer.url).body == b"direct"

    assert b"Authorization" not in peer.requests[0]


@pytest.mark.parametrize(
    "url",
    [
        "http://crowd.example.org/",
        "http://10.0.0.1/",
        "http://localhost.example.org/",
        "ftp://127.0.0.1/",
        "//127.0.0.1/",
        "https:///path",
        "https://crowd.example.org:port/",
        "https://crowd.example.org:0/",
        f"https://user:{CANARY}@crowd.example.org/",
        "https://[broken/",
    ],
)
def test_refuses_urls_that_would_leak_or_lead_nowhere(http: HttpClient, url: str) -> None:
    """Plain http leaves this machine for nobody, and a password in a URL is not repeated."""
    with pytest.raises(ConfigError) as caught:
        http.send("GET", url)

    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "headers", [{"A": f"{CANARY}\r\nB: c"}, {"A\r\nB": "c"}, {"A": "\0"}, {"A": "ü"}, {"": "c"}, {"A: B": "c"}]
)
def test_refuses_headers_that_would_become_two(http: HttpClient, headers: dict[str, str]) -> None:
    """Line ends in a header stop the request, and its value is not repeated."""
    with RawPeer(answer()) as peer, pytest.raises(ConfigError) as caught:
        http.send("GET", peer.url, headers=headers)

    assert not peer.requests
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "sent",
    [
        answer(200, b"x" * 2000),
        answer(200, gzip.compress(b"x" * 2_000_000), {"Content-Encoding": "gzip"}),
        drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 500),
        answer(302, b"x" * 2000, {"Location": "/"}),
    ],
    ids=["long", "bomb", "endless", "redirect"],
)
def test_reads_no_more_than_the_limit(http: HttpClient, sent: Any) -> None:
    """Size counts after decompression, and on every status."""
    with RawPeer(sent) as peer, pytest.raises(ProtocolError, match="more than 1000 bytes"):
        http.send("GET", peer.url, limit=1000)


def test_decompresses(http: HttpClient) -> None:
    """A compressed answer arrives as what it was."""
    with RawPeer(answer(200, gzip.compress(b"plain"), {"Content-Encoding": "gzip"})) as peer:
        assert http.send("GET", peer.url, limit=5).body == b"plain"


@pytest.mark.parametrize(
    "script",
    [
        drip(b"", b"H"),
        drip(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"),
        drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
        drip(b"HTTP/1.1 200 OK\r\n\r\n"),
        drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["status", "header", "body", "chunk", "until-closed", "continue"],
)
def test_cuts_off_a_peer_that_drips(http: HttpClient, script: Any) -> None:
    """However a peer spreads its bytes, an exchange ends in time."""
    began = time.monotonic()
    with RawPeer(script) as peer, pytest.raises(TryAgain, match=f"{peer.place} did not finish .* within 1 s"):
        http.send("GET", peer.url)

    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (silence, "did not answer within 0.5 s"),
        (hang_up, "the connection to 127.0.0.1:.* broke"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nhalf", "broke|did not answer"),
    ],
    ids=["silent", "closed", "truncated"],
)
def test_a_broken_exchange_may_be_tried_again(http: HttpClient, script: Any, message: str) -> None:
    """Trouble on the way is told with host and port, never with path, query or header."""
    with RawPeer(script) as peer, pytest.raises(TryAgain, match=message) as caught:
        http.send("GET", f"{peer.url}/{CANARY}", params={"t": CANARY}, headers={"A": CANARY})

    assert caught.value.hint
    shown = "".join(traceback.format_exception(caught.value))
    assert CANARY not in shown.replace("CANARY", "")


@pytest.mark.parametrize(
    "sent",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
        answer(200, b"not gzip", {"Content-Encoding": "gzip"}),
    ],
    ids=["ssh", "many-headers", "long-header", "broken-gzip"],
)
def test_what_is_not_http_is_a_protocol_error(http: HttpClient, sent: bytes) -> None:
    """A peer that speaks something else is not asked again."""
    with RawPeer(sent) as peer, pytest.raises(ProtocolError, match=r"127\.0\.0\.1"):
        http.send("GET", peer.url)


def test_a_closed_port_and_an_unknown_name_are_told_apart(http: HttpClient) -> None:
    """Each failure to connect has its own sentence."""
    with pytest.raises(TryAgain, match=r"127\.0\.0\.1:1 refuses connections"):
        http.send("GET", "http://127.0.0.1:1/")
    with pytest.raises(TryAgain, match=r"cannot find the address of nobody\.invalid:443"):
        http.send("GET", "https://nobody.invalid/")


def test_a_proxy_is_taken_from_the_given_environment_and_named() -> None:
    """A proxy that does not let us through is named without its password."""
    with RawPeer(answer(407)) as proxy:
        http = make_client({"HTTPS_PROXY": f"http://somebody:{CANARY}@{proxy.place}"})
        with pytest.raises(
            Unavailable, match=f"cannot reach crowd.example.org:443 through the proxy {proxy.place}.* status 407"
        ) as caught:
            http.send("GET", "https://crowd.example.org/secret", headers={"Authorization": CANARY})

    assert proxy.requests[0].startswith(b"CONNECT crowd.example.org:443")
    assert CANARY.encode() not in proxy.requests[0]
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "kind", "hint"),
    [
        (403, Unavailable, "ask for the way to be opened there"),
        (407, Unavailable, "without crowd.proxy"),
        (502, TryAgain, 'check crowd.proxy, or set it to "none"'),
    ],
)
def test_what_a_proxy_answers_is_told(status: int, kind: type[Unavailable], hint: str) -> None:
    """A refusal is final, trouble behind it is not."""
    with RawPeer(answer(status)) as proxy:
        http = make_client(leg=Leg(name="crowd", proxy=f"http://{proxy.place}"))
        with pytest.raises(Unavailable, match=f"it answers with status {status}") as caught:
            http.send("GET", "https://crowd.example.org/")

    assert kind is type(caught.value)
    assert hint in str(caught.value.hint)


def test_something_else_in_the_place_of_a_proxy_is_named_with_it() -> None:
    """The host behind it was never reached, and its URL may be right."""
    with RawPeer(b"SSH-2.0-OpenSSH\r\n\r\n") as proxy:
        http = make_client(leg=Leg(name="crowd", proxy=f"http://{proxy.place}"))
        with pytest.raises(ProtocolError, match=f"or its proxy {proxy.place}, does not speak HTTP") as caught:
            http.send("GET", "https://crowd.example.org/")

    assert "check the port in the URL, and crowd.proxy" == caught.value.hint


def test_a_proxy_that_drips_is_cut_off() -> None:
    """The total counts for the tunnel too."""
    with RawPeer(drip(b"HTTP/1.1 200 OK\r\nX: ")) as proxy:
        http = make_client({"HTTPS_PROXY": f"http://{proxy.place}"})
        with pytest.raises(TryAgain, match="did not finish"):
            http.send("GET", "https://crowd.example.org/")


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "http://[broken", "http://"])
def test_a_proxy_that_cannot_be_used_is_a_mistake_in_the_settings(proxy: str) -> None:
    """An unknown kind of proxy is not tried again."""
    with pytest.raises(ConfigError, match="proxy"):
        make_client({"HTTPS_PROXY": proxy}).send("GET", "https://crowd.example.org/")


class TestTls:
    @pytest.fixture
    def certificate(self, tmp_path: Path) -> Any:
        return write_certificate(tmp_path)

    def test_an_unknown_certificate_is_not_tried_again(self, http: HttpClient, certificate: Any) -> None:
        """The hint names the setting."""
        with (
            RawPeer(answer(), tls=certificate[1]) as peer,
            pytest.raises(Unavailable, match="is not trusted") as caught,
        ):
            http.send("GET", peer.url)

        assert not isinstance(caught.value, TryAgain)
        hint = "set tls.ca_bundle or AWSFED_CA_BUNDLE to a file with the certificates of its authority"
        assert hint == caught.value.hint

    @pytest.mark.parametrize(
        ("begins_in_days", "said", "hint"),
        [
            (-40, "has expired", "whoever runs it has to renew it; if it is new, check this machine's clock"),
            (1, "is not valid yet", "check this machine's clock; if it is right, tell whoever runs it"),
        ],
    )
    def test_a_certificate_out_of_its_time_is_called_so(
        self, tmp_path: Path, begins_in_days: int, said: str, hint: str
    ) -> None:
        """No bundle would mend that."""
        bundle, server = write_certificate(tmp_path, begins_in_days=begins_in_days)
        http = make_client(leg=Leg(name="crowd", ca_bundle=bundle))

        with (
            RawPeer(answer(), tls=server) as peer,
            pytest.raises(Unavailable, match=rf"the certificate of 127.0.0.1:\d+ {said}$") as caught,
        ):
            http.send("GET", peer.url)

        assert hint == caught.value.hint

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
    def test_a_certificate_of_another_host_is_called_so(self, tmp_path: Path, host: str) -> None:
        """A name or an address."""
        authority = Authority(tmp_path, "ours")
        shown, server = authority.issue("server", "other.example.org"), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(shown.certificate, shown.key)
        http = make_client(leg=Leg(name="crowd", ca_bundle=authority.bundle))

        with (
            RawPeer(answer(), tls=server) as peer,
            pytest.raises(Unavailable, match=rf"the certificate of {host}:\d+ is for another name") as caught,
        ):
            http.send("GET", peer.url.replace("127.0.0.1", host))

        assert "check the host name in the URL" == caught.value.hint

    @pytest.mark.parametrize("how", ["given", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
    def test_a_bundle_is_trusted(self, certificate: Any, how: str) -> None:
        """A bundle comes from the settings or from the given environment."""
        bundle, server = certificate
        http = (
            make_client(leg=Leg(name="crowd", ca_bundle=bundle)) if how == "given" else make_client({how: str(bundle)})
        )

        with RawPeer(answer(200, b"safe"), tls=server) as peer:
            assert http.send("GET", peer.url).body == b"safe"
            assert http.send("GET", peer.url).body == b"safe"

        assert peer.connections == 1

    def test_the_given_bundle_wins(self, certificate: Any, tmp_path: Path) -> None:
        """What the environment names cannot widen what the settings trust."""
        (tmp_path / "other").mkdir()
        other, _ = write_certificate(tmp_path / "other")
        http = make_client({"SSL_CERT_FILE": str(certificate[0])}, leg=Leg(name="crowd", ca_bundle=other))

        with RawPeer(answer(), tls=certificate[1]) as peer, pytest.raises(Unavailable, match="is not trusted"):
            http.send("GET", peer.url)

    @pytest.mark.parametrize("content", [None, "not a certificate"])
    def test_an_unreadable_bundle_is_named(self, certificate: Any, tmp_path: Path, content: str | None) -> None:
        """The message tells which file, the hint where it is set."""
        bundle = tmp_path / "bundle.pem"
        if content:
            bundle.write_text(content)

        with (
            RawPeer(answer(), tls=certificate[1]) as peer,
            pytest.raises(ConfigError, match=r"bundle\.pem cannot be read"),
        ):
            make_client(leg=Leg(name="crowd", ca_bundle=bundle)).send("GET", peer.url)

    def test_a_peer_without_tls_is_told(self, http: HttpClient) -> None:
        """An https URL for a plain port is a mistake, not a passing trouble."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            threading.Thread(target=_speak_plainly, args=(listener,), daemon=True).start()
            with pytest.raises(Unavailable, match=r"does not speak TLS") as caught:
                http.send("GET", f"https://127.0.0.1:{listener.getsockname()[1]}/")

        assert not isinstance(caught.value, TryAgain)

    @pytest.mark.parametrize("is_late", [True, False])
    def test_a_client_certificate_that_is_missed_is_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_late: bool
    ) -> None:
        """Since TLS 1.3 a server says so when our side is through: before we send, or when it has hung up already."""
        authority = Authority(tmp_path, "ours")
        http = make_client(leg=Leg(name="crowd", ca_bundle=authority.bundle))
        sends = ssl.SSLSocket.sendall
        with TlsFront(1, authority.issue("server", "127.0.0.1"), authority.bundle, hears_out=False) as front:

            def late(sock: ssl.SSLSocket, data: bytes) -> None:
                while is_late and not front.refused:
                    time.sleep(0.01)
                time.sleep(0.1 * is_late)
                sends(sock, data)

            monkeypatch.setattr(ssl.SSLSocket, "sendall", late)
            with pytest.raises(Unavailable, match="wants a client certificate that it trusts") as caught:
                http.send("GET", f"https://127.0.0.1:{front.port}/", body=b"x" * 100_000)

        assert "crowd.client_certificate" in str(caught.value.hint)

    def test_a_handshake_that_drips_is_cut_off(self, http: HttpClient) -> None:
        """The total counts before there is a connection, too."""
        began = time.monotonic()
        with (
            RawPeer(drip(b"\x16\x03\x03\x3f\xff\x02\x00\x3f\xfb"), greet=True) as peer,
            pytest.raises(TryAgain, match=r"did not (finish|answer)"),
        ):
            http.send("GET", peer.url.replace("http:", "https:"))

        assert time.monotonic() - began < 3

    def test_a_dripping_peer_is_cut_off(self, certificate: Any) -> None:
        """An answer that was cut off never looks like one that ended."""
        bundle, server = certificate
        http = make_client(leg=Leg(name="crowd", ca_bundle=bundle))

        with (
            RawPeer(drip(b"HTTP/1.1 200 OK\r\n\r\n"), tls=server) as peer,
            pytest.raises(TryAgain, match="did not finish"),
        ):
            http.send("GET", peer.url)

    @pytest.mark.parametrize("says_so", [True, False])
    def test_an_answer_without_a_length_ends_with_tls(self, http: HttpClient, certificate: Any, says_so: bool) -> None:
        """Whoever cuts a connection, and cannot speak TLS, does not make an answer shorter."""
        bundle, server = certificate
        client = make_client(leg=Leg(name="crowd", ca_bundle=bundle))

        def script(peer: Any, stopped: threading.Event) -> None:
            peer.sendall(b"HTTP/1.1 200 OK\r\n\r\nhalf")
            if says_so:
                peer.unwrap()
            else:
                peer.shutdown(socket.SHUT_RDWR)

        with RawPeer(script, tls=server) as peer:
            if says_so:
                assert client.send("GET", peer.url).body == b"half"
            else:
                with pytest.raises(TryAgain, match="broke"):
                    client.send("GET", peer.url)

    def test_tls_inside_of_tls_that_drips_is_cut_off(self, certificate: Any) -> None:
        """A proxy that is spoken to through TLS cannot hold us either."""
        bundle, server = certificate

        def script(peer: Any, stopped: threading.Event) -> None:
            peer.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            peer.recv(65_536)
            drip(b"\x16\x03\x03\x3f\xff\x02\x00\x3f\xfb")(peer, stopped)

        began = time.monotonic()
        with RawPeer(script, tls=server) as proxy:
            client = make_client(leg=Leg(name="crowd", ca_bundle=bundle, proxy=proxy.url))
            with pytest.raises(TryAgain, match=r"did not (finish|answer)"):
                client.send("GET", "https://crowd.example.org/")

        assert time.monotonic() - began < 3

    def test_a_proxy_that_speaks_for_the_host_is_not_believed(self, certificate: Any) -> None:
        """What comes behind its answer before TLS began is from nobody else."""
        with RawPeer(answer(200) + b"planted") as proxy:
            client = make_client(leg=Leg(name="crowd", proxy=f"http://{proxy.place}"))
            with pytest.raises(ProtocolError, match="break the rules"):
                client.send("GET", "https://crowd.example.org/")


def _speak_plainly(listener: socket.socket) -> None:
    peer, _ = listener.accept()
    with peer:
        peer.recv(65_536)
        peer.sendall(answer(400))
