"""ticketbot.yaml: what is accepted, what is refused and how, what planning gets of it."""

from __future__ import annotations

from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # ships no types
import pytest
import yaml

from ticketbot.config.load import NAME, Loaded, init, load, schema, validate
from ticketbot.config.words import Duration, parse_duration
from ticketbot.errors import ConfigError
from ticketbot.planning.settings import DAY

FULL = """\
version: 1
ledger: sqlite:///.ticketbot/ledger.db        # or postgresql://…
targets:
  shop-api: {formerly: [shop], openapi: api/openapi.yaml, hosts: ["*.shop.example", "localhost:8080"]}
trackers:
  sec:  {type: jira, url: "https://acme.atlassian.net", project: SEC, issue_type: Bug, auth: {email: "${JIRA_EMAIL}", token: "${JIRA_TOKEN}"}}
  api:  {type: github, repository: acme/api, auth: {token: "${GITHUB_TOKEN}"}}
  app:  {type: github, repository: acme/app, auth: {app_id: 1, installation_id: 2, private_key_file: k.pem}}
  itsm: {type: servicenow, url: "http://127.0.0.1:8080", table: incident, auth: {user: "${SNOW_USER}", password: "${SNOW_PASSWORD}"}}
severities:
  critical: {due: 7d,  fields: {sec: {priority: Highest}, itsm: {impact: "1", urgency: "1"}}, labels: [critical]}
  high:     {due: 5 business days, fields: {sec: {priority: High}}}
owners: {codeowners: true, map: owners.yaml}
routes:
  - name: exploitable API flaws in production
    when: {severity: [critical, high], kind: [api, web], environment: prod}
    to: itsm
  - name: payments
    when: {severity: ">=medium", path: "services/payments/**"}
    to: sec
    fields: {components: [payments]}
    group_by: rule
  - name: the rest
    when: {severity: ">=high"}
    to: sec
  - when: {severity: "<high"}
    to: ignore
    because: reviewed monthly in the report
lifecycle: {close_after: 1, close_after_dynamic: 2, on_fixed: close, reopen_grace: 2d, reopen_within: 30d}
guard: {max_close: 20, max_close_percent: 30, max_create: 50}
gate: {critical: 0, high: 0}
branches: {default: trunk, release: ["release/*"], write: [default]}
identity: {secret_keys: [{id: k1, env: TICKETBOT_SECRET_KEY}]}
"""  # noqa: E501


def written(folder: Path, text: str, name: str = NAME) -> Loaded:
    (folder / name).write_text(text, "utf-8")
    return load(name, folder)


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        written(folder, text)
    return [str(problem) for problem in caught.value.problems]


def test_the_contracts_configuration_is_read_whole(tmp_path: Path) -> None:
    loaded = written(tmp_path, FULL)
    validate(NAME, tmp_path)
    found = loaded.settings
    assert [str(w).partition(" (")[0][:60] for w in loaded.warnings] == [
        "ticketbot.yaml:13:1: `owners.codeowners`: there is no CODEOW",
        "ticketbot.yaml:13:1: `owners.map`: there is no file owners.y",
    ]
    assert found.routes[0].when.environment == ("prod",)
    assert found.routes[1].when.severity == ("critical", "high", "medium")
    assert (found.routes[3].name, found.routes[3].to) == ("routes[3]", None)
    assert found.severities["critical"].due == 7 * DAY
    assert (found.severities["high"].due, found.severities["high"].business) == (5 * DAY, True)
    assert found.lifecycle.reopen_within == 30 * DAY
    assert [tracker.remote for tracker in found.trackers.values()] == [True] * 4
    assert "TOKEN" not in repr(found)


def test_without_a_file_there_is_the_embedded_default(tmp_path: Path) -> None:
    loaded = load(None, tmp_path)
    validate(None, tmp_path)
    assert loaded.settings.default
    assert loaded.config.ledger == "sqlite:///.ticketbot/ledger.db"
    assert list(loaded.settings.trackers) == ["local"]
    assert loaded.settings.routes[0].when.severity == ("critical", "high", "medium")
    assert loaded.folder == tmp_path


def test_a_file_that_was_asked_for_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"other\.yaml does not exist"):
        load("other.yaml", tmp_path)


def test_without_routes_the_only_tracker_gets_medium_and_above(tmp_path: Path) -> None:
    found = written(tmp_path, "version: 1\ntrackers: {mine: {type: local}}").settings
    assert found.routes[0].to == "mine"


def test_init_gives_a_file_that_validates_and_overwrites_none(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(init(tmp_path), "utf-8")
    assert validate(None, tmp_path).warnings == ()
    with pytest.raises(ConfigError, match="exists already"):
        init(tmp_path)


def test_every_mistake_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    assert problems(
        tmp_path,
        "version: 2\n"
        "treckers: {}\n"
        "trackers:\n"
        "  sec: {type: jira, url: ftp://x, projekt: SEC, auth: {token: x}}\n"
        "  hub: {type: githib}\n"
        "severities: {hihg: {due: soon}}\n"
        "routes:\n"
        "  - when: {severity: '>=hihg', kind: appi}\n"
        "lifecycle: {reopen_grace: 5 business days, close_after: 0, on_fixed: no}\n"
        "guard: {max_close: '20'}\n",
    ) == [
        "ticketbot.yaml:1:1: `version`: expected 1, found 2",
        "ticketbot.yaml:2:1: `treckers` is unknown; did you mean `trackers`?",
        "ticketbot.yaml:4:3: `trackers.sec.project` is missing",
        "ticketbot.yaml:4:21: `trackers.sec.url`: expected an address as https://acme.example,"
        " found 'ftp://x'",
        "ticketbot.yaml:4:35: `trackers.sec.projekt` is unknown; did you mean `project`?",
        "ticketbot.yaml:5:3: `trackers.hub.type`: expected one of 'local', 'jira', 'github',"
        " 'servicenow', found 'githib'",
        "ticketbot.yaml:6:14: `severities.hihg`: expected 'critical', 'high', 'medium', 'low' or"
        " 'info', found 'hihg'; did you mean high?",
        'ticketbot.yaml:6:21: `severities.hihg.due`: expected a duration as "30m", "2h", "7d" or'
        " \"5 business days\", found 'soon'",
        "ticketbot.yaml:8:5: `routes[0].to` is missing",
        "ticketbot.yaml:8:12: `routes[0].when.severity`: expected 'critical', 'high', 'medium',"
        " 'low' or 'info', found '>=hihg'; did you mean high?",
        "ticketbot.yaml:8:32: `routes[0].when.kind`: expected 'code', 'dependency', 'container',"
        " 'secret', 'iac', 'cloud', 'web', 'api', 'model' or 'other', found 'appi';"
        " did you mean api?",
        "ticketbot.yaml:9:13: `lifecycle.reopen_grace`: business days are for `due:` only;"
        ' give hours or days, as "48h" or "2d"',
        "ticketbot.yaml:9:44: `lifecycle.close_after`: expected greater than 0, found 0",
        "ticketbot.yaml:9:60: `lifecycle.on_fixed`: expected 'close' or 'comment', found 'no'",
        "ticketbot.yaml:10:9: `guard.max_close`: expected a valid integer, found '20'",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("routes: [{to: nowhere}]", "there is no tracker 'nowhere'; expected one of local, ignore"),
        ("severities: {high: {fields: {sec: {}}}}", "`severities.high.fields.sec`: there is no"),
        ("trackers: {ignore: {type: local}}", "a tracker cannot be called `ignore`"),
        ("trackers: {a: {type: local}, b: {type: local}}", "several trackers, but no `routes:`"),
        ("targets: {a: {formerly: [x]}, b: {formerly: [x]}}", "'x' already names the target 'a'"),
        (
            "targets: {a: {}}\nroutes: [{to: local, when: {target: b}}]",
            "'b' is not under `targets:`",
        ),
        (
            "routes: [{name: x, to: local}, {name: x, to: local}]",
            "'x' is the name of routes[0] too",
        ),
        ("routes: [{to: local, fields: {labels: a}}]", "expected a list of words"),
        ("routes: [{to: local, when: {kind: []}}]", "an empty list matches nothing"),
        ("ledger: postgresql://u:${my pw}@h/d", "${my pw} names no environment variable"),
        ("trackers: {a: {type: jira, url: 'https://x', project: X, auth: {email: e}}}", "`token`"),
        ("trackers: {a: {type: github, repository: a/b, auth: {app_id: 1}}}", "`private_key_file`"),
        ("trackers: {}", "at least 1"),
        ("include: gone.yaml", "does not exist"),
        ("include: ticketbot.yaml", "includes itself"),
    ],
)
def test_what_does_not_fit_together_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    assert any(expected in problem for problem in problems(tmp_path, f"version: 1\n{text}"))


@pytest.mark.parametrize("text", ["", "- a", "just words", "a: [", "\x00"])
def test_what_is_no_configuration_is_refused(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("ledger: postgresql://u:hunter2@h/d", 1),
        ("ledger: 'postgresql://u:${PW}@h/d'", 0),
        ("trackers: {a: {type: github, repository: a/b, auth: {token: ghp_x}}}", 1),
        ("trackers: {a: {type: github, repository: a/b, auth: {token: '${T}'}}}", 0),
    ],
)
def test_a_secret_in_plain_text_is_a_warning_that_does_not_repeat_it(
    tmp_path: Path, text: str, count: int
) -> None:
    warnings = written(tmp_path, f"version: 1\n{text}").warnings
    assert len(warnings) == count
    assert "hunter2" not in str(warnings)
    assert "ghp_x" not in str(warnings)


def test_references_are_resolved_when_used_and_only_then(tmp_path: Path) -> None:
    loaded = written(tmp_path, FULL)
    environ = {"JIRA_EMAIL": "a@acme.example", "JIRA_TOKEN": "t$1\\1${X}"}
    auth = loaded.resolved(("trackers", "sec", "auth"), environ)
    assert auth == {"email": "a@acme.example", "token": "t$1\\1${X}"}
    assert loaded.resolved(("trackers", "none", "auth"), environ) is None
    with pytest.raises(ConfigError) as caught:
        loaded.resolved(("trackers", "itsm"), {"SNOW_USER": ""})
    assert [str(problem) for problem in caught.value.problems] == [
        "ticketbot.yaml:9:82: `trackers.itsm.auth.user` needs the environment variable SNOW_USER,"
        " which is empty",
        "ticketbot.yaml:9:104: `trackers.itsm.auth.password` needs the environment variable"
        " SNOW_PASSWORD, which is not set",
    ]


def test_secret_keys_come_from_the_environment(tmp_path: Path) -> None:
    loaded = written(tmp_path, FULL)
    assert loaded.secret_keys({"TICKETBOT_SECRET_KEY": "abc"}) == (("k1", b"abc"),)
    with pytest.raises(ConfigError) as caught:
        loaded.secret_keys({})
    assert "TICKETBOT_SECRET_KEY" in caught.value.problems[0].what


@pytest.mark.parametrize("text", [FULL, "version: 1"])
def test_the_schema_accepts_what_is_accepted(text: str) -> None:
    validator = jsonschema.Draft202012Validator(schema())
    validator.check_schema(schema())
    validator.validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    "text",
    ["version: 2", "version: 1\nx: 1", "version: 1\nroutes: [{to: a, when: {severity: '>=hihg'}}]"],
)
def test_the_schema_refuses_what_is_refused(text: str) -> None:
    assert not jsonschema.Draft202012Validator(schema()).is_valid(yaml.safe_load(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30m", Duration(1800)),
        ("2h", Duration(7200)),
        ("7d", Duration(7 * DAY)),
        ("2 weeks", Duration(14 * DAY)),
        ("1 day", Duration(DAY)),
        ("5 business days", Duration(5 * DAY, business=True)),
        ("1 business day", Duration(DAY, business=True)),
    ],
)
def test_durations(text: str, expected: Duration) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize("text", ["", "7", "d", "-1d", "1.5h", "7d 2h", "soon", 7, None])
def test_what_is_no_duration(text: object) -> None:
    with pytest.raises(ValueError, match="expected a duration"):
        parse_duration(text)


def test_a_users_templates_replace_ours_by_name(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "finding.title.j2").write_text("{{ what }}!", "utf-8")
    loaded = written(tmp_path, "version: 1\ntemplates: mine")
    texts = dict(loaded.templates.texts)
    assert texts["finding.title.j2"] == "{{ what }}!"
    assert "How this ticket closes" in texts["finding.md.j2"]


@pytest.mark.parametrize("text", ["\n{% if %}", "\n{{ nothing }}"])
def test_a_template_with_a_mistake_is_refused_at_once(tmp_path: Path, text: str) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "finding.md.j2").write_text(text, "utf-8")
    assert problems(tmp_path, "version: 1\ntemplates: mine")[0].startswith("finding.md.j2:2: ")


def test_a_folder_called_as_the_configuration_is_refused(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    with pytest.raises(ConfigError, match="is a folder"):
        load(None, tmp_path)


@pytest.mark.parametrize(("also", "warned"), [(False, True), (True, False)])
def test_a_misnamed_configuration_is_a_warning_where_it_is_alone(
    tmp_path: Path, also: bool, warned: bool
) -> None:
    (tmp_path / "ticketbot.yml").write_text("version: 1\n")
    if also:
        (tmp_path / NAME).write_text("version: 1\n")
    found = [str(each) for each in load(None, tmp_path).warnings]
    assert any("ticketbot.yml: is ignored" in each for each in found) == warned
