"""GitHub's `primaryLocationLineHash` of a line, as its code scanning computes it: for the SARIF we write, and
to be measured against. Only the wanted lines are hashed.

No ingredient of ours: it changes with each edit within 100 characters below the line, and tells nothing
that `line/1` and the traits do not. It says nothing of a line that redaction touched: GitHub would see
another text. How it is made: `src/fingerprints.ts` of github/codeql-action; units are UTF-16 code units.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate

from ticketbot.readers.redact import COLLAPSED

_WINDOW = 100
"""Units from the beginning of the line on that count, blanks and tabs left out."""
_BASE = 37
_MASK = (1 << 64) - 1
_END = b"\xff\xff" + bytes(2 * _WINDOW)
"""Behind the last line of a file."""


def line_hashes(lines: Sequence[str], wanted: Iterable[int]) -> dict[int, str]:
    """Number of a line (from 1) → its hash as `<hex>:<n>`, the n-th line of the file with that hash.

    `lines` are cut at CR LF, LF and CR, so a file that ends in a newline has an empty last one.
    """
    numbers = sorted({number for number in wanted if 1 <= number <= len(lines)})
    if not numbers:
        return {}
    pieces = [
        (line.replace(" ", "").replace("\t", "") + "\n").encode("utf-16-le", "surrogatepass")
        for line in lines
    ]
    text = b"".join(pieces)[:-2] + _END
    starts = [0, *accumulate(map(len, pieces))]
    seen: Counter[bytes] = Counter()
    found = dict.fromkeys(numbers, "")
    for number, start in enumerate(starts[: numbers[-1]], 1):
        window = text[start : start + 2 * _WINDOW]
        seen[window] += 1
        if number in found:
            found[number] = f"{_polynomial(window):x}:{seen[window]}"
    return {n: value for n, value in found.items() if not _touched(lines, starts, n)}


def _polynomial(window: bytes) -> int:
    value = 0
    for low, high in zip(window[::2], window[1::2], strict=True):
        value = (value * _BASE + low + 256 * high) & _MASK
    return value


def _touched(lines: Sequence[str], starts: Sequence[int], number: int) -> bool:
    """Is there a placeholder in any line that the window reaches into?"""
    end = starts[number - 1] + 2 * _WINDOW
    reached = number
    while reached < len(lines) and starts[reached] < end:
        reached += 1
    return any(COLLAPSED in line for line in lines[number - 1 : reached])
