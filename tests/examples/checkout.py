"""A CI runner in small: a checkout with two branches, stand-ins for pip and the scanner, the real ticketbot.

The stand-in scanner writes the report that lies in the checkout it is called in, so that what is
found depends on what is checked out, as with a real one. Nothing is installed, nothing leaves.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.examples.pipelines import EXAMPLES, Step
from tests.examples.situations import Situation

STUBS = {
    "pip": "#!/bin/sh\n",
    # bandit … --output FILE …
    "bandit": '#!/bin/sh\nwhile [ "$1" != --output ]; do shift; done\ncp found.sarif "$2"\n',
    # python3 -m venv FOLDER
    "python3": '#!/bin/sh\nmkdir -p "$3/bin" && touch "$3/bin/activate"\n',
}
LOCAL_ONLY = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
}


class Ran(NamedTuple):
    """How a pipeline ended: the name of the last step it came to, that step's exit code, all output."""

    last: str
    code: int
    output: str


class Runner:
    """A machine with one checkout in `root`."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "shop-api"
        self.stubs = folder / "stubs"

    @classmethod
    def made_in(cls, folder: Path) -> Runner:
        runner = cls(folder)
        runner.stubs.mkdir()
        for name, script in STUBS.items():
            (runner.stubs / name).write_text(script)
            (runner.stubs / name).chmod(0o755)
        runner._commit()
        return runner

    def copied_to(self, folder: Path) -> Runner:
        shutil.copytree(self.root.parent, folder, dirs_exist_ok=True)
        copy = Runner(folder)
        copy.git("remote", "set-url", "origin", str(copy.root))
        return copy

    def lose_ledger(self) -> None:
        shutil.rmtree(self.root / ".ticketbot")

    def tickets(self) -> bytes | None:
        """The local tracker's file, byte for byte; None where there is none."""
        file = self.root / ".ticketbot/tickets.db"
        return file.read_bytes() if file.exists() else None

    def _commit(self) -> None:
        """`main` and `release/1.2` have the flaws of v1, `fix` those of v2."""
        self.root.mkdir()
        self.git("init", "--quiet", "--initial-branch", "main")
        self.git("remote", "add", "origin", str(self.root))
        for branch, version in (("main", "v1"), ("release/1.2", "v1"), ("fix", "v2")):
            if branch != "main":
                self.git("switch", "--quiet", "--create", branch)
            report = EXAMPLES / f"demo/reports/{version}/bandit.sarif"
            (self.root / "found.sarif").write_bytes(report.read_bytes())
            self.git("add", "found.sarif")
            self.git("commit", "--quiet", "--allow-empty", "--message", branch)
        self.git("switch", "--quiet", "main")

    def git(self, *arguments: str) -> str:
        command = ["git", "-C", str(self.root), *arguments]
        env = os.environ | LOCAL_ONLY
        return subprocess.run(
            command, env=env, check=True, capture_output=True, text=True
        ).stdout.strip()

    def environment(self, situation: Situation) -> dict[str, str]:
        """The situation's variables, and nothing of the machine that the tests run on."""
        known = {"sha": self.git("rev-parse", "HEAD"), "base": self.git("rev-parse", "main")}
        variables = {
            name: text.format(root=self.root, **known) for name, text in situation.variables.items()
        }
        path = os.pathsep.join([str(self.stubs), str(Path(sys.executable).parent), "/usr/bin:/bin"])
        own = {"PATH": path, "HOME": str(self.root.parent), "COLUMNS": "500", "LANG": "C.UTF-8"}
        return LOCAL_ONLY | own | variables

    def run(self, situation: Situation, steps: list[Step]) -> Ran:
        """The steps up to the first that fails."""
        env, output, step, code = self.environment(situation), "", steps[0], 0
        for step in steps:
            done = self.call(env | step.env, *step.shell, step.script)
            output, code = output + done.stdout + done.stderr, done.returncode
            if code:
                break
        return Ran(step.name, code, output)

    def call(self, env: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.root,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
