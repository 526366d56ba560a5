"""People who all want credentials at once: as many connections as there are people, one request at a time on each."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

_PATH = "/rest/awsfed/1/connectors/{connector}/credentials"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What came of it."""

    vends: int
    seconds: float
    latencies_s: Sequence[float]

    @property
    def per_second(self) -> float:
        """Vends per second."""
        return self.vends / self.seconds

    @property
    def p99_s(self) -> float:
        """The latency that one of a hundred vends exceeds."""
        return statistics.quantiles(self.latencies_s, n=100)[98]


def added(loads: Sequence[Load]) -> Load:
    """Return what came of several, one behind the other."""
    return Load(
        vends=sum(load.vends for load in loads),
        seconds=sum(load.seconds for load in loads),
        latencies_s=[latency for load in loads for latency in load.latencies_s],
    )


def vend(port: int, tokens: Sequence[str], connectors: Sequence[str], vends: int) -> Load:
    """Let one person a token vend, each from a connector of its own, until there were so many; each must succeed."""
    return asyncio.run(_all(port, tokens, connectors, vends))


async def _all(port: int, tokens: Sequence[str], connectors: Sequence[str], vends: int) -> Load:
    left = iter(range(vends))
    latencies: list[float] = []

    async def person(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        path = _PATH.format(connector=connectors[number % len(connectors)])
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Authorization: Bearer {tokens[number]}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"
        ).encode()
        for _ in left:
            begun = time.perf_counter()
            writer.write(head)
            await _answer(reader)
            latencies.append(time.perf_counter() - begun)
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(person(number) for number in range(len(tokens))))
    return Load(vends=len(latencies), seconds=time.perf_counter() - begun, latencies_s=latencies)


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(head.partition("content-length:")[2].split("\r\n")[0])
    body = await reader.readexactly(length)
    if not head.startswith("http/1.1 200"):
        raise SystemExit(f"a vend failed: {head.splitlines()[0]} {body.decode()}")
    return body
