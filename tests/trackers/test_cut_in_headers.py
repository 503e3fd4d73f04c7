"""An answer that ends among its headers, over a real socket: a 201 that nobody can read is no proof."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaign.worlds import WORLDS, Remote
from tests.trackers.contract import draft
from ticketbot.simulate.server import _Handler, serving
from ticketbot.trackers import make
from ticketbot.trackers.base import Draft


class Cutting(_Handler):
    """Carries a create out, and breaks off in the middle of the second header."""

    def _answer(self) -> None:
        if self.command != "POST" or not self.path.partition("?")[0].endswith(
            ("/issue", "/issues", "/incident")
        ):
            super()._answer()
            return
        self._asked()
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 201 Created\r\nServer: simulated\r\nContent-Ty")

    do_POST = _answer  # noqa: N815  # the base class's name


@pytest.mark.parametrize("kind", ["jira", "jira-dc", "github", "servicenow"])
def test_a_create_whose_answer_ends_among_its_headers_is_ambiguous(
    kind: str, tmp_path: Path
) -> None:
    world = WORLDS[kind](tmp_path, 0, 0.0)
    assert isinstance(world, Remote)
    with serving(world.front) as server:
        server.RequestHandlerClass = Cutting
        tracker = make("sec", world.settings(server.url), world.clock)
        (outcome,) = tracker.create([Draft(draft("s1"), "n")])
        tracker.close_connection()
    assert (outcome.state, len(world.people.tickets())) == ("ambiguous", 1)
