"""What is said on stderr when credentials are, or will be, renewed no more."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from fakes.broker import HOUR, ISSUER
from fakes.renewing import START, RenewingDesk

from awsfed.cli import output
from awsfed.cli.renewing import obtain_first, tell
from awsfed.errors import IdentityUnavailable, LoginRequired, NotGranted
from awsfed.outside.clock import Clock
from awsfed.wiring import Wiring
from awsfed.workstation.credentials import Need, ObtainCredentials
from awsfed.workstation.delivery.refresher import Trouble
from awsfed.workstation.known import KnownStore


@dataclass
class DeskWiring:
    """As much of a wiring as is asked for here."""

    obtain_credentials: ObtainCredentials
    known: KnownStore
    clock: Clock
    issuer: str = ISSUER


@pytest.fixture
def desk(tmp_path: Path) -> RenewingDesk:
    """Alice has just signed in."""
    return RenewingDesk(folder=tmp_path)


def wiring(desk: RenewingDesk) -> Wiring:
    """Return a wiring of the desk."""
    return cast(Wiring, DeskWiring(obtain_credentials=desk.obtain, known=desk.known, clock=desk.clock))


def test_nothing_is_said_where_nothing_is_in_the_way(desk: RenewingDesk, capsys: pytest.CaptureFixture[str]) -> None:
    """A run of ten hours fits into a login of twelve, whatever the life of the credentials."""
    obtain_first(wiring(desk), "dev", Need(min_life_s=10 * HOUR))

    assert ("", "") == capsys.readouterr()


def test_a_login_that_ends_before_the_run_is_said(desk: RenewingDesk, capsys: pytest.CaptureFixture[str]) -> None:
    """The run goes on, and can be carried by a new login."""
    obtain_first(wiring(desk), "dev", Need(min_life_s=13 * HOUR))

    said = capsys.readouterr().err
    assert f"the login ends at {output.moment(START + 12 * HOUR)}" in said
    assert "awsfed login" in said


def test_older_credentials_are_named_as_such(desk: RenewingDesk, capsys: pytest.CaptureFixture[str]) -> None:
    """An outage at the start is said, since what is left may not be enough."""
    obtain_first(wiring(desk), "dev", Need(min_life_s=60))
    desk.clock.advance(50 * 60)
    desk.broker.failure = IdentityUnavailable("cannot reach crowd.example.org")

    obtain_first(wiring(desk), "dev", Need(min_life_s=60))

    until = output.moment(START + HOUR)
    assert f"cannot reach crowd.example.org; these credentials are older ones, good until {until}\n" in (
        capsys.readouterr().err
    )


def test_an_ended_login_is_said_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    """One line: what, what next, and until when there is time for it."""
    tell("dev")(Trouble(error=LoginRequired("login required", hint="awsfed login"), good_until=START))

    expected = (
        "awsfed: warning: dev cannot be renewed: login required (awsfed login); the older credentials are good until"
    )
    assert f"{expected} {output.moment(START)}\n" == capsys.readouterr().err


def test_a_refusal_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """One line says that the command is on its own from now on."""
    tell("dev")(Trouble(error=NotGranted("no connector 'dev' for you"), good_until=None))

    assert (
        "awsfed: warning: dev cannot be renewed: no connector 'dev' for you; no credentials are given out any more\n"
        == capsys.readouterr().err
    )
