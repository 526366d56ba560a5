"""A Crowd and an STS that answer at once, so that what is measured is whoever asks them; a program of its own.

They check nothing. Users are `user0`, `user1` and so on, all in the group `everybody`, and `admin` in `admins`.
"""

import asyncio
import datetime as dt
import json
import sys
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

_ROLE = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<AssumedRoleUser><AssumedRoleId>AROAEXAMPLEEXAMPLE123:{name}</AssumedRoleId>
<Arn>arn:aws:sts::123456789012:assumed-role/developer/{name}</Arn></AssumedRoleUser>
<Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>
<SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY</SecretAccessKey>
<SessionToken>{token}</SessionToken><Expiration>{end}</Expiration></Credentials>
</AssumeRoleResult><ResponseMetadata><RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId></ResponseMetadata>
</AssumeRoleResponse>"""
_TOKEN = "IQoJb3JpZ2luX2VjE" + "A" * 900

Answer = tuple[str, bytes]


def crowd(target: str, _: bytes) -> Answer:
    """Answer as Crowd does: every password is right."""
    parts = urlsplit(target)
    name = parse_qs(parts.query)["username"][0]
    if parts.path.endswith("/user/group/nested"):
        group = {"name": "admins" if name == "admin" else "everybody", "type": "GROUP", "active": True}
        body = {"expand": "group", "groups": [group]}
    else:
        body = {"name": name, "display-name": name, "key": f"1:{name}", "active": True, "email": f"{name}@example.org"}
    return "application/json", json.dumps(body).encode()


def sts(_: str, body: bytes) -> Answer:
    """Answer as AssumeRole does."""
    name = parse_qs(body.decode())["RoleSessionName"][0]
    end = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    return "text/xml", _ROLE.format(name=name, token=_TOKEN, end=f"{end:%Y-%m-%dT%H:%M:%SZ}").encode()


async def _serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Callable[[str, bytes], Answer]
) -> None:
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.split("\r\n")
            length = next((int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length:")), 0)
            kind, body = answer(first.split(" ")[1], await reader.readexactly(length))
            date = dt.datetime.now(dt.UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
            writer.write(
                f"HTTP/1.1 200 OK\r\nDate: {date}\r\nX-Embedded-Crowd-Version: Crowd/7.0.0\r\n"
                f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _main() -> None:
    servers = [
        await asyncio.start_server(lambda r, w, answer=answer: _serve(r, w, answer), "127.0.0.1", 0, backlog=1000)
        for answer in (crowd, sts)
    ]
    print(*(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_main())
