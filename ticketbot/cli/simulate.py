"""`ticketbot simulate`: a local stand-in for a tracker, to try a configuration without touching a real one.

Listens on this machine alone, keeps its tickets in memory, and gives them up with the process.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from ticketbot.cli.options import General

if TYPE_CHECKING:
    from ticketbot.cli.console import Console
    from ticketbot.simulate.exchange import Asked, Simulated
    from ticketbot.simulate.faults import Chooser, Front
    from ticketbot.simulate.server import Server

SHARE = 0.2
"""Of all requests, where somebody names a fault and no share."""
SHOWN = 20
"""Tickets in the summary."""


class Kind(StrEnum):
    """Which tracker."""

    jira = "jira"
    github = "github"
    servicenow = "servicenow"


class Deployment(StrEnum):
    """Which Jira."""

    cloud = "cloud"
    server = "server"


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """How the stand-in behaves."""

    deployment: Annotated[
        Deployment | None, Option("--deployment", help="Jira Cloud, or Data Center  [cloud]")
    ] = None
    search_lag: Annotated[
        float | None,
        Option("--search-lag", min=0, metavar="SECONDS", help="Until a search sees a new ticket."),
    ] = None
    faults: Annotated[
        float | None,
        Option("--faults", min=0, max=1, metavar="SHARE", help="Spoil this share of all requests."),
    ] = None
    fault: Annotated[
        list[str] | None,
        Option("--fault", metavar="TEXT", help="In this way alone, as `502 after`."),
    ] = None
    seed: Annotated[int, Option("--seed", help="The same seed spoils the same requests.")] = 0


def simulate(
    kind: Annotated[Kind, Argument(help="Which tracker.")],
    options: General,
    behaviour: Behaviour,
    port: Annotated[
        int, Option("--port", min=0, max=65535, help="On this port; 0: any that is free.")
    ] = 8080,
) -> int:
    """Stand in for a tracker, to try things out with.

    Prints a ticketbot.yaml for it, tells each request, and ends with Ctrl-C.
    """
    from importlib import import_module

    from ticketbot.cli import clock
    from ticketbot.cli.console import Console
    from ticketbot.cli.simulate_kinds import settings
    from ticketbot.errors import UsageError
    from ticketbot.simulate.exchange import Time
    from ticketbot.simulate.faults import Front

    console = Console(options)
    if options.config is not None:
        raise UsageError(
            "simulate reads no configuration; it prints one",
            hint="Leave --config out; `--output FILE` keeps what is printed.",
        )
    time = Time(clock.Deadline().clock.seconds)
    made = settings(kind, behaviour)
    service: Simulated = import_module(f"ticketbot.simulate.{kind}.service").make(time, **made)
    front = Front(service, time, _chooser(behaviour, console))
    _serve(front, kind, behaviour, port, console)
    _summary(front, console)
    return 0


def _serve(front: Front, kind: Kind, behaviour: Behaviour, port: int, console: Console) -> None:
    """Until Ctrl-C."""
    from ticketbot.cli.simulate_kinds import configuration

    with _opened(front, port, console) as server:
        console.out(configuration(kind, server.url, behaviour))
        console.finish()
        console.say(f"{kind} is simulated at {server.url}; Ctrl-C ends it")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            server.closing.set()


def _chooser(behaviour: Behaviour, console: Console) -> Chooser:
    from ticketbot.errors import UsageError
    from ticketbot.simulate.faults import READS, WRITES, parse, seeded

    for text in behaviour.fault or ():
        try:
            parse(text)
        except ValueError as error:
            raise UsageError(
                f"--fault {error}", hint=f"Say one of: {', '.join(dict.fromkeys(WRITES))}."
            ) from None
    share = behaviour.faults
    if share is None:
        share = SHARE if behaviour.fault else 0.0
    chosen = seeded(behaviour.seed, share, behaviour.fault or WRITES, behaviour.fault or READS)

    def choose(asked: Asked) -> str:
        text = chosen(asked)
        if text and console.verbose:
            console.say(f"  fault: {text}")
        return text

    return choose


def _opened(front: Front, port: int, console: Console) -> Server:
    from ticketbot.cli.output import fitted
    from ticketbot.errors import UsageError
    from ticketbot.simulate.server import Server

    def tell(line: str) -> None:
        console.say(line if console.verbose else fitted(line, console.width).rstrip())

    try:
        return Server(front, port, tell)
    except OSError as error:
        raise UsageError(
            f"port {port} of this machine cannot be had: {error.strerror or error}",
            hint="Name another one; `--port 0` takes any that is free.",
        ) from error


def _summary(front: Front, console: Console) -> None:
    """What the stand-in has been asked, and its tickets, on standard error."""
    from ticketbot.cli.output import counted, fitted

    tickets = front.service.tickets()
    is_open = sum(ticket.open for ticket in tickets)
    asked = counted(len(front.requests), "request")
    console.say(f"\n{asked}; {counted(len(tickets), 'ticket')}, {is_open} open")
    for ticket in tickets[-SHOWN:]:
        state = "open" if ticket.open else ticket.resolution or "closed"
        line = f"  {fitted(ticket.key, 10)}  {fitted(state, 14)}  {ticket.title}"
        console.say(fitted(line, console.width).rstrip())
    if len(tickets) > SHOWN:
        console.say(f"  and {len(tickets) - SHOWN} before these")
