from collections.abc import Iterator

import pytest
from contracts.identity import IdentitySourceContract
from fakes.clock import FakeClock
from fakes.identity import FakeIdentitySource

from awsfed.broker.identity.application_login import ApplicationLogin, BasicLogin, ClientCredentialsLogin
from awsfed.broker.identity.crowd import CrowdIdentitySource
from awsfed.model.secret import Secret
from awsfed.outside.http import HttpClient
from awsfed.outside.retry import Retries
from awsfed.sandbox.crowd.application import CrowdApplication
from awsfed.sandbox.crowd.directory import Directory
from awsfed.sandbox.crowd.faults import fail
from awsfed.sandbox.serving import LoopbackServer


class FakePeople:
    """The fake's own side."""

    def __init__(self, fake: FakeIdentitySource) -> None:
        self.add, self.delete, self.rename = fake.add, fake.delete, fake.rename
        self.switch_off, self.expire, self.put_in = fake.switch_off, fake.expire, fake.put_in
        self.switch_off_group = fake.switch_off_group
        self._fake = fake

    def break_down(self) -> None:
        self._fake.is_down = True

    def password_checks(self) -> int:
        return len(self._fake.logins)


class CrowdPeople:
    """The sandbox's own side."""

    def __init__(self, crowd: CrowdApplication) -> None:
        self._crowd = crowd
        self._directory = crowd.directory
        for group in ("red", "blue"):
            self._directory.add_group(group)

    def add(self, name: str, password: str, *groups: str) -> None:
        self._directory.add_user(name, password=password, groups=groups)

    def delete(self, name: str) -> None:
        self._directory.delete_user(name)

    def rename(self, old: str, new: str) -> None:
        self._directory.rename_user(old, new)

    def switch_off(self, name: str) -> None:
        self._directory.set_active(name, active=False)

    def expire(self, name: str) -> None:
        self._directory.change_user(name, expired=True)

    def put_in(self, name: str, *groups: str) -> None:
        self._directory.change_user(name, groups=groups)

    def switch_off_group(self, group: str) -> None:
        self._directory.set_group_active(group, active=False)

    def break_down(self) -> None:
        self._crowd.faults.add(fail(503), path="/rest/usermanagement/", times=1000)

    def password_checks(self) -> int:
        return sum(call.path.endswith("/authentication") for call in self._crowd.calls)


class TestFake(IdentitySourceContract):
    @pytest.fixture
    def source(self) -> FakeIdentitySource:
        return FakeIdentitySource()

    @pytest.fixture
    def people(self, source: FakeIdentitySource) -> FakePeople:
        return FakePeople(source)


class CrowdContract(IdentitySourceContract):
    @pytest.fixture
    def crowd(self) -> CrowdApplication:
        return CrowdApplication(Directory.default())

    @pytest.fixture
    def people(self, crowd: CrowdApplication) -> CrowdPeople:
        return CrowdPeople(crowd)

    @pytest.fixture(params=[False, True], ids=["in-turn", "at-once"])
    def source(self, request: pytest.FixtureRequest, crowd: CrowdApplication) -> Iterator[CrowdIdentitySource]:
        clock = FakeClock()
        http = HttpClient(environ={})
        with LoopbackServer(crowd) as server:
            url = f"{server.url}/crowd"
            retries = Retries(clock=clock, retries=3, started_at=clock.monotonic())
            login = self.login(url, http, clock)
            yield CrowdIdentitySource(url=url, http=http, login=login, retries=retries, at_once=request.param)
            http.close()

    def login(self, url: str, http: HttpClient, clock: FakeClock) -> ApplicationLogin:
        raise NotImplementedError


class TestCrowdWithBasic(CrowdContract):
    def login(self, url: str, http: HttpClient, clock: FakeClock) -> ApplicationLogin:
        return BasicLogin(application="awsfed", secret=lambda: Secret("sandbox-application"))


class TestCrowdWithClientCredentials(CrowdContract):
    @pytest.fixture(autouse=True)
    def _no_basic(self, crowd: CrowdApplication) -> None:
        crowd.directory.change_application(auth="client_credentials")

    def login(self, url: str, http: HttpClient, clock: FakeClock) -> ApplicationLogin:
        return ClientCredentialsLogin(
            client_id="awsfed",
            secret=lambda: Secret("sandbox-application"),
            token_url=f"{url}/rest/oauth2/latest/token",
            http=http,
            clock=clock,
        )
