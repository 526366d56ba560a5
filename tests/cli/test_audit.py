"""awsfed audit, as somebody types it who runs a broker, or who looks at one from elsewhere."""

import base64
import json
import re
import sqlite3
from pathlib import Path

import pytest
from conftest import Workstation
from fakes.clock import FakeClock
from fakes.trail import write_trail

from awsfed.broker.audit.trail import ChainTrail, RequestTrail
from awsfed.broker.store.audit import StoredEvents
from awsfed.broker.store.database import open_database

VENDED = "ASIA0000000000000001"


@pytest.fixture
def store(workstation: Workstation, tmp_path: Path) -> Path:
    """The folder of a store in which two processes wrote."""
    folder = tmp_path / "store"
    with workstation.config.open("a") as settings:
        keys = f'sealing_key = "file:{tmp_path}/keys/sealing.key"\naudit_key = "file:{tmp_path}/keys/audit.key"'
        settings.write(f'\n[server]\nfolder = "{folder}"\n{keys}\n')
    workstation.awsfed("store", "init")
    write_trail(folder, tmp_path / "keys" / "audit.key")
    return folder


def change(store: Path, statement: str) -> None:
    """Do something to the database that awsfed never does."""
    with sqlite3.connect(store / "broker.sqlite3") as connection:
        connection.execute(statement.replace(" where kind =", " where json_extract(text, '$.kind') ="))
    connection.close()


def test_an_access_key_leads_to_a_person(workstation: Workstation, store: Path) -> None:
    """With all that is known of the vend, and nothing that is not."""
    workstation.environ["TZ"] = "UTC"
    told = dict(line.split(maxsplit=1) for line in workstation.awsfed("audit", "who", VENDED.lower()).splitlines())

    assert (VENDED, "alice", "credentials") == (told["access"].split()[1], told["user"].split()[0], told["purpose"])
    assert "arn:aws:iam::123456789012:role/developer" == told["role"]
    assert "2025-06-15 15:06:40 +0000" == told["when"]
    (event,) = json.loads(workstation.awsfed("audit", "who", VENDED, "--json"))
    assert ("alice", "1:7", "dev", "192.0.2.7", "alice") == tuple(
        event[name] for name in ("user_name", "user_key", "connector", "source", "session_name")
    )
    assert "this trail has no access key ASIANOBODY" in workstation.fails(4, "audit", "who", "ASIANOBODY")


def test_searching_shows_what_fits(workstation: Workstation, store: Path) -> None:
    """In a table, or as JSON."""
    table = workstation.awsfed("audit", "search", "--user", "ALICE", "--kind", "refused").splitlines()
    assert 2 == len(table)
    assert "no connector 'ops' for alice" in table[1]
    assert "canary" not in workstation.awsfed("audit", "search", "--json")

    def kinds(*options: str) -> list[str]:
        return [event["kind"] for event in json.loads(workstation.awsfed("audit", "search", "--json", *options))]

    everything = ["sign-in", "intent", "vended", "refused", "sign-in-refused", "sign-out", "intent", "changed"]
    assert everything == kinds()
    workstation.environ["TZ"] = "UTC"
    assert everything[:3] == kinds("--until", "2025-06-15T15:07")
    assert everything[3:] == kinds("--since", "2025-06-15T15:07")
    workstation.environ["TZ"] = "UTC-2"
    assert everything[:3] == kinds("--until", "2025-06-15T17:07")
    assert ["intent", "vended"] == kinds("--connector", "dev")
    assert ["vended"] == kinds("--access-key", VENDED)
    assert ["changed"] == kinds("--last", "1")
    assert [] == kinds("--source", "192.0.2.8")


def test_what_was_left_out_is_told(workstation: Workstation, store: Path) -> None:
    """Beside the answer."""
    result = workstation.run("awsfed", "audit", "search", "--last", "2")

    assert "6 older ones were left out; see --last." in result.stderr


def test_a_whole_trail_is_whole(workstation: Workstation, store: Path) -> None:
    """Both chains, signed to their ends."""
    chains = json.loads(workstation.awsfed("audit", "verify", "--json"))

    assert [(4, 4), (4, 4)] == sorted((chain["events"], chain["signed"]) for chain in chains)
    assert 2 == workstation.awsfed("audit", "verify").count("  whole")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "update events set text = replace(text, 'alice', 'bob') where kind = 'vended'",
            "event 3 was changed",
        ),
        ("delete from events where kind = 'vended'", "event 3 is missing"),
        (
            "delete from events where kind = 'refused'",
            "events up to 4 were signed, and the last one is 3",
        ),
        ("update events set text = cast(text as blob) where number = 2", "event 2 is missing"),
        ("update events set writer = cast(writer as blob) where number = 2", "event 2 is missing"),
        ("update events set number = number + 0.5 where number = 2", "event 2 is missing"),
        ("update heads set writer = cast(writer as blob)", "no signature of a trusted key"),
        ("delete from events", "were signed, and none is left"),
        ("update heads set signature = x'00'", "is not one of a trusted key"),
    ],
)
def test_what_was_done_to_it_is_told(workstation: Workstation, store: Path, statement: str, said: str) -> None:
    """In the table and as the error; for a program in its JSON."""
    change(store, statement)

    result = workstation.run("awsfed", "audit", "verify")
    assert 8 == result.returncode
    assert said in result.stdout
    assert "awsfed: error: the trail is not whole: " in result.stderr
    as_json = workstation.run("awsfed", "audit", "verify", "--json")
    assert 8 == as_json.returncode
    assert any(said in problem for chain in json.loads(as_json.stdout) for problem in chain["problems"])


@pytest.mark.parametrize("number", ["0", "-5", "2.5", "x'02'"])
def test_what_has_no_place_in_a_chain_is_believed_by_nobody(workstation: Workstation, store: Path, number: str) -> None:
    """A digest needs no key, and a walk along the chain does not come by."""
    forged = f"replace(replace(text, 'alice', 'bob'), '{VENDED}', 'ASIAFORGED')"
    columns = f"writer, {number}, {forged}, previous, digest"
    change(store, f"insert into events select {columns} from events where kind = 'vended'")

    assert "no access key ASIAFORGED" in workstation.fails(4, "audit", "who", "ASIAFORGED")
    assert "bob" not in workstation.awsfed("audit", "search")
    assert "whole" in workstation.awsfed("audit", "verify")


def test_what_cannot_be_read_is_told(workstation: Workstation, store: Path) -> None:
    """And nothing of it reaches a terminal."""
    change(store, "update events set text = '{\"kind\":\"\\u001b[2J\"}' where kind = 'sign-out'")

    result = workstation.run("awsfed", "audit", "search")

    assert 0 == result.returncode
    assert "1 entries cannot be read" in result.stderr
    assert "\x1b" not in result.stdout


def test_a_file_says_what_the_store_says(workstation: Workstation, store: Path, tmp_path: Path) -> None:
    """On a machine that has neither settings nor store."""
    trail, heads = tmp_path / "trail.jsonl", tmp_path / "heads.jsonl"
    trail.write_text(workstation.awsfed("audit", "export"))
    heads.write_text(workstation.awsfed("audit", "export", "--heads-only"))
    public = workstation.awsfed("audit", "public-key").strip()
    here = workstation.awsfed("audit", "search")
    workstation.config.unlink()

    keys = ("--public-key", public, "--head", str(heads))
    assert 2 == workstation.awsfed("audit", "verify", "--file", str(trail), *keys).count("whole")
    assert 2 == workstation.awsfed("audit", "verify", "--file", str(trail)).count("whole; 4 events not signed")
    assert here == workstation.awsfed("audit", "search", "--file", str(trail))
    unsigned = workstation.run("awsfed", "audit", "verify", "--file", str(trail))
    assert (0, True) == (unsigned.returncode, "no signature was looked at" in unsigned.stderr)
    said = workstation.fails(3, "audit", "verify", "--file", str(trail), "--head", str(heads))
    assert "there is no key to verify signatures with" in said
    trail.write_text("\n".join(trail.read_text().splitlines()[:-3]))
    cut = workstation.run("awsfed", "audit", "verify", "--file", str(trail), *keys)
    assert 8 == cut.returncode
    trail.write_text("nonsense")
    assert "line 1 of" in workstation.fails(8, "audit", "search", "--file", str(trail))
    assert "there is no file" in workstation.fails(4, "audit", "verify", "--file", str(tmp_path / "nothing"))


def test_signatures_from_elsewhere_find_what_the_owner_hid(
    workstation: Workstation, store: Path, tmp_path: Path
) -> None:
    """A whole chain, with all that was signed of it."""
    heads = tmp_path / "heads.jsonl"
    heads.write_text(workstation.awsfed("audit", "export", "--heads-only"))
    writer = json.loads(heads.read_text().splitlines()[0])["head"]["writer"]
    change(store, f"delete from events where writer = '{writer}'")
    change(store, f"delete from heads where writer = '{writer}'")
    workstation.awsfed("audit", "verify")

    result = workstation.run("awsfed", "audit", "verify", "--head", str(heads))

    assert 8 == result.returncode
    assert "none is left" in result.stdout


def test_the_key_may_be_in_the_environment(workstation: Workstation, store: Path, tmp_path: Path) -> None:
    """As 32 bytes in base64; what is none is not repeated, and an exchanged key is not trusted."""
    text = workstation.config.read_text()
    workstation.config.write_text(text.replace(f"file:{tmp_path}/keys/audit.key", "environment"))
    right = (tmp_path / "keys" / "audit.key").read_text()
    other = base64.b64encode(bytes(32)).decode()

    workstation.awsfed("audit", "verify", environ={"AWSFED_AUDIT_KEY": right})
    workstation.awsfed("store", "init", environ={"AWSFED_AUDIT_KEY": right})
    assert "the variable AWSFED_AUDIT_KEY is not set" in workstation.fails(4, "audit", "verify")
    assert "openssl rand -base64 32" in workstation.fails(4, "store", "init")
    said = workstation.fails(3, "audit", "verify", environ={"AWSFED_AUDIT_KEY": "canary"})
    assert "is no audit key" in said
    assert "canary" not in said
    changed = workstation.run("awsfed", "audit", "verify", environ={"AWSFED_AUDIT_KEY": other})
    assert (8, True) == (changed.returncode, "not one of a trusted key" in changed.stdout)


def test_the_key_is_kept_apart_from_the_store(workstation: Workstation, store: Path, tmp_path: Path) -> None:
    """Privately, and made once."""
    file = tmp_path / "keys" / "audit.key"
    assert 0o600 == file.stat().st_mode & 0o777
    before = file.read_text()
    workstation.awsfed("store", "init")
    assert before == file.read_text()
    old = workstation.awsfed("audit", "public-key").strip()
    file.unlink()
    assert "awsfed store init makes one" in workstation.fails(4, "audit", "verify")
    told = workstation.run("awsfed", "store", "init").stderr
    new = workstation.awsfed("audit", "public-key").strip()
    both = ["--public-key", new, "--public-key", old]
    assert f"another key signed the trail so far; put it back, or verify with both: {' '.join(both)}" in told
    workstation.awsfed("audit", "verify", *both)
    assert 8 == workstation.run("awsfed", "audit", "verify").returncode

    text = workstation.config.read_text()
    workstation.config.write_text(text.replace(f"{tmp_path}/keys/audit.key", f"{store}/audit.key"))
    assert "lies in the store itself" in workstation.fails(3, "store", "init")
    workstation.config.write_text("\n".join(line for line in text.splitlines() if "audit_key" not in line))
    assert "nobody signs the trail" in workstation.fails(3, "audit", "public-key")


def test_a_file_that_is_not_there(workstation: Workstation, tmp_path: Path) -> None:
    """An empty one is the advice for the first of several pieces alone."""
    for verb in ("verify", "search"):
        said = workstation.fails(4, "audit", verb, "--file", str(tmp_path / "none"))
        assert "there is no file" in said
        assert "hint" not in said


def test_without_a_store_there_is_nothing_to_read(workstation: Workstation, tmp_path: Path) -> None:
    """Which is said with what to do."""
    assert "no folder is set for the store" in workstation.fails(3, "audit", "search")
    with workstation.config.open("a") as settings:
        settings.write(f'\n[server]\nfolder = "{tmp_path}/nothing"\n')
    assert "there is no broker's store" in workstation.fails(4, "audit", "search")


def test_a_key_is_found_however_it_is_typed(workstation: Workstation, store: Path) -> None:
    """Some tools print ids in small letters."""
    for arguments in (("who", VENDED.lower()), ("search", "--access-key", VENDED.lower())):
        assert VENDED in workstation.awsfed("audit", *arguments)


@pytest.mark.parametrize(
    ("since", "count"),
    [
        ("2025-06-15T15:06:40Z", 6),
        ("2025-06-15T15:06:41Z", 4),
        ("2025-06-15T15:07:39.5+00:00", 4),
        ("2025-06-15 17:07:40 +0200", 4),
        ("2025-06-15 15:07:41Z", 3),
    ],
)
def test_moments_are_taken_as_cloudtrail_and_we_print_them(
    workstation: Workstation, store: Path, since: str, count: int
) -> None:
    """With a zone and seconds, too."""
    found = json.loads(workstation.awsfed("audit", "search", "--json", "--since", since))

    assert count == len([event for event in found if event["kind"] != "intent"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--since", "yesterday"), "'yesterday' is not a day or a moment such as 2026-01-31, 2026-01-31T13:45:00Z."),
        (("--since", "2026-02-01", "--until", "2026-01-31"), "--since has to be before --until."),
    ],
)
def test_moments_that_make_no_sense_are_refused(
    workstation: Workstation, store: Path, options: tuple[str, ...], said: str
) -> None:
    """An empty answer would look like one."""
    assert said in workstation.fails(2, "audit", "search", *options)


def test_a_file_without_signatures_proves_nothing(workstation: Workstation, store: Path, tmp_path: Path) -> None:
    """An export that failed leaves one."""
    (tmp_path / "heads.jsonl").touch()

    refused = workstation.fails(3, "audit", "verify", "--head", str(tmp_path / "heads.jsonl"))

    assert "there is no signature in" in refused


def test_nothing_is_no_trail(workstation: Workstation, tmp_path: Path) -> None:
    """What should have come through a pipe did not: that is not verified."""
    (tmp_path / "trail.jsonl").touch()
    for name in ("-", str(tmp_path / "trail.jsonl")):
        assert "there is nothing of a trail in" in workstation.fails(3, "audit", "verify", "--file", name)


def test_a_trail_comes_through_a_pipe(workstation: Workstation, store: Path) -> None:
    """As one that was kept in a compressed file does."""
    trail = workstation.awsfed("audit", "export")

    for name in ("-", "/dev/stdin"):
        assert VENDED in workstation.awsfed("audit", "who", VENDED, "--file", name, stdin=trail)


def test_a_trail_is_exported_piece_by_piece(workstation: Workstation, store: Path, tmp_path: Path) -> None:
    """Nothing is there twice, and the pieces are whole together."""
    pieces = tmp_path / "pieces.jsonl"
    pieces.touch()
    piece = None
    for _ in range(2):
        piece = workstation.awsfed("audit", "export", "--after", str(pieces))
        with pieces.open("a") as file:
            file.write(piece)
    key = workstation.awsfed("audit", "public-key").strip()

    assert "" == piece
    assert pieces.read_text() == workstation.awsfed("audit", "export")
    workstation.awsfed("audit", "verify", "--file", str(pieces), "--public-key", key, "--head", str(pieces))


def test_users_of_one_name_are_told_apart(workstation: Workstation, store: Path, tmp_path: Path) -> None:
    """A user who was deleted, and the one who got the name; and a service that is called as somebody is."""
    for user_key in ("1:8", "service:alice:0123456789abcdef"):
        database = open_database(store)
        RequestTrail(
            chain=ChainTrail(records=StoredEvents(database=database)),
            clock=FakeClock(),
            source="192.0.2.7",
            request_id="r-9",
        ).signed_in(user_key, "alice", {"kind": "bearer"}, 2_000_000_000)
        database.close()

    found = workstation.run("awsfed", "audit", "search", "--user", "alice")

    assert "3 users had this name; look for one by key: 1:7, 1:8, service:alice:0123456789abcdef" in found.stderr
    assert 1 == len(re.findall(r"sign-in +service=alice ", found.stdout))
    assert "1:8" in workstation.awsfed("audit", "search", "--user", "1:8", "--json")


def test_a_key_that_cannot_be_reached_is_a_sentence(workstation: Workstation, store: Path, tmp_path: Path) -> None:
    """Whoever may not enter its folder is told, as is one whose path leads through a file."""
    keys = tmp_path / "keys"
    keys.rename(tmp_path / "elsewhere")
    keys.touch()

    assert "audit.key: Not a directory" in workstation.fails(4, "audit", "verify")


def test_entries_that_were_changed_are_told_wherever_they_are_shown(workstation: Workstation, store: Path) -> None:
    """Whoever reads them must not take what the owner of the database wrote for what happened."""
    change(store, "update events set text = replace(text, '192.0.2.7', '192.0.2.8') where kind = 'vended'")

    for arguments in (("search", "--kind", "vended"), ("who", VENDED)):
        shown = workstation.run("awsfed", "audit", *arguments)
        assert "192.0.2.8" in shown.stdout
        assert "1 of these entries were changed; awsfed audit verify tells what else was" in shown.stderr
