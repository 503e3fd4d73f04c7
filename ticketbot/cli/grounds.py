"""What identity may look at besides the reports, by options and configuration: the checkout, the APIs."""

from __future__ import annotations

from ticketbot.cli.options import Reading
from ticketbot.cli.source_lines import checkout
from ticketbot.identity.ingredients import Grounds
from ticketbot.readers.redact import Redactor


def grounds_of(options: Reading, redactor: Redactor) -> Grounds:
    """Raises UsageError for a `--source-root` that is not there."""
    return Grounds(sources=checkout(options, redactor))
