import base64
from collections.abc import Iterator
from typing import Any

import pytest
from fakes.clock import FakeClock
from fakes.raw_peer import RawPeer, answer, hang_up

from awsfed.broker.identity.application_login import BasicLogin, ClientCredentialsLogin
from awsfed.broker.identity.crowd import CrowdIdentitySource
from awsfed.broker.identity.interface import ApplicationRefused
from awsfed.errors import AwsfedError, ConfigError, ProtocolError
from awsfed.model.secret import Secret
from awsfed.outside.http import HttpClient
from awsfed.outside.retry import Retries, TryAgain
from awsfed.sandbox.crowd.application import CrowdApplication
from awsfed.sandbox.crowd.directory import Directory
from awsfed.sandbox.crowd.faults import reset
from awsfed.sandbox.serving import LoopbackServer

CANARY = "canary-0123456789"
TOKEN = b'{"access_token": "abc", "token_type": "Bearer", "expires_in": 3600}'


@pytest.fixture
def clock() -> FakeClock:
    """Return a clock that stands still."""
    return FakeClock()


@pytest.fixture
def http(clock: FakeClock) -> Iterator[HttpClient]:
    """Return the web door."""
    client = HttpClient(environ={})
    yield client
    client.close()


class TestBasic:
    def test_joins_name_and_secret(self) -> None:
        """The secret is fetched at first use, once, and may have any letter."""
        fetched = []

        def secret() -> Secret:
            fetched.append(1)
            return Secret("pä:ss")

        login = BasicLogin(application="awsfed", secret=secret)
        assert not fetched
        values = {login.authorization().reveal(), login.authorization(fresh=True).reveal()}

        assert values == {"Basic " + base64.b64encode("awsfed:pä:ss".encode()).decode()}
        assert len(fetched) == 1

    @pytest.mark.parametrize("name", ["", "a:b", "a\nb"])
    def test_refuses_names_that_would_end_early(self, name: str) -> None:
        """A colon would move letters of the name into the password."""
        with pytest.raises(ConfigError, match=r"crowd\.application"):
            BasicLogin(application=name, secret=lambda: Secret(CANARY)).authorization()

    def test_refuses_a_secret_that_is_no_text(self) -> None:
        """What cannot be sent is told without being shown."""
        with pytest.raises(ConfigError, match="not valid text") as caught:
            BasicLogin(application="awsfed", secret=lambda: Secret(CANARY + "\ud800")).authorization()

        assert CANARY not in str(caught.value)


class TestClientCredentials:
    def make(self, peer: RawPeer, http: HttpClient, clock: FakeClock) -> ClientCredentialsLogin:
        """Return a login whose tokens come from a peer."""
        return ClientCredentialsLogin(
            client_id="awsfed", secret=lambda: Secret(f"{CANARY}&x"), token_url=f"{peer.url}/t", http=http, clock=clock
        )

    def test_asks_once_until_shortly_before_the_end(self, http: HttpClient, clock: FakeClock) -> None:
        """A token is kept for its life less half a minute."""
        with RawPeer(answer(200, TOKEN)) as peer:
            login = self.make(peer, http, clock)
            assert login.authorization() == Secret("Bearer abc")
            clock.advance(3569)
            login.authorization()
            assert len(peer.requests) == 1
            clock.advance(2)
            login.authorization()

        assert len(peer.requests) == 2
        head, _, body = peer.requests[0].partition(b"\r\n\r\n")
        assert head.startswith(b"POST /t HTTP/1.1\r\n")
        assert body == f"grant_type=client_credentials&client_id=awsfed&client_secret={CANARY}%26x".encode()

    def test_fresh_means_asked_now(self, http: HttpClient, clock: FakeClock) -> None:
        """A refused token is replaced although its life is not over."""
        with RawPeer(answer(200, TOKEN)) as peer:
            login = self.make(peer, http, clock)
            login.authorization()
            login.authorization(fresh=True)

        assert len(peer.requests) == 2

    @pytest.mark.parametrize(
        ("sent", "kind"),
        [
            (answer(401, b'{"error": "invalid_client"}'), ApplicationRefused),
            (answer(400, b'{"error": "unauthorized_client"}'), ApplicationRefused),
            (answer(404, b"<html>"), ConfigError),
            (answer(302, b"", {"Location": "https://example.org/"}), ConfigError),
            (answer(500), TryAgain),
            (answer(429), TryAgain),
            (hang_up, TryAgain),
            (answer(200, b"<html>"), ProtocolError),
            (answer(200, b"[" * 60_000), ProtocolError),
            (answer(200, b"[]"), ProtocolError),
            (answer(200, b"x" * 70_000), ProtocolError),
            (answer(200, TOKEN.replace(b"abc", b"")), ProtocolError),
            (answer(200, TOKEN.replace(b"abc", b"a\\r\\nb")), ProtocolError),
            (answer(200, TOKEN.replace(b'"abc"', b"7")), ProtocolError),
            (answer(200, TOKEN.replace(b"Bearer", b"MAC")), ProtocolError),
            (answer(200, TOKEN.replace(b"3600", b"0")), ProtocolError),
            (answer(200, TOKEN.replace(b"3600", b"NaN")), ProtocolError),
            (answer(200, TOKEN.replace(b"3600", b"true")), ProtocolError),
        ],
    )
    def test_what_is_no_token_is_not_used(
        self, http: HttpClient, clock: FakeClock, sent: Any, kind: type[AwsfedError]
    ) -> None:
        """Each way to get no token has its error, and none shows the secret."""
        with RawPeer(sent) as peer, pytest.raises(AwsfedError) as caught:
            self.make(peer, http, clock).authorization()

        assert type(caught.value) is kind
        assert CANARY not in f"{caught.value}{caught.value.hint}"

    @pytest.mark.parametrize("life", [b"1" + b"0" * 400, b"1e999", b"null", b"0.5"])
    def test_odd_lives_are_bounded(self, http: HttpClient, clock: FakeClock, life: bytes) -> None:
        """However long a token says it lives, a day later there is a new one."""
        with RawPeer(answer(200, TOKEN.replace(b"3600", life))) as peer:
            login = self.make(peer, http, clock)
            login.authorization()
            clock.advance(86_400)
            login.authorization()

        assert len(peer.requests) == 2


class TestAgainstTheSandbox:
    @pytest.fixture
    def crowd(self) -> CrowdApplication:
        """Return a Crowd without Basic."""
        crowd = CrowdApplication(Directory.default())
        crowd.directory.change_application(auth="client_credentials")
        return crowd

    @pytest.fixture(params=[False, True], ids=["in-turn", "at-once"])
    def source(
        self, request: pytest.FixtureRequest, crowd: CrowdApplication, http: HttpClient, clock: FakeClock
    ) -> Iterator[CrowdIdentitySource]:
        """Return its client."""
        with LoopbackServer(crowd) as server:
            url = f"{server.url}/crowd"
            login = ClientCredentialsLogin(
                client_id="awsfed",
                secret=lambda: Secret("sandbox-application"),
                token_url=f"{url}/rest/oauth2/latest/token",
                http=http,
                clock=clock,
            )
            retries = Retries(clock=clock, retries=2, started_at=clock.monotonic())
            yield CrowdIdentitySource(url=url, http=http, login=login, retries=retries, at_once=request.param)

    def test_a_revoked_token_is_replaced_once(self, crowd: CrowdApplication, source: CrowdIdentitySource) -> None:
        """A read goes on with a new token."""
        source.look_up("alice")
        crowd.tokens.revoke_all()

        assert source.look_up("alice").name == "alice"
        assert sum(call.path.endswith("/token") for call in crowd.calls) == 2

    def test_a_refused_application_is_asked_for_no_third_token(
        self, crowd: CrowdApplication, source: CrowdIdentitySource
    ) -> None:
        """When a new token is refused too, that is the answer."""
        crowd.directory.change_application(auth="both")
        source.look_up("alice")
        crowd.directory.change_application(auth="basic")

        with pytest.raises(ApplicationRefused):
            source.look_up("alice")

    def test_a_revoked_token_does_not_cost_a_login(self, crowd: CrowdApplication, source: CrowdIdentitySource) -> None:
        """The one try of a password goes out with a token that was never refused."""
        source.look_up("alice")
        crowd.tokens.revoke_all()

        assert source.authenticate("alice", Secret("alice-sandbox")).name == "alice"
        assert sum(call.path.endswith("/authentication") for call in crowd.calls) == 1

    def test_tokens_are_fetched_on_the_retry_schedule(
        self, crowd: CrowdApplication, source: CrowdIdentitySource
    ) -> None:
        """Trouble at the token endpoint is tried again, also before a login: no password is in it."""
        crowd.faults.add(reset(), path="/token")

        assert source.authenticate("alice", Secret("alice-sandbox")).name == "alice"
        assert sum(call.path.endswith("/authentication") for call in crowd.calls) == 1
