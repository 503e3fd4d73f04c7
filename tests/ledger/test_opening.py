"""Opening a ledger: made where missing, migrated where old, refused where it is not ours."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests.ledger.given import KEY, SCOPE, accepted, first_sight, flaw_id, ticket_row, write
from ticketbot.errors import LedgerError
from ticketbot.ledger import dialect, place, schema
from ticketbot.ledger.ledger import Ledger
from ticketbot.ledger.tables import metadata

RELEASED = sorted((Path(__file__).parent / "released").glob("*.sql"))


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def restored(dump: Path, path: Path) -> str:
    with sqlite3.connect(path) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))
    connection.close()
    return url(path)


def contents(folder: Path) -> dict[str, str]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {str(f): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def test_the_folder_is_made_and_kept_out_of_git(workdir):
    Ledger.open("sqlite:///.ticketbot/ledger.db").close()
    assert (workdir / ".ticketbot" / ".gitignore").read_text() == "*\n"
    Ledger.open("sqlite:///state/ledger.db").close()
    assert not (workdir / "state" / ".gitignore").exists()


def test_the_migrations_lead_to_the_tables(ledger):
    with ledger.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_there_is_a_dump_of_every_released_schema():
    revisions = (Path(schema.__file__).parent / "migrations" / "versions").glob("r*.py")
    assert [dump.stem for dump in RELEASED] == sorted(file.name[1:5] for file in revisions)


@pytest.mark.parametrize("dump", RELEASED, ids=lambda dump: dump.stem)
def test_every_released_schema_is_read_by_this_version(dump, tmp_path):
    with Ledger.open(restored(dump, tmp_path / "ledger.db")) as ledger:
        assert ledger.status().schema == schema.CURRENT
        state = ledger.scope_state(SCOPE)
        assert state.last is not None
        assert (state.last.digest, len(state.present), len(state.absent)) == ("B", 1, 1)
        first, second = ledger.records_by_id([flaw_id(1), flaw_id(2)])
        assert [ticket.key for ticket in first.tickets] == ["SEC-1"]
        assert second.decision == accepted()
        assert len(ledger.known_results(SCOPE, KEY)) == 1
        assert [intent.id for intent in ledger.journal.pending("sec")] == ["i1"]
        with ledger.reading() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_current_ledger_is_opened_without_alembic(tmp_path):
    Ledger.open(url(tmp_path / "ledger.db")).close()
    code = (
        "import sys; from ticketbot.ledger.ledger import Ledger;"
        f"Ledger.open({url(tmp_path / 'ledger.db')!r}).status(); print('alembic' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"


def test_a_ledger_of_a_newer_version_is_refused_with_both_versions(tmp_path):
    path = tmp_path / "ledger.db"
    Ledger.open(url(path)).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(LedgerError, match=f"9999, this one knows {schema.CURRENT}") as refused:
        Ledger.open(url(path))
    assert "update ticketbot" in refused.value.hint


def test_another_programs_database_is_left_alone(tmp_path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE customers (id)")
    connection.close()
    with pytest.raises(LedgerError, match="not a ledger: it has a table customers"):
        Ledger.open(url(path))


def test_a_file_that_is_no_database_is_explained(tmp_path):
    path = tmp_path / "ledger.db"
    path.write_bytes(b"no database at all, but long enough to be looked at as one " * 40)
    with pytest.raises(LedgerError, match="not a database") as refused:
        Ledger.open(url(path))
    assert "ledger rebuild" in refused.value.hint


def test_a_damaged_ledger_is_explained(tmp_path):
    path = tmp_path / "ledger.db"
    with Ledger.open(url(path)) as ledger:
        write(ledger, first_sight(*range(1, 200)))
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    with pytest.raises(LedgerError, match="malformed"), Ledger.open(url(path)) as ledger:
        ledger.records_by_id([flaw_id(1)])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("ledger.db", "the ledger's URL cannot be read"),
        ("mysql://host/db", "a ledger on mysql is not supported"),
    ],
)
def test_an_url_that_is_no_ledgers_is_explained(given, message):
    with pytest.raises(LedgerError, match=message) as refused:
        Ledger.open(given)
    assert "sqlite:///" in refused.value.hint


def test_a_folder_that_cannot_be_made_is_explained(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match="cannot be made"):
        Ledger.open(url(tmp_path / "file" / "ledger.db"))


def test_a_ledger_that_somebody_holds_is_explained(tmp_path, monkeypatch):
    monkeypatch.setattr(dialect, "BUSY_SECONDS", 0.01)
    with Ledger.open(url(tmp_path / "l.db")) as one, Ledger.open(url(tmp_path / "l.db")) as two:
        with one.transaction(), pytest.raises(LedgerError, match="locked") as refused:
            two.set_mark("sec", "1")
        assert "another process" in refused.value.hint
        two.set_mark("sec", "2")
        assert one.mark("sec") == "2"


MOUNTS = """\
22 1 0:21 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /home rw - nfs4 server:/home rw
31 22 0:41 / /home/ada/local rw - ext4 /dev/sdb1 rw
32 22 0:42 / /mnt/two\\040words rw - cifs //server/share rw
33 22 0:43 / /mnt/over rw - ext4 /dev/sdc1 rw
34 33 0:44 / /mnt/over rw - fuse.sshfs host: rw
bad line
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/ledger.db", "ext4"),
        ("/home/bob/ledger.db", "nfs4"),
        ("/homestead/ledger.db", "ext4"),
        ("/home/ada/local/ledger.db", "ext4"),
        ("/mnt/two words/ledger.db", "cifs"),
        ("/mnt/over/ledger.db", "fuse.sshfs"),
    ],
)
def test_the_file_system_is_that_of_the_nearest_mount(path, kind):
    assert place.file_system(path, MOUNTS) == kind


def test_a_network_file_system_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(place, "file_system", lambda path, mounts: "nfs4")
    with pytest.raises(LedgerError, match="nfs4") as refused:
        Ledger.open(url(tmp_path / "new" / "ledger.db"))
    assert "PostgreSQL" in refused.value.hint
    assert not (tmp_path / "new").exists()


def test_a_snapshot_of_nothing_makes_nothing(tmp_path):
    with Ledger.snapshot(url(tmp_path / "new" / "ledger.db")) as ledger:
        assert ledger.status().flaws == 0
        write(ledger, first_sight(1))
    assert not (tmp_path / "new").exists()


def test_a_snapshot_knows_everything_and_touches_nothing(tmp_path):
    given = url(tmp_path / "100%20 sure #1" / "ledger.db")
    with Ledger.open(given) as ledger:
        write(ledger, first_sight(1, 2))
    before = contents(tmp_path)
    with Ledger.snapshot(given) as copy:
        write(copy, first_sight(3, digest="B"))
        assert copy.status().flaws == 3
    assert contents(tmp_path) == before


def test_a_snapshot_sees_what_an_open_ledger_has_just_written(tmp_path):
    with Ledger.open(url(tmp_path / "ledger.db")) as ledger:
        write(ledger, first_sight(1))
        ledger.save_tickets([ticket_row(1)])
        with Ledger.snapshot(url(tmp_path / "ledger.db")) as copy:
            assert copy.ticket_by_key("SEC-1") == ticket_row(1)


def test_a_snapshot_of_an_old_schema_is_migrated_in_memory_alone(tmp_path):
    shutil.copy(RELEASED[0], tmp_path / "dump.sql")
    given = restored(tmp_path / "dump.sql", tmp_path / "ledger.db")
    before = contents(tmp_path)
    with Ledger.snapshot(given) as copy:
        assert copy.status().schema == schema.CURRENT
    assert contents(tmp_path) == before


def test_a_ledger_that_keeps_nothing_undoes_everything_when_closed(tmp_path):
    given = url(tmp_path / "ledger.db")
    Ledger.open(given).close()
    trial = Ledger(dialect.parse(given), keep=False)
    trial.set_mark("sec", "1")
    assert trial.mark("sec") == "1"
    trial.close()
    with Ledger.open(given) as ledger:
        assert ledger.mark("sec") == ""
