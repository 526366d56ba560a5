from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from sandbox.crowd.calling import Caller, Clock

from awsfed.sandbox.crowd.application import CrowdApplication
from awsfed.sandbox.crowd.directory import Directory
from awsfed.sandbox.serving import LoopbackServer


class Stage:
    """One server for all tests, with the application of the test that runs."""

    application: CrowdApplication

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return self.application(environ, start_response)


@pytest.fixture(scope="session")
def stage() -> Stage:
    """Where each test puts its application."""
    return Stage()


@pytest.fixture(scope="session")
def stage_url(stage: Stage) -> Iterator[str]:
    """The address of the one server."""
    with LoopbackServer(stage) as server:
        yield server.url


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until a test moves it."""
    return Clock()


@pytest.fixture
def directory() -> Directory:
    """The default people, new for each test."""
    return Directory.default()


@pytest.fixture
def application(directory: Directory, clock: Clock) -> CrowdApplication:
    """A new server's inside."""
    return CrowdApplication(directory, clock=clock)


@pytest.fixture
def origin(stage: Stage, stage_url: str, application: CrowdApplication) -> str:
    """The address where the application of this test answers."""
    stage.application = application
    return stage_url


@pytest.fixture
def call(origin: str) -> Iterator[Caller]:
    """The application that may call."""
    caller = Caller(origin)
    with caller.http:
        yield caller
