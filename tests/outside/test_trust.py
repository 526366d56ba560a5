import ssl
from dataclasses import replace
from pathlib import Path

import pytest
from fakes.authority import Authority, Identity

from awsfed.errors import ConfigError, UnsafePermissions
from awsfed.outside.legs import Leg
from awsfed.outside.trust import tls_context


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Return an authority that is trusted nowhere else."""
    return Authority(tmp_path, "ours")


def leg(name: str = "crowd", identity: Identity | None = None, **changes: Path) -> Leg:
    """Return a leg, with a client certificate or not."""
    if identity:
        changes = {"client_certificate": identity.certificate, "client_key": identity.key, **changes}
    return Leg(name=name, **changes)  # type: ignore[arg-type]  # few callers, all here


def trusted(context: ssl.SSLContext) -> int:
    """Return how many authorities a context knows."""
    return len(context.get_ca_certs())


def test_without_a_bundle_the_system_decides() -> None:
    """Through truststore, and TLS 1.2 or newer."""
    context = tls_context(leg(), {})

    assert "truststore" == type(context).__module__.partition(".")[0]
    assert (ssl.TLSVersion.TLSv1_2, ssl.CERT_REQUIRED, True) == (
        context.minimum_version,
        context.verify_mode,
        context.check_hostname,
    )


def test_with_a_bundle_it_alone_decides(authority: Authority) -> None:
    """TLS 1.2 or newer here too."""
    context = tls_context(leg(ca_bundle=authority.bundle), {"SSL_CERT_FILE": "/nonexistent"})

    assert 1 == trusted(context)
    assert (ssl.TLSVersion.TLSv1_2, ssl.CERT_REQUIRED, True) == (
        context.minimum_version,
        context.verify_mode,
        context.check_hostname,
    )


@pytest.mark.parametrize("with_bundle", [True, False])
def test_a_connection_that_was_cut_never_looks_like_one_that_ended(authority: Authority, *, with_bundle: bool) -> None:
    """Whatever this release of Python would do by itself."""
    context = tls_context(leg(ca_bundle=authority.bundle) if with_bundle else leg(), {})

    assert not context.options & getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
@pytest.mark.parametrize("table", ["crowd", "catalogue", "aws"])
def test_variables_name_a_bundle(authority: Authority, name: str, table: str) -> None:
    """For every leg that has none in the settings."""
    assert 1 == trusted(tls_context(leg(table), {name: str(authority.bundle)}))


def test_the_variable_of_aws_counts_for_aws_alone(authority: Authority, tmp_path: Path) -> None:
    """And there before the general ones."""
    environ = {"AWS_CA_BUNDLE": str(tmp_path / "none.pem"), "SSL_CERT_FILE": str(authority.bundle)}

    assert 1 == trusted(tls_context(leg("crowd"), environ))
    with pytest.raises(ConfigError, match=r"none\.pem cannot be read") as caught:
        tls_context(leg("aws"), environ)
    assert "aws.ca_bundle, AWS_CA_BUNDLE or" in str(caught.value.hint)


def test_a_folder_of_certificates_may_be_named(tmp_path: Path) -> None:
    """As OpenSSL and its tools keep them."""
    assert 0 == trusted(tls_context(leg(ca_bundle=tmp_path), {}))


@pytest.mark.parametrize("with_bundle", [True, False])
def test_a_client_certificate_is_taken_along(authority: Authority, *, with_bundle: bool) -> None:
    """With a bundle of one's own and with the system's."""
    ours = leg(identity=authority.issue("client"))

    tls_context(replace(ours, ca_bundle=authority.bundle if with_bundle else None), {})


def test_certificate_and_key_may_share_a_file(authority: Authority) -> None:
    """Which is then as private as a key."""
    identity = authority.issue("client")
    identity.certificate.write_bytes(identity.certificate.read_bytes() + identity.key.read_bytes())
    identity.certificate.chmod(0o604)
    shared = leg(client_certificate=identity.certificate)

    with pytest.raises(UnsafePermissions, match=r"everybody .* can read"):
        tls_context(shared, {})
    identity.certificate.chmod(0o640)
    tls_context(shared, {})


def test_a_key_that_everybody_can_read_is_refused(authority: Authority) -> None:
    """The hint is the way out."""
    identity = authority.issue("client")
    identity.key.chmod(0o644)

    with pytest.raises(UnsafePermissions, match=r"everybody .* can read the private key") as caught:
        tls_context(leg(identity=identity), {})

    assert f"chmod o-rwx {identity.key}" == caught.value.hint


def test_an_encrypted_key_is_refused(authority: Authority) -> None:
    """Nobody is there to type its passphrase, and OpenSSL must not ask on the terminal."""
    with pytest.raises(ConfigError, match="is encrypted, and awsfed asks for no passphrase") as caught:
        tls_context(leg(identity=authority.issue("client", passphrase=b"secret")), {})

    assert "crowd.client_key" in str(caught.value.hint)


@pytest.mark.parametrize("kind", ["missing", "certificate", "another's"])
def test_a_key_that_does_not_fit(authority: Authority, tmp_path: Path, kind: str) -> None:
    """Is told with the settings that name it."""
    identity = authority.issue("client")
    authority.bundle.chmod(0o600)
    keys = {"missing": tmp_path / "none", "certificate": authority.bundle, "another's": authority.issue("other").key}

    with pytest.raises(ConfigError, match="and its private key cannot be used") as caught:
        tls_context(leg("aws", client_certificate=identity.certificate, client_key=keys[kind]), {})

    assert "aws.client_certificate and aws.client_key" in str(caught.value.hint)
