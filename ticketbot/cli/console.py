"""Where words go: the result to standard output or `--output`, everything else to standard error.

Nothing from a report reaches a terminal with control characters in it. A reader that has gone away
(`| head`) is no error.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from ticketbot.cli.writable import refuse_unwritable
from ticketbot.errors import IncompleteError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from ticketbot.cli.options import General

_INFO, _WARNING = 20, 30  # logging's levels; the module itself is not needed here
WIDTH = 80
"""Columns, where no terminal says how many."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
# What CI systems take for an order where it stands in a log: GitHub `::error::` at the start of a line,
# GitHub, Azure and TeamCity `##[…]`, `##vso[…]` and `##teamcity[…]` anywhere in one.
_AT_START = re.compile(r"^(\s*):(?=:[a-z])", re.M)
_ANYWHERE = re.compile(r"##(?=(?:vso|teamcity)?\[)")
NO_OUTPUT = "standard output cannot be written"
_STYLES = {"critical": "1;31", "high": "31", "medium": "33", "strong": "1", "faint": "2"}


class Console:
    """One run's two streams. `closed` is True when nobody reads the result any more."""

    def __init__(self, options: General) -> None:
        refuse_unwritable(options.output, "--output")
        if options.output is None and sys.stdout is None:  # `>&-`
            raise UsageError(f"{NO_OUTPUT}: it is closed", hint="Give the result a file: --output.")
        self.quiet, self.verbose = options.quiet, options.verbose
        self.closed = False
        self.to_file = options.output is not None
        self.teller: Callable[[str, int], None] | None = None
        """Takes what is said and warned of, with logging's level, where log lines are structured."""
        self._path = options.output
        self._file: TextIO | None = None
        plain = options.no_color or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
        self.color = self._path is None and sys.stdout.isatty() and not plain
        self.lively = sys.stderr.isatty() and not plain and not self.quiet

    @property
    def width(self) -> int:
        """Columns to fill."""
        if "COLUMNS" in os.environ or (self._path is None and sys.stdout.isatty()):
            import shutil

            return max(40, shutil.get_terminal_size((WIDTH, 24)).columns)
        return WIDTH

    def out(self, text: str) -> None:
        """A part of the result, with its newline."""
        if self.closed:
            return
        with self._writing() as stream:
            stream.write(inert(text) + "\n")

    def say(self, text: str) -> None:
        """Progress and explanations for people; not with --quiet."""
        if not self.quiet:
            self._tell(text, _INFO)

    def warn(self, text: str) -> None:
        """What must be read, on standard error."""
        self._tell(text, _WARNING)

    def _tell(self, text: str, level: int) -> None:
        if self.teller is not None:
            self.teller(text, level)
            return
        try:
            print(inert("\n".join(map(shown, text.split("\n")))), file=sys.stderr, flush=True)
        except BrokenPipeError:
            silence(sys.stderr)

    def finish(self) -> None:
        """Everything is written. Raises IncompleteError where it cannot be."""
        with self._writing() as stream:
            stream.flush()
        if self._file is not None:
            self._file.close()

    def style(self, text: str, name: str) -> str:
        """`text` in the style of a severity, `strong` or `faint`, where there are colours."""
        code = _STYLES.get(name) if self.color else None
        return f"\x1b[{code}m{text}\x1b[0m" if code else text

    @contextmanager
    def progress(self, first: str, then: str) -> Iterator[Callable[[str], None]]:
        """A bar on a terminal: `first` until the first step is told, `then` with the steps counted.
        Without a terminal a line for each step, with --verbose."""
        if not self.lively:
            yield self.say if self.verbose else lambda _step: None
            return
        from rich.console import Console as Rich
        from rich.markup import escape
        from rich.progress import BarColumn, Progress, TextColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[last]}"))
        with Progress(*columns, console=Rich(stderr=True), transient=True) as bar:
            task = bar.add_task(first, total=None, last="")

            def step(text: str) -> None:
                done = f"{bar.tasks[0].completed + 1:.0f}  {escape(shown(text))}"
                bar.update(task, advance=1, description=then, last=done)

            yield step

    @contextmanager
    def _writing(self) -> Iterator[TextIO]:
        """What the result goes to. A full disk is exit code 3: the work is done, its telling is not."""
        stream = self._stream()
        try:
            yield stream
        except BrokenPipeError:
            self._gone()
        except OSError as error:
            if self._file is None:
                silence(stream)
            what = NO_OUTPUT if self._file is None else f"{self._path} cannot be written"
            raise IncompleteError(
                f"{what}: {error.strerror or error}",
                hint="What the command had to do is done; only its result is not shown.",
            ) from error

    def _stream(self) -> TextIO:
        if self._path is None:
            return sys.stdout
        if self._file is None:
            self._file = _opened(self._path)
        return self._file

    def _gone(self) -> None:
        self.closed = True
        silence(sys.stdout)


def shown(text: str) -> str:
    """`text` on one line, without anything that moves a cursor or turns the writing round."""
    return _CONTROL.sub(" ", text)


def inert(text: str) -> str:
    """`text` with nothing in it that a CI system would carry out. JSON means the same as before."""
    if "##" in text:
        text = _ANYWHERE.sub(r"#\\u0023" if text.startswith("{") else "#\u200b#", text)
    return _AT_START.sub("\\1:\u200b", text) if "::" in text else text


def _opened(path: Path) -> TextIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("w", encoding="utf-8", errors="replace", newline="\n")
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror or error}",
            hint="Give --output another file.",
        ) from error


def silence(stream: TextIO) -> None:
    """Let what is written from now on, and at exit, go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
