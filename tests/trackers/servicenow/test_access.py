"""Credentials, limits and what is in the way: each error is one sentence with the next step."""

from __future__ import annotations

import pytest

from tests.trackers.contract import applied, create, draft
from tests.trackers.servicenow.conftest import COLUMN
from ticketbot.errors import ConfigError, TrackerError
from ticketbot.simulate.exchange import answered
from ticketbot.trackers.base import Draft

CLIENT = {"client_id": "abc", "client_secret": "geheim"}


class TestCredentials:
    def test_a_wrong_password_is_told_without_it(self, bench):
        tracker = bench.tracker(auth={"user": "bot", "password": "hunter2"})
        with pytest.raises(TrackerError) as error:
            tracker.find(["s1"])
        assert "does not accept the credentials (401 User Not Authenticated" in error.value.message
        assert "hunter2" not in str(error.value) + error.value.hint
        outcome = tracker.create([Draft(draft(), "n")])[0]
        assert (outcome.state, "401" in outcome.reason) == ("rejected", True)

    def test_a_password_may_have_any_character(self, bench):
        bench.instance.settings.users["ü"] = "pässwörd:€"
        assert bench.tracker(auth={"user": "ü", "password": "pässwörd:€"}).find(["s1"]) == {}

    @pytest.mark.parametrize("settings", [{"tokens": ("t1", "t2")}])
    def test_a_token_that_is_replaced_in_its_file_is_read_again(self, bench, tmp_path):
        file = tmp_path / "token"
        file.write_text("t1\n")
        tracker = bench.tracker(auth={"token_file": str(file)}, **COLUMN)
        create(tracker, "s1")
        bench.instance.access.revoked.add("t1")
        file.write_text("t2\n")
        create(tracker, "s2")
        assert len(bench.instance.tickets()) == 2

    def test_a_token_file_that_is_missing_is_told_at_once(self, bench, tmp_path):
        with pytest.raises(ConfigError, match=r"trackers\.snow\.auth: .* cannot be read"):
            bench.tracker(auth={"token_file": str(tmp_path / "nothing")})


@pytest.mark.parametrize("settings", [{"clients": {"abc": "geheim"}}])
class TestClientCredentials:
    def tokens(self, bench) -> int:
        return sum(path == "/oauth_token.do" for _, path in bench.front.requests)

    def test_a_token_is_fetched_once_and_again_before_it_ends(self, bench):
        tracker = bench.tracker(auth=CLIENT, **COLUMN)
        for n in range(3):
            create(tracker, f"s{n}")
        assert self.tokens(bench) == 1
        bench.passes(1800)
        create(tracker, "s3")
        assert self.tokens(bench) == 2

    def test_a_token_that_ends_early_is_fetched_again_and_nothing_is_made_twice(self, bench):
        tracker = bench.tracker(auth=CLIENT, **COLUMN)
        create(tracker, "s1")
        bench.instance.access.revoked.add("token-1")
        create(tracker, "s2")
        assert (self.tokens(bench), len(bench.instance.tickets())) == (2, 2)

    def test_a_client_that_is_refused_is_told_without_its_secret(self, bench):
        tracker = bench.tracker(auth=CLIENT | {"client_secret": "wrong"})
        with pytest.raises(TrackerError, match="gives no token for this client") as error:
            tracker.find(["s1"])
        assert "wrong" not in str(error.value) + error.value.hint
        outcome = tracker.create([Draft(draft(), "n")])[0]
        assert (outcome.state, "no token" in outcome.reason) == ("rejected", True)

    @pytest.mark.parametrize("fault", ["502 before", "reset before", "hang before", "html after"])
    def test_a_token_that_cannot_be_had_now_is_asked_for_again(self, bench, fault):
        bench.spoil(fault, lambda asked: asked.path == "/oauth_token.do")
        tracker = bench.tracker(auth=CLIENT, **COLUMN)
        create(tracker, "s1")
        assert len(bench.instance.tickets()) == 1


@pytest.mark.parametrize("settings", [{"per_hour": 5}])
def test_a_limit_by_the_hour_is_waited_for(bench, tracker):
    for n in range(12):
        create(tracker, f"s{n}")
    assert len(bench.instance.tickets()) == 12
    assert 3600 < bench.at - 1_772_366_400 < 3 * 3600


def test_a_limit_that_names_only_its_end_is_waited_for(bench, tracker):
    made = create(tracker)
    refusal = bench.instance.refusal
    ends = int(bench.at) + 120
    bench.instance.refusal = lambda status, _headers: refusal(
        status, {"X-RateLimit-Reset": str(ends)}
    )
    bench.spoil("429", lambda asked: True)
    applied(tracker.comment(made.id, "Hello", nonce="n"))
    assert bench.at >= ends


@pytest.mark.parametrize(
    ("configured", "settings", "words", "hint"),
    [
        ({"url": "http://nobody.simulated"}, {}, "no connection", "url"),
        ({"table": "incidents"}, {}, "400 Invalid table incidents", "Check the names"),
        ({}, {"forbidden": frozenset({"incident"})}, "403 User Not Authorized", "account"),
        ({}, {"hibernating": True}, "an HTML page", "Something else answers there"),
    ],
    ids=["unreachable", "wrong table", "no permission", "a page"],
)
def test_what_is_in_the_way_is_one_sentence_with_the_next_step(bench, configured, words, hint):
    with pytest.raises(TrackerError, match=words) as error:
        bench.tracker(**configured).find(["s1"])
    assert error.value.message.startswith("snow: ")
    assert hint in error.value.hint


def test_a_redirect_is_followed_nowhere(bench, tracker):
    answer = bench.instance.refusal(401, {"Location": "http://now.simulated/login.do"})
    bench.instance.answer = lambda _asked: type(answer)(302, b"", answer.headers)
    bench.witness.answer = bench.instance.answer
    with pytest.raises(TrackerError, match="302: the server sends on to http://now"):
        tracker.find(["s1"])
    assert tracker.create([Draft(draft(), "n")])[0].state == "rejected"
    assert len(bench.front.requests) == 2


def test_a_transaction_that_was_cancelled_half_way_is_no_answer(bench, tracker):
    """It says 200, gives some of the rows, and an error behind them."""
    create(tracker)
    cancelled = {
        "result": [],
        "error": {
            "message": "Transaction cancelled: maximum execution time exceeded",
            "detail": "maximum execution time exceeded",
        },
        "status": "failure",
    }
    bench.witness.answer = lambda _asked: answered(200, cancelled)
    with pytest.raises(TrackerError, match="200 Transaction cancelled: maximum execution time"):
        tracker.find(["s1"])
    assert tracker.create([Draft(draft("s2"), "n")])[0].state == "ambiguous"
