"""Files and streams: one line an event, private, whole; and trouble with them stops nothing."""

from __future__ import annotations

import io
import json
import os
import stat

import pytest

from ticketbot.telemetry.sinks import FileSink, StreamSink

EVENT = {"message": "a"}
LINE = json.dumps(EVENT).encode()


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_each_event_is_a_line_at_the_end_that_is_there_at_once(tmp_path):
    path = tmp_path / "deep" / "audit.jsonl"
    said: list[str] = []
    for _ in range(2):
        sink = FileSink(path, said.append)
        sink.write(EVENT, LINE)
        assert path.read_bytes().endswith(LINE + b"\n")
        sink.close()
    assert path.read_bytes() == (LINE + b"\n") * 2
    assert said == []


def test_a_new_file_is_for_its_owner_and_an_old_one_keeps_its_mode(tmp_path):
    new, old = tmp_path / "new.jsonl", tmp_path / "old.jsonl"
    old.touch()
    old.chmod(0o640)
    for path in (new, old):
        FileSink(path, print).close()
    assert (mode(new), mode(old)) == (0o600, 0o640)


def test_a_folder_that_cannot_be_written_is_told_and_stops_nothing(tmp_path):
    (tmp_path / "file").touch()
    said: list[str] = []
    sink = FileSink(tmp_path / "file" / "audit.jsonl", said.append)
    for _ in range(3):
        sink.write(EVENT, LINE)
    sink.close()
    assert len(said) == 2
    assert "cannot be written" in said[0]
    assert "3 events are missing" in said[1]


def test_a_pipe_that_nobody_reads_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "audit.jsonl")
    said: list[str] = []
    FileSink(tmp_path / "audit.jsonl", said.append).close()
    assert "cannot be written" in said[0]


def test_a_full_disk_is_told_once_with_the_number_at_the_end(tmp_path, monkeypatch):
    said: list[str] = []
    sink = FileSink(tmp_path / "audit.jsonl", said.append)

    def full(_file: int, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        for _ in range(3):
            sink.write(EVENT, LINE)
    sink.write(EVENT, LINE)
    sink.close()
    assert len(said) == 2
    assert "No space left on device" in said[0]
    assert "3 events are missing" in said[1]
    assert (tmp_path / "audit.jsonl").read_bytes() == LINE + b"\n"


def test_a_torn_line_does_not_spoil_the_next_one(tmp_path, monkeypatch):
    path, real = tmp_path / "audit.jsonl", os.write
    sink = FileSink(path, lambda _text: None)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda file, data: real(file, data[:5]))
        sink.write(EVENT, LINE)
    sink.write(EVENT, LINE)
    sink.close()
    assert path.read_bytes().splitlines() == [LINE[:5], LINE]


def test_two_jobs_do_not_cut_into_each_others_lines(tmp_path):
    path = tmp_path / "audit.jsonl"
    sinks = [FileSink(path, print) for _ in range(2)]
    for number in range(100):
        sinks[number % 2].write(EVENT, b"x" * 5_000)
    assert {len(line) for line in path.read_bytes().splitlines()} == {5_000}
    for sink in sinks:
        sink.close()


@pytest.mark.parametrize("broken", [BrokenPipeError(32, "Broken pipe"), ValueError("closed file")])
def test_a_reader_that_went_away_stops_nothing(broken):
    class Gone(io.StringIO):
        def write(self, _text: str) -> int:
            raise broken

    said: list[str] = []
    sink = StreamSink(Gone, said.append)
    for _ in range(2):
        sink.write(EVENT, LINE)
    sink.close()
    assert len(said) == 1
