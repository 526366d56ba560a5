"""What tests of rotations stand on."""

from pathlib import Path

import pytest
from fakes.clock import FakeClock
from fakes.key_issuer import FakeKeyIssuer
from tasks.rotating import World


@pytest.fixture
def clock() -> FakeClock:
    """Shared by everything in a test."""
    return FakeClock()


@pytest.fixture
def user(clock: FakeClock) -> FakeKeyIssuer:
    """A user in memory."""
    return FakeKeyIssuer(clock)


@pytest.fixture
def world(user: FakeKeyIssuer, clock: FakeClock, tmp_path: Path) -> World:
    """One key, in AWS and in the keyring."""
    return World(user, tmp_path / "rotations", clock)
