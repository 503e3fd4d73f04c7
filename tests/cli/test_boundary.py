"""Where errors end: messages with a next step, exit codes, and never a traceback on the terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.cli.conftest import result
from ticketbot.cli import clock, diagnostic, main, surroundings
from ticketbot.errors import TrackerError
from ticketbot.trackers.local.tracker import LocalTracker

SECRET = "ghp_0123456789abcdefghijklmnopqrstuvwxyzAB"


def start(*arguments: str) -> subprocess.Popen[str]:
    """A ticketbot of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "ticketbot", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(main.__file__).parents[2])},
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sinc", "r.sarif"], "Did you mean 'sync'?"),
        (["sync", "r.sarif", "--acept", "x"], "--accept"),
        (["findings", "r.sarif", "--format", "xml"], "jsonl"),
        (["findings", "r.sarif", "--format", "xml"], "'--format': 'xml' is not"),
        (["sync"], "REPORT"),
        (["mappings", "show", "trvy"], "did you mean 'trivy'?"),
        (["findings", "r.sarif", "--tool", "trvy"], "did you mean `trivy`?"),
        (["findings", "r.sarif", "--config", "no.yaml"], "no.yaml does not exist"),
        (
            ["findings", "r.sarif", "--source-root", "no"],
            "--source-root no: there is no such folder",
        ),
        (["explain", "LOC-1"], "there is no ledger yet"),
    ],
)
def test_a_mistake_exits_with_2_and_says_what_is_meant(cli, report, arguments, said):
    report("r.sarif", result("R1", 3))
    answer = cli(*arguments)
    assert answer.code == 2
    assert said in answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""


def test_every_mistake_of_a_configuration_is_named_with_its_line(cli, report):
    Path("ticketbot.yaml").write_text("version: 1\nroute: []\nguard: {max_close: -1}\n")
    said = cli("sync", report("r.sarif", result("R1", 3)))
    assert said.code == 2
    assert "ticketbot.yaml:2:" in said.err
    assert "ticketbot.yaml:3:" in said.err


def test_a_missing_key_of_secret_identity_is_named_with_its_place(cli, report):
    Path("ticketbot.yaml").write_text(
        "version: 1\nidentity:\n  secret_keys:\n    - {id: k1, env: NO_SUCH_KEY}\n"
    )
    given = ["--target", "shop", "--branch", "main"]
    said = cli("sync", report("r.sarif", result("R1", 3)), *given)
    assert said.code == 2
    assert "ticketbot.yaml:4:" in said.err
    assert "the variable NO_SUCH_KEY is not set" in said.err


def test_a_tracker_that_fails_exits_with_3_and_what_was_done_is_told(cli, report, monkeypatch):
    report("r.sarif", result("R1", 3))

    def unreachable(self, drafts):
        raise TrackerError("the tracker cannot be reached", hint="Look at the network.")

    with monkeypatch.context() as patch:
        patch.setattr(LocalTracker, "create", unreachable)
        said = cli("sync", "r.sarif", "--target", "shop")
    assert said.code == 3
    assert "error: the tracker cannot be reached" in said.err
    assert "Look at the network." in said.err
    assert "1 created" in cli("sync", "r.sarif", "--target", "shop").out


def test_a_bug_leaves_a_diagnostic_file_without_any_secret(cli, report, monkeypatch):
    monkeypatch.setenv("TICKETBOT_TOKEN", "s3cret-value-of-a-variable")

    def broken() -> None:
        raise RuntimeError(f"s3cret-value-of-a-variable and {SECRET}")

    monkeypatch.setattr(surroundings, "look_around", broken)
    said = cli("findings", report("r.sarif", result("R1", 3)), "--target", SECRET)
    assert said.code == 70
    assert "a bug in ticketbot (RuntimeError)" in said.err
    assert "Traceback" not in said.err
    (file,) = Path().glob("ticketbot-diagnostic-*.txt")
    text = file.read_text()
    assert "Traceback" in text
    assert "TICKETBOT_TOKEN" in text
    assert "s3cret-value" not in text
    assert SECRET not in text
    assert str(file) in said.err


def test_a_diagnostic_file_goes_elsewhere_where_the_folder_is_not_writable(workdir, monkeypatch):
    (workdir / "temporary").mkdir()
    monkeypatch.setattr(Path, "cwd", lambda: workdir / "nowhere")
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(workdir / "temporary"))
    assert str(workdir / "temporary") in diagnostic.write(RuntimeError("x"), [])


def test_an_interruption_exits_with_130_and_a_sentence(cli, report, monkeypatch):
    def interrupted() -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(clock, "now", interrupted)
    said = cli("sync", report("r.sarif", result("R1", 3)), "--target", "shop")
    assert said.code == 130
    assert said.err.endswith("interrupted; the journal is consistent, run again to resume\n")


def test_a_cancelled_job_is_an_interruption(workdir):
    os.mkfifo("never")
    # The pipe opens when the process has opened it, too: its handler is in place by then.
    with start("findings", "never") as process, Path("never").open("w"):
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err


def test_a_reader_that_goes_away_is_no_error(workdir, report):
    report("r.sarif", *(result("R1", line) for line in range(1, 3000)))
    with start("findings", "r.sarif", "--format", "jsonl") as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
    assert "Broken" not in err
    assert "Exception" not in err


def test_text_that_cannot_be_written_in_utf_8_stops_nothing(workdir, report):
    report("r.sarif", result("R1", 3) | {"message": {"text": "half a pair \ud83d"}})
    for form in ("table", "jsonl", "csv"):
        with start("findings", "r.sarif", "--format", form) as process:
            out, err = process.communicate(timeout=60)
        assert (process.returncode, "Traceback" in err) == (0, False), err
        assert "half a pair" in out


def test_version_and_help_answer(cli):
    assert cli("--version").out.startswith("ticketbot ")
    assert "sync" in cli("--help").out
    assert cli("sync", "-h").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["sync", "r.sarif", "--target", "shop", "--output", "."],
        ["gate", "r.sarif", "--target", "shop", "--junit", "/proc/no/such"],
        ["plan", "r.sarif", "--target", "shop", "--out", "r.sarif/below"],
    ],
)
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_done(cli, report, arguments):
    said = cli(*arguments[:1], report("r.sarif", result("R1", 3)), *arguments[2:])
    assert said.code == 2 and "cannot be written" in said.err
    assert sorted(map(str, Path().iterdir())) == ["r.sarif"]


def test_a_wrong_path_is_told_alone(cli):
    assert cli("sync", "nowhere.sarif").err.startswith("error: there is no file or folder nowhere")


@pytest.mark.parametrize("command", ["gate", "plan", "sync"])
@pytest.mark.parametrize("content", [b"garbage\n", b"SQLite format 3\0" + b"x" * 5000])
def test_a_damaged_ledger_is_explained(cli, report, command, content):
    Path(".ticketbot").mkdir()
    Path(".ticketbot/ledger.db").write_bytes(content)
    said = cli(command, report("r.sarif", result("R1", 3)), "--target", "shop")
    assert said.code == 2
    assert "ledger.db cannot be used" in said.err and "ledger rebuild" in said.err


@pytest.mark.parametrize(
    ("command", "to", "code"),
    [
        ("findings r.sarif", ">/dev/full", 3),
        ("sync r.sarif --target shop", ">/dev/full", 3),
        ("--version", ">/dev/full", 3),
        ("sync r.sarif --target shop", ">&-", 2),
        ("findings r.sarif --output out.txt", ">&-", 0),
    ],
)
def test_a_standard_output_that_takes_nothing_is_an_error_of_its_own(report, command, to, code):
    report("r.sarif", result("R1", 3))
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m ticketbot {command} {to}"],
        capture_output=True,
        check=False,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(main.__file__).parents[2])},
        timeout=60,
    )
    assert done.returncode == code, done.stderr
    assert ("error: standard output cannot be written" in done.stderr) == (code != 0)
    assert not any(word in done.stderr for word in ("Traceback", "Exception ignored", "a bug"))
    assert not list(Path().glob("ticketbot-diagnostic-*"))


@pytest.mark.parametrize("command", ["findings", "sync"])
def test_a_folder_that_the_systems_encoding_cannot_say_stops_nothing(workdir, report, command):
    (workdir / "ü ö dir").mkdir()
    report("ü ö dir/ä.sarif", result("R1", 3))
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "ticketbot", command, "ä.sarif", "--target", "shop"],
        cwd="ü ö dir",
        capture_output=True,
        check=False,
        env={**os.environ, **plain, "PYTHONPATH": str(Path(main.__file__).parents[2])},
        timeout=60,
    )
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False), done.stderr


def test_a_diagnostic_file_holds_also_what_cannot_be_encoded(workdir):
    diagnostic.write(RuntimeError("half a pair \udcfc"), [])
    (file,) = Path().glob("ticketbot-diagnostic-*.txt")
    assert "half a pair \\udcfc" in file.read_text(encoding="utf-8")


def test_an_interruption_while_the_command_line_comes_up_is_quiet(workdir):
    (workdir / "typer.py").write_text(
        "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nimport time\ntime.sleep(9)\n"
    )
    path = f"{workdir}{os.pathsep}{Path(main.__file__).parents[2]}"
    done = subprocess.run(
        [sys.executable, "-m", "ticketbot", "--version"],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
        timeout=60,
        # a shell's background job has the signal ignored, and its children with it
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # see above
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")
