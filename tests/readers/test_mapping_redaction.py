"""What a mapping reads of attacks: without people, and without the user of an address."""

from tests.readers.mapping_given import finding

FIELDS = """rule: id
title: t
kind: {value: web}
remediation: t
tags: [t]
request: {method: {value: get}, url: url, parameter: t}"""


def test_people_are_no_part_of_a_web_finding() -> None:
    made = finding(FIELDS, {"id": "1", "t": "by alice@corp.example", "url": "http://h/a"})
    assert "alice" not in repr(made)
    assert made.title == "by [redacted e-mail]"


def test_an_address_loses_its_user_only() -> None:
    made = finding(FIELDS, {"id": "1", "t": "x", "url": "http://u:p4ss@h/users/17"})
    assert made.request is not None
    assert made.request.url == "http://h/users/17"
