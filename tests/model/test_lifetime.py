"""When cached credentials are good."""

import pytest

from awsfed.model.lifetime import Lifetime, lifetime, wants_new

MINUTE = 60


@pytest.mark.parametrize(
    ("life", "ahead_left", "block_left"),
    [(15, 7.5, 5), (47, 23.5, 47 / 3), (48, 26, 16), (60, 26, 16), (720, 26, 16)],
    ids="{}".format,
)
def test_margins_follow_the_length_of_life(life: float, ahead_left: float, block_left: float) -> None:
    """Short lives are divided; longer ones renew with 26 minutes left and block with 16."""
    end = 1_000_000 + int(life * MINUTE)

    moments = lifetime(1_000_000, end)

    assert Lifetime(ahead_at=end - int(ahead_left * MINUTE), block_at=end - int(block_left * MINUTE)) == moments


def test_a_setting_moves_the_margin_of_long_lives_only() -> None:
    """An hour's margin holds for 12 hours of life, and not for one."""
    assert lifetime(0, 720 * MINUTE, 61 * MINUTE).block_at == (720 - 61) * MINUTE
    assert lifetime(0, 60 * MINUTE, 61 * MINUTE).block_at == (60 - 16) * MINUTE


def test_nothing_blocks_before_it_renews() -> None:
    """For every length of life, renewal starts before anybody waits, and both lie within it."""
    for life in range(1, 130_000, 97):
        moments = lifetime(0, life)

        assert 0 <= moments.ahead_at <= moments.block_at <= life


def test_credentials_past_their_half_are_too_old_for_a_delivery_that_cannot_renew() -> None:
    """Half of the life is the limit."""
    assert not wants_new(0, 3600, 1800)
    assert wants_new(0, 3600, 1801)
