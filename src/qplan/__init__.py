"""qplan: a work ledger that keeps a government plan's promises accountable."""

__version__ = "0.1.0"
