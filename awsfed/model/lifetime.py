"""When cached credentials are good, when they are renewed ahead, and when a caller has to wait.

botocore asks again on every signed request once 15 minutes are left, so nothing with less is handed out while a
renewal can be had.
"""

from dataclasses import dataclass

BLOCK_LEFT_S = 16 * 60
"""Life left below which a caller waits for new credentials."""
SHORT_LIFE_S = 3 * BLOCK_LEFT_S
"""A shorter life is divided instead of cut by fixed margins."""
LONG_LIFE_S = 90 * 60
"""From here on a setting may move the blocking moment: SDKs are about to ask an hour early for such lives."""
AHEAD_S = 10 * 60
"""How much earlier than it blocks a renewal starts behind the answer."""
FLOOR_S = 60
"""Below this much life, credentials are not handed out, whatever else fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """Two moments in the life of credentials, as epoch seconds."""

    ahead_at: int
    block_at: int


def lifetime(issued_at: int, expires_at: int, long_block_left_s: int = BLOCK_LEFT_S) -> Lifetime:
    """Return when to renew ahead and when to block.

    A short life blocks with a third of it left and renews ahead at half; a long one blocks with
    `long_block_left_s` left; any other with 16 minutes.
    """
    life = max(expires_at - issued_at, 0)
    if life < SHORT_LIFE_S:
        return Lifetime(ahead_at=expires_at - life // 2, block_at=expires_at - life // 3)
    left = long_block_left_s if life >= LONG_LIFE_S else BLOCK_LEFT_S
    return Lifetime(ahead_at=expires_at - left - AHEAD_S, block_at=expires_at - left)


def wants_new(issued_at: int, expires_at: int, now: float) -> bool:
    """Tell whether less than half of a life is left: too little for a delivery that cannot renew."""
    return expires_at - now < (expires_at - issued_at) / 2
