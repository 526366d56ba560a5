"""Services move into the store, and the trail has one index alone."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the table, and drop four indexes."""
    op.create_table(
        "services",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("connectors", sa.Text(), nullable=False),
        sa.Column("token_digest", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_services")),
    )
    op.drop_index("ix_events_user_name", "events")
    op.drop_index("ix_events_connector", "events")
    op.drop_index(op.f("ix_events_at"), "events")
    op.drop_index("ix_events_access_key_id", "events")
