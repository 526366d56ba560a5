"""The trail of a broker that served somebody, written with the real parts."""

from pathlib import Path

from fakes.catalogue import assume_role
from fakes.clock import FakeClock
from fakes.vendor import FakeVendor

from awsfed.broker.audit.heads import Signing, parse_audit_key
from awsfed.broker.audit.reasons import reasons
from awsfed.broker.audit.trail import ChainTrail, RequestTrail
from awsfed.broker.store.audit import StoredEvents
from awsfed.broker.store.database import open_database
from awsfed.broker.sts.recorded import RecordedVendor
from awsfed.model.credentials import AccessKey
from awsfed.model.grants import Allowed
from awsfed.model.identity import Identity
from awsfed.model.secret import Secret

ALICE = Identity(key="1:7", name="alice", display_name="Alice", groups=())
KEY = AccessKey(name="main", access_key_id="AKIAMAINMAINMAINMAIN", secret_access_key=Secret("canary-secret"))


def write_trail(store: Path, key: Path, *, signs_end: bool = True) -> None:
    """Let two processes write into a store: alice signs in, is given `dev` and refused `ops`; somebody guesses."""
    database = open_database(store)
    records = StoredEvents(database=database)
    clock = FakeClock()
    vendor = FakeVendor(clock)
    for number in range(2):
        signing = Signing(records=records, key=parse_audit_key(Secret(key.read_text())), clock=clock)
        chain = ChainTrail(records=records, signing=signing)
        trail = RequestTrail(chain=chain, clock=clock, source="192.0.2.7", request_id=f"r-{number}")
        if number == 0:
            trail.signed_in(ALICE.key, ALICE.name, {"kind": "bearer"}, int(clock.now()) + 3600)
            about = reasons("credentials", Allowed(through=("aws-developers",)), "0123456789abcdef")
            RecordedVendor(vendor=vendor, trail=trail, about=about).vend(assume_role("dev"), ALICE, KEY)
            clock.advance(60)
            trail.refused(ALICE.key, ALICE.name, "ops", "no connector 'ops' for alice")
        else:
            clock.advance(1)  # of two at one moment nobody can say which was first
            trail.sign_in_refused("mallory", "Crowd did not accept this name and password", {"failures": "1"})
            trail.signed_out(ALICE.key, ALICE.name, {"by": "alice"})
            with trail.change(ALICE.key, ALICE.name, "create connector", {"id": "x"}, "x"):
                pass
        if signs_end:
            signing.sign(chain.newest())
    database.close()
