"""Renewing behind."""

from collections.abc import Sequence
from pathlib import Path

from fakes.clock import FakeClock

from awsfed.workstation.renewal import APART_S, RenewBehind


def test_renewals_of_a_connector_keep_apart(tmp_path: Path) -> None:
    """Many callers in the same half minute start one child."""
    clock = FakeClock()
    started: list[Sequence[str]] = []
    renew = RenewBehind(directory=tmp_path / "locks", clock=clock, arguments=("--config", "/x"), start=started.append)

    for _ in range(5):
        renew("dev", "dev." + "0" * 32)
    renew("ops", None)
    clock.advance(APART_S + 1)
    renew("dev", None)

    assert [["dev." + "0" * 32], ["ops"], ["dev"]] == [list(command)[-1:] for command in started]
    assert ["-P", "-m", "awsfed", "--config", "/x", "credential-process", "--renew", "--key"] == list(started[0])[1:-1]


def test_a_renewal_that_cannot_start_is_no_error(tmp_path: Path) -> None:
    """The caller has its answer; a full process table or a read-only cache must not take it away."""

    def fail(command: Sequence[str]) -> None:
        raise OSError("no more processes")

    RenewBehind(directory=tmp_path / "locks", clock=FakeClock(), start=fail)("dev", None)
    (tmp_path / "file").write_text("")
    RenewBehind(directory=tmp_path / "file", clock=FakeClock(), start=fail)("dev", None)
