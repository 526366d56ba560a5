"""awsfed catalogue keygen, sign and verify."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from awsfed.cli import output
from awsfed.cli.documents import read_named, write_named
from awsfed.cli.values import PUBLIC_KEY
from awsfed.errors import ConfigError, InvalidValue, NotFound
from awsfed.model.signatures import SUFFIX
from awsfed.wiring import Wiring

if TYPE_CHECKING:
    from awsfed.broker.catalogue.signature import Accepted

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("private", type=_FILE)
def keygen(private: Path) -> None:
    """Make a key to sign catalogues with: the PRIVATE half goes to a file, the public one is printed.

    The file belongs where catalogues are published, and nowhere else; the public half into catalogue.public_keys.
    """
    from awsfed.tasks.catalogue_signing import new_key

    pem, public = new_key()
    write_named(private, pem, replace=False)
    output.answer(public)
    output.note(
        f'Wrote {private}. For the settings of those who read catalogues:\n\n[catalogue]\npublic_keys = ["{public}"]'
    )


@click.command()
@click.argument("file", type=_FILE)
@click.option("--key-file", type=_FILE, required=True, help="File with the private key, as keygen wrote it.")
@click.pass_obj
def sign(wiring: Wiring, file: Path, key_file: Path) -> None:
    """Sign a catalogue: write FILE.sig, which goes where FILE goes.

    FILE has to be a good catalogue, with a version that is higher than the last one and a moment at which it expires.
    """
    from awsfed.outside.files import read_private
    from awsfed.tasks import catalogue_signing

    private = read_private(key_file)
    if private is None:
        raise NotFound(f"there is no file {key_file}", hint="awsfed catalogue keygen makes one")
    document = read_named(str(file))
    try:
        signature, accepted = catalogue_signing.sign(document, private, name=str(file), clock=wiring.clock)
    except InvalidValue as error:
        raise ConfigError(f"{key_file} {error.message}") from error
    target = _beside(file)
    write_named(target, signature, replace=True, mode=0o644)
    output.note(f"Wrote {target}. {_facts(accepted)}")


@click.command()
@click.argument("file", type=_FILE)
@click.option("--signature", type=_FILE, help="File with the signature, if it is not FILE.sig.")
@click.option(
    "--public-key", type=PUBLIC_KEY, multiple=True, help="Key to take; those of the settings where none is given."
)
@click.pass_obj
def verify(wiring: Wiring, file: Path, signature: Path | None, public_key: tuple[str, ...]) -> None:
    """Tell whether a catalogue counts: signed with a key of the settings, unchanged since, and not expired."""
    from awsfed.tasks import catalogue_signing

    keys = public_key or wiring.settings.catalogue.public_keys
    if not keys:
        raise ConfigError(
            "there is no public key to verify with", hint="set catalogue.public_keys, or use --public-key"
        )
    document, line = read_named(str(file)), read_named(str(signature or _beside(file)))
    accepted = catalogue_signing.verify(document, line, keys, name=str(file), clock=wiring.clock)
    accepted.reading.good()
    output.answer(f"{file}: {_facts(accepted)}")


def _beside(file: Path) -> Path:
    return file.with_name(file.name + SUFFIX)


def _facts(accepted: "Accepted") -> str:
    document = accepted.documents[0]
    expires = output.moment(document.opened.expires or 0)
    return f"Signed with {document.key}, version {document.opened.version}, expires {expires}."
