"""The certificate of a running server, as clients that speak TLS are shown it."""

import math
import signal
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3
from conftest import Workstation
from fakes.certificates import write_certificate
from fakes.clock import FakeClock
from server.conftest import CONNECTORS, OURS, Server, set_up, start

from awsfed.errors import ConfigError
from awsfed.sandbox.world import Sandbox
from awsfed.server.certificate import ShownCertificate, load_certificate, tls_context
from awsfed.settings.load import load
from awsfed.settings.values import ServerSettings

RENEWED_S = 45


def written(folder: Path) -> tuple[Path, Path]:
    """Write a new certificate with its key."""
    folder.mkdir()
    bundle, _ = write_certificate(folder)
    return bundle, folder / "private.pem"


def settings_of(home: Path, certificate: Path, key: Path | None) -> ServerSettings:
    """Return settings that name a certificate, and its key where that is in another file."""
    options: dict[str, object] = {"server.certificate": str(certificate)}
    options |= {"server.certificate_key": str(key)} if key else {}
    return load(environ={"HOME": str(home)}, options=options, system_file=home / "none.toml").server


def shown(context: ssl.SSLContext, trusted: Path) -> str | None:
    """Shake hands with a server that has this context, as a client who trusts one certificate; return the protocol."""
    here, there = socket.socketpair()
    with here, there:

        def answer() -> None:
            with context.wrap_socket(there, server_side=True, suppress_ragged_eofs=True) as connection:
                connection.sendall(b".")

        answering = threading.Thread(target=answer)
        answering.start()
        client = ssl.create_default_context(cafile=trusted)
        with client.wrap_socket(here, server_hostname="127.0.0.1") as connection:
            assert b"." == connection.recv(1)
            protocol = connection.version()
        answering.join()
    return protocol


def test_nobody_is_spoken_to_in_what_is_no_tls_any_more(tmp_path: Path) -> None:
    """Whatever the library would take."""
    bundle, _ = write_certificate(tmp_path)
    context = tls_context(settings_of(tmp_path, bundle, tmp_path / "private.pem"))

    assert context is not None
    assert ssl.TLSVersion.TLSv1_2 == context.minimum_version


def watched(folder: Path, *, begins_in_days: int) -> tuple[ShownCertificate, FakeClock, list[str]]:
    """Return a certificate of this age that is shown, its clock, and what is told of it."""
    bundle, context = write_certificate(folder, begins_in_days=begins_in_days)
    told: list[str] = []
    clock = FakeClock(time.time())
    settings = settings_of(folder, bundle, folder / "private.pem")
    return ShownCertificate(settings, context, clock, told.append), clock, told


@pytest.mark.parametrize(
    ("begins_in_days", "trouble"),
    [(-31, "expired on "), (1, "not valid before "), (-17, "expires on "), (-15, None), (-1, None)],
)
def test_a_certificate_that_nobody_trusts_is_told(tmp_path: Path, begins_in_days: int, trouble: str | None) -> None:
    """Or soon will not; it is shown all the same: whoever runs the server finds out why nobody comes."""
    _, _, told = watched(tmp_path, begins_in_days=begins_in_days)

    assert (0 if trouble is None else 1) == len(told)
    assert all(one.startswith(str(trouble)) and one.endswith(" UTC") for one in told)


def test_a_certificate_that_is_not_renewed_is_told_once_a_day(tmp_path: Path) -> None:
    """From two weeks before its end on, also while the server runs; until it is renewed."""
    certificate, clock, told = watched(tmp_path, begins_in_days=-15)
    found = []
    for days in (0.5, 0.6, 0.1, 1.0, 13.0):
        clock.advance(days * 86_400)
        certificate.look()
        found.append([one.partition(" on ")[0] for one in told])
        told.clear()
    write_certificate(tmp_path, begins_in_days=1)
    certificate.look()

    assert [[], ["expires"], [], ["expires"], ["expired"]] == found
    assert ["renewed"] == told
    assert certificate.ends_at > clock.now()


def test_a_certificate_that_cannot_be_looked_into_is_no_trouble(tmp_path: Path) -> None:
    """It was good enough for TLS, or is gone by now."""
    odd = tmp_path / "odd.pem"
    bundle, context = write_certificate(tmp_path, begins_in_days=-31)
    data = ssl.PEM_cert_to_DER_cert(bundle.read_text().split("-----BEGIN EC")[0])
    of_version_2 = ssl.DER_cert_to_PEM_cert(data.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x01", 1))
    told: list[str] = []
    for text in (None, "", of_version_2, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        if text is not None:
            odd.write_text(text)
        certificate = ShownCertificate(settings_of(tmp_path, odd, None), context, FakeClock(), told.append)
        assert math.isinf(certificate.ends_at)

    assert [] == told


def test_an_expired_certificate_is_in_the_log(broker: Workstation, running: list[Server], tmp_path: Path) -> None:
    """From the start on."""
    bundle, _ = write_certificate(tmp_path, begins_in_days=-31)
    running.append(start(broker, "--certificate", str(bundle), "--certificate-key", str(tmp_path / "private.pem")))

    assert 0 == running[0].stop()
    assert '"event":"certificate","detail":"expired on ' in running[0].log.read_text()


def test_a_renewal_that_is_half_written_changes_nothing(tmp_path: Path) -> None:
    """A new certificate beside the old key is refused, and the old pair is shown on; the whole new pair is taken."""
    old, old_key = written(tmp_path / "old")
    new, new_key = written(tmp_path / "new")
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(old.read_bytes())
    settings = settings_of(tmp_path, old, old_key)
    context = tls_context(settings)
    assert context

    old.write_bytes(new.read_bytes())
    with pytest.raises(ConfigError, match="cannot be used with its key"):
        load_certificate(context, settings)
    half = shown(context, trusted)
    old_key.write_bytes(new_key.read_bytes())
    load_certificate(context, settings)

    assert ("TLSv1.3", "TLSv1.3") == (half, shown(context, new))


def test_a_renewal_is_taken_up_when_its_key_was_closed_to_others(tmp_path: Path) -> None:
    """What is wrong is told once, and tried again at each look: a changed mode is no change of the file."""
    certificate, _, told = watched(tmp_path, begins_in_days=-5)
    write_certificate(tmp_path, begins_in_days=-1)
    key = tmp_path / "private.pem"
    key.chmod(0o644)
    for _ in range(3):
        certificate.look()
    key.chmod(0o600)
    certificate.look()

    assert 2 == len(told), told
    assert "is open to everybody" in told[0]
    assert "renewed" == told[1]


@pytest.mark.parametrize(("mode", "is_taken"), [(0o600, True), (0o640, True), (0o644, False), (0o606, False)])
def test_a_private_key_that_everybody_can_read_is_none(tmp_path: Path, mode: int, is_taken: bool) -> None:
    """A group may, as many systems give it to those who serve; also where the key stands with the certificate."""
    bundle, key = written(tmp_path / "tls")
    both = tmp_path / "both.pem"
    both.write_bytes(key.read_bytes() + bundle.read_bytes())
    for one in (key, both):
        one.chmod(mode)

    for certificate, private in ((bundle, key), (both, None)):
        settings = settings_of(tmp_path, certificate, private)
        if is_taken:
            assert tls_context(settings)
        else:
            with pytest.raises(ConfigError, match="is open to everybody"):
                tls_context(settings)


def test_a_certificate_without_a_key_is_told_as_that(tmp_path: Path) -> None:
    """It is for everybody to read, and so are both files where they were given in the wrong order."""
    bundle, key = written(tmp_path / "tls")
    bundle.chmod(0o644)

    for settings in (settings_of(tmp_path, bundle, None), settings_of(tmp_path, key, bundle)):
        with pytest.raises(ConfigError, match=f"there is no private key in PEM form in {bundle}"):
            tls_context(settings)


@pytest.mark.parametrize("gone", [0, 1])
def test_the_file_that_is_missing_is_named(tmp_path: Path, gone: int) -> None:
    """Of the two, the one that is not there."""
    files = written(tmp_path / "tls")
    files[gone].unlink()

    with pytest.raises(ConfigError, match=f"there is no file {files[gone]}"):
        tls_context(settings_of(tmp_path, *files))


def test_a_peer_that_keeps_its_connection_holds_up_no_stop(served: tuple[Server, Path]) -> None:
    """It owes nothing but the end of TLS, which pools of connections do not send while nobody uses them."""
    server, folder = served
    with urllib3.PoolManager(ca_certs=str(folder / "certificate.pem"), retries=False) as http:
        assert 200 == http.request("GET", f"{server.url}/healthz", timeout=10).status
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)

        assert 0 == server.process.wait(20)
        assert time.monotonic() - began < 10
    assert "graceful shutdown exceeded" not in server.log.read_text()


@pytest.fixture
def served(sandbox: Sandbox, tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    """A server with a certificate of its own, and the folder that it is in."""
    broker = set_up(sandbox, tmp_path / "broker", settings=CONNECTORS)
    bundle, key = written(tmp_path / "tls")
    server = start(broker, "--certificate", str(bundle), "--certificate-key", str(key))
    yield server, tmp_path / "tls"
    server.process.kill()
    server.process.wait()


def status_for(server: Server, trusted: Path) -> int:
    """Ask over a new connection, trusting one certificate; return the status."""
    with urllib3.PoolManager(ca_certs=str(trusted), retries=False) as http:
        return http.request("GET", f"{server.url}{OURS}/status", timeout=10).status


@pytest.mark.slow
def test_a_renewed_certificate_is_shown_within_half_a_minute(served: tuple[Server, Path], tmp_path: Path) -> None:
    """Without a restart: who trusts only the new one gets in, who trusts only the old one does not any more."""
    server, folder = served
    old, new = tmp_path / "old.pem", tmp_path / "new"
    old.write_bytes((folder / "certificate.pem").read_bytes())
    assert 200 == status_for(server, old)
    with pytest.raises(urllib3.exceptions.SSLError):
        status_for(server, written(new)[0])

    for name in ("certificate.pem", "private.pem"):
        (new / name).replace(folder / name)
    began = time.monotonic()
    while not server.lines("certificate"):
        assert time.monotonic() - began < RENEWED_S
        time.sleep(0.5)

    assert "renewed" == server.lines("certificate")[0]["detail"]
    assert 200 == status_for(server, folder / "certificate.pem")
    with pytest.raises(urllib3.exceptions.SSLError):
        status_for(server, old)
