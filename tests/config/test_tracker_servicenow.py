"""The configuration of a tracker of type servicenow: what may stand there, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from ticketbot.config.tracker_servicenow import ServiceNowTracker
from ticketbot.trackers.servicenow.table import table_of

BASIC = {"user": "${U}", "password": "${P}"}


def configured(**more: Any) -> ServiceNowTracker:
    given = {"type": "servicenow", "url": "https://acme.service-now.com", "auth": BASIC}
    return ServiceNowTracker.model_validate(given | more)


@pytest.mark.parametrize(
    "auth",
    [
        BASIC,
        {"client_id": "${I}", "client_secret": "${S}"},
        {"token": "${T}"},
        {"token_file": "/run/secrets/now"},
    ],
    ids=["basic", "client", "token", "file"],
)
def test_there_are_four_ways_in(auth):
    assert configured(auth=auth).auth.model_dump(exclude_none=True) == auth


@pytest.mark.parametrize(
    "auth",
    [{}, {"user": "bot"}, {"client_id": "abc"}, BASIC | {"token": "${T}"}],
    ids=["none", "no password", "no secret", "two"],
)
def test_one_of_them_is_wanted_as_a_whole(auth):
    with pytest.raises(ValidationError, match="expected one of `user` and `password`"):
        configured(auth=auth)


@pytest.mark.parametrize("table", ["Incident", "incident^x", "../x", "", "a b"])
def test_a_table_is_a_name(table):
    with pytest.raises(ValidationError, match="table"):
        configured(table=table)


def test_states_may_be_numbers_and_arrive_as_texts():
    table = table_of(
        configured(
            resolutions={"fixed": {"state": 3, "close_code": "Patched"}},
            closed_states=[3, "7"],
            open_state=2,
            priorities={"P1": {"impact": 1}},
        ).model_dump()
    )
    assert table.resolutions["fixed"] == {"state": "3", "close_code": "Patched"}
    assert table.resolutions["duplicate"]["close_code"] == "Duplicate"
    assert (table.closed_states, table.open_state) == (("3", "7"), "2")
    assert table.priorities == {"P1": {"impact": "1"}}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"resolutions": {"done": {"state": 3}}}, "resolutions"),
        ({"read_as": {"Closed": "solved"}}, "read_as"),
        ({"priorities": {"P1": {"impact": [1]}}}, "priorities"),
        ({"tabel": "incident"}, "tabel"),
    ],
)
def test_what_is_misspelt_is_named(given, words):
    with pytest.raises(ValidationError, match=words):
        configured(**given)


def test_what_is_left_out_is_as_delivered():
    table = table_of(configured(table="problem", marker_field="u_ticketbot").model_dump())
    assert (table.id, table.mark, table.marker) == (
        "correlation_id",
        "correlation_display",
        "u_ticketbot",
    )
    assert (table.parent, table.code, table.open_state) == (
        "duplicate_of",
        "resolution_code",
        "103",
    )
