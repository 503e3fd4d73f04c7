"""The demo: one screen of 80 columns, and the repository stays clean."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_demo_tells_the_whole_story_on_one_screen(tmp_path):
    for folder in ("examples/demo", "examples/vulnerable-api"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    command = tmp_path / "ticketbot"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ticketbot "$@"\n')
    command.chmod(0o755)
    done = subprocess.run(
        [tmp_path / "examples/demo/run.sh"],
        env={**os.environ, "TICKETBOT": str(command), "PYTHONPATH": str(ROOT), "COLUMNS": "80"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) <= 45
    assert max(map(len, lines)) <= 80
    first, again, fixed = re.split(r"^\$ ticketbot sync .*$", done.stdout, flags=re.MULTILINE)[1:]
    assert re.search(r"^\d+ created, 1 linked, \d+ left as they are$", first, re.MULTILINE)
    assert re.search(r"^nothing to do, \d+ left as they are$", again.strip(), re.MULTILINE)
    assert re.search(r"^\d+ created, \d+ closed, \d+ left as they are$", fixed, re.MULTILINE)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".demo", "examples", "ticketbot"]
