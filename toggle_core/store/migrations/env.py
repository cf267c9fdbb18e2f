"""Alembic's entry: runs the revisions on the connection that ``store.migrate`` hands over."""

from alembic import context

from toggle_core.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
