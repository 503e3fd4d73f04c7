"""GitHub's official description of its REST API, where it is at hand: the file `api.github.com.json` of the
npm package @octokit/openapi, beside the checkout or where OPENAPI_GITHUB says."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from ticketbot.simulate.exchange import Answered, Asked

ROOT = Path(__file__).parents[4]
VARIABLE = "OPENAPI_GITHUB"


def file(named: str | None) -> Path:
    return Path(named) if named else ROOT / "shared" / "openapi" / "api.github.com.json"


@lru_cache(maxsize=1)
def description(path: Path) -> dict[str, Any]:
    return _nullable(json.loads(path.read_text("utf-8")))


def _nullable(value: Any) -> Any:
    """OpenAPI 3.0's `nullable` as JSON Schema says it."""
    if isinstance(value, list):
        return [_nullable(each) for each in value]
    if not isinstance(value, dict):
        return value
    plain = {name: _nullable(each) for name, each in value.items()}
    if plain.pop("nullable", False) is True:
        return {"anyOf": [plain, {"type": "null"}]}
    return plain


class Oracle:
    """Says what is wrong with a request, or with its answer."""

    def __init__(self, path: Path) -> None:
        self.api = description(path)
        resource = Resource.from_contents(self.api, default_specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource("urn:api", resource)
        self.seen: set[str] = set()

    def complaints(self, asked: Asked, answered: Answered) -> list[str]:
        path, operation = self._operation(asked)
        if operation is None:
            return [f"no such endpoint: {asked.method} {asked.path}"]
        self.seen.add(f"{asked.method} {path}")
        known = {self._follow(each)["name"] for each in operation.get("parameters", ())}
        found = [f"{path}: no parameter {name}" for name in set(asked.query) - known]
        if asked.body:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            found += self._against(schema, asked.json(), path)
            extra = set(asked.json()) - set(schema.get("properties", ()))
            found += [f"{path}: no property {name}" for name in extra]
        if answered.status == 304:  # any GET may be conditional; not every one says so
            return found
        response = self._follow(operation["responses"].get(str(answered.status), {}))
        if not response:
            return [*found, f"{path}: no answer {answered.status} is described"]
        content = response.get("content", {}).get("application/json")
        if content and answered.body:
            found += self._against(content["schema"], json.loads(answered.body), path)
        return found

    def _operation(self, asked: Asked) -> tuple[str, dict[str, Any] | None]:
        for path, methods in self.api["paths"].items():
            pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))
            if re.fullmatch(pattern, asked.path) and asked.method.lower() in methods:
                return path, methods[asked.method.lower()]
        return asked.path, None

    def _follow(self, value: dict[str, Any]) -> dict[str, Any]:
        reference = value.get("$ref")
        if reference is None:
            return value
        found: Any = self.api
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        return found

    def _against(self, schema: dict[str, Any], value: Any, path: str) -> list[str]:
        rooted = json.loads(json.dumps(schema).replace('"#/', '"urn:api#/'))
        validator = Draft202012Validator(rooted, registry=self._registry)
        return [
            f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
            for error in validator.iter_errors(value)
        ]
