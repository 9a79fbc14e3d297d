"""The ledger: the only package that knows a database.

The journal is the ledger, rows are its projection: what a row says is what the events before it
say, and nothing else writes a row.
"""
