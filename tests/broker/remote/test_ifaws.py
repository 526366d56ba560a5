"""The vendor's app on a host: its logins, sessions, versions, and what it cannot do."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from fakes.broker_worlds import IfawsWorld, remote
from fakes.ifaws_server import DEV, OPS, TEAM, IfawsHost
from fakes.raw_peer import RawPeer, answer
from fakes.served import Received

from awsfed.broker.answers import ConsolePlace, PackageDomain
from awsfed.broker.interface import Broker
from awsfed.broker.remote.broker import RemoteBroker
from awsfed.broker.remote.cookies import cookies_of
from awsfed.errors import (
    AccessDenied,
    BrokerUnavailable,
    ConfigError,
    LoginRefused,
    LoginRequired,
    NotFound,
    NotGranted,
    ProtocolError,
    Refused,
    Unavailable,
)
from awsfed.model.identity import Session
from awsfed.model.narrowing import Narrowing
from awsfed.model.secret import Secret
from awsfed.outside.http_reading import Answer

HALF_AN_HOUR = 1800
RIGHT = Secret("alice-right")
TOKEN = Secret("NDc4MDkyNDc2-pat")


@dataclass
class Kept:
    """One password in memory."""

    password: Secret | None = RIGHT
    sessions: list[Session] = field(default_factory=list)

    def get(self, session: Session) -> Secret | None:
        return self.password

    def renewed(self, session: Session) -> None:
        self.sessions.append(session)

    def forget(self, session: Session) -> None:
        self.password = None


@dataclass
class House:
    """A host and whoever asks it."""

    world: IfawsWorld
    broker: RemoteBroker
    kept: Kept

    @property
    def host(self) -> IfawsHost:
        return self.world.host

    @property
    def asked(self) -> list[Received]:
        """What reached the app."""
        return [one for one in self.host.served.received if "identity-federation" in one.path]

    def log_in(self) -> Session:
        return self.broker.log_in("alice", RIGHT)

    def without_kept(self) -> Broker:
        return remote(self.host.url, self.world.clock)


@pytest.fixture
def house() -> Iterator[House]:
    """Alice may use `dev` and `Development Team A`; her password is kept."""
    world, kept = IfawsWorld(), Kept()
    with world.host.serving() as host:
        yield House(world=world, broker=remote(host.url, world.clock, kept), kept=kept)


def test_a_password_is_shown_once_and_the_cookie_from_then_on(house: House) -> None:
    """As real clients do: one request with Basic, every other with what came back."""
    session = house.log_in()
    house.broker.connectors(session)
    house.broker.credentials(session, DEV)

    assert ["authorization"] + [None] * 3 == [
        "authorization" if "authorization" in one.headers else None for one in house.asked
    ]
    assert all("JSESSIONID=" in one.headers["cookie"] for one in house.asked[1:])
    assert all('atl.xsrf.token="3f1c_lin"' in one.headers["cookie"] for one in house.asked[1:])
    assert {"GET"} == {one.method for one in house.asked}
    assert session.token is not None
    assert "alice-right" not in session.token.reveal()


@pytest.mark.parametrize(
    ("served", "spoken"), [({"2.0", "2.1", "2.2"}, "2.2"), ({"2.0", "2.1"}, "2.1"), ({"2.0"}, "2.0")]
)
def test_the_best_version_is_spoken(house: House, served: set[str], spoken: str) -> None:
    """And remembered in the session: the next run asks for no other."""
    house.host.versions = served
    session = house.log_in()
    house.host.served.received.clear()

    house.without_kept().connectors(session)

    assert [f"/bamboo/rest/identity-federation-for-aws/{spoken}/connectors"] == [one.path for one in house.asked]


def test_an_older_version_costs_no_second_password(house: House) -> None:
    """The cookie of the first answer asks for the others."""
    house.host.versions = {"2.0"}
    house.log_in()

    assert [True, False, False] == ["authorization" in one.headers for one in house.asked]


def test_where_there_is_no_app_it_is_said(house: House) -> None:
    """With what to look at."""
    house.host.versions = set()

    with pytest.raises(ConfigError, match="neither awsfed nor") as caught:
        house.log_in()
    assert caught.value.hint
    assert "context path" in caught.value.hint


def test_a_wrong_path_is_no_app(house: House) -> None:
    """The host's own 404 is one of its pages."""
    broker = remote(house.host.served.origin, house.world.clock)

    with pytest.raises(ConfigError, match="neither awsfed nor"):
        broker.log_in("alice", RIGHT)


def test_a_wrong_password_is_sent_once(house: House) -> None:
    """However many versions there are to try: it would count as three."""
    with pytest.raises(LoginRefused, match="not accepted"):
        house.broker.log_in("alice", Secret("wrong"))

    assert 1 == house.host.users["alice"].failures


def test_a_captcha_is_explained(house: House) -> None:
    """The one way out is a browser."""
    for _ in range(3):
        with pytest.raises(LoginRefused):
            house.broker.log_in("alice", Secret("wrong"))
    with pytest.raises(LoginRefused, match="CAPTCHA") as caught:
        house.log_in()
    assert caught.value.hint == f"sign in once in the browser at {house.host.url}, then: awsfed login"

    house.host.solve_captcha("alice")

    assert "alice" == house.log_in().name


@pytest.mark.parametrize("status", [401, 403])
def test_an_ended_session_is_explained(house: House, status: int) -> None:
    """After half an hour without use, in either way that hosts say it."""
    house.host.says_anonymous_with = status
    session = house.log_in()
    broker = house.without_kept()
    house.world.let_time_pass(HALF_AN_HOUR - 1)
    broker.connectors(session)
    house.world.let_time_pass(HALF_AN_HOUR + 1)

    for ask in (broker.connectors, broker.identity, lambda one: broker.credentials(one, DEV)):
        with pytest.raises(LoginRequired, match="has ended") as caught:
            ask(session)
        assert "awsfed login; with --keep-password it renews itself" == caught.value.hint


@pytest.mark.parametrize("status", [401, 403])
def test_a_kept_password_renews_the_session_once(house: House, status: int) -> None:
    """And the new one is kept in place of the old."""
    house.host.says_anonymous_with = status
    session = house.log_in()
    house.host.end_sessions()
    house.host.served.received.clear()

    vended = house.broker.credentials(session, DEV)
    house.broker.credentials(session, DEV)

    assert DEV == vended.connector.id
    assert 1 == len([one for one in house.asked if "authorization" in one.headers])
    assert [session.key] == [one.key for one in house.kept.sessions]
    assert house.kept.sessions[0].token != session.token


def test_a_kept_password_renews_what_our_own_record_ended(house: House) -> None:
    """Whoever keeps it does not want to type it again."""
    session = house.log_in()
    house.world.let_time_pass(13 * 3600)

    assert house.broker.connectors(session)


def test_a_kept_password_that_is_refused_is_tried_once_and_forgotten(house: House) -> None:
    """Tried again and again, it would lock the account."""
    session = house.log_in()
    house.host.end_sessions()
    house.host.users["alice"].password = "changed"

    for _ in range(3):
        with pytest.raises(LoginRequired):
            house.broker.connectors(session)

    assert 1 == house.host.users["alice"].failures
    assert house.kept.password is None


def test_a_personal_access_token_needs_no_session(house: House) -> None:
    """It is shown every time, the host says whose it is, and it is kept for as long as it may live."""
    session = house.broker.log_in_service("somebody", TOKEN)
    house.world.let_time_pass(30 * 86_400)

    assert "alice" == session.name
    assert house.log_in().key == session.key
    assert DEV in {one.id for one in house.broker.connectors(session)}
    assert "Bearer NDc4MDkyNDc2-pat" == house.asked[-1].headers["authorization"]


def test_a_token_that_is_none_is_refused(house: House) -> None:
    """At the login, and later when it was taken back."""
    with pytest.raises(LoginRefused, match="access token is not accepted"):
        house.broker.log_in_service("alice", Secret("wrong"))
    with pytest.raises(LoginRefused, match="characters"):
        house.broker.log_in_service("alice", Secret("a b"))
    session = house.broker.log_in_service("alice", TOKEN)
    house.host.tokens.clear()

    with pytest.raises(LoginRequired, match="not accepted at"):
        house.without_kept().connectors(session)


def test_a_list_keeps_names_apart_from_ids(house: House) -> None:
    """Ids are GUIDs; a name may have spaces, and is for display."""
    found = house.broker.connectors(house.log_in())

    assert [(DEV, "dev"), (TEAM, "Development Team A")] == [(one.id, one.name) for one in found]
    assert {"eu-central-1"} == {one.region for one in found}
    assert 2 == len({one.fingerprint for one in found})


def test_a_renamed_connector_has_another_fingerprint(house: House) -> None:
    """What was cached for it is not used any more."""
    session = house.log_in()
    before = house.broker.connectors(session)[0].fingerprint
    house.host.connectors[DEV]["name"] = "other"

    assert before != house.broker.connectors(session)[0].fingerprint


@pytest.mark.parametrize(
    "ask",
    [
        lambda broker, session: broker.credentials(session, DEV, Narrowing(read_only=True)),
        lambda broker, session: broker.credentials(session, DEV, Narrowing(duration=900)),
        lambda broker, session: broker.console_url(session, DEV, ConsolePlace(), Narrowing(read_only=True)),
        lambda broker, session: broker.console_url(session, DEV, ConsolePlace(service="s3")),
        lambda broker, session: broker.explain(session, DEV),
        lambda broker, session: broker.diagnose(session, DEV),
        lambda broker, session: broker.codeartifact_token(session, DEV, PackageDomain(name="x", duration=900)),
    ],
    ids=["read-only", "duration", "console narrowed", "console place", "why", "test", "life"],
)
def test_what_the_app_cannot_do_is_refused(house: House, ask: Callable[[Broker, Session], object]) -> None:
    """In one sentence with a way out, before anything is asked; never in part."""
    session = house.log_in()
    house.host.served.received.clear()

    with pytest.raises(Refused, match=f"the app at {house.host.url} cannot") as caught:
        ask(house.broker, session)

    assert caught.value.hint
    assert [] == house.asked


def test_tokens_of_codeartifact_begin_with_a_version(house: House) -> None:
    """The first has none."""
    wanted = PackageDomain(name="packages", region="eu-west-1", owner="123456789012")
    given = house.broker.codeartifact_token(house.log_in(), DEV, wanted)
    assert ("packages-token", "eu-west-1", wanted.owner) == (given.token.reveal(), given.region, given.owner)

    house.host.versions = {"2.0"}
    with pytest.raises(Refused, match="in this version"):
        house.broker.codeartifact_token(house.log_in(), DEV, wanted)


def test_an_address_for_the_console(house: House) -> None:
    """It is the host's own."""
    url = house.broker.console_url(house.log_in(), DEV, ConsolePlace()).reveal()

    assert url.startswith(f"{house.host.url}/plugins/servlet/")
    assert url.endswith(DEV)


@pytest.mark.parametrize("region", [None, "eu-west-1"])
def test_a_password_of_ecr(house: House, region: str | None) -> None:
    """AWS's answer, with what the app adds."""
    given = house.broker.ecr_credentials(house.log_in(), DEV, region)

    assert f"123456789012.dkr.ecr.{region or 'eu-central-1'}.amazonaws.com" == given.host
    assert ("AWS", "ecr-password") == (given.username, given.password.reveal())
    assert given.expires_at == house.world.clock.now() + 43_200


@pytest.mark.parametrize(
    "missing", [("username", "password"), ("proxyEndpointDomain",), ("expiresAt",), ("authorizationToken",)]
)
def test_a_password_of_ecr_with_members_missing(house: House, missing: tuple[str, ...]) -> None:
    """AWS says everything twice."""
    house.host.changes = dict.fromkeys(missing)

    given = house.broker.ecr_credentials(house.log_in(), DEV, None)

    assert ("AWS", "ecr-password") == (given.username, given.password.reveal())
    assert given.host.startswith("123456789012.dkr.ecr.")
    assert given.expires_at == house.world.clock.now() + 43_200


@pytest.mark.parametrize("token", ["!", "QQ==", 7, "w6Q6eA=="])
def test_an_authorization_token_that_is_none(house: House, token: object) -> None:
    """Nothing is made of it."""
    house.host.changes = {"authorizationToken": token, "username": None, "password": None}

    with pytest.raises(ProtocolError):
        house.broker.ecr_credentials(house.log_in(), DEV, None)


@pytest.mark.parametrize(
    "spelled",
    [
        lambda at: at * 1000,
        lambda at: at,
        lambda at: str(at * 1000),
        lambda at: float(at) * 1000,
        lambda _: "2025-06-15T16:06:40Z",
        lambda _: "2025-06-15T16:06:40.000+00:00",
        lambda _: "2025-06-15T18:06:40+02:00",
        lambda _: "2025-06-15T16:06:40",
    ],
    ids=["ms", "s", "text", "float", "iso", "iso-ms", "offset", "naive"],
)
def test_an_expiry_is_read_however_it_is_spelled(house: House, spelled: Callable[[int], object]) -> None:
    """Milliseconds are documented; nobody has seen the others yet."""
    at = int(house.world.clock.now()) + 3600
    house.host.changes = {"expiration": spelled(at), "somethingNew": {"deeply": ["nested"]}}

    given = house.broker.credentials(house.log_in(), DEV).credentials

    assert (at, "2025-06-15T16:06:40Z") == (given.expires_at, given.expiration)


@pytest.mark.parametrize(
    ("message", "made"), [("User is not authorized to perform: sts:AssumeRole", Refused), ("\x1b[2J", Refused)]
)
def test_what_aws_says_is_passed_on(house: House, message: str, made: type[Exception]) -> None:
    """Made safe to show."""
    house.host.aws_refuses = message

    with pytest.raises(made) as caught:
        house.broker.credentials(house.log_in(), DEV)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("connector", [OPS, "00000000-0000-4000-8000-000000000000"])
def test_not_allowed_is_not_an_ended_session(house: House, connector: str) -> None:
    """A host that knows the user and refuses does not want another login."""
    session = house.log_in()

    with pytest.raises(NotGranted):
        house.broker.credentials(session, connector)
    assert [] == house.kept.sessions


def test_a_name_with_a_colon_cannot_be_sent(house: House) -> None:
    """Basic would read the rest of it as the password."""
    with pytest.raises(LoginRefused, match="colon"):
        house.broker.log_in("a:b", RIGHT)

    assert [] == house.asked


@pytest.mark.parametrize(
    "headers", [{"X-AUSERNAME": "mallory"}, {"X-AUSERNAME": "alice%0a"}, {"X-AUSERNAME": "%ff"}, {}]
)
def test_a_host_that_speaks_of_somebody_else_or_gives_no_session(house: House, headers: dict[str, str]) -> None:
    """Its header names the user, and it has to be the one who signed in."""
    cookie = {"Set-Cookie": "JSESSIONID=1"} if headers else {}
    signed_in = answer(200, b"{}", {"Content-Type": "application/json", **headers, **cookie})
    with RawPeer(answer(404), signed_in) as peer, pytest.raises(ProtocolError):
        remote(peer.url, house.world.clock).log_in("alice", RIGHT)


def line(*cookies: str) -> Answer:
    """Return an answer that sets cookies."""
    return Answer(status=200, headers={}, body=b"", set_cookies=cookies)


@pytest.mark.parametrize(
    ("answers", "header"),
    [
        ([line("a=1; Path=/; HttpOnly")], "a=1"),
        ([line("a=1", "b=2")], "a=1; b=2"),
        ([line("a=1"), line("a=2")], "a=2"),
        ([line("a=1"), line("a=; Max-Age=0")], ""),
        ([line("a=1"), line("a=x; expires=Thu, 01 Jan 1970 00:00:00 GMT")], ""),
        ([line("a=1"), line('b="2"; Secure')], 'a=1; b="2"'),
        ([line("a b=1", "=x", "a", "", "a=1\x00", "a=1,b=2", "é=1", "a=é")], ""),
        ([line(*(f"n{number}=1" for number in range(50)))], "; ".join(f"n{number}=1" for number in range(20))),
        (
            [line(*(f"n{number}=" + "x" * 4000 for number in range(5)))],
            "; ".join(f"n{n}=" + "x" * 4000 for n in range(2)),
        ),
    ],
)
def test_cookies(answers: list[Answer], header: str) -> None:
    """Kept where they can be sent, within bounds, and dropped when they are deleted."""
    assert header == cookies_of(answers)


@pytest.mark.parametrize(
    ("status", "made"),
    [(302, ProtocolError), (404, NotFound), (418, ProtocolError), (429, Unavailable), (500, BrokerUnavailable)],
)
def test_other_refusals_of_a_host(house: House, status: int, made: type[Exception]) -> None:
    """Each is of a family of its own."""
    session = house.log_in()
    refused = answer(status, b"<html>", {"X-AUSERNAME": "alice", "Location": "/login"})
    with RawPeer(refused) as peer, pytest.raises(made):
        remote(peer.url, house.world.clock).connectors(replace(session, issuer=peer.url))


def test_a_refusal_of_aws_is_no_missing_grant(house: House) -> None:
    """Whoever may see the connector may use it; a 403 for what is made with it is about something else."""
    session = house.log_in()
    told = b'{"errorMessages":["AWS does not let main assume developer"],"errors":{}}'
    connector = json.dumps({"id": DEV, "name": "dev", "type": "ASSUME_ROLE"}).encode()
    known = {"Content-Type": "application/json", "X-AUSERNAME": "alice"}
    with (
        RawPeer(answer(200, connector, known), answer(403, told, known)) as peer,
        pytest.raises(AccessDenied) as caught,
    ):
        remote(peer.url, house.world.clock).credentials(replace(session, issuer=peer.url), DEV)

    assert not isinstance(caught.value, NotGranted)
    assert "AWS does not let main assume developer" == caught.value.message
