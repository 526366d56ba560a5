"""The door to Ed25519: the library is an optional one, imported when a signature is made or looked at."""

from typing import TYPE_CHECKING

from awsfed.errors import InvalidValue, NotInstalled

if TYPE_CHECKING:
    from types import ModuleType

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def verify(public: bytes, signature: bytes, data: bytes) -> bool:
    """Tell whether a signature over data was made with the private half of a key; raise ConfigError, see below."""
    library = _library()
    from cryptography.exceptions import InvalidSignature

    try:
        library.Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def generate() -> bytes:
    """Return a new private key in PEM (PKCS #8), not encrypted."""
    library = _library()
    from cryptography.hazmat.primitives import serialization

    private: Ed25519PrivateKey = library.Ed25519PrivateKey.generate()
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def from_seed(seed: bytes) -> bytes:
    """Return the private key that 32 bytes stand for, in PEM as `generate` does; raise InvalidValue for others."""
    library = _library()
    from cryptography.hazmat.primitives import serialization

    try:
        private: Ed25519PrivateKey = library.Ed25519PrivateKey.from_private_bytes(seed)
    except ValueError:
        raise InvalidValue("is not the 32 bytes of an Ed25519 key") from None
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_of(private: bytes) -> bytes:
    """Return the 32 public bytes of a private key in PEM; raise InvalidValue where it is none."""
    return _loaded(private).public_key().public_bytes_raw()


def sign(private: bytes, data: bytes) -> bytes:
    """Return the 64 bytes of a signature; raise InvalidValue where the key is none."""
    return _loaded(private).sign(data)


def _loaded(private: bytes) -> "Ed25519PrivateKey":
    library = _library()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    try:
        key = serialization.load_pem_private_key(private, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if isinstance(key, library.Ed25519PrivateKey):
        found: Ed25519PrivateKey = key
        return found
    raise InvalidValue("is no Ed25519 private key in PEM without a password, as awsfed catalogue keygen writes it")


def _library() -> "ModuleType":
    """Return the library; raise ConfigError where it is not installed."""
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError as error:
        raise NotInstalled("a signature", "cryptography", "signatures") from error
    return ed25519
