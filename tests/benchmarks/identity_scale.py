"""How long the matcher takes for a very large scan, and how much memory: 100,000 new findings, 100,000 known.

`python -m tests.benchmarks.identity_scale [--number N] [--profile]` runs each case in a process of its own
and prints Markdown. The bound is 10 seconds and 500 MB; nothing is asserted.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.identity.scanner import remembered
from ticketbot.identity.identify import identify
from ticketbot.identity.match import Candidate, match, pairs
from ticketbot.model.finding import Finding, Location, Scan

FILES, RULES = 2_000, 60
SCAN = Scan(tool="Toyscan", family="toyscan")
WORDS = (
    "find load save parse send merge copy apply render check order price user token name".split()
)


class Code(NamedTuple):
    """A flagged line."""

    path: str
    line: int
    rule: int
    text: str


def first_scan(number: int, chance: random.Random) -> list[Code]:
    """2,000 files; one line in five is the like of another in its file, assertions far more often."""
    found = []
    for at in range(number):
        path = f"src/part{at % FILES % 40}/module{at % FILES}.py"
        rule = min(chance.randrange(RULES), chance.randrange(RULES))
        alike = at // FILES % 5 == 0
        name = WORDS[at // FILES % 3 if alike else chance.randrange(len(WORDS))]
        what = "value" if alike else f"item_{at} + {chance.randrange(1000)}"
        found.append(
            Code(path, at // FILES * 11 + 3, rule % 3 if alike else rule, f"    {name}({what})")
        )
    return found


def second_scan(old: list[Code], chance: random.Random) -> list[Code]:
    """Most files are as they were, in a fifth lines moved; 5 % of the findings moved away, 1 % are
    edited, 1 % went and as many came, 2 % of the files have other names."""
    shifts = {path: chance.choice((0, 0, 0, 0, 1, 7)) for path in {code.path for code in old}}
    names = {
        path: path.replace("/module", "/renamed")
        for path in sorted(shifts)
        if chance.random() < 0.02
    }
    found = []
    for code in old:
        line = code.line + shifts[code.path] * (1 + code.line // 200)
        path, text, fate = names.get(code.path, code.path), code.text, chance.random()
        if fate < 0.05:
            line = chance.randrange(1, 700)
        elif fate < 0.06:
            text = text.replace("(", "(changed, ")
        elif fate < 0.07:
            text = f"    brand_new({chance.random()})"
        found.append(Code(path, line, code.rule, text))
    chance.shuffle(found)
    return found


def identified(codes: list[Code], *, text: bool) -> Iterator[Candidate]:
    """As the reader and the recipes make them."""
    for index, code in enumerate(codes):
        place = Location(
            path=code.path, line=code.line, column=5, line_text=code.text if text else None
        )
        finding = Finding(
            pointer="",
            tool="Toyscan",
            rule=f"R{code.rule}",
            title=f"Rule {code.rule}",
            message=f"Rule {code.rule} found something",
            locations=(place,),
        )
        identity = identify(finding, SCAN)
        yield Candidate(
            index=index,
            aliases=identity.aliases,
            rule=identity.rule,
            path=code.path,
            line=code.line,
            traits=identity.traits,
        )


def megabytes() -> float:
    """The most memory this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(what: str, number: int, *, text: bool, profile: bool) -> dict[str, float]:
    """One case, in this process."""
    chance = random.Random(1)
    codes = first_scan(number, chance)
    old = list(identified(codes, text=text))
    new = list(identified(second_scan(codes, chance), text=text))
    del codes
    job: Callable[[], object]
    if what == "match":
        known = remembered(old)
        del old
        job = lambda: match(new, known)  # noqa: E731 - the two cases side by side
    else:
        job = lambda: pairs(old, new)  # noqa: E731 - the two cases side by side
    profiler = cProfile.Profile()
    before, wall, cpu = megabytes(), time.perf_counter(), time.process_time()
    made = profiler.runcall(job) if profile else job()
    figures = {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "inputs": before,
        "peak": megabytes(),
        "links": len(made["pairs"] if isinstance(made, dict) else made.pairs),  # type: ignore[attr-defined]  # `match` gives a Matching
    }
    if profile:
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(18)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=100_000)
    parser.add_argument("--profile", action="store_true", help="where the time goes, to stderr")
    parser.add_argument("--one", choices=("match", "pairs"), help="this case alone, as JSON")
    parser.add_argument("--blind", action="store_true", help="with --one: without text")
    given = parser.parse_args()
    if given.one:
        figures = measure(given.one, given.number, text=not given.blind, profile=given.profile)
        print(json.dumps(figures))
        return
    print(
        f"| {given.number:,} against as many | CPU | wall | peak memory | of that inputs | links |"
    )
    print("| --- | --: | --: | --: | --: | --: |")
    for case in ("match", "pairs"):
        for blind in ([], ["--blind"]):
            command = [sys.executable, "-m", __spec__.name, "--one", case, *blind]
            command += ["--number", str(given.number), *["--profile"] * given.profile]
            ran = subprocess.run(command, stdout=subprocess.PIPE, check=True)
            got = json.loads(ran.stdout)
            print(
                f"| `{case}`, {'without' if blind else 'with'} text | {got['cpu']:.1f} s "
                f"| {got['wall']:.1f} s | {got['peak']:.0f} MB | {got['inputs']:.0f} MB "
                f"| {got['links']:,} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
