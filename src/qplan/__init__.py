"""qplan: a work ledger that keeps a government plan's promises accountable."""

__version__ = "0.1.0"

#: The folder in which the program keeps what it has seen and begun on this machine; the command line sets it.
state_folder: str | None = None
