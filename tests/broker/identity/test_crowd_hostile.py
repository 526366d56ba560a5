import gc
import json
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fakes.clock import FakeClock
from fakes.raw_peer import RawPeer, answer, crowd_answer, drip, hang_up

from awsfed.broker.identity.application_login import BasicLogin
from awsfed.broker.identity.crowd import CrowdIdentitySource
from awsfed.broker.identity.interface import ApplicationRefused
from awsfed.errors import (
    AccessDenied,
    AwsfedError,
    ConfigError,
    IdentityUnavailable,
    LoginRefused,
    PasswordExpired,
    ProtocolError,
    UserInactive,
)
from awsfed.model.secret import Secret
from awsfed.outside.http import HttpClient
from awsfed.outside.retry import Retries

CANARY = "canary-0123456789"
ALICE = {"name": "alice", "key": "1:a", "display-name": "Alice", "active": True}
USER = crowd_answer(ALICE)
Ask = Callable[[CrowdIdentitySource], object]


def log_in(source: CrowdIdentitySource) -> object:
    """Check a password."""
    return source.authenticate("alice", Secret(CANARY))


def look_up(source: CrowdIdentitySource) -> Any:
    """Look a user up."""
    return source.look_up("alice")


def crowd_at(peer: RawPeer) -> CrowdIdentitySource:
    """Return a client that asks one peer and never really waits between two tries."""
    clock = FakeClock()
    http = HttpClient(environ={}, read_s=0.5, total_s=1.0)
    login = BasicLogin(application="awsfed", secret=lambda: Secret(f"{CANARY}-application"))
    retries = Retries(clock=clock, retries=2, started_at=clock.monotonic())
    return CrowdIdentitySource(url=f"{peer.url}/crowd/", http=http, login=login, retries=retries)


def failing(ask: Ask, *answers: Any) -> tuple[AwsfedError, RawPeer]:
    """Return the error of a question, which must not repeat a secret, and the peer that was asked."""
    with RawPeer(*answers) as peer, pytest.raises(AwsfedError) as caught:
        ask(crowd_at(peer))
    assert CANARY not in "".join(traceback.format_exception(caught.value, chain=True)).replace("CANARY", "")
    return caught.value, peer


def groups(*names: str, **more: Any) -> bytes:
    """Return a page of active groups."""
    return crowd_answer({"expand": "group", "groups": [{"name": name, "active": True, **more} for name in names]})


def error(reason: str, status: int) -> bytes:
    """Return an error entity that echoes a secret."""
    return crowd_answer({"reason": reason, "message": f"<{CANARY}>"}, status)


def test_one_login_is_one_request_as_crowd_wants_it() -> None:
    """The name is a parameter, the password a body, and the application shows itself unasked."""
    with RawPeer(crowd_answer({**ALICE, "name": "a&b=Ü"})) as peer:
        crowd_at(peer).authenticate("a&b=Ü", Secret('pä"ss'))

    (request,) = peer.requests
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /crowd/rest/usermanagement/1/authentication?username=a%26b%3D%C3%9C HTTP/1.1\r\n")
    assert b"Authorization: Basic " in head
    assert b"Accept: application/json" in head
    assert b"Content-Type: application/json" in head
    assert json.loads(body) == {"value": 'pä"ss'}


@pytest.fixture(autouse=True)
def no_finalizers() -> Iterator[None]:
    """Keep the garbage collector away: what it ends at the limit of recursion would fail for lack of stack."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("trouble", [hang_up, answer(503), answer(429), answer(500), error("OPERATION_FAILED", 400)])
def test_a_password_is_never_sent_twice(trouble: Any) -> None:
    """Trouble on the way to a login is told, not tried again."""
    caught, peer = failing(log_in, trouble)

    assert isinstance(caught, IdentityUnavailable)
    assert len(peer.requests) == 1


@pytest.mark.parametrize("trouble", [hang_up, answer(503), answer(429), answer(500), error("OPERATION_FAILED", 400)])
def test_reads_are_tried_again(trouble: Any) -> None:
    """A read that fails in passing succeeds on the next try."""
    with RawPeer(trouble, USER, groups("red")) as peer:
        assert look_up(crowd_at(peer)).groups == ("red",)

    assert len(peer.requests) == 3


def test_reads_end_when_the_schedule_does() -> None:
    """A directory that stays down is unavailable."""
    caught, peer = failing(look_up, answer(503))

    assert isinstance(caught, IdentityUnavailable)
    assert len(peer.requests) == 3


@pytest.mark.parametrize("name", ["", " ", "\t", "alice ", "a\nb", "a\0b", "a\u202eb", "\ud800", "x" * 256])
def test_odd_names_are_refused_before_the_wire(name: str) -> None:
    """Nobody is asked about a name that is empty, too long or not plain text."""
    caught, peer = failing(lambda source: source.authenticate(name, Secret(CANARY)), USER)

    assert isinstance(caught, LoginRefused)
    assert not peer.requests


@pytest.mark.parametrize("password", ["", "\ud800"])
def test_odd_passwords_are_refused_before_the_wire(password: str) -> None:
    """An empty password, or one that is no text, is not sent."""
    caught, peer = failing(lambda source: source.authenticate("alice", Secret(password)), USER)

    assert isinstance(caught, LoginRefused)
    assert not peer.requests


@pytest.mark.parametrize("ask", [log_in, look_up])
@pytest.mark.parametrize(
    "sent",
    [
        crowd_answer({**ALICE, "name": "mallory"}),
        crowd_answer({**ALICE, "name": "alice\n"}),
        crowd_answer({**ALICE, "name": "ali\u200bce"}),
        crowd_answer({**ALICE, "name": ["alice"]}),
        crowd_answer({**ALICE, "key": ""}),
        crowd_answer({**ALICE, "key": 7}),
        crowd_answer({**ALICE, "key": "1:\ud800"}),
        crowd_answer({**ALICE, "key": "name:alice"}),
        crowd_answer({**ALICE, "active": "true"}),
        crowd_answer({**ALICE, "active": None}),
        crowd_answer({**ALICE, "display-name": {}}),
        crowd_answer({}),
        crowd_answer([]),
        crowd_answer(None),
        crowd_answer(b""),
        crowd_answer(b'{"name": "alice", "key": "1:a", "act'),
        crowd_answer(b"[" * 100_000),
        crowd_answer(b"<html>login</html>"),
        crowd_answer(json.dumps(ALICE).encode("utf-16")),
        crowd_answer(b'{"name": "al\xefce"}'),
        crowd_answer(b" " * 300_000),
        crowd_answer(b'{"name": ' + b"9" * 5000 + b"}"),
        answer(200, json.dumps(ALICE).encode()),
        answer(200, b"<html>"),
        answer(204),
        answer(302, b"", {"Location": f"https://example.org/?{CANARY}"}),
        answer(400, b"bad request"),
        crowd_answer(b"<html>", 400),
        crowd_answer(b"", 405),
        crowd_answer(b"<html>no such page</html>", 404),
        answer(404, b"<html>"),
        error("A_REASON_OF_TOMORROW", 400),
        error(f"<{CANARY}>", 400),
        error("ILLEGAL_ARGUMENT", 400),
    ],
)
def test_what_is_not_understood_lets_nobody_in(ask: Ask, sent: bytes) -> None:
    """Answers about others, broken ones and those of something else than Crowd are one kind of error, asked once."""
    caught, peer = failing(ask, sent)

    assert isinstance(caught, ProtocolError)
    assert len(peer.requests) == 1


@pytest.mark.parametrize("ask", [log_in, look_up])
def test_a_dripping_crowd_is_unavailable(ask: Ask) -> None:
    """A peer that never comes to an end is cut off."""
    caught, _ = failing(ask, drip(b"HTTP/1.1 200 OK\r\n\r\n"))

    assert isinstance(caught, IdentityUnavailable)


@pytest.mark.parametrize("status", [400, 401, 403, 404])
@pytest.mark.parametrize(
    ("reason", "at_login", "at_look_up"),
    [
        ("INVALID_USER_AUTHENTICATION", LoginRefused, ProtocolError),
        ("USER_NOT_FOUND", LoginRefused, UserInactive),
        ("INACTIVE_ACCOUNT", LoginRefused, UserInactive),
        ("EXPIRED_CREDENTIAL", PasswordExpired, ProtocolError),
        ("APPLICATION_ACCESS_DENIED", AccessDenied, AccessDenied),
        ("APPLICATION_PERMISSION_DENIED", ConfigError, ConfigError),
        ("PERMISSION_DENIED", ConfigError, ConfigError),
        ("APPLICATION_NOT_FOUND", ApplicationRefused, ApplicationRefused),
        ("DIRECTORY_NOT_FOUND", ConfigError, ConfigError),
        ("NESTED_GROUPS_NOT_SUPPORTED", ConfigError, ConfigError),
        ("OPERATION_FAILED", IdentityUnavailable, IdentityUnavailable),
    ],
)
def test_the_reason_counts_before_the_status(
    status: int, reason: str, at_login: type[AwsfedError], at_look_up: type[AwsfedError]
) -> None:
    """The same reason means the same under every status that Crowd gives it."""
    assert type(failing(log_in, error(reason, status))[0]) is at_login
    assert type(failing(look_up, error(reason, status))[0]) is at_look_up


@pytest.mark.parametrize("body", [b"Application failed to authenticate", b"<html>", b"", b'{"reason": 7}'])
@pytest.mark.parametrize("ask", [log_in, look_up])
def test_a_refused_application_is_not_a_wrong_password(ask: Ask, body: bytes) -> None:
    """401 is about awsfed itself, names the application and tells how to store its secret again."""
    for sent in (answer(401, body), crowd_answer(body, 401)):
        caught, peer = failing(ask, sent)

        assert isinstance(caught, ApplicationRefused)
        assert "'awsfed'" in caught.message
        assert "config set-secret" in str(caught.hint)
        assert len(peer.requests) == 1


def test_a_machine_that_is_not_on_the_list_is_told_so() -> None:
    """403 without a reason is the allow-list of the application."""
    caught, _ = failing(look_up, crowd_answer(b"<html>Forbidden</html>", 403))

    assert type(caught) is ConfigError
    assert "remote addresses" in str(caught.hint)


def test_a_user_without_key_gets_one_from_the_name() -> None:
    """Old servers tell no key; the made one cannot be mistaken for theirs."""
    old = {name: value for name, value in ALICE.items() if name != "key"}

    with RawPeer(crowd_answer({**old, "name": "Alice"})) as peer:
        assert crowd_at(peer).authenticate("alice", Secret("x")).key == "name:alice"


@pytest.mark.parametrize(
    ("told", "shown"),
    [("\x1b[2JAda\u202e", "?[2JAda?"), ("", "alice"), ("  ", "alice"), (None, "alice"), ("\ud800", "?")],
)
def test_display_names_are_made_safe(told: str | None, shown: str) -> None:
    """Nothing in a display name reaches a terminal as a command."""
    with RawPeer(crowd_answer({**ALICE, "display-name": told})) as peer:
        assert crowd_at(peer).authenticate("alice", Secret("x")).display_name == shown


def test_an_inactive_user_is_refused_even_if_crowd_lets_them_in() -> None:
    """`active` counts on every answer that has it."""
    off = crowd_answer({**ALICE, "active": False})

    assert isinstance(failing(log_in, off)[0], LoginRefused)
    assert isinstance(failing(look_up, off, groups("red"))[0], UserInactive)


class TestGroups:
    def test_asks_for_nested_groups_with_their_state(self) -> None:
        """One page is one request, with everything that is needed to tell active groups."""
        with RawPeer(USER, groups("red")) as peer:
            look_up(crowd_at(peer))

        assert peer.requests[1].startswith(
            b"GET /crowd/rest/usermanagement/1/user/group/nested"
            b"?username=alice&start-index=0&max-results=1000&expand=group HTTP/1.1\r\n"
        )

    def test_goes_on_after_a_full_page(self) -> None:
        """Groups beyond the first thousand count, and those that pages repeat count once."""
        first = [f"g{number}" for number in range(1000)]

        with RawPeer(USER, groups(*first), groups("G999", "last")) as peer:
            found = look_up(crowd_at(peer)).groups

        assert found == (*first, "last")
        assert b"start-index=1000&" in peer.requests[2]

    def test_a_full_page_may_be_the_last(self) -> None:
        """An empty page ends the list."""
        with RawPeer(USER, groups(*(f"g{number}" for number in range(1000))), groups()) as peer:
            assert len(look_up(crowd_at(peer)).groups) == 1000

    def test_pages_that_repeat_end(self) -> None:
        """A server that always sends the same page is not asked for ever."""
        with RawPeer(USER, groups(*(f"g{number}" for number in range(1000)))) as peer:
            assert len(look_up(crowd_at(peer)).groups) == 1000

        assert len(peer.requests) == 3

    def test_endless_pages_are_refused(self) -> None:
        """A list that never ends opens nothing."""
        pages = [groups(*(f"g{page}-{number}" for number in range(1000))) for page in range(25)]

        caught, peer = failing(look_up, USER, *pages)

        assert isinstance(caught, ProtocolError)
        assert len(peer.requests) == 21

    def test_a_group_listed_twice_must_be_active_twice(self) -> None:
        """One inactive entry is enough to close a group."""
        page = [{"name": "red", "active": True}, {"name": "RED", "active": False}, {"name": "blue", "active": True}]

        with RawPeer(USER, crowd_answer({"groups": page})) as peer:
            assert look_up(crowd_at(peer)).groups == ("blue",)

    def test_an_odd_name_is_left_out(self) -> None:
        """A group whose name is not plain text opens nothing, and closes nothing else."""
        with RawPeer(USER, groups("a\nb", " red", "", "\ud800", "red")) as peer:
            assert look_up(crowd_at(peer)).groups == ("red",)

    def test_a_page_of_odd_names_does_not_end_the_list(self) -> None:
        """Whoever may create groups could keep others from what stands behind them."""
        odd = groups(*(f"odd\x01{number}" for number in range(1000)))
        with RawPeer(USER, odd, groups("red")) as peer:
            assert look_up(crowd_at(peer)).groups == ("red",)

    @pytest.mark.parametrize(
        "page",
        [
            crowd_answer({}),
            crowd_answer({"groups": None}),
            crowd_answer({"groups": {"name": "red"}}),
            crowd_answer({"groups": ["red"]}),
            crowd_answer({"groups": [{"name": "red"}]}),
            crowd_answer({"groups": [{"name": "red", "active": 1}]}),
            crowd_answer({"groups": [{"name": None, "active": True}]}),
            crowd_answer(b'{"groups": [{"name": "red", "active": true}'),
            crowd_answer(b" " * 5_000_000),
            answer(200, json.dumps({"groups": []}).encode()),
            crowd_answer(b"<html>", 404),
        ],
    )
    def test_a_page_that_is_not_understood_opens_nothing(self, page: bytes) -> None:
        """Groups whose state is not told are not taken for active ones."""
        assert isinstance(failing(look_up, USER, page)[0], ProtocolError)

    def test_a_user_who_went_away_in_between_is_refused(self) -> None:
        """Unknown on the second call is unknown."""
        assert isinstance(failing(look_up, USER, error("USER_NOT_FOUND", 404))[0], UserInactive)


class TestPing:
    @pytest.mark.parametrize("sent", [error("USER_NOT_FOUND", 404), USER], ids=["nobody", "somebody"])
    def test_tells_the_version(self, sent: bytes) -> None:
        """Whoever answers like Crowd about nobody is a Crowd that accepts us."""
        with RawPeer(crowd_answer({**ALICE, "name": "awsfed-asks-for-nobody"}) if sent is USER else sent) as peer:
            assert crowd_at(peer).ping() == "Crowd/7.2.2"

    @pytest.mark.parametrize(
        ("sent", "kind"),
        [
            (answer(200, b"<html>"), ProtocolError),
            (answer(403, b'{"reason": "USER_NOT_FOUND"}'), ProtocolError),
            (answer(401), ApplicationRefused),
            (answer(503), IdentityUnavailable),
        ],
    )
    def test_tells_what_is_wrong(self, sent: bytes, kind: type[AwsfedError]) -> None:
        """Each mistake in the settings has an error of its own."""
        assert type(failing(lambda source: source.ping(), sent)[0]) is kind
