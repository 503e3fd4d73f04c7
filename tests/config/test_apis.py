"""`targets:`: API files of three kinds, and what is said of those that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ticketbot.config.apis import check, registered
from ticketbot.config.load import load
from ticketbot.errors import ConfigError
from ticketbot.identity.registered import NO_APIS

OPENAPI = """\
openapi: 3.1.0
servers:
  - url: https://shop.example/api/{version}/
    variables: {version: {default: v1, enum: [v1, v2]}}
paths:
  /users: {get: {}, post: {}, x-note: 1}
  /users/{id}:
    $ref: '#/components/pathItems/user'
  /orders/{id}:
    $ref: 'paths.yaml#/orders'
  /elsewhere:
    $ref: 'https://example.com/paths.yaml'
  x-note: {get: {}}
components:
  pathItems: {user: {get: {servers: [{url: /legacy}]}, delete: {}}}
"""
SWAGGER = {"swagger": "2.0", "basePath": "/v2", "paths": {"/pets/{petId}": {"get": {}}}}
POSTMAN = {
    "info": {"schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
    "variable": [{"key": "base", "value": "https://shop.example/api"}],
    "item": [
        {"item": [{"request": {"method": "GET", "url": {"raw": "{{base}}/users/:id?x=1"}}}]},
        {"request": {"method": "put", "url": "{{base}}/users/17/{{what}}"}},
        {"request": "http://127.0.0.1:5000/health"},
    ],
}


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    def write(target: str, **files: str):
        Path("ticketbot.yaml").write_text(f"version: 1\ntargets:\n  shop: {target}\n")
        for name, text in files.items():
            Path(name.replace("_", ".")).write_text(text)
        return load(None, tmp_path)

    return write


def test_openapi(config):
    loaded = config("{openapi: a.yaml}", a_yaml=OPENAPI, paths_yaml="orders: {patch: {}}")
    (found,) = registered(loaded, "shop").descriptions
    assert found.name == "a.yaml"
    assert found.bases == ("/api/v1", "/api/v2", "/legacy")
    assert found.operations == (
        ("GET", "/users"),
        ("POST", "/users"),
        ("GET", "/users/{}"),
        ("DELETE", "/users/{}"),
        ("PATCH", "/orders/{}"),
        ("", "/elsewhere"),
    )
    assert check(loaded) == 6


def test_swagger_and_postman_in_one_target(config):
    given = {"s_json": json.dumps(SWAGGER), "p_json": json.dumps(POSTMAN)}
    swagger, postman = registered(
        config("{openapi: [s.json, p.json]}", **given), "shop"
    ).descriptions
    assert (swagger.bases, swagger.operations) == (("/v2",), (("GET", "/pets/{}"),))
    assert postman.bases == ("", "/api")
    assert postman.operations == (("GET", "/users/{}"), ("PUT", "/users/{}/{}"), ("GET", "/health"))


def test_hosts_and_structural_parameters(config):
    found = registered(config('{hosts: ["*.shop.example"], structural: [action]}'), "shop")
    assert (found.hosts, found.structural) == (("*.shop.example",), ("action",))
    assert registered(load(None, Path.cwd()), "billing").owner("a.shop.example") == "shop"
    assert registered(config("{}"), "shop") == NO_APIS
    assert registered(load(None, Path.cwd()), "other") == NO_APIS
    assert registered(config("{hosts: a.example, structural: do}"), "shop").structural == ("do",)


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        (None, "ticketbot.yaml:3:", "`targets.shop.openapi`: there is no file a.yaml"),
        ("paths: [", "a.yaml:2", "this is no YAML"),
        ("{\n\n 7", "a.yaml:3", "this is no JSON"),
        ("a: b", "a.yaml:1", "expected OpenAPI 3"),
        ("- a", "a.yaml:1", "expected OpenAPI 3"),
        ("openapi: 3.0.0", "a.yaml:1", "no operation in it"),
        ("openapi: 3.0.0\npaths: {/a: {$ref: b.yaml}}", "a.yaml → b.yaml", "cannot be read"),
        ("[" * 100_000, "a.yaml:1", "nested too deeply"),
        ("a: " + "[" * 100_000, "a.yaml:1", "nested too deeply"),
        ("{" * 100_000, "a.yaml:1", ""),
    ],
)
def test_a_file_that_cannot_be_used_is_a_mistake(config, text, place, what):
    loaded = config("{openapi: a.yaml}", **({} if text is None else {"a_yaml": text}))
    with pytest.raises(ConfigError) as raised:
        registered(loaded, "shop")
    (problem,) = raised.value.problems
    assert problem.where.startswith(place)
    assert what in problem.what


def test_a_file_that_is_too_large_is_not_read_further(config, monkeypatch):
    monkeypatch.setattr("ticketbot.config.api_source.LARGEST", 20)
    with pytest.raises(ConfigError) as raised:
        check(config("{openapi: a.yaml}", a_yaml=OPENAPI))
    assert "larger than 20 bytes" in raised.value.problems[0].what


def test_a_reference_to_itself_ends(config):
    text = "openapi: 3.0.0\npaths: {/a: {$ref: '#/paths/~1a'}, /b: {get: {}}}"
    (found,) = registered(config("{openapi: a.yaml}", a_yaml=text), "shop").descriptions
    assert found.operations == (("", "/a"), ("GET", "/b"))


@pytest.mark.parametrize("host", ["https://shop.example", "shop.example/api", ""])
def test_a_host_is_no_address(config, host):
    with pytest.raises(ConfigError) as raised:
        config(f'{{hosts: ["{host}"]}}')
    (problem,) = raised.value.problems
    assert problem.where.startswith("ticketbot.yaml:3")
    assert "expected a host: shop.example, *.shop.example" in problem.what


def test_the_name_of_a_parameter_is_no_query(config):
    with pytest.raises(ConfigError) as raised:
        config("{structural: ['?action=delete']}")
    assert "expected the name of a query parameter" in raised.value.problems[0].what
