"""GitHub's own expected hashes, from the published test data of its action, against ours."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ticketbot.identity.line_hash import line_hashes

DATA = Path(__file__).parents[3] / "shared/corpus/public/github+codeql-action"
EXPECTED = DATA / "src__testdata__fingerprinting.expected.sarif"
FILES = {  # the sources are not in the corpus: four declarations each
    "testFile1.js": "abcd",
    "testFile2.js": ("foo", "bar", "baz", "qux"),
}


@pytest.mark.skipif(not EXPECTED.is_file(), reason="the shared corpus is not on this machine")
def test_every_published_hash_is_ours() -> None:
    (run,) = json.loads(EXPECTED.read_text())["runs"]
    assert run["results"]
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]
        artifact, line = place["artifactLocation"], place["region"]["startLine"]
        name = artifact.get("uri") or run["artifacts"][artifact["index"]]["location"]["uri"]
        lines = [*(f"var {word} = 0;" for word in FILES[name]), ""]
        assert (
            line_hashes(lines, [line])[line]
            == (result["partialFingerprints"]["primaryLocationLineHash"])
        )
