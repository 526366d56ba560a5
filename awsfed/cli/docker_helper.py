"""docker-credential-awsfed: what container tools start to get the password of a registry."""

import os
import sys
from collections.abc import Mapping, Sequence

from awsfed.cli import exits, output
from awsfed.errors import AwsfedError
from awsfed.wiring import PROCESS_S, Wiring
from awsfed.workstation.delivery.docker import Helper, NoCredentials

_LIMIT = 65_536


def main() -> int:
    """Answer one request of a container tool; return the exit status."""
    environ = dict(os.environ)  # noqa: TID251 - read once, here, and handed in from then on
    from awsfed.settings.variables import secret_variables

    for name in secret_variables(environ):
        del os.environ[name]  # noqa: TID251 - whatever child is started by whatever library, it inherits no secret
    return run(sys.argv[1:], environ)


def run(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Answer on standard output, errors too, as the protocol wants it."""
    try:
        action = arguments[0] if len(arguments) == 1 else ""
        given = sys.stdin.read(_LIMIT) if action in {"get", "store", "erase"} else ""
        output.answer_bytes(_helper(environ).answer(action, given).encode())
    except NoCredentials as error:
        output.answer(error.message)
    except AwsfedError as error:
        hint = f"; {error.hint}" if error.hint else ""
        output.answer(f"awsfed: {error.message}{hint}")
    except KeyboardInterrupt:
        return exits.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the outermost handler: a bug is said in one sentence
        output.answer(f"awsfed: unexpected {type(error).__name__}, a bug in awsfed")
    else:
        return exits.OK
    return exits.UNEXPECTED


def _helper(environ: Mapping[str, str]) -> Helper:
    wiring = Wiring(environ=environ, deadline_s=PROCESS_S)
    return Helper(
        registries=wiring.settings.registries,
        default=wiring.settings.connector,
        password=lambda connector, region: wiring.broker.ecr_credentials(
            wiring.sessions.load(wiring.issuer), connector, region
        ),
        ignores_storing=environ.get("AWS_ECR_IGNORE_CREDS_STORAGE", "").lower() == "true",
    )


if __name__ == "__main__":
    sys.exit(main())
