"""The entry of the program."""

import os
import sys

_RARELY = 200_000
"""New objects between two searches for dead cycles, instead of 700: a usual run makes half as many, and few die."""


_INTERRUPTED, _UNREAD = 130, 141


def main() -> int:
    """Run one command with this process's arguments and environment; return its exit status."""
    try:
        if _answered_at_once(sys.argv[1:]):
            return 0
    except BrokenPipeError:
        return _UNREAD
    except OSError:
        return 1
    try:
        return _full_program()
    except KeyboardInterrupt:
        return _INTERRUPTED  # before the command line was there to say so


def _full_program() -> int:
    _open_closed_streams()
    import gc

    gc.set_threshold(_RARELY)
    environ = dict(os.environ)  # noqa: TID251 - read once, here, and handed in from then on
    from awsfed.settings.variables import secret_variables

    for name in secret_variables(environ):
        del os.environ[name]  # noqa: TID251 - whatever child is started by whatever library, it inherits no secret
    from awsfed.cli.main import run

    return run(sys.argv[1:], environ)


def _open_closed_streams() -> None:
    """Give closed streams a descriptor, so that no file we open takes their place; writing to stdout still fails."""
    for number, name, flags, mode in (
        (0, "stdin", os.O_RDONLY, "r"),
        (1, "stdout", os.O_RDONLY, "w"),
        (2, "stderr", os.O_WRONLY, "w"),
    ):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, flags)
            setattr(sys, name, os.fdopen(number, mode, closefd=False))


def _answered_at_once(arguments: list[str]) -> bool:
    """Answer what SDKs and shells ask all day long without loading the command line."""
    if arguments in (["--version"], ["-V"]):
        from awsfed.version import VERSION

        os.write(1, f"awsfed {VERSION}\n".encode())
        return True
    if arguments[:1] != ["credential-process"]:
        return False
    from awsfed import launch

    match arguments[1:]:
        case ["--key", key]:
            return launch.answered(key, os.environ)  # noqa: TID251 - see above
        case [connector]:
            return launch.answered(launch.key_of_name(connector), os.environ)  # noqa: TID251 - see above
    return False


if __name__ == "__main__":
    sys.exit(main())
