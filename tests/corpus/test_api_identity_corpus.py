"""Real attacks on VAmPI, whose ids are words (`/users/v1/alice/email`): with its OpenAPI, and without.

Reads `../shared/corpus/real` where it is. The description is written from what VAmPI answers to.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import cli

__all__ = ["cli"]

REAL = Path(__file__).parents[3] / "shared" / "corpus" / "real"
SCHEMATHESIS = sorted(REAL.glob("schemathesis/*/ndjson-*"))
WAPITI = REAL / "wapiti" / "vampi.json"

pytestmark = pytest.mark.skipif(
    not (WAPITI.is_file() and SCHEMATHESIS), reason=f"there is no corpus at {REAL}"
)

OPENAPI = """\
openapi: 3.0.1
servers: [{url: http://localhost:5000}]
paths:
  /users/v1: {get: {}}
  /users/v1/_debug: {get: {}}
  /users/v1/register: {post: {}}
  /users/v1/login: {post: {}}
  '/users/v1/{username}': {get: {}, delete: {}}
  '/users/v1/{username}/email': {put: {}}
  '/users/v1/{username}/password': {put: {}}
  /books/v1: {get: {}, post: {}}
  '/books/v1/{book_title}': {get: {}}
"""


@pytest.fixture(params=["alone", "described"])
def described(request, workdir) -> bool:
    Path("api.yaml").write_text(OPENAPI)
    known = "openapi: api.yaml" if request.param == "described" else ""
    Path("ticketbot.yaml").write_text(
        f"version: 1\ntargets: {{vampi: {{{known}}}}}\n"
        'routes: [{when: {severity: ">=info"}, to: local}]\n'
    )
    return bool(known)


def created(cli, name: str) -> list[str]:
    said = cli("sync", name, "--branch", "main", "--format", "json")
    assert said.code == 0, said.err
    changes = json.loads(said.out)["changes"]
    assert {change["action"] for change in changes} <= {"create", "leave"}
    return sorted(change["title"] for change in changes if change["action"] == "create")


def test_another_seed_brings_only_what_needs_to_be_logged_in(cli, described):
    first, second = sorted(SCHEMATHESIS, key=lambda path: "auth" in str(path))
    assert len(created(cli, str(first))) == 13
    assert created(cli, str(second)) == [
        "GET /books/v1/{book_title}: Response violates schema",
        "GET /users/v1/{username}: JSON deserialization error",
        "POST /books/v1: Server error",
        "POST /books/v1: Undocumented status code",
        "PUT /users/v1/{username}/password: Schema-valid request rejected",
    ]


def test_other_people_and_books_are_new_only_without_a_description(cli, described):
    report = WAPITI.read_text()
    Path("first.json").write_text(report)
    Path("second.json").write_text(report.replace("/alice", "/zoe").replace("/default", "/dune"))
    assert len(created(cli, "first.json")) == 13
    words = ["GET /books/v1/dune: HTTP Methods", "GET /users/v1/zoe: HTTP Methods"]
    assert created(cli, "second.json") == ([] if described else words)
