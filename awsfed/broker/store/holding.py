"""Who is at work on a store: servers hold it together, whoever changes it as a whole holds it alone."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from awsfed.errors import Busy
from awsfed.outside.holding import held

HOLD_FILE = "held.lock"


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Hold a store that is served, together with other servers; raise Busy while somebody changes it as a whole."""
    with ExitStack() as holding:
        try:
            holding.enter_context(held(folder / HOLD_FILE, alone=False))
        except Busy:
            message = f"the store in {folder} is being changed as a whole"
            raise Busy(message, hint="start again when that is over") from None
        yield


@contextmanager
def hold_alone(folder: Path) -> Iterator[None]:
    """Hold a store that nobody serves; raise Busy where somebody does."""
    with ExitStack() as holding:
        try:
            holding.enter_context(held(folder / HOLD_FILE, alone=True))
        except Busy:
            raise Busy(f"a server is at work on the store in {folder}", hint="stop it, then try again") from None
        yield
