"""ticketbot: exactly one ticket per flaw, whatever happens."""

__version__ = "0.1.0"
