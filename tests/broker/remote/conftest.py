from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Workstation
from fakes.ifaws_server import IfawsHost
from server.conftest import CONNECTORS, Server, set_up, start

from awsfed.outside.clock import SystemClock
from awsfed.sandbox.world import Sandbox

NAMED = """
[connectors.contract-dev]
name = "dev"
type = "ASSUME_ROLE"
key = "main"
role_arn = "arn:aws:iam::123456789012:role/developer"
groups = ["developers"]

[connectors.contract-ops]
name = "ops"
type = "ASSUME_ROLE"
key = "main"
role_arn = "arn:aws:iam::123456789012:role/operations"
groups = ["operators"]
"""


@pytest.fixture(scope="session")
def one_broker(running_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server in a process of its own, for all tests of a process."""
    server = start(set_up(running_sandbox, tmp_path_factory.mktemp("broker"), settings=CONNECTORS + NAMED))
    yield server
    server.process.kill()
    server.process.wait()


@pytest.fixture
def served(one_broker: Server, sandbox: Sandbox) -> Server:
    """The server, over a sandbox without faults."""
    return one_broker


@pytest.fixture
def host() -> Iterator[IfawsHost]:
    """The vendor's app on a host, on this machine's clock."""
    with IfawsHost(SystemClock()).serving() as host:
        yield host


@pytest.fixture
def desk(sandbox: Sandbox, tmp_path: Path) -> Workstation:
    """A home that knows neither Crowd nor an access key."""
    home = tmp_path / "desk"
    desk = Workstation(sandbox=sandbox, home=home, environ=sandbox.write_home(home))
    for secret in (home / "sandbox").iterdir():
        secret.unlink()
    desk.config.write_text('[secrets]\nstore = "file"\n')
    return desk
