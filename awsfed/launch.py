r"""The cached answer: the format of a cache file, and its reader.

The script `awsfed-credentials`, installed beside `awsfed`, runs it:

    awsfed-credentials KEY        answer credential_process from the cache, or become the full program
    awsfed-credentials --names    the connectors of the last listing, for shell completion

It imports nothing of ours, and of the standard library only what a bare interpreter has loaded by then: a cached answer
costs the start of the interpreter. It may answer or decline; it never decides. A cache file is one header line, then
the exact answer:

    awsfed1 AHEAD_AT BLOCK_AT ISSUED_AT [MTIME_NS PATH …]\n
    {"Version":1,…}\n

The first three are epoch seconds: a renewal is wanted from AHEAD_AT on, and from BLOCK_AT on the answer is not given.
Behind them stands every file that settings were looked for in, with its modification time (-1: not there); in a path,
white space and percent signs are written as %20, %09, %0A, %0D and %25.
"""

import sys
import time

if sys.platform == "win32":
    import os as system
else:
    import posix as system  # what os is made of: os itself would add a tenth to the start

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence

FORMAT = "awsfed1"
LIMIT = 65_536
NAMES_LIMIT = 4_194_304
NAMES = "names"
_POSIX = sys.platform != "win32"
_FIXED_FIELDS = 4
_SLUG_LIMIT = 64
_DIGEST = 32
_TYPE, _PLAIN_FILE, _FOLDER, _OTHERS = 0o170000, 0o100000, 0o040000, 0o077
_OPENING = getattr(system, "O_NOFOLLOW", 0) | getattr(system, "O_BINARY", 0)
_QUOTES = (("%20", " "), ("%09", "\t"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%"))


def cache_directory(environ: "Mapping[str, str]", platform: str = sys.platform) -> str | None:
    """Return the user's cache folder for awsfed, or None where the environment names no home."""
    if platform == "win32":
        local = environ.get("LOCALAPPDATA")
        return local + "\\awsfed\\Cache" if local else None
    xdg = environ.get("XDG_CACHE_HOME", "")
    if xdg.startswith("/"):
        return xdg + "/awsfed"
    home = environ.get("HOME", "")
    if not home.startswith("/"):
        return None
    return home + ("/Library/Caches/awsfed" if platform == "darwin" else "/.cache/awsfed")


def config_file(environ: "Mapping[str, str]", platform: str = sys.platform) -> str:
    """Return the usual place of the user's settings: an answer that was made with another is not for this caller."""
    if platform == "win32":
        return environ.get("LOCALAPPDATA", "") + "\\awsfed\\config.toml"
    xdg = environ.get("XDG_CONFIG_HOME", "")
    if xdg.startswith("/"):
        return xdg + "/awsfed/config.toml"
    folder = "/Library/Application Support/awsfed" if platform == "darwin" else "/.config/awsfed"
    return environ.get("HOME", "") + folder + "/config.toml"


def modified(path: str) -> int:
    """Return the modification time of a file in nanoseconds, -1 where there is none."""
    try:
        return system.stat(path).st_mtime_ns
    except OSError:
        return -1


def header(ahead_at: int, block_at: int, issued_at: int, seen: "Iterable[tuple[str, int]]") -> bytes:
    """Return the header line for an answer that depends on these settings files, each with its modification time."""
    line = f"{FORMAT} {ahead_at} {block_at} {issued_at}"
    for path, time_ns in seen:
        quoted = path
        for code, character in reversed(_QUOTES):
            quoted = quoted.replace(character, code)
        line += f" {time_ns} {quoted}"
    return line.encode("utf-8", "surrogateescape") + b"\n"


class Entry:
    """What a cache file holds."""

    __slots__ = ("ahead_at", "answer", "block_at", "issued_at", "paths")

    def __init__(
        self, answer: bytes, ahead_at: int, block_at: int, issued_at: int, paths: "Sequence[str]" = ()
    ) -> None:
        self.answer = answer
        self.ahead_at = ahead_at
        self.block_at = block_at
        self.issued_at = issued_at
        self.paths = paths


def read(path: str) -> Entry | None:
    """Return what a cache file holds; None if it is absent, not private, not ours, or made with other settings."""
    data = private_bytes(path)
    return None if data is None else parse(data)


def parse(data: bytes) -> Entry | None:
    """Return the entry in the content of a cache file; None if it is none, or settings files changed since."""
    line, _, answer = data.partition(b"\n")
    fields = line.decode("utf-8", "surrogateescape").split(" ")
    if fields[0] != FORMAT or len(fields) < _FIXED_FIELDS or len(fields) % 2 or not answer.endswith(b"}\n"):
        return None
    try:
        ahead_at, block_at, issued_at = [int(field) for field in fields[1:_FIXED_FIELDS]]
        seen = [int(field) for field in fields[_FIXED_FIELDS::2]]
    except ValueError:
        return None
    paths = []
    for time_ns, quoted in zip(seen, fields[_FIXED_FIELDS + 1 :: 2], strict=True):
        name = quoted
        for code, character in _QUOTES:
            name = name.replace(code, character)
        if modified(name) != time_ns:
            return None
        paths.append(name)
    return Entry(answer, ahead_at, block_at, issued_at, paths)


def private_bytes(path: str, limit: int = LIMIT) -> bytes | None:
    """Return a file's content; None unless it is a plain file that is ours and open to nobody else."""
    try:
        descriptor = system.open(path, system.O_RDONLY | _OPENING)
    except OSError:
        return None
    try:
        status = system.fstat(descriptor)
        if status.st_mode & _TYPE != _PLAIN_FILE or status.st_size > limit or not _is_private(status):
            return None
        return system.read(descriptor, limit)
    except OSError:
        return None
    finally:
        system.close(descriptor)


def _is_private(status: "os.stat_result") -> bool:
    return not _POSIX or (status.st_uid == system.geteuid() and not status.st_mode & _OTHERS)


def _is_private_directory(path: str) -> bool:
    try:
        status = system.lstat(path)
    except OSError:
        return False
    return status.st_mode & _TYPE == _FOLDER and _is_private(status)


def is_key(text: str) -> bool:
    """Tell whether a text can be the name of a cache file of ours: a slug, a dot and 32 hexadecimal digits."""
    slug, _, digest = text.rpartition(".")
    plain = slug.replace(".", "a").replace("-", "a").replace("_", "a")
    return (
        0 < len(slug) <= _SLUG_LIMIT
        and slug[0].isalnum()
        and plain.isascii()
        and plain.isalnum()
        and len(digest) == _DIGEST
        and not digest.strip("0123456789abcdef")
    )


def key_of_name(connector: str) -> str:
    """Return the key of whatever was vended last for a connector, for callers who know its name and no digest."""
    return f"{connector}.{'0' * _DIGEST}"


def answered(key: str, environ: "Mapping[str, str]") -> bool:
    """Print the answer for a key, if there is a good one; tell whether there was."""
    directory = _directory(environ)
    if directory is None or not is_key(key):
        return False
    entry = read(f"{directory}/{key}")
    now = time.time()  # noqa: TID251 - nobody hands the launcher a clock
    if entry is None or not entry.issued_at <= now < entry.ahead_at or config_file(environ) not in entry.paths:
        return False
    _print(entry.answer)
    return True


def _directory(environ: "Mapping[str, str]") -> str | None:
    """Return the cache folder; None where some setting in the environment wants the full program."""
    if any(name.startswith("AWSFED_") for name in environ):
        return None
    directory = cache_directory(environ)
    return directory if directory and _is_private_directory(directory) else None


def _print(answer: bytes) -> None:
    while answer:
        answer = answer[system.write(1, answer) :]


def main() -> int:
    """Answer, or become the full program."""
    arguments = sys.argv[1:]
    environ = _environ()
    try:
        if arguments == ["--names"]:
            directory = _directory(environ)
            _print((directory and private_bytes(f"{directory}/{NAMES}", NAMES_LIMIT)) or b"")
            return 0
        if len(arguments) == 1 and answered(arguments[0], environ):
            return 0
    except BrokenPipeError:
        return 141  # nobody listens any more
    except OSError:
        return 1
    return _become_the_program(arguments)


def _environ() -> "Mapping[str, str]":
    """Return the environment as text; nobody hands the launcher one."""
    if sys.platform == "win32":
        return system.environ
    coding = sys.getfilesystemencoding(), "surrogateescape"
    return {name.decode(*coding): text.decode(*coding) for name, text in system.environ.items()}


def _become_the_program(arguments: list[str]) -> int:
    """Leave everything else to the program beside this script."""
    import os

    program = os.path.dirname(os.path.abspath(sys.argv[0])) + os.sep + "awsfed"  # noqa: PTH100, PTH120 - pathlib is slow
    key = ["--key"] if arguments and is_key(arguments[0]) else []
    command = [program, "credential-process", *key, *arguments]
    if _POSIX:
        os.execv(program, command)  # noqa: S606 - the program beside this one
    import subprocess

    return subprocess.call([program + ".exe", *command[1:]])  # noqa: S603 - the program beside this one


if __name__ == "__main__":
    sys.exit(main())
