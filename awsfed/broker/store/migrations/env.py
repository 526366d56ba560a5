"""What Alembic runs: the connection is handed over by `awsfed.broker.store.schema`, in a transaction of ours."""

from alembic import context

from awsfed.broker.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite changes most of a table by copying it
)
context.run_migrations()
