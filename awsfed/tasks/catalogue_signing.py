"""Publishing a catalogue: keys to sign with, and signatures that readers will take."""

from awsfed.broker.catalogue.document import read_opened
from awsfed.broker.catalogue.opening import EXPIRES, VERSION, open_document
from awsfed.broker.catalogue.signature import Accepted, Part, Trust
from awsfed.errors import ConfigError
from awsfed.model.signatures import Signature, key_id, public_key, written
from awsfed.outside import ed25519
from awsfed.outside.clock import Clock


def new_key() -> tuple[bytes, str]:
    """Return a new private key in PEM and the public one as settings name it."""
    private = ed25519.generate()
    return private, public_key(ed25519.public_of(private))


def sign(document: bytes, private: bytes, *, name: str, clock: Clock) -> tuple[bytes, Accepted]:
    """Return the content of the signature file, and the document as readers will see it.

    Raises:
        ConfigError: readers would refuse it: it has mistakes, no version, no expiry, or expired; or the key is none.
    """
    opened = open_document(document, name=name)
    read_opened([opened]).good()
    missing = [field for field, value in ((VERSION, opened.version), (EXPIRES, opened.expires)) if value is None]
    if missing:
        example = f'{VERSION} = 1 and {EXPIRES} = "2030-01-31T12:00:00Z"'
        raise ConfigError(f"{name} has no {' and no '.join(missing)}", hint=f"add above the connectors: {example}")
    public = public_key(ed25519.public_of(private))
    signature = written(Signature(key_id=key_id(public), value=ed25519.sign(private, document)))
    return signature, verify(document, signature, (public,), name=name, clock=clock)


def verify(
    document: bytes, signature: bytes | None, public_keys: tuple[str, ...], *, name: str, clock: Clock
) -> Accepted:
    """Return a document that readers with these keys take, whatever version they saw before; raise as Trust does."""
    trust = Trust(public_keys=public_keys, required=True, clock=clock)
    return trust.accept([Part(name=name, body=document, signature=signature)])
