"""Where a SQLite ledger may lie: makes its folder, and refuses network file systems.

SQLite's locks do not hold across machines: on a network file system two jobs would damage the file.
"""

from __future__ import annotations

import os
from pathlib import Path

from ticketbot.errors import LedgerError

# 9p is left out: it is the root of some containers (gVisor), where its locks do hold.
NETWORK = frozenset(
    "nfs nfs4 cifs smb smb2 smb3 smbfs afs ceph lustre gfs2 glusterfs gpfs beegfs ncpfs davfs "
    "fuse.sshfs fuse.glusterfs fuse.s3fs fuse.rclone fuse.gcsfuse fuse.davfs fuse.ceph".split()
)


def prepare(path: Path) -> None:
    """Make the folder of `path`; a folder named `.ticketbot` is kept out of git.

    Raises LedgerError.
    """
    refuse_network(path)
    folder = path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        ignore = folder / ".gitignore"
        if folder.name == ".ticketbot" and not ignore.exists():
            ignore.write_text("*\n", encoding="ascii")
    except OSError as error:
        raise LedgerError(
            f"the ledger's folder {folder} cannot be made: {error.strerror}",
            hint="choose another place with `ledger:` in ticketbot.yaml",
        ) from error


def refuse_network(path: Path) -> None:
    """Raises LedgerError where `path` lies on a network file system.

    Systems without /proc are trusted.
    """
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    kind = file_system(os.path.realpath(path), mounts)
    if kind in NETWORK:
        raise LedgerError(
            f"the ledger {path} is on a network file system ({kind}), where locks do not hold",
            hint="put it on a local disk, or use PostgreSQL: `ledger: postgresql://…`",
        )


def file_system(path: str, mounts: str) -> str:
    """The type of the file system that holds `path`; "" when unknown.

    `mounts` is the text of /proc/self/mountinfo.
    Source: https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
    """
    best, kind = "", ""
    for line in mounts.splitlines():
        left, _, right = line.partition(" - ")
        fields = left.split(" ")
        if len(fields) < 5 or not right:
            continue
        point = fields[4].encode().decode("unicode_escape") if "\\" in fields[4] else fields[4]
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):  # a later mount on the same point hides the earlier
            best, kind = point, right.split(" ", 1)[0]
    return kind
