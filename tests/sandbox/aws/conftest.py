from collections.abc import Iterator

import boto3
import pytest
from sandbox.aws.consuming import Consumer

from awsfed.sandbox.world import Sandbox


@pytest.fixture(scope="session")
def running() -> Iterator[Sandbox]:
    """One sandbox for all tests."""
    with Sandbox.start() as sandbox:
        yield sandbox


@pytest.fixture
def world(running: Sandbox) -> Iterator[Sandbox]:
    """The sandbox without what the test before did to it."""
    running.aws.calls.clear()
    yield running
    running.aws.faults.clear()
    running.aws.clock_offset_s = 0
    running.aws.mfa_device.used_step = -1


@pytest.fixture(scope="session")
def session() -> boto3.Session:
    """One session for all clients: it reads its models once."""
    return boto3.Session()


@pytest.fixture
def consumer(world: Sandbox, session: boto3.Session) -> Consumer:
    """Somebody who asks this AWS."""
    return Consumer(world, session)
