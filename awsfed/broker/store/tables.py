"""Every table of the store. Moments are epoch seconds on the broker's clock; digests are hexadecimal SHA-256."""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Integer, LargeBinary, MetaData, Table, Text

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("token_digest", Text, primary_key=True),
    Column("kind", Text, nullable=False),  # bearer, cookie
    Column("user_key", Text, nullable=False, index=True),
    Column("user_name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("signed_in_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False, index=True),
)

TICKETS = Table(
    "tickets",
    METADATA,
    Column("ticket_digest", Text, primary_key=True),
    Column("token_digest", Text, ForeignKey("sessions.token_digest", ondelete="CASCADE"), nullable=False),
    Column("connector", Text, nullable=False),
    Column("wishes", Text, nullable=False),  # place and narrowing, as JSON
    Column("ends_at", BigInteger, nullable=False, index=True),
)

ATTEMPTS = Table(
    "attempts",
    METADATA,
    Column("whose", Text, primary_key=True),  # digest of user and source, or of a source
    Column("failures", Integer, nullable=False),
    Column("last_at", Float, nullable=False, index=True),
)

EVENTS = Table(
    "events",
    METADATA,
    Column("writer", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),  # the whole event, as the JSON that was hashed
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False),
    # There is no other index: every link is written while somebody waits for credentials.
)

HEADS = Table(
    "heads",
    METADATA,
    Column("writer", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False),
    Column("signed_at", BigInteger, nullable=False),
    Column("public_key", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)

CONNECTORS = Table(
    "connectors",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("document", Text, nullable=False),  # what stands under [connectors.ID] in a catalogue, as JSON
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)

ACCESS_KEYS = Table(
    "access_keys",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("access_key_id", Text, nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)

SERVICES = Table(
    "services",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("connectors", Text, nullable=False),  # ids, as a JSON array
    Column("token_digest", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

SEALING_KEYS = Table(
    "sealing_keys",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("wrapped_by", Text, nullable=False),  # where the key is that opens it
    Column("created_at", BigInteger, nullable=False),
)

REVISIONS = Table(
    "revisions",
    METADATA,
    Column("what", Text, primary_key=True),  # a table that others keep a parsed copy of
    Column("number", BigInteger, nullable=False),
)
