"""What every broker promises; subclassed for the direct one, and for the remote one in each of its dialects."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

import pytest

from awsfed.broker.answers import ConsolePlace, PackageDomain
from awsfed.broker.interface import Broker
from awsfed.errors import (
    AccessDenied,
    LoginRefused,
    LoginRequired,
    NotGranted,
    Refused,
    RoleRefused,
)
from awsfed.model.identity import Session
from awsfed.model.narrowing import Narrowing
from awsfed.model.secret import Secret
from awsfed.outside.clock import Clock

ACCOUNT = "123456789012"


class World(Protocol):
    """Everything behind a broker: alice, a developer, with the connector `dev`; bob, who is in no group."""

    clock: Clock
    dev: str
    """Id of a connector of the developers."""
    ops: str
    """Id of a connector of others."""

    def password(self, name: str) -> Secret: ...
    def put_in(self, name: str, *groups: str) -> None: ...
    def switch_off(self, name: str) -> None: ...
    def let_time_pass(self, seconds: float) -> None: ...
    def refuse_role(self) -> None: ...
    def calls_of_aws(self) -> int: ...


class BrokerContract:
    """Needs the fixtures `broker` and `world`."""

    @pytest.fixture
    def alice(self, broker: Broker, world: World) -> Session:
        return broker.log_in("alice", world.password("alice"))

    @pytest.fixture
    def bob(self, broker: Broker, world: World) -> Session:
        return broker.log_in("bob", world.password("bob"))

    def test_the_issuer_is_a_url(self, broker: Broker) -> None:
        """Sessions belong to a URL without a slash at its end."""
        assert broker.issuer.startswith("http")
        assert not broker.issuer.endswith("/")

    def test_a_right_password_opens_a_session(self, broker: Broker, alice: Session, world: World) -> None:
        """It is of this broker, of the user, and live."""
        assert (broker.issuer, "alice") == (alice.issuer, alice.name)
        assert alice.key
        assert alice.is_live(world.clock.now())
        assert abs(alice.signed_in_at - world.clock.now()) < 5

    def test_a_session_belongs_to_the_same_user_again(self, broker: Broker, alice: Session, world: World) -> None:
        """Whoever signs in twice has one key, and it is the one that the broker knows them by."""
        again = broker.log_in("alice", world.password("alice"))

        assert alice.key == again.key == broker.identity(alice).key
        assert "alice" == broker.identity(alice).name

    def test_two_users_have_two_keys(self, alice: Session, bob: Session) -> None:
        """What is kept for one is never found for the other."""
        assert alice.key != bob.key

    def test_everything_wrong_with_a_login_is_one_answer(self, broker: Broker, world: World) -> None:
        """A wrong password and an unknown user cannot be told apart."""
        said = set()
        for name in ("alice", "nobody"):
            with pytest.raises(LoginRefused) as caught:
                broker.log_in(name, Secret("wrong"))
            said.add((caught.value.message, caught.value.hint))

        assert 1 == len(said)

    @pytest.mark.parametrize(("name", "password"), [("", "x"), ("alice", ""), ("a\nb", "x"), (" alice", "x")])
    def test_what_cannot_be_a_login_is_refused(self, broker: Broker, name: str, password: str) -> None:
        """An empty password above all, which some directories take for a guest."""
        with pytest.raises(LoginRefused):
            broker.log_in(name, Secret(password))

    def test_a_list_has_what_is_granted(self, broker: Broker, alice: Session, world: World) -> None:
        """And nothing else."""
        found = {one.id: one for one in broker.connectors(alice)}

        assert world.dev in found
        assert world.ops not in found
        assert ("dev", "ASSUME_ROLE") == (found[world.dev].name, found[world.dev].type.value)
        assert found[world.dev].fingerprint

    def test_somebody_without_groups_has_no_connectors(self, broker: Broker, bob: Session) -> None:
        """An empty list is an answer."""
        assert () == broker.connectors(bob)

    def test_credentials_are_good_now(self, broker: Broker, alice: Session, world: World) -> None:
        """And end when they say so, on this machine's clock."""
        vended = broker.credentials(alice, world.dev)
        given = vended.credentials

        assert world.dev == vended.connector.id
        assert "dev" == vended.connector.name
        assert given.access_key_id.startswith("ASIA")
        assert given.secret_access_key
        assert given.session_token
        assert given.issued_at <= world.clock.now() < given.expires_at
        assert abs(given.expires_at - world.clock.now() - 3600) < 60
        assert given.expiration.endswith("Z")

    def test_a_fingerprint_is_the_same_in_list_and_answer(self, broker: Broker, alice: Session, world: World) -> None:
        """What was cached after an answer is found again after a listing."""
        listed = {one.id: one for one in broker.connectors(alice)}[world.dev]

        assert listed.fingerprint == broker.credentials(alice, world.dev).connector.fingerprint

    @pytest.mark.parametrize("name", ["unknown", "../session", "dev/../ops", "", ".", "a" * 65, "x y", "dév", "d\x00"])
    def test_unknown_is_not_granted(self, broker: Broker, alice: Session, world: World, name: str) -> None:
        """Also what could lead elsewhere as a path; AWS is not asked."""
        with pytest.raises(NotGranted):
            broker.credentials(alice, name)
        assert 0 == world.calls_of_aws()

    def test_not_allowed_is_like_unknown(self, broker: Broker, alice: Session, world: World) -> None:
        """One answer for both; AWS is not asked."""
        with pytest.raises(NotGranted) as not_allowed:
            broker.credentials(alice, world.ops)
        unknown = world.ops.replace("o", "p").replace("1", "3")
        with pytest.raises(NotGranted) as not_known:
            broker.credentials(alice, unknown)

        assert not_allowed.value.message.replace(world.ops, "X") == not_known.value.message.replace(unknown, "X")
        assert 0 == world.calls_of_aws()

    def test_leaving_a_group_ends_access_at_the_next_use(self, broker: Broker, alice: Session, world: World) -> None:
        """Membership is read every time."""
        broker.credentials(alice, world.dev)
        world.put_in("alice")

        with pytest.raises(NotGranted):
            broker.credentials(alice, world.dev)
        assert () == broker.connectors(alice)

    def test_a_user_who_was_switched_off_gets_nothing(self, broker: Broker, alice: Session, world: World) -> None:
        """Whatever the session says."""
        world.switch_off("alice")

        with pytest.raises((AccessDenied, LoginRequired)):
            broker.credentials(alice, world.dev)
        with pytest.raises((AccessDenied, LoginRequired)):
            broker.connectors(alice)

    def test_a_session_of_another_issuer_opens_nothing(self, broker: Broker, alice: Session, world: World) -> None:
        """It is not even shown."""
        other = replace(alice, issuer="https://elsewhere.example.org")

        with pytest.raises(LoginRequired):
            broker.credentials(other, world.dev)

    def test_a_session_ends(self, broker: Broker, alice: Session, world: World) -> None:
        """From then on one has to sign in again."""
        world.let_time_pass(alice.ends_at - world.clock.now() + 1)

        with pytest.raises(LoginRequired):
            broker.credentials(alice, world.dev)
        with pytest.raises(LoginRequired):
            broker.connectors(alice)

    def test_narrowing_holds_or_is_refused(self, broker: Broker, alice: Session, world: World) -> None:
        """Never silently wider."""
        try:
            vended = broker.credentials(alice, world.dev, Narrowing(duration=900))
        except Refused:
            assert 0 == world.calls_of_aws()
        else:
            assert vended.credentials.expires_at - world.clock.now() <= 900 + 60

    def test_what_aws_refuses_is_said(self, broker: Broker, alice: Session, world: World) -> None:
        """As a refusal, not as trouble that may pass."""
        world.refuse_role()

        with pytest.raises((RoleRefused, AccessDenied, Refused)) as caught:
            broker.credentials(alice, world.dev)
        assert re.search("AWS refused|AWS does not let|developer", caught.value.message)

    def test_what_aws_takes_the_credentials_for(self, broker: Broker, alice: Session, world: World) -> None:
        """Account, ARN and user id."""
        who = broker.caller_identity(alice, world.dev)

        assert ACCOUNT == who.account
        assert who.arn.startswith("arn:aws:sts::123456789012:")
        assert who.user_id

    def test_a_way_into_the_console_is_an_address(self, broker: Broker, alice: Session, world: World) -> None:
        """To AWS, or to the broker; never with the session in it."""
        url = broker.console_url(alice, world.dev, ConsolePlace()).reveal()

        assert re.match(r"https?://[\w.:-]+/", url)
        assert alice.token is None or alice.token.reveal() not in url

    def test_a_password_of_ecr_is_for_a_registry(self, broker: Broker, alice: Session, world: World) -> None:
        """Of the connector's account, for twelve hours at most."""
        given = broker.ecr_credentials(alice, world.dev, "us-west-2")

        assert (f"{ACCOUNT}.dkr.ecr.us-west-2.amazonaws.com", "AWS") == (given.host, given.username)
        assert given.password
        assert world.clock.now() < given.expires_at <= world.clock.now() + 12 * 3600 + 60

    def test_a_token_of_codeartifact_says_where_it_counts(self, broker: Broker, alice: Session, world: World) -> None:
        """The region, and for how long."""
        given = broker.codeartifact_token(alice, world.dev, PackageDomain(name="packages", region="us-west-2"))

        assert given.token
        assert "us-west-2" == given.region
        assert world.clock.now() < given.expires_at <= world.clock.now() + 12 * 3600 + 60

    @pytest.mark.parametrize("what", ["console", "ecr", "codeartifact", "caller identity"])
    def test_nothing_is_made_of_what_is_not_granted(
        self, broker: Broker, alice: Session, world: World, what: str
    ) -> None:
        """Whatever is asked for; AWS is not."""
        packages = PackageDomain(name="packages", region="us-west-2")
        ask: Mapping[str, Callable[[], object]] = {
            "console": lambda: broker.console_url(alice, world.ops, ConsolePlace()),
            "ecr": lambda: broker.ecr_credentials(alice, world.ops, "us-west-2"),
            "codeartifact": lambda: broker.codeartifact_token(alice, world.ops, packages),
            "caller identity": lambda: broker.caller_identity(alice, world.ops),
        }
        with pytest.raises(NotGranted):
            ask[what]()
        assert 0 == world.calls_of_aws()

    def test_why_is_told_or_refused(self, broker: Broker, alice: Session, world: World) -> None:
        """The user's own groups that open it."""
        with suppress(Refused):
            assert ("developers",) == broker.explain(alice, world.dev).through

    def test_a_diagnosis_is_made_or_refused(self, broker: Broker, alice: Session, world: World) -> None:
        """Without an error where everything is right."""
        with suppress(Refused):
            steps = broker.diagnose(alice, world.dev)

            assert steps
            assert [] == [step for step in steps if step.error]

    def test_logging_out_never_fails_for_a_live_session(self, broker: Broker, alice: Session) -> None:
        """Whether or not anybody else keeps it."""
        broker.log_out(alice)

    def test_errors_say_something(self, broker: Broker, bob: Session, world: World) -> None:
        """One plain sentence, in small letters, without a full stop."""
        with pytest.raises(AccessDenied) as caught:
            broker.credentials(bob, world.dev)

        assert caught.value.message[:1].islower()
        assert not caught.value.message.endswith(".")
        assert world.dev in caught.value.message
