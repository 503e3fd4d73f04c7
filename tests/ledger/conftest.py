"""A ledger in memory for every test that needs no file; made once by the migrations, then copied."""

from __future__ import annotations

import pytest

from ticketbot.ledger.ledger import Ledger


@pytest.fixture(scope="session")
def empty(tmp_path_factory):
    """The URL of an empty ledger that nobody writes to."""
    url = f"sqlite:///{tmp_path_factory.mktemp('empty') / 'ledger.db'}"
    Ledger.open(url).close()
    return url


@pytest.fixture
def ledger(empty):
    with Ledger.snapshot(empty) as ledger:
        yield ledger
