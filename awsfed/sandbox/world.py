"""A Crowd and an AWS on loopback, for as long as a `with` block lasts."""

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from awsfed.sandbox import home as homes
from awsfed.sandbox.aws.face import StrictAws
from awsfed.sandbox.aws.seeds import WORLDS, BrokerKey
from awsfed.sandbox.aws.serving import AwsServer
from awsfed.sandbox.crowd.application import CrowdApplication
from awsfed.sandbox.crowd.directory import Directory
from awsfed.sandbox.serving import LoopbackServer


class Sandbox:
    """Both servers, running; the end of the `with` block stops them."""

    def __init__(
        self, crowd: CrowdApplication, aws: StrictAws, servers: tuple[LoopbackServer, LoopbackServer], key: BrokerKey
    ) -> None:
        self.crowd = crowd
        self.aws = aws
        self.crowd_url = f"{servers[0].url}/crowd"
        self.aws_url = servers[1].url
        self.access_key_id = key.access_key_id
        self.secret_access_key = key.secret_access_key
        self._running = ExitStack()

    @classmethod
    def start(cls, directory: Directory | None = None, crowd_port: int = 0, aws_port: int = 0) -> Self:
        """Start both servers. Raises SystemExit when a port is taken: werkzeug says so on stderr itself."""
        with ExitStack() as starting:
            key = WORLDS.enter()
            starting.callback(WORLDS.leave)
            crowd, aws = CrowdApplication(directory or Directory.default()), StrictAws()
            servers = (
                starting.enter_context(LoopbackServer(crowd, crowd_port)),
                starting.enter_context(AwsServer(aws, aws_port)),
            )
            starting.callback(crowd.faults.clear)
            starting.callback(aws.faults.clear)
            sandbox = cls(crowd, aws, servers, key)
            sandbox._running = starting.pop_all()
            return sandbox

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop both servers; nothing happens when they have stopped."""
        self._running.close()

    def write_home(self, home: Path) -> dict[str, str]:
        """Write a home in which awsfed works against this sandbox, and return the environment of a child."""
        return homes.write(
            home,
            homes.Addresses(
                crowd_url=self.crowd_url,
                crowd_password=self.crowd.directory.application.password,
                crowd_application=self.crowd.directory.application.name,
                aws_url=self.aws_url,
                access_key_id=self.access_key_id,
                secret_access_key=self.secret_access_key,
            ),
        )
