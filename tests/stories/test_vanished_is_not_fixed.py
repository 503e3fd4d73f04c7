"""A flaw that vanished from the reports while its line is in the code as it was: its ticket says so once, and
waits for a person. Told through the command line, from reports and a checkout; and what else real reports
say that keeps tickets open."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import result
from ticketbot.trackers.local.tracker import LocalTracker

FLAGGED = "    db.execute('select ' + name)"
CODE = ["import db", "", "def find(name):", FLAGGED, "    return 1"]
KEPT = result("R9", 1, path="kept.py", text="eval(x)")


@pytest.fixture
def code(workdir):
    """`code(*lines)`: what `src/app.py` of the checkout is now."""

    def write(*lines: str, path: str = "src/app.py") -> None:
        file = Path(path)
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join(lines) + "\n")

    write(*CODE)
    return write


@pytest.fixture
def said(workdir):
    """The comments of the ticket about R1."""

    def comments() -> list[str]:
        tracker = LocalTracker("local", workdir / ".ticketbot" / "tickets.db", now=lambda: "")
        ticket = next(t for t in tracker.changed("")[0] if t.title.startswith("R1"))
        return [str(comment) for comment in tracker.comments(ticket.id)]

    return comments


def flagged(line: int = 4, text: str = FLAGGED) -> dict:
    return result("R1", line, path="src/app.py", text=text)


def states(tickets) -> dict[str, str]:
    return {title.split(" ")[0]: state for title, state in tickets().items()}


def ended(day: int) -> dict:
    invocation = {"executionSuccessful": True, "endTimeUtc": f"2026-03-{day:02}T00:00:00Z"}
    return {"invocations": [invocation]}


def sync(cli, report, day: int, *results: dict, **run: object) -> str:
    rules = run.pop("rules", [])
    file = Path(report(f"{day}.sarif", *results, KEPT, **(ended(day) | run)))
    told = json.loads(file.read_text())
    told["runs"][0]["tool"]["driver"]["rules"] = rules
    file.write_text(json.dumps(told))
    ran = cli("sync", f"{day}.sarif", "--source-root", ".")
    assert ran.code == 0, ran.err
    return " ".join((ran.out + ran.err).split())


def test_an_unchanged_line_waits_for_a_person_who_is_asked_once(
    cli, report, tickets, code, said
) -> None:
    sync(cli, report, 1, flagged())
    told = sync(cli, report, 2)
    assert "no longer reported, but its line is unchanged in the code" in told
    assert states(tickets)["R1"] == "open"
    (comment,) = said()
    assert "`src/app.py:4`" in comment and "close this ticket as what it is" in comment
    code("# moved down", *CODE)
    for day in 3, 4:  # quiet from now on, wherever the line goes
        sync(cli, report, day)
    assert len(said()) == 1
    code(*CODE[:3], "    db.execute(SELECT, [name])", "    return 1")
    sync(cli, report, 5)
    assert states(tickets)["R1"] == "fixed"


@pytest.mark.parametrize(
    ("situation", "now"),
    [
        ("on the line", [*CODE[:3], f"{FLAGGED}  # nosec B608: trusted", *CODE[4:]]),
        (
            "above it",
            [*CODE[:3], "    # noqa", "    // eslint-disable-next-line R1", *CODE[3:]],
        ),
    ],
)
def test_a_suppression_comment_in_the_code_is_named(
    cli, report, tickets, code, said, situation, now
) -> None:
    sync(cli, report, 1, flagged())
    code(*now)
    told = sync(cli, report, 2)
    word = "nosec" if situation == "on the line" else "eslint-disable-next-line"
    assert f"suppressed by `{word}` in the code" in told
    (comment,) = said()
    assert f"now suppressed by `{word}`" in comment and "B608" not in comment
    assert states(tickets)["R1"] == "open"


def test_a_person_who_closes_the_waiting_ticket_is_obeyed(cli, report, tickets, code) -> None:
    sync(cli, report, 1, flagged())
    sync(cli, report, 2)
    tracker = LocalTracker("local", Path(".ticketbot/tickets.db"), now=lambda: "2026-03-03T00:00Z")
    ticket = next(t for t in tracker.changed("")[0] if t.title.startswith("R1"))
    tracker.person_closes(ticket.id, "false_positive", "ann")
    sync(cli, report, 3)
    sync(cli, report, 4, flagged())
    assert states(tickets)["R1"] == "false_positive"


def test_a_suppression_in_the_report_is_a_decision_as_ever(cli, report, tickets, code) -> None:
    sync(cli, report, 1, flagged())
    code(*CODE[:3], f"{FLAGGED}  # nosec", *CODE[4:])
    sync(cli, report, 2, flagged() | {"suppressions": [{"kind": "inSource"}]})
    assert states(tickets)["R1"] == "wont_fix"


@pytest.mark.parametrize(
    ("situation", "before", "now"),
    [
        ("the line is gone", CODE, [*CODE[:3], *CODE[4:]]),
        ("the file is gone", CODE, None),
        ("the line is another", CODE, [*CODE[:3], "    db.run(name)", *CODE[4:]]),
        (
            "a look-alike elsewhere never was reported",
            [*CODE, "def list_all(name):", "    log(name)", FLAGGED, "    close()"],
            [*CODE[:3], *CODE[4:], "def list_all(name):", "    log(name)", FLAGGED, "    close()"],
        ),
    ],
)
def test_what_is_gone_from_the_code_closes(
    cli, report, tickets, code, situation, before, now
) -> None:
    code(*before)
    sync(cli, report, 1, flagged())
    Path("src/app.py").unlink()
    if now is not None:
        code(*now)
    sync(cli, report, 2)
    assert states(tickets)["R1"] == "fixed", situation


def test_of_two_equal_lines_the_one_that_is_left_is_not_taken_for_the_other(
    cli, report, workdir, code
) -> None:
    twice = [*CODE, *CODE[2:]]
    code(*twice)
    sync(cli, report, 1, flagged(4), flagged(7))
    code(*CODE)
    sync(cli, report, 2, flagged(4))
    tracker = LocalTracker("local", workdir / ".ticketbot" / "tickets.db", now=lambda: "")
    assert sorted(ticket.state for ticket in tracker.changed("")[0]) == ["closed", "open", "open"]


def test_without_a_checkout_a_vanished_flaw_closes(cli, report, tickets, code) -> None:
    for day, found in (1, [flagged()]), (2, []):
        report(f"{day}.sarif", *found, KEPT, **ended(day))
        assert cli("sync", f"{day}.sarif").code == 0
    assert states(tickets)["R1"] == "fixed"


def test_a_run_without_the_checkout_does_not_close_what_waits(
    cli, report, tickets, code, said
) -> None:
    sync(cli, report, 1, flagged())
    sync(cli, report, 2)
    report("other.sarif", result("S1", 1, path="s.py"), tool="other")
    assert cli("sync", "other.sarif").code == 0
    assert states(tickets)["R1"] == "open" and len(said()) == 1


OFF = [{"id": "R1", "defaultConfiguration": {"enabled": False}}, {"id": "R9"}]


@pytest.mark.parametrize(
    ("situation", "run", "why"),
    [
        ("its rule is off", {"rules": OFF}, "rule R1 was not part of this scan"),
        (
            "other rules ran",
            {"rules": [{"id": "R8"}, {"id": "R9"}]},
            "rule R1 was not part of this scan",
        ),
        (
            "its file was not scanned",
            {"artifacts": [{"location": {"uri": uri}} for uri in ("kept.py", "other.py")]},
            "src/app.py was not part of this scan",
        ),
        (
            "a failed invocation",
            {"invocations": [{"executionSuccessful": False, "exitCode": 2}]},
            "the tool says that it failed (exit code 2)",
        ),
    ],
)
def test_what_a_report_did_not_look_for_stays_open(
    cli, report, tickets, code, situation, run, why
) -> None:
    sync(cli, report, 1, flagged())
    code(*CODE[:3], *CODE[4:])
    assert why in sync(cli, report, 2, **run), situation
    assert states(tickets)["R1"] == "open"
    sync(cli, report, 3)
    assert states(tickets)["R1"] == "fixed"


def test_a_truncated_report_is_refused_and_closes_nothing(cli, report, tickets, code) -> None:
    sync(cli, report, 1, flagged())
    whole = Path(report("cut.sarif", KEPT, KEPT, **ended(2))).read_bytes()
    Path("cut.sarif").write_bytes(whole[: len(whole) * 2 // 3])
    ran = cli("sync", "cut.sarif")
    assert ran.code != 0 and "cut.sarif" in ran.err
    assert states(tickets)["R1"] == "open"
