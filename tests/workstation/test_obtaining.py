"""The story of every delivery: cached, locked, asked, kept."""

import json
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fakes.broker import HOUR, ISSUER, FakeBroker
from fakes.clock import FakeClock

from awsfed.errors import (
    AwsfedError,
    AwsUnavailable,
    IdentityUnavailable,
    LoginRequired,
    MfaCodeRequired,
    NotGranted,
    ProtocolError,
    Refused,
    RoleRefused,
    UnwritableFile,
    UserInactive,
)
from awsfed.model.narrowing import NOTHING, Narrowing
from awsfed.model.secret import Secret
from awsfed.outside.secrets.file import FileStore
from awsfed.workstation.cache.file import FileCache
from awsfed.workstation.cache.interface import cache_key
from awsfed.workstation.credentials import Need, ObtainCredentials
from awsfed.workstation.failures import Failures
from awsfed.workstation.known import KnownStore
from awsfed.workstation.session import Sessions

MINUTE = 60
START = 1_800_000_000
RENEWABLE = Need(renewable=True)


@dataclass
class Desk:
    """One workstation whose user alice is signed in."""

    clock: FakeClock
    broker: FakeBroker
    obtain: ObtainCredentials
    withdrawn: list[str]
    started: list[tuple[str, str | None]]
    folder: Path

    def key(self, fingerprint: str) -> str:
        return cache_key("dev", issuer=ISSUER, subject="1:alice", fingerprint=fingerprint)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Alice has just signed in."""
    clock = FakeClock(START)
    broker = FakeBroker(clock)
    withdrawn: list[str] = []
    started: list[tuple[str, str | None]] = []
    known = KnownStore(directory=tmp_path / "state", cache_directory=tmp_path / "cache", clock=clock)
    sessions = Sessions(store=lambda: FileStore(directory=tmp_path / "sessions"))
    session = broker.log_in("alice", Secret("x"))
    sessions.keep(session)
    known.begin(session)
    obtain = ObtainCredentials(
        issuer=ISSUER,
        broker=lambda: broker,
        sessions=sessions,
        known=known,
        cache=FileCache(directory=tmp_path / "cache", seen=()),
        lock_directory=tmp_path / "locks",
        clock=clock,
        failures=Failures(directory=tmp_path / "locks"),
        withdraw=withdrawn.append,
        renew_behind=lambda connector, key: started.append((connector, key)),
    )
    return Desk(clock=clock, broker=broker, obtain=obtain, withdrawn=withdrawn, started=started, folder=tmp_path)


def test_the_second_use_is_answered_from_the_cache(desk: Desk) -> None:
    """One vend serves many uses, byte for byte alike."""
    first = desk.obtain("dev", RENEWABLE)
    second = desk.obtain("dev", RENEWABLE)

    assert first.answer == second.answer
    assert 1 == desk.broker.vended
    assert "eu-central-1" == second.region
    assert "123456789012" == json.loads(second.answer)["AccountId"]


@pytest.mark.parametrize(("age", "vends"), [(43 * MINUTE, 1), (44 * MINUTE, 2), (61 * MINUTE, 2)])
def test_a_renewing_caller_gets_new_ones_from_sixteen_minutes_before_the_end(desk: Desk, age: int, vends: int) -> None:
    """Nobody who can come back is handed credentials with less than 16 of 60 minutes left."""
    desk.obtain("dev", RENEWABLE)
    desk.clock.sleep(age)

    desk.obtain("dev", RENEWABLE)

    assert vends == desk.broker.vended


@pytest.mark.parametrize(("age", "behind"), [(33 * MINUTE, []), (34 * MINUTE, [("dev", None)])])
def test_ten_minutes_before_anybody_waits_a_renewal_starts_behind(
    desk: Desk, age: int, behind: list[tuple[str, None]]
) -> None:
    """The caller has the old answer at once, and the broker is not asked by it."""
    old = desk.obtain("dev", RENEWABLE)
    desk.clock.advance(age)

    assert old.answer == desk.obtain("dev", RENEWABLE).answer
    assert behind == desk.started
    assert 1 == desk.broker.vended


def test_a_renewal_behind_is_made_once(desk: Desk) -> None:
    """The second of two renewals finds the work done."""
    desk.obtain("dev", RENEWABLE)
    desk.obtain.renew("dev", RENEWABLE)
    assert 1 == desk.broker.vended
    desk.clock.advance(34 * MINUTE)

    desk.obtain.renew("dev", RENEWABLE)
    desk.obtain.renew("dev", RENEWABLE)

    assert 2 == desk.broker.vended


def test_a_renewal_behind_that_is_refused_takes_everything_back(desk: Desk) -> None:
    """Revocation is learnt behind a caller's back too."""
    desk.obtain("dev", RENEWABLE)
    desk.clock.advance(34 * MINUTE)
    desk.broker.granted.clear()

    with pytest.raises(NotGranted):
        desk.obtain.renew("dev", RENEWABLE)

    assert ["dev"] == desk.withdrawn
    failure = desk.obtain.failures.last("dev")
    assert failure is not None
    assert isinstance(failure.error, NotGranted)


def test_a_delivery_that_cannot_renew_wants_half_of_the_life(desk: Desk) -> None:
    """What is written down once is fresh enough to be of use."""
    desk.obtain("dev", Need())
    desk.clock.sleep(29 * MINUTE)
    desk.obtain("dev", Need())
    assert 1 == desk.broker.vended

    desk.clock.sleep(2 * MINUTE)
    desk.obtain("dev", Need())

    assert 2 == desk.broker.vended


@pytest.mark.parametrize(
    "failure",
    [IdentityUnavailable("no Crowd"), AwsUnavailable("no AWS"), LoginRequired("ended"), ProtocolError("a login page")],
)
def test_an_outage_lets_what_still_works_out(desk: Desk, failure: Exception) -> None:
    """A renewal that could not be made leaves the old credentials in use, and says why."""
    old = desk.obtain("dev", RENEWABLE)
    desk.clock.sleep(50 * MINUTE)
    desk.broker.failure = failure  # type: ignore[assignment]

    kept = desk.obtain("dev", RENEWABLE)

    assert old.answer == kept.answer
    assert failure is kept.left_over


def test_an_answer_that_nobody_understands_is_not_asked_for_at_every_use(desk: Desk) -> None:
    """As with an outage, one look in half a minute is enough while older credentials still work."""
    old = desk.obtain("dev", RENEWABLE)
    desk.clock.sleep(50 * MINUTE)
    desk.broker.failure = ProtocolError("a login page")
    desk.obtain("dev", RENEWABLE)
    desk.broker.failure = None

    assert old.answer == desk.obtain("dev", RENEWABLE).answer
    desk.clock.sleep(31)
    assert old.answer != desk.obtain("dev", RENEWABLE).answer


def test_an_outage_does_not_let_out_what_is_about_to_end(desk: Desk) -> None:
    """Below a minute of life, the error is the better answer."""
    desk.obtain("dev", RENEWABLE)
    desk.clock.sleep(HOUR - 59)
    desk.broker.failure = IdentityUnavailable("no Crowd")

    with pytest.raises(IdentityUnavailable):
        desk.obtain("dev", RENEWABLE)


def test_an_ended_session_lets_what_still_works_out(desk: Desk) -> None:
    """A session that merely ended is no refusal."""
    desk.broker.life_s = 36 * HOUR
    desk.obtain("dev", RENEWABLE)
    desk.clock.sleep(35 * HOUR + 50 * MINUTE)

    assert isinstance(desk.obtain("dev", RENEWABLE).left_over, LoginRequired)


def test_who_can_be_asked_for_a_code_is_not_put_off(desk: Desk) -> None:
    """Where nobody can, older credentials go out; that keeps nobody after it from being asked."""
    old = desk.obtain("dev", RENEWABLE)
    desk.clock.sleep(50 * MINUTE)
    desk.broker.failure = MfaCodeRequired("nobody is there")
    assert old.answer == desk.obtain("dev", RENEWABLE).answer

    desk.broker.failure = None

    assert old.answer != desk.obtain("dev", RENEWABLE).answer


@pytest.mark.parametrize("failure", [NotGranted("no connector"), UserInactive("switched off")])
def test_a_refusal_removes_what_was_kept(desk: Desk, failure: Exception) -> None:
    """After a definite no, neither the cache nor a written profile gives anything out."""
    desk.obtain("dev", RENEWABLE)
    desk.clock.sleep(50 * MINUTE)
    desk.broker.failure = failure  # type: ignore[assignment]

    with pytest.raises(type(failure)):
        desk.obtain("dev", RENEWABLE)

    assert ["dev"] == desk.withdrawn
    assert not (desk.folder / "cache" / desk.key(desk.broker.fingerprint)).exists()


def test_a_slip_in_a_name_is_told_by_what_is_known_here(desk: Desk) -> None:
    """A broker elsewhere says no more than that there is none; the one that is refused is not named again."""
    desk.obtain("dev", RENEWABLE)

    with pytest.raises(NotGranted) as slip:
        desk.obtain("devv", RENEWABLE)
    desk.broker.granted.clear()
    desk.clock.sleep(50 * MINUTE)
    with pytest.raises(NotGranted) as refused:
        desk.obtain("dev", RENEWABLE)

    assert "did you mean dev?" == slip.value.hint
    assert None is refused.value.hint


def test_a_refusal_of_aws_gives_nothing_out_and_removes_nothing(desk: Desk) -> None:
    """AWS's no may be a slip in a policy: it is said, and what was kept stays where it is."""
    desk.obtain("dev", RENEWABLE)
    desk.clock.sleep(50 * MINUTE)
    desk.broker.failure = RoleRefused("AccessDenied")

    with pytest.raises(RoleRefused):
        desk.obtain("dev", RENEWABLE)

    assert (desk.folder / "cache" / desk.key(desk.broker.fingerprint)).exists()


def test_a_clock_set_back_makes_the_cache_unreliable(desk: Desk) -> None:
    """Credentials from the future are not believed."""
    desk.obtain("dev", RENEWABLE)
    desk.clock.advance(-HOUR)

    desk.obtain("dev", RENEWABLE)

    assert 2 == desk.broker.vended


def test_a_changed_definition_is_another_entry(desk: Desk) -> None:
    """The entry under the key that a profile names is kept current, whatever the definition is by now."""
    old_key = desk.key(desk.broker.fingerprint)
    desk.obtain("dev", replace(RENEWABLE, key=old_key))
    desk.clock.sleep(50 * MINUTE)
    desk.broker.fingerprint = "f" * 16

    new = desk.obtain("dev", replace(RENEWABLE, key=old_key))

    for key in (old_key, desk.key("f" * 16)):
        assert (desk.folder / "cache" / key).read_bytes().endswith(b"\n" + new.answer)


def test_too_short_a_life_is_refused(desk: Desk) -> None:
    """Whoever asks for two hours is not given one."""
    with pytest.raises(Refused, match="3600 s"):
        desk.obtain("dev", Need(min_life_s=2 * HOUR))


def at_once(desk: Desk, callers: int) -> list[object]:
    """Let threads ask for the same connector at once; return answers and errors."""
    results: list[object] = []
    obtain = replace(desk.obtain, clock=WaitingClock(START))

    def ask() -> None:
        try:
            results.append(obtain("dev", RENEWABLE).answer)
        except AwsfedError as error:
            results.append(error)

    threads = [threading.Thread(target=ask) for _ in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


class WaitingClock(FakeClock):
    """Runs with the real time, from where a test set it."""

    def __init__(self, now: float) -> None:
        super().__init__(now)
        self._began = time.monotonic()

    def now(self) -> float:
        """Return where the test set it, and the time since."""
        return super().now() + time.monotonic() - self._began

    def monotonic(self) -> float:
        """Return real seconds."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, for real."""
        time.sleep(seconds)


def test_many_at_once_ask_once(desk: Desk) -> None:
    """Twenty callers with a cold cache cost one vend."""
    results = at_once(desk, 20)

    assert 20 == len(results)
    assert 1 == len(set(results))
    assert 1 == desk.broker.vended


def test_a_failure_is_inherited_by_those_who_waited_for_it_and_nobody_later(desk: Desk) -> None:
    """While Crowd is away, ten callers at once cost one look at it; the next caller looks again."""
    asked = []

    def slow_to_fail() -> FakeBroker:
        asked.append(1)
        time.sleep(0.3)
        return desk.broker

    desk.broker.failure = IdentityUnavailable("cannot reach Crowd", hint="check the VPN")
    desk.obtain = replace(desk.obtain, broker=slow_to_fail)

    errors = at_once(desk, 10)

    assert 10 == len(errors)
    assert all(isinstance(error, IdentityUnavailable) and "check the VPN" == error.hint for error in errors)
    assert 1 == len(asked)
    desk.clock.advance(0.5)
    with pytest.raises(IdentityUnavailable):
        desk.obtain("dev", RENEWABLE)
    assert 2 == len(asked)


def test_a_damaged_entry_counts_as_absent(desk: Desk) -> None:
    """A torn or forged file is vended over, not believed."""
    desk.obtain("dev", RENEWABLE)
    path = desk.folder / "cache" / desk.key(desk.broker.fingerprint)
    path.write_bytes(path.read_bytes()[:-40] + b"}\n")

    desk.obtain("dev", RENEWABLE)

    assert 2 == desk.broker.vended


def test_during_an_outage_older_credentials_are_not_waited_for_again_and_again(desk: Desk) -> None:
    """For half a minute after a failed renewal nobody else pays for another attempt."""
    asked = []

    def counted() -> FakeBroker:
        asked.append(1)
        return desk.broker

    obtain = replace(desk.obtain, broker=counted)
    obtain("dev", RENEWABLE)
    desk.clock.advance(50 * MINUTE)
    desk.broker.failure = IdentityUnavailable("no Crowd")

    for _ in range(3):
        assert obtain("dev", RENEWABLE).left_over

    assert 2 == len(asked)
    desk.clock.advance(31)
    assert obtain("dev", RENEWABLE).left_over
    assert 3 == len(asked)


@pytest.mark.parametrize("name", ["../../x", "a/b", "", "a\nb", "x" * 65, "\x1b[2J"])
def test_no_name_becomes_a_path(desk: Desk, name: str) -> None:
    """What cannot be a connector is not granted, and leaves no file anywhere."""
    before = sorted(desk.folder.parent.rglob("*"))

    with pytest.raises(NotGranted) as caught:
        desk.obtain(name, RENEWABLE)

    assert caught.value.message.isprintable()
    assert before == sorted(desk.folder.parent.rglob("*"))


def test_a_place_that_cannot_be_written_does_not_keep_credentials_from_the_caller(desk: Desk) -> None:
    """On a full disk or a read-only home every use asks again, and is answered."""

    class FullDisk:
        def get(self, key: str) -> None:
            """Find nothing."""

        def put(self, key: str, entry: object) -> None:
            raise UnwritableFile("no space left on device")

        def delete(self, key: str) -> None:
            """Have nothing to remove."""

    (desk.folder / "nothing").write_text("")
    obtain = replace(desk.obtain, cache=FullDisk(), lock_directory=desk.folder / "nothing" / "locks")

    obtained = obtain("dev", RENEWABLE)

    assert isinstance(obtained.not_kept, UnwritableFile)
    assert obtain("dev", RENEWABLE).answer != obtained.answer


def test_signing_in_again_keeps_track_of_what_was_cached(desk: Desk) -> None:
    """Entries made before are still known, so that signing out removes them."""
    desk.obtain("dev", RENEWABLE)
    keys = desk.obtain.known.load(ISSUER).keys  # type: ignore[union-attr]

    desk.obtain.known.begin(desk.broker.log_in("alice", Secret("x")))

    assert keys
    assert keys == desk.obtain.known.load(ISSUER).keys  # type: ignore[union-attr]
    desk.obtain.known.begin(desk.broker.log_in("bob", Secret("x")))
    assert () == desk.obtain.known.load(ISSUER).keys  # type: ignore[union-attr]


def test_narrowed_credentials_are_kept_apart(desk: Desk) -> None:
    """Whoever asks for less never gets what was vended for more, nor the other way round."""
    less = replace(RENEWABLE, narrowing=Narrowing(read_only=True))

    answers = [desk.obtain("dev", need).answer for need in (RENEWABLE, less, RENEWABLE, less)]

    assert answers[0] == answers[2] != answers[1] == answers[3]
    assert [NOTHING, less.narrowing] == desk.broker.narrowings
