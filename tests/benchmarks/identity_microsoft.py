"""Microsoft's `match-results-forward` (npm package @microsoft/sarif-multitool-linux) as a way of matching.

It runs as it is, on the same bytes; each result is given a GUID of its own, as tools do, because in what
it writes the old result's GUID is the new one's `correlationGuid`.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

SECONDS = 600


def match_results_forward(tool: Path, old: bytes, new: bytes) -> dict[int, int]:
    """Number of the old result → number of the new one, counted over all runs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before = _named(old, folder / "old.sarif")
        after = _named(new, folder / "new.sarif")
        command = [str(tool), "match-results-forward", "new.sarif", "--previous", "old.sarif"]
        command += ["--output-file-path", "out.sarif", "--log", "ForceOverwrite"]
        env = os.environ | {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
        ran = subprocess.run(
            command, cwd=folder, env=env, capture_output=True, timeout=SECONDS, check=False
        )
        if ran.returncode:
            raise SystemExit(f"{tool.name} exits {ran.returncode}: {ran.stdout[-400:].decode()}")
        made = {}
        for result in _results(json.loads((folder / "out.sarif").read_bytes())):
            i, j = before.get(result.get("correlationGuid", "")), after.get(result["guid"])
            if i is not None and j is not None:
                made[i] = j
        return made


def _named(report: bytes, target: Path) -> dict[str, int]:
    """Writes the report with GUIDs; GUID → number of its result."""
    log = json.loads(report)
    numbers = {}
    for number, result in enumerate(_results(log)):
        result["guid"] = str(uuid5(NAMESPACE_URL, f"{target.name}/{number}"))
        numbers[result["guid"]] = number
    target.write_text(json.dumps(log))
    return numbers


def _results(log: dict[str, Any]) -> list[dict[str, Any]]:
    return [result for run in log["runs"] for result in run.get("results") or ()]
