"""The mapping document as pydantic models: what a mapping file may say, and its JSON Schema.

Unknown keys are refused; a plain string in place of a value is a path (`mapping_words.Value`).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from ticketbot.model.finding import Severity
from ticketbot.readers.mapping_words import (
    ConfidenceValue,
    Each,
    KindValue,
    OneOrMany,
    OrPath,
    Part,
    Path,
    Scalar,
    SeverityValue,
    StatusValue,
    Value,
    Values,
    complain,
    doubles,
)


class LocationFields(Part):
    """A place in a file. With `each`, one place for each element found there."""

    each: Each | None = None
    path: Value | None = None
    line: Value | None = None
    end_line: Value | None = None
    column: Value | None = None
    logical: Value | None = None
    snippet: Value | None = None
    message: Value | None = None


class RequestFields(Part):
    """The HTTP request that shows the flaw; `template` is its operation, as /users/{id}."""

    method: Value | None = None
    url: Value | None = None
    template: Value | None = None
    parameter: Value | None = None
    parameter_in: Value | None = None
    status: Value | None = None


class RoleFields(Part):
    """Whose rights reach whose things, as customer and admin; never a person, an id or a token."""

    attacker: Value | None = None
    victim: Value | None = None


class ComponentFields(Part):
    """A package. Without `purl` one is made of `type` (npm, maven, deb/debian…), `name` and
    `version`."""

    purl: Value | None = None
    type: Value | None = None
    name: Value | None = None
    version: Value | None = None
    source: Value | None = Field(None, description="The source package a system package is of.")
    fixed: Values = []
    manifest: Value | None = None
    image: Value | None = None


class SecretFields(Part):
    """A leaked credential. `value` never leaves the reader: digests and a masked form do."""

    type: Value | None = None
    value: Value | None = None


class SuppressionFields(Part):
    """Why a result is suppressed; `kind` is `external` unless said."""

    kind: Value | None = None
    justification: Value | None = None


class HttpFields(Part):
    """An HTTP message in parts: first line, an object of headers, body."""

    start: Value
    headers: Value | None = None
    body: Value | None = None


class CurlFields(Part):
    """A request as a curl line, quoted for a POSIX shell."""

    method: Value
    url: Value
    headers: Value | None = None
    body: Value | None = None


class EvidenceFields(Part):
    """A piece of proof: a text, or an HTTP message."""

    label: str
    text: Value | None = None
    http: HttpFields | None = None
    language: str = ""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.text is None) == (self.http is None):
            complain([("", "expected `text` or `http`, one of them")])
        return self


class ResultSource(Part):
    """One place of the report where results are, and the fields of the finding each becomes."""

    each: Annotated[list[Each], OneOrMany()] = Field(
        description="As Results[].Vulnerabilities[]; several forms of one thing."
    )
    where: Path | None = Field(None, description="Elements for which this is false are no results.")
    let: dict[str, Value] = Field(
        {}, description="Names the fields below can use as if the result had them."
    )
    rule: Value
    title: Value
    message: Value | None = None
    severity: SeverityValue | None = None
    confidence: ConfidenceValue | None = None
    kind: KindValue | None = None
    status: StatusValue | None = None
    suppression: SuppressionFields | None = None
    cwe: Values = []
    owasp: Values = []
    vulnerabilities: Values = []
    cvss: Value | None = None
    cvss_vector: Value | None = None
    location: LocationFields | None = None
    flow: LocationFields | None = None
    request: RequestFields | None = None
    roles: RoleFields | None = None
    component: ComponentFields | None = None
    resource: Value | None = None
    secret: SecretFields | None = None
    discriminator: Value | None = None
    systemic: Value | None = None
    fingerprints: dict[str, Value] = {}
    remediation: Value | None = None
    help_url: Value | None = None
    evidence: list[EvidenceFields] = []
    reproduce: Value | None = None
    curl: CurlFields | None = None
    tags: Values = []
    links: Values = []


class Detect(Part):
    """A form of report this mapping is for: all of `has` are there, and `where` holds."""

    has: Annotated[list[Path], Field(min_length=1)]
    where: Path | None = None


class Gathered(OrPath):
    """What is remembered of all lines: the first value that is there, or every different one."""

    first: Path | None = None
    all: Path | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_path(cls, given: object) -> object:
        return {"first": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.first is None) == (self.all is None):
            complain([("", "expected a path, or `all:` with a path")])
        return self


class Incomplete(Part):
    """What shows that the scan did not finish, or that this is not all of its report."""

    when: Path = Field(
        description="A condition on the header; `elements` is how many `each` finds."
    )
    because: str = Field(description="One sentence; {paths} are filled in.")


class ScanFields(Part):
    """What the report says of itself, read from its header."""

    version: Value | None = None
    started: Value | None = None
    ended: Value | None = None
    commit: Value | None = None
    branch: Value | None = None
    repository: Value | None = None
    part: Value | None = None
    image: Value | None = Field(None, description="An image reference; its repository is the part.")
    covered: Values = []


def _once(table: dict[Scalar, Severity]) -> dict[Scalar, Severity]:
    complain(doubles(table, ""))
    return table


class MappingDocument(Part):
    """One tool's report, told as data."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    tool: str
    family: str | None = Field(None, description="When it is not the tool's name in lower case.")
    url: str
    what: str = Field(description="What the tool is, in one line.")
    command: str = Field(description="What makes such a report.")
    xml: list[str] = Field(
        [], description="Roots of the tool's XML, which is not read: the answer is the command."
    )
    format: Literal["json", "lines"] = "json"
    detect: Annotated[list[Detect], Field(min_length=1)]
    gather: dict[str, Gathered] = {}
    scan: ScanFields = ScanFields()
    incomplete: list[Incomplete] = []
    severities: Annotated[dict[Scalar, Severity], AfterValidator(_once)] = Field(
        {}, description="The tool's word → ours. Our own words and CVSS scores need no entry."
    )
    results: Annotated[list[ResultSource], Field(min_length=1)]


def mapping_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a mapping file, for editors and validators."""
    schema = MappingDocument.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
