"""Looking into the catalogue, and publishing one."""

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import pytest
from cli.conftest import Shell

LATER = "2099-01-01T00:00:00Z"
ROLE = "arn:aws:iam::123456789012:role"
NONE_THERE = "raise ImportError('there is none')\n"


def document(*names: str, version: int = 1, role: str = "developer", expires: str = LATER) -> str:
    """Return a catalogue with a version and an expiry."""
    text = f"version = {version}\nexpires = {expires}\n"
    for name in names:
        text += f'[connectors.{name}]\ntype = "ASSUME_ROLE"\nkey = "main"\nrole_arn = "{ROLE}/{role}"\n'
    return text


class Publishing:
    """Somebody's home, a catalogue that its settings name, and a key to sign with."""

    def __init__(self, shell: Shell, folder: Path) -> None:
        self.shell = shell
        self.file = folder / "catalogue.toml"
        self.private = folder / "private.pem"
        self.public = ""

    def name(self, more: str = "", source: str | None = None) -> None:
        """Name the catalogue in the settings."""
        self.shell.change_settings("[crowd]", f'[catalogue]\nsource = "{source or self.file}"\n{more}\n\n[crowd]')

    def publish(self, text: str) -> None:
        self.file.write_text(text)
        self.file.chmod(0o600)

    def make_key(self) -> str:
        self.public = self.shell.answers("catalogue", "keygen", str(self.private)).strip()
        return f'public_keys = ["{self.public}"]\nrequire_signature = true'

    def sign(self) -> str:
        return self.shell.says("catalogue", "sign", str(self.file), "--key-file", str(self.private))


@pytest.fixture
def publishing(shell: Shell, tmp_path: Path) -> Publishing:
    """A home in which nothing is signed yet."""
    return Publishing(shell, tmp_path)


def test_show_without_a_catalogue(shell: Shell) -> None:
    """The settings themselves are one."""
    lines = shell.answers("catalogue", "show").splitlines()

    assert ["the", "settings", "5"] == lines[1].split()
    assert 2 == len(lines)


def test_a_signed_catalogue_from_key_to_show(publishing: Publishing) -> None:
    """Make a key, sign, read; what was shown can be read by programs too."""
    publishing.publish(document("one", "two", version=7))
    publishing.name(publishing.make_key())
    assert 0o600 == publishing.private.stat().st_mode & 0o777
    assert "is not signed" in publishing.shell.fails(3, "catalogue", "show")

    assert "version 7" in publishing.sign()
    assert re.match(
        rf"{publishing.file} +2 +7 +.* signed [0-9a-f]{{16}}$",
        publishing.shell.answers("catalogue", "show").splitlines()[2],
    )
    local, named = json.loads(publishing.shell.answers("catalogue", "show", "--json"))
    assert (5, []) == (local["connectors"], local["documents"])
    assert (2, None, None) == (named["connectors"], named["fetched"], named["age_s"])
    (one,) = named["documents"]
    assert (str(publishing.file), 7, LATER, "signed") == (one["name"], one["version"], one["expires"], one["signature"])


def test_an_older_catalogue_does_not_come_back(publishing: Publishing) -> None:
    """Not even with a good signature."""
    publishing.publish(document("one", version=2))
    publishing.name(publishing.make_key())
    publishing.sign()
    publishing.shell.answers("connectors", "export")
    publishing.publish(document("one", "two", version=1))
    publishing.sign()

    assert "has version 1, but version 2 was accepted before" in publishing.shell.fails(3, "connectors", "export")


def test_verify(publishing: Publishing) -> None:
    """With the keys of the settings or with those that are named; the document as it is now."""
    publishing.publish(document("one"))
    keys = publishing.make_key()
    assert "no public key" in publishing.shell.fails(3, "catalogue", "verify", str(publishing.file))
    arguments = ("catalogue", "verify", str(publishing.file), "--public-key", publishing.public)
    assert "there is no file" in publishing.shell.fails(4, *arguments)
    publishing.sign()

    assert "version 1" in publishing.shell.answers(*arguments)
    publishing.name(keys)
    assert "version 1" in publishing.shell.answers("catalogue", "verify", str(publishing.file))
    publishing.publish(document("one", "two"))
    assert "does not fit" in publishing.shell.fails(3, *arguments)
    assert "is not a public key" in publishing.shell.fails(2, *arguments[:-1], "x")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[connectors]\n", "has no version and no expires"),
        (document().replace("version = 1\n", ""), "has no version"),
        (document(expires="2020-01-01T00:00:00Z"), "expired at 2020-01-01T00:00:00Z"),
        (document("one").replace("ASSUME_ROLE", "X"), "connectors.one.type must be one of"),
        ("[", "not TOML"),
    ],
)
def test_sign_refuses_what_readers_would_refuse(publishing: Publishing, text: str, message: str) -> None:
    """Nothing is signed that nobody could use."""
    publishing.publish(text)
    publishing.make_key()
    arguments = ("catalogue", "sign", str(publishing.file), "--key-file", str(publishing.private))

    assert message in publishing.shell.fails(3, *arguments)
    assert not publishing.file.with_name("catalogue.toml.sig").exists()


def test_private_keys_stay_private(publishing: Publishing) -> None:
    """An existing file is not replaced, one that others can read is not used, and none is shown."""
    publishing.publish(document("one"))
    publishing.make_key()
    secret = publishing.private.read_text().splitlines()[1]
    arguments = ("catalogue", "sign", str(publishing.file), "--key-file", str(publishing.private))

    assert "there is a file" in publishing.shell.fails(10, "catalogue", "keygen", str(publishing.private))
    publishing.private.chmod(0o644)
    assert "chmod 600" in publishing.shell.fails(8, *arguments)
    publishing.private.chmod(0o600)
    publishing.private.write_text(f"{secret}\n")
    said = publishing.shell.fails(3, *arguments)
    assert "no Ed25519 private key" in said
    assert secret not in said
    assert "keygen" in publishing.shell.fails(4, *arguments[:-1], "none.pem")


@pytest.mark.parametrize("arguments", [("keygen", "new.pem"), ("verify", "c.toml"), ("show",)])
def test_without_the_library(publishing: Publishing, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """One sentence with the line to type; everything without signatures works."""
    publishing.publish(document("one"))
    publishing.name(publishing.make_key())
    publishing.sign()
    (tmp_path / "shadow" / "cryptography").mkdir(parents=True)
    (tmp_path / "shadow" / "cryptography" / "__init__.py").write_text(NONE_THERE)
    named = [str(publishing.file) if argument == "c.toml" else argument for argument in arguments]
    shadowed = {"PYTHONPATH": str(tmp_path / "shadow")}

    said = publishing.shell.workstation.fails(3, "catalogue", *named, environ=shadowed)

    assert "a signature needs a package that is not installed: cryptography" in said
    assert "pip install '.[signatures]'" in said
    publishing.shell.change_settings("require_signature = true", "")
    publishing.shell.change_settings("public_keys", "# public_keys")
    assert "one" in publishing.shell.workstation.awsfed("connectors", "export", environ=shadowed)


def test_diff(publishing: Publishing) -> None:
    """What would be added, removed and changed, field by field, with the status of the program of that name."""
    publishing.publish(document("one", "two"))
    publishing.name()
    new = publishing.file.with_name("new.toml")
    new.write_text(document("one", version=2) + document("three", role="operations").partition("Z\n")[2])
    new.write_text(new.read_text().replace("role/developer", "role/read-only"))

    end = publishing.shell.run("catalogue", "diff", str(new))

    assert (1, "") == (end.status, end.err)
    assert end.out.startswith(
        f'changed one\n  - role_arn = "{ROLE}/developer"\n  + role_arn = "{ROLE}/read-only"\nremoved two\n  - type = '
    )
    assert f'added three\n  + type = "ASSUME_ROLE"\n  + key = "main"\n  + role_arn = "{ROLE}/operations"\n' in end.out
    found = json.loads(publishing.shell.run("catalogue", "diff", str(new), "--json").out)
    assert ["changed", "removed", "added"] == [one["change"] for one in found]
    assert [f"{ROLE}/developer", f"{ROLE}/read-only"] == found[0]["fields"]["role_arn"]
    assert "" == publishing.shell.answers("catalogue", "diff", str(publishing.file))


def test_diff_needs_two_good_catalogues(publishing: Publishing) -> None:
    """Nothing to compare with, a mistake in the new one, no new one."""
    publishing.publish(document("one"))
    assert "no catalogue is set" in publishing.shell.fails(3, "catalogue", "diff", str(publishing.file))
    publishing.name()

    assert "not TOML" in publishing.shell.fails(3, "catalogue", "diff", "-", stdin="[")
    assert "there is no file" in publishing.shell.fails(4, "catalogue", "diff", "none.toml")


def test_a_folder_counts_at_once(publishing: Publishing, tmp_path: Path) -> None:
    """A file more in the folder is a connector more, and one of `config check`'s too."""
    (tmp_path / "folder").mkdir(mode=0o755)
    publishing.name(source=str(tmp_path / "folder"))
    assert "one" not in publishing.shell.answers("connectors", "export")
    publishing.file = tmp_path / "folder" / "a.toml"
    publishing.publish(document("one"))

    assert "one" in publishing.shell.answers("connectors", "export")
    assert "There is nothing to fetch" in publishing.shell.says("catalogue", "refresh")
    publishing.publish("x = 1")
    assert f"{publishing.file}, line 1: x has no place" in publishing.shell.run("config", "check").out


def test_a_catalogue_in_s3(publishing: Publishing) -> None:
    """Read with the key that the settings name, within what that key may be used for."""
    shell = publishing.shell
    publishing.name('key = "main"', source="s3://sandbox-artifacts/cli/c.toml")
    shell.change_settings("[keys.main]", f'[keys.main]\nroles = ["{ROLE}/*"]')
    shell.change_settings('type = "FEDERATION_TOKEN"', f'type = "ASSUME_ROLE"\nrole_arn = "{ROLE}/developer"')
    shell.change_settings('type = "SESSION_TOKEN"', f'type = "ASSUME_ROLE"\nrole_arn = "{ROLE}/developer"')
    s3 = boto3.client(
        "s3",
        region_name="eu-central-1",
        endpoint_url=shell.sandbox.aws_url,
        aws_access_key_id=shell.sandbox.access_key_id,
        aws_secret_access_key=shell.sandbox.secret_access_key,
    )
    s3.put_object(Bucket="sandbox-artifacts", Key="cli/c.toml", Body=document("one").encode())
    try:
        assert "one" in shell.answers("connectors", "export")
        assert "Fetched s3://sandbox-artifacts/cli/c.toml." in shell.says("catalogue", "refresh")
        (_, named) = json.loads(shell.answers("catalogue", "show", "--json"))
        assert (1, True) == (named["connectors"], 0 <= named["age_s"] < 60)
    finally:
        s3.delete_object(Bucket="sandbox-artifacts", Key="cli/c.toml")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("", "catalogue.key is not set, but catalogue.source is in AWS"),
        ('key = "main"\nrequire_signature = true', "there is no key in catalogue.public_keys"),
    ],
)
def test_settings_that_miss_something(publishing: Publishing, more: str, message: str) -> None:
    """Said before anything is asked."""
    publishing.name(more, source="ssm:/c")

    assert message in publishing.shell.fails(3, "connectors", "export")


def test_a_copy_answers_while_a_child_asks(publishing: Publishing, tmp_path: Path) -> None:
    """With stale_for_s nobody waits for the host, and what it says counts for whoever comes next."""
    texts = [document("one"), document("two")]
    asked: list[float] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = texts[min(len(asked), 1)].encode()
            asked.append(time.monotonic())
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        shell, source = publishing.shell, f"http://127.0.0.1:{server.server_port}/c"
        publishing.name("max_age_s = 0\nstale_for_s = 3600", source=source)
        shell.change_settings("[keys.main]", f'[keys.main]\nroles = ["{ROLE}/*", "FEDERATION_TOKEN", "SESSION_TOKEN"]')
        assert "[connectors.one]" in shell.answers("connectors", "export", "--format", "toml")
        first = shell.workstation.awsfed("connectors", "export", "--format", "toml")
        deadline = time.monotonic() + 30
        while len(asked) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert "[connectors.one]" in first
        while "[connectors.two]" not in (last := shell.answers("connectors", "export", "--format", "toml")):
            assert time.monotonic() < deadline, last
        assert 2 == len(asked)
        server.shutdown()
