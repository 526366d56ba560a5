import pytest
from settings.desk import Desk

VENDOR = "bamboo_custom_aws_awaitTransitionInterval"


def test_a_quarter_of_a_minute_passes_between_two_looks(desk: Desk) -> None:
    """The vendor's default."""
    assert 15 == desk.load().await_transition_s


@pytest.mark.parametrize(("milliseconds", "seconds"), [("15000", 15), ("1", 1), ("0", 1), ("2001", 3)])
def test_the_vendors_variable_counts_milliseconds(desk: Desk, milliseconds: str, seconds: int) -> None:
    """Part of a second counts as a whole one."""
    desk.environ[VENDOR] = milliseconds

    assert seconds == desk.load().await_transition_s


def test_our_variable_counts_seconds_and_goes_first(desk: Desk) -> None:
    """As everywhere, the alias counts only where ours is not set."""
    desk.environ |= {VENDOR: "9000", "AWSFED_AWAIT_TRANSITION_INTERVAL_S": "30"}

    assert 30 == desk.load().await_transition_s


@pytest.mark.parametrize("value", ["soon", "-1", "601000"])
def test_other_values_are_refused_with_the_variables_name(desk: Desk, value: str) -> None:
    """Neither a text nor ten minutes and more."""
    desk.environ[VENDOR] = value

    assert [f"{VENDOR}: retry.await_transition_interval_s must be a whole number from 1 to 600"] == desk.complaints()
