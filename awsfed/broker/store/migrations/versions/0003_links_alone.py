"""Of an event the trail keeps what was hashed, and nothing beside it that could say something else."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Drop six columns, in one copy."""
    with op.batch_alter_table("events") as table:
        for name in ("at", "kind", "user_key", "user_name", "connector", "access_key_id"):
            table.drop_column(name)
