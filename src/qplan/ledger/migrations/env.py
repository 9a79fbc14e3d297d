"""Alembic runs the migrations on the connection it is given, inside the caller's transaction."""

from alembic import context

from qplan.ledger.tables import Row

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Row.metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
