"""The entry of the program."""

import os
import sys


def main() -> int:
    """Run one command with this process's arguments and environment; return its exit status."""
    environ = dict(os.environ)  # noqa: TID251 - read once, here, and handed in from then on
    from awsfed.settings.variables import secret_variables

    for name in secret_variables(environ):
        del os.environ[name]  # noqa: TID251 - whatever child is started by whatever library, it inherits no secret
    from awsfed.cli.main import run

    return run(sys.argv[1:], environ)


if __name__ == "__main__":
    sys.exit(main())
