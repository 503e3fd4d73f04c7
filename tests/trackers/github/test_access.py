"""Who asks, and where: credentials that end or rotate, and repositories that must not be written to. Each
trouble is one sentence with a next step, and nothing is half done."""

from __future__ import annotations

import re

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.trackers.contract import applied, create, draft
from ticketbot.errors import ConfigError, TrackerError
from ticketbot.trackers.base import Draft

WRITING = ("changed", "find", "create", "close")


def doing(tracker, what: str):
    match what:
        case "changed":
            return tracker.changed("")
        case "find":
            return tracker.find(["s1"])
        case "create":
            return tracker.create([Draft(draft(), "n")])
    return tracker.close("1", "fixed", comment="Gone", marker=None, nonce="n")


@pytest.mark.parametrize("what", WRITING)
@pytest.mark.parametrize(
    ("server", "message", "hint"),
    [
        ({"visibility": "public"}, "acme/api is public: everybody", "allow_public: true"),
        ({"archived": True}, "acme/api is archived", "Unarchive it"),
        ({"issues": False}, "issues switched off|Issues has been disabled", "Switch|names"),
        ({"role": "none"}, "no repository acme/api that this account may see|Not Found", "Check"),
        ({"repository": "acme/web"}, "no repository acme/api that this|Not Found", "Check"),
    ],
)
def test_a_repository_that_cannot_be_used_is_refused_before_anything_is_written(
    make_hub, what, server, message, hint
):
    hub = make_hub(**server)
    hub.server.person_makes("Another", "Body")
    try:
        outcome = doing(hub.tracker(), what)
    except TrackerError as error:
        assert re.search(message, error.message)
        assert re.search(hint, error.hint)
    else:
        assert outcome.state == "rejected"
    assert [(s.title, s.open, s.comments) for s in hub.server.tickets()] == [("Another", True, ())]


def test_a_public_repository_is_used_where_that_is_allowed(make_hub):
    assert create(make_hub(visibility="public").tracker(allow_public=True)).key == "#1"


def test_a_warm_look_for_changes_asks_nothing_else_and_the_first_write_looks(make_hub, time):
    private = make_hub()
    _, mark = private.tracker().changed("")
    public = make_hub(visibility="public")
    tracker = public.tracker()
    tracker.changed(mark)
    assert len(public.asked()) == 1
    with pytest.raises(TrackerError, match="is public"):
        tracker.create([Draft(draft(), "n")])
    assert public.server.tickets() == []


def test_a_renamed_repository_is_named_by_its_new_name(hub, monkeypatch):
    real = hub.server.answer

    def renamed(asked):
        given = real(asked)
        body = given.body.replace(b'"nameWithOwner":"acme/api"', b'"nameWithOwner":"acme/new"')
        return type(given)(given.status, body, given.headers)

    monkeypatch.setattr(hub.server, "answer", renamed)
    with pytest.raises(TrackerError, match="the repository acme/api is acme/new now") as caught:
        hub.tracker().changed("")
    assert "repository: acme/new" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "fault", "message"),
    [
        ("http://hub.simulated", "401", "hub.simulated does not accept the credentials"),
        ("http://nowhere.simulated", "", "no connection"),
        ("http://hub.simulated", "html after", "HTML page"),
        ("http://hub.simulated", "hang before", "no answer from hub.simulated: the time was up"),
        ("http://hub.simulated", "429 100000", "limits how often it may be asked"),
    ],
)
def test_each_trouble_on_the_way_is_one_sentence_with_a_next_step(hub, url, fault, message):
    hub.front.choose = lambda _asked: fault
    with pytest.raises(TrackerError, match=message) as caught:
        hub.tracker(url=url).changed("")
    assert caught.value.hint
    assert "simulated-secret" not in caught.value.message


def test_a_permission_that_is_missing_is_said_with_the_next_step(make_hub):
    hub = make_hub(role="read")
    theirs = hub.server.person_makes("Another", "Body")
    outcome = hub.tracker().update(theirs, draft(), ["title"], nonce="n")
    assert outcome.state == "rejected"
    assert outcome.reason == (
        "403 Must have admin rights to Repository.;"
        " `ticketbot doctor` tells what the account may not do"
    )


def test_a_token_is_in_no_message(hub):
    tracker = hub.tracker(auth={"token": "ghp_veryveryprivate"})
    with pytest.raises(TrackerError) as caught:
        tracker.changed("")
    assert "veryprivate" not in caught.value.message + caught.value.hint


def test_a_token_in_a_file_is_read_again_when_it_has_been_replaced(hub, tmp_path):
    file = tmp_path / "token"
    file.write_text("simulated\n")
    tracker = hub.tracker(auth={"token_file": str(file)})
    create(tracker)
    hub.server.tokens = {"rotated": "ticketbot"}
    file.write_text("rotated")
    assert create(tracker, "s2").key == "#2"
    assert len(hub.server.tickets()) == 2


@pytest.fixture
def key(tmp_path) -> str:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "app.pem").write_bytes(pem)
    return str(tmp_path / "app.pem")


def app(key: str, **more) -> dict[str, object]:
    return {"app_id": 1, "installation_id": 2, "private_key_file": key} | more


def test_an_app_gets_its_tokens_and_gets_new_ones_before_they_end(hub, key):
    tracker = hub.tracker(auth=app(key))
    made = create(tracker)
    hub.time.sleep(3590)
    after = applied(tracker.close(made.id, "fixed", comment="Gone", marker=None, nonce="n"))
    assert after.changed_by == "ticketbot-app[bot]"
    assert tracker.read([made.id])[made.id] == after
    tokens = [line for line in hub.asked() if line.endswith("/access_tokens")]
    assert len(tokens) == 2


def test_an_apps_token_that_github_took_back_is_replaced_once(hub, key):
    tracker = hub.tracker(auth=app(key))
    create(tracker)
    hub.server.app.tokens.clear()
    assert create(tracker, "s2").key == "#2"


def test_the_doctor_says_what_the_app_may(hub, key):
    (check,) = (
        each
        for each in hub.tracker(auth=app(key)).examine()
        if each.what == "permission to write issues"
    )
    assert (check.state, check.found) == ("ok", "expected issues: write, found write")


def test_an_app_that_is_not_installed_is_told_so(hub, key):
    tracker = hub.tracker(auth=app(key, app_id=7))
    with pytest.raises(TrackerError, match="gives the App no token: 401") as caught:
        tracker.changed("")
    assert "installation_id" in caught.value.hint


def test_a_write_for_which_no_token_comes_any_more_was_not_carried_out(hub, key):
    tracker = hub.tracker(auth=app(key))
    create(tracker)
    hub.time.sleep(3600)
    hub.front.choose = lambda asked: "401" if asked.path.endswith("/access_tokens") else ""
    outcome = tracker.create([Draft(draft("s2"), "n")])[0]
    assert outcome.state == "rejected"
    assert "no token" in outcome.reason


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot be read"), ("no key", "holds no private key"), ("", "holds no private key")],
)
def test_a_key_that_is_none_is_an_error_of_the_configuration(hub, tmp_path, content, message):
    file = tmp_path / "app.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConfigError, match=message) as caught:
        hub.tracker(auth=app(str(file)))
    assert "trackers.sec.auth.private_key_file" in caught.value.message


def test_an_enterprise_server_has_its_graphql_beside_its_rest(hub):
    tracker = hub.tracker(url="http://hub.simulated/api/v3")
    made = create(tracker)
    assert tracker.read([made.id]) == {made.id: made}
    assert tracker.find(["s1"])["s1"] == [made]
    assert {line.split()[1].split("/repos")[0] for line in hub.asked()} == {
        *("/api/v3", "/api/graphql")
    }
