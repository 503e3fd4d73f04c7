"""What people write into a ticket's body stays, whatever becomes of ours."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trackers.hostile import BODIES
from ticketbot.planning.rows import text_digest
from ticketbot.trackers.markup.section import FOOTER, FOOTER_PATTERN, digest, joined, split

MARKER = '<!-- ticketbot:v1 {"subject":"s1"} -->'
MARKER_PATTERN = re.compile(r"<!-- ticketbot:v1 .*?-->")


@pytest.mark.parametrize(
    ("footer", "pattern"), [(FOOTER, FOOTER_PATTERN), (MARKER, MARKER_PATTERN)]
)
@given(ours=BODIES, theirs=st.text(max_size=40))
def test_what_is_joined_comes_apart_again(footer, pattern, ours, theirs):
    parts = split(joined(ours, footer, theirs), pattern)
    assert parts.found
    assert parts.theirs == theirs
    assert parts.ours.replace("\u200b", "") == ours.rstrip().replace("\u200b", "")


def test_replacing_our_section_keeps_theirs_byte_for_byte():
    body = joined("Old.", FOOTER, "\r\n\r\n  Seen by Ann,\u00a0on Monday. \n\n")
    new = joined("New.\n\nLonger.", FOOTER, split(body, FOOTER_PATTERN).theirs)
    assert new == f"New.\n\nLonger.\n\n{FOOTER}\r\n\r\n  Seen by Ann,\u00a0on Monday. \n\n"


def test_a_quoted_footer_below_the_footer_is_theirs():
    theirs = f"\n> {FOOTER}\nWhy?"
    assert split(joined("Ours.", FOOTER, theirs), FOOTER_PATTERN).theirs == theirs


@pytest.mark.parametrize(
    ("footer", "pattern"), [(FOOTER, FOOTER_PATTERN), (MARKER, MARKER_PATTERN)]
)
def test_a_report_cannot_forge_a_footer(footer, pattern):
    ours = f"```\n{footer}\n```\nthe rest"
    assert split(joined(ours, footer, " mine"), pattern).theirs == " mine"


def test_a_footer_that_an_editor_laid_out_anew_is_found():
    body = "Ours.\r\n\r\nticketbot keeps the\u00a0text above up to\r\ndate; write below this line.\r\nMine"
    assert split(body, FOOTER_PATTERN).theirs == "\r\nMine"


@pytest.mark.parametrize("body", ["", "All theirs now.", FOOTER[:-20]])
def test_without_its_footer_a_body_is_left_to_people(body):
    parts = split(body, FOOTER_PATTERN)
    assert (parts.ours, parts.theirs, parts.found) == (body, "", False)


@pytest.mark.parametrize(
    "same",
    ["a\r\nb\n\nc", "a\nb \t\n\nc\n", "\na\nb\n\nc\n\n", "a\rb\n\u00a0\nc", "a\u00a0\nb\n\nc"],
)
def test_what_trackers_do_to_text_is_no_edit(same):
    assert digest(same) == digest("a\nb\n\nc") == text_digest("a\nb\n\nc")


@pytest.mark.parametrize("edited", ["a\nb\nc", "a\n b\n\nc", "a\nB\n\nc", "a\nb\n\nc d"])
def test_an_edit_is_one(edited):
    assert digest(edited) != digest("a\nb\n\nc")
