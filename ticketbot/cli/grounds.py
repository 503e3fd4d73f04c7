"""What identity may look at besides the reports, by options and configuration: the checkout, the APIs."""

from __future__ import annotations

from ticketbot.cli.options import Reading
from ticketbot.cli.source_lines import checkout
from ticketbot.config.apis import registered
from ticketbot.config.load import Loaded
from ticketbot.identity.ingredients import Grounds
from ticketbot.readers.redact import Redactor


def grounds_of(
    options: Reading, redactor: Redactor, loaded: Loaded | None = None, target: str = ""
) -> Grounds:
    """Raises UsageError for a `--source-root` that is not there, ConfigError for API files that are not
    there or cannot be understood. Without `loaded` no API is known."""
    sources = checkout(options, redactor)
    if loaded is None:
        return Grounds(sources=sources)
    return Grounds(sources=sources, registered=registered(loaded, target))
