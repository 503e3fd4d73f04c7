"""The line between our words and people's: what it is, and how a body is put together around it.

Refuses to let our own text hold a second one. `section` takes bodies apart again; `markup` cuts around it.
"""

from __future__ import annotations

import re

FOOTER = "ticketbot keeps the text above up to date; write below this line."
"""The visible footer of Jira and ServiceNow. GitHub's is its marker, a hidden comment."""
FOOTER_PATTERN = re.compile(r"\s+".join(re.escape(word) for word in FOOTER.split()))
"""The visible footer as an editor may have laid it out: `\\s` takes non-breaking spaces too."""

# A report may quote a footer or a marker. Broken by a zero-width space, ours never holds a second one.
_FORGED = re.compile(r"<!--(?=\s*ticketbot)|ticketbot(?=\s+keeps\s+the\s+text\s+above)", re.I)
_BREAK = "\u200b"


def unforged(ours: str) -> str:
    """Our text without anything that could pass for a footer or a marker. Twice changes nothing."""
    return _FORGED.sub(lambda found: found[0] + _BREAK, ours)


def joined(ours: str, footer: str, theirs: str) -> str:
    """The whole body. `footer` may be empty, where a tracker has none."""
    parts = [part for part in (unforged(ours).rstrip(), footer + theirs) if part]
    return "\n\n".join(parts)
