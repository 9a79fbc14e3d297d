"""A ledger on a PostgreSQL server. Nothing imports this package unless the place is a server's URL."""
