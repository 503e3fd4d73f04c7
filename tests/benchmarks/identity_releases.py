"""Releases of a project from PyPI → trees, commits of one git repository, and a scanner's reports.

Each step is done once and found done the next time. Scans what it downloads; runs none of its code but
what pip needs for a source distribution's metadata.
"""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
import tarfile
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

SCANNERS = {"bandit": "bandit[sarif]==1.9.4", "flawfinder": "flawfinder==2.0.19"}


class Project(NamedTuple):
    """What is measured. `tool` is a key of `SCANNERS`."""

    name: str
    tool: str
    versions: tuple[str, ...]
    endings: tuple[str, ...]
    """Of the files that the tool reads."""


class Release(NamedTuple):
    """One version: its tree, its commit in the repository of all versions, and its report."""

    version: str
    tree: Path
    commit: str
    report: bytes


class Workshop:
    """The work folder: scanners, downloads, one folder for each project."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._tools = self.folder / "tools"

    def releases(self, project: Project) -> list[Release]:
        """Oldest first, as they are named."""
        return [self._release(project, version) for version in project.versions]

    def repository(self, project: Project) -> Path:
        return self.folder / project.name / "repository"

    def _release(self, project: Project, version: str) -> Release:
        tree = self._tree(project, version)
        commit = self._commit(project, version, tree)
        kept = self.folder / project.name / f"{version}.sarif.gz"
        if not kept.exists():
            kept.write_bytes(gzip.compress(self._scan(project.tool, tree)))
        return Release(version, tree, commit, gzip.decompress(kept.read_bytes()))

    def _tree(self, project: Project, version: str) -> Path:
        """The files of one version that the tool reads, and no others."""
        tree = self.folder / project.name / "trees" / version
        if tree.exists():
            return tree
        loaded = self.folder / project.name / "loaded" / version
        wanted = f"{project.name}=={version}"
        old = self.folder / "constraints.txt"
        old.parent.mkdir(parents=True, exist_ok=True)
        old.write_text("setuptools<80\n")  # old releases import pkg_resources to say their name
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "download"]
        options = ["--no-deps", "--no-binary", ":all:", "--build-constraint", str(old)]
        run([*pip, *options, "-d", str(loaded), wanted], self.folder)
        with tarfile.open(next(loaded.glob("*.tar.gz"))) as archive:
            archive.extractall(loaded, filter="data")
        unpacked = next(each for each in loaded.iterdir() if each.is_dir())
        for file in sorted(unpacked.rglob("*")):
            if file.is_file() and file.suffix in project.endings:
                target = tree / file.relative_to(unpacked)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)
        shutil.rmtree(loaded)
        return tree

    def _commit(self, project: Project, version: str, tree: Path) -> str:
        repository = self.repository(project)
        if not repository.exists():
            run(["git", "init", "-q", str(repository)], self.folder)
        known = run(["git", "tag", "--list", version], repository)
        if not known.strip():
            for old in repository.iterdir():
                if old.name != ".git":
                    shutil.rmtree(old) if old.is_dir() else old.unlink()
            shutil.copytree(tree, repository, dirs_exist_ok=True)
            run(["git", "add", "-A"], repository)
            author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
            run(["git", *author, "commit", "-q", "--allow-empty", "-m", version], repository)
            run(["git", "tag", version], repository)
        return run(["git", "rev-parse", f"{version}^{{commit}}"], repository).decode().strip()

    def _scan(self, tool: str, tree: Path) -> bytes:
        if tool == "bandit":
            output = self.folder / "bandit.sarif"
            options = ["-q", "-r", ".", "-f", "sarif", "-o", str(output), "--exit-zero"]
            run([self._tool(tool), *options], tree)
            return output.read_bytes()
        return run([self._tool(tool), "--sarif", "--quiet", "."], tree)

    def _tool(self, name: str) -> str:
        command = self._tools / "bin" / name
        if not command.exists():
            if not self._tools.exists():
                venv.create(self._tools, with_pip=True)
            pip = str(self._tools / "bin" / "pip")
            run([pip, "-q", "install", SCANNERS[name]], self.folder)
        return str(command)


def run(command: Sequence[str], folder: Path) -> bytes:
    """Standard output. Raises SystemExit with what the command said."""
    folder.mkdir(parents=True, exist_ok=True)
    ran = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    if ran.returncode:
        raise SystemExit(f"{' '.join(command)} in {folder}: {ran.stderr[-600:].decode()}")
    return ran.stdout
