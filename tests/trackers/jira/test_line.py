"""Who we are to a JIRA, and what its refusals say to people."""

from __future__ import annotations

import base64

import pydantic
import pytest
import requests

from tests.trackers.contract import applied, create, draft
from tests.trackers.jira.given import given, scene
from ticketbot.errors import ConfigError, TrackerError
from ticketbot.simulate.exchange import answered
from ticketbot.trackers.base import Draft
from ticketbot.trackers.jira.line import complaints, meaning, words
from ticketbot.trackers.outcome import Reply


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("auth", "header"),
    [
        ({"email": "ada@example.com", "token": "t1"}, basic("ada@example.com", "t1")),
        ({"user": "ada", "password": "pässword"}, basic("ada", "pässword")),
        ({"token": "pat"}, "Bearer pat"),
    ],
)
def test_each_way_to_be_somebody(auth, header):
    with scene(tokens=(header,)) as jira:
        create(jira.tracker(auth=auth))
        with pytest.raises(TrackerError, match="does not accept the credentials") as error:
            jira.tracker(
                auth=auth | {"token": "wr0ng"} if "token" in auth else {"token": "x"}
            ).read(["1"])
        assert "auth" in error.value.hint
        assert "wr0ng" not in str(error.value)


def test_a_rotated_token_file_is_read_again_and_nothing_is_lost(tmp_path):
    file = tmp_path / "token"
    file.write_text("old\n")
    with scene(tokens=("Bearer old",)) as jira:
        tracker = jira.tracker(auth={"token_file": str(file)})
        create(tracker)
        jira.site.site.change(tokens=("Bearer new",))
        file.write_text("new\n")
        jira.requests()
        applied(tracker.create([Draft(draft("s2"), "n")])[0])
        assert [p for m, p in jira.requests() if m == "POST"] == ["issue", "issue"]
        assert len(jira.site.tickets()) == 2


def test_a_token_file_that_is_not_there_is_named():
    says = r"trackers.sec.auth.token_file: /nowhere cannot be read"
    with scene() as jira, pytest.raises(ConfigError, match=says):
        jira.tracker(auth={"token_file": "/nowhere"})


def test_oauth_client_credentials_are_fetched_when_they_are_needed_and_when_they_end(monkeypatch):
    asked = []

    def post(session, url, **more):
        assert session.auth is not None  # no .netrc signs it
        asked.append((url, more["data"]["grant_type"], more["allow_redirects"]))
        answer = requests.Response()
        answer.status_code, answer.headers["Content-Length"] = 200, "1"
        answer._content = f'{{"access_token": "t{len(asked)}", "expires_in": 3600}}'.encode()
        return answer

    monkeypatch.setattr(requests.Session, "post", post)
    auth = {"client_id": "c", "client_secret": "s"}
    with scene(tokens=("Bearer t1", "Bearer t2")) as jira:
        tracker = jira.tracker(auth=auth)
        assert asked == []
        create(tracker)
        jira.now.passes(3590)
        create(tracker, "s2")
    assert asked == [("https://auth.atlassian.com/oauth/token", "client_credentials", False)] * 2


def test_no_token_given_is_a_request_that_was_not_sent(monkeypatch):
    def post(session, url, **more):
        raise requests.ConnectionError("connection broken")

    monkeypatch.setattr(requests.Session, "post", post)
    with scene() as jira:
        tracker = jira.tracker(auth={"client_id": "c", "client_secret": "s3cret"})
        (outcome,) = tracker.create([Draft(draft("s1"), "n")])
        assert outcome.state == "rejected"
        assert "no token was given" in outcome.reason
        assert "s3cret" not in outcome.reason


@pytest.mark.parametrize(
    "auth",
    [
        {},
        {"user": "ada"},
        {"email": "ada@example.com"},
        {"token": "t", "token_file": "f"},
        {"token": "t", "user": "ada", "password": "p"},
        {"client_id": "c"},
    ],
)
def test_half_a_way_or_two_are_refused(auth):
    with pytest.raises(pydantic.ValidationError, match="expected one of: `token` or `token_file`"):
        given({"auth": auth})


def reply(status, body, **headers):
    made = answered(status, body, **headers)
    return Reply(status, {k.lower(): v for k, v in made.headers.items()}, made.body)


@pytest.mark.parametrize(
    ("given_", "kind", "seconds"),
    [
        (reply(429, {}, retry_after="3"), "wait", 3.0),
        (reply(429, {}, x_ratelimit_reset="1970-01-01T00:02Z"), "wait", 20.0),
        (reply(429, {}), "wait", None),
        (reply(503, {}, retry_after="7"), "unknown", 7.0),
        (reply(400, {"errorMessages": ["x"]}), "refused", None),
        (reply(401, {"message": "no"}), "expired", None),
        (reply(302, None, location="https://login.example/"), "refused", None),
    ],
)
def test_what_an_answer_means(given_, kind, seconds):
    verdict = meaning(given_, now=100.0)
    assert (verdict.kind, verdict.seconds) == (kind, seconds)


@pytest.mark.parametrize(
    ("given_", "says"),
    [
        (reply(400, {"errorMessages": ["a"], "errors": {"priority": "b"}}), "a · priority: b"),
        (reply(404, {"message": "null for uri", "status-code": 404}), "null for uri"),
        (reply(400, ["odd"]), ""),
        (reply(400, None), ""),
        (reply(400, {"errorMessages": "flat", "errors": []}), "flat"),
        (reply(429, {}, ratelimit_reason="jira-burst-based"), "jira-burst-based"),
        (
            reply(403, {}, x_authentication_denied_reason="CAPTCHA_CHALLENGE"),
            "log in with a browser once: Jira wants a CAPTCHA solved after failed log-ins",
        ),
    ],
)
def test_a_server_s_own_words(given_, says):
    assert words(given_) == says


def test_fields_are_told_from_general_words():
    body = {"errorMessages": ["a"], "errors": {"summary": "b"}}
    assert complaints(reply(400, body)) == (["a"], {"summary": "b"})


def test_a_page_of_a_firewall_is_no_complaint_about_a_field():
    verdict = meaning(Reply(400, {"content-type": "text/html"}, b"<html>blocked</html>"), 0.0)
    assert verdict.kind == "refused"
    assert verdict.reason == "400 an HTML page (of a proxy, or a login page?)"


@pytest.mark.parametrize(
    ("settings", "says", "hint"),
    [
        ({"url": "http://nowhere.simulated"}, "no connection (unknown host", "HTTPS_PROXY"),
        ({"project": "NOPE"}, "No project could be found with key 'NOPE'", "names"),
    ],
)
def test_what_goes_wrong_is_one_sentence_with_the_next_step(settings, says, hint):
    with scene() as jira, pytest.raises(TrackerError) as error:
        jira.tracker(**settings).read(["1"])
    assert says in error.value.message
    assert "\n" not in error.value.message
    assert hint in error.value.hint


def test_html_of_a_proxy_is_named_and_not_quoted():
    with scene() as jira, pytest.raises(TrackerError) as error:
        jira.faulty(*["html before"] * 9)
        jira.tracker().changed("")
    assert "an HTML page (of a proxy, or a login page?)" in error.value.message


def test_waiting_for_a_rate_limit_costs_virtual_time_alone():
    with scene() as jira:
        began = jira.now.at
        jira.faulty("429 40", path="/issue", method="POST")
        create(jira.tracker())
        assert 40 <= jira.now.at - began < 50


@pytest.mark.parametrize("cloud", [True, False], ids=["Cloud", "Data Center"])
def test_a_search_that_nobody_logged_in_for_proves_nothing(cloud, tmp_path):
    file = tmp_path / "token"
    file.write_text("old")
    with scene(cloud=cloud, tokens=("Bearer old",), anonymous=True) as jira:
        tracker = jira.tracker(auth={"token_file": str(file)})
        made = create(tracker)
        jira.now.passes(600)
        jira.site.site.change(tokens=("Bearer new",))
        for look in (lambda: tracker.changed(""), lambda: tracker.find(["s1"])):
            with pytest.raises(TrackerError, match="answers as if nobody had logged in"):
                look()
        file.write_text("new")
        assert [ticket.id for ticket in tracker.find(["s1"])["s1"]] == [made.id]
