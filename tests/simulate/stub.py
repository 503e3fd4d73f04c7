"""The smallest simulated tracker: each POST makes a ticket. For what stands before and around one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ticketbot.simulate.exchange import Answered, Asked, Seen, Time, answered


class Stub:
    """`exchange.Simulated`. What it was asked is in `asked`."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []

    def answer(self, asked: Asked) -> Answered:
        self.asked.append(asked)
        return answered(201 if asked.method == "POST" else 200, {"id": len(self.asked)})

    def refusal(self, status: int, headers: Mapping[str, str]) -> Answered:
        named = {"Content-Type": "application/json", **headers}
        return Answered(status, b'{"refused": true}', named)

    def tickets(self) -> list[Seen]:
        return [
            Seen(id=str(n), key=f"STUB-{n}", title=f"Ticket {n}", body="", open=n % 2 == 1)
            for n, asked in enumerate(self.asked, 1)
            if asked.method == "POST"
        ]

    def person_makes(self, title: str, body: str) -> str:
        raise NotImplementedError  # no test of the front or the server has people

    def person_closes(self, ticket_id: str, resolution: str | None) -> None:
        raise NotImplementedError  # no test of the front or the server has people

    def person_reopens(self, ticket_id: str) -> None:
        raise NotImplementedError  # no test of the front or the server has people

    def person_edits(self, ticket_id: str, field: str, value: Any) -> None:
        raise NotImplementedError  # no test of the front or the server has people

    def person_comments(self, ticket_id: str, text: str) -> None:
        raise NotImplementedError  # no test of the front or the server has people

    def person_deletes(self, ticket_id: str) -> None:
        raise NotImplementedError  # no test of the front or the server has people


class Clock:
    """Passes when it is told to."""

    def __init__(self) -> None:
        self.at = 1_800_000_000.0
        self.time = Time(lambda: self.at)
