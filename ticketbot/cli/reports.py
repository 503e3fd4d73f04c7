"""REPORT arguments → the files they mean, each with its sha256. Reads bytes, and nothing of what they mean.

A path, a glob, a folder (everything in it but hidden files), or `-`: standard input goes to a
temporary file, because a report is read twice. A symbolic link out of a folder is followed.
"""

from __future__ import annotations

import glob
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from ticketbot.errors import ReportError, UsageError

CHUNK = 1 << 20
STDIN = "-"


@dataclass(frozen=True)
class FileSource:
    """A file that is a report, or may be one. Implements `readers.report.Source`."""

    name: str
    path: Path

    def open(self) -> BinaryIO:
        try:
            return self.path.open("rb")
        except OSError as error:
            raise _unreadable(self.name, error) from error


class Found(msgspec.Struct, frozen=True):
    """One file. `asked`: it was named itself, and not found by looking into a folder."""

    source: FileSource
    digest: str
    """sha256 of its bytes, hexadecimal."""
    asked: bool


def find(arguments: Sequence[str]) -> list[Found]:
    """Every file meant, each once, in the order given; folders and globs in the order of names.

    Raises UsageError where an argument means nothing, ReportError where a file cannot be read.
    """
    if arguments.count(STDIN) > 1:
        raise UsageError("standard input (-) can be read only once", hint="Name it once.")
    found: dict[str, FileSource] = {}
    asked: set[str] = set()
    for argument in arguments:
        sources = list(_files(argument))
        if not sources:
            raise _nothing(argument)
        for source in sources:
            key = os.path.realpath(source.path)
            found.setdefault(key, source)
            if not os.path.isdir(argument):
                asked.add(key)
    return [Found(source, _sha256(source), key in asked) for key, source in found.items()]


def readable(path: str) -> str:
    """A path as text that can be written down: where the system's encoding is ASCII (LC_ALL=C), the
    bytes of a name are halves of surrogate pairs, and are read as UTF-8 instead."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path).decode("utf-8", "replace")
    return path


def _files(argument: str) -> Iterator[FileSource]:
    if argument == STDIN:
        yield _spooled(sys.stdin.buffer, "standard input")
    elif os.path.isdir(argument):
        yield from _folder(argument)
    elif os.path.lexists(argument):
        path = Path(argument)
        # A pipe, as of `<(gunzip -c …)`, can be read only once, too.
        yield _piped(path) if path.is_fifo() else _named(path)
    elif glob.has_magic(argument):
        for name in sorted(glob.glob(argument, recursive=True)):
            yield from _folder(name) if os.path.isdir(name) else [_named(Path(name))]


def _folder(name: str) -> Iterator[FileSource]:
    for folder, below, files in os.walk(name):
        below[:] = sorted(each for each in below if not each.startswith("."))
        for file in sorted(each for each in files if not each.startswith(".")):
            path = Path(folder, file)
            if path.is_file():
                yield _named(path)


def _named(path: Path) -> FileSource:
    return FileSource(readable(str(path)), path)


def _piped(path: Path) -> FileSource:
    with path.open("rb") as stream:
        return _spooled(stream, readable(str(path)))


def _spooled(stream: BinaryIO, name: str) -> FileSource:
    """What can be read only once, as a file that goes with the process."""
    with tempfile.NamedTemporaryFile(prefix="ticketbot-", delete=False) as file:
        _at_exit(file.name)
        while chunk := stream.read(CHUNK):
            file.write(chunk)
    return FileSource(name, Path(file.name))


def _at_exit(name: str) -> None:
    import atexit

    atexit.register(lambda: Path(name).unlink(missing_ok=True))


def _sha256(source: FileSource) -> str:
    with source.open() as stream:
        try:
            digest = hashlib.sha256()
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
            return digest.hexdigest()
        except OSError as error:
            raise _unreadable(source.name, error) from error


def _nothing(argument: str) -> UsageError:
    if os.path.isdir(argument):
        return UsageError(
            f"there is no file in the folder {argument}",
            hint="Did the scanner write its report somewhere else, or not at all?",
        )
    what = "no file matches" if glob.has_magic(argument) else "there is no file or folder"
    return UsageError(
        f"{what} {argument}",
        hint=f"The current folder is {Path.cwd()}. A scan step that failed writes no report: see its log.",
    )


def _unreadable(name: str, error: OSError) -> ReportError:
    return ReportError(
        f"{name}: cannot be read: {error.strerror or error}",
        hint="Check the file's permissions, or whether the scan step wrote it.",
    )
