"""What we read of a SARIF 2.1.0 document, typed: results first, then what a run says of itself.

Only the properties we use; everything else is passed over by the decoder. Names are SARIF's own
(https://docs.oasis-open.org/sarif/sarif/v2.1.0/), section numbers in the docstrings. No behaviour.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Node(msgspec.Struct, gc=False, rename="camel"):
    """Every property is optional: producers leave out what the specification demands."""


class Text(Node):
    """message (3.11) and multiformatMessageString (3.12)."""

    text: str | None = None
    markdown: str | None = None
    id: str | None = None
    arguments: list[str] | None = None


class ArtifactLocation(Node):
    """3.4"""

    uri: str | None = None
    uri_base_id: str | None = None
    index: int | None = None


class Content(Node):
    """artifactContent (3.3)"""

    text: str | None = None


class Region(Node):
    """3.30"""

    start_line: int | None = None
    start_column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    char_offset: int | None = None
    byte_offset: int | None = None
    snippet: Content | None = None


class PhysicalLocation(Node):
    """3.29"""

    artifact_location: ArtifactLocation | None = None
    region: Region | None = None
    context_region: Region | None = None


class LogicalLocation(Node):
    """3.33"""

    name: str | None = None
    index: int | None = None
    fully_qualified_name: str | None = None
    kind: str | None = None
    parent_index: int | None = None


class Location(Node):
    """3.28"""

    physical_location: PhysicalLocation | None = None
    logical_locations: list[LogicalLocation] | None = None
    message: Text | None = None


class ThreadFlowLocation(Node):
    """3.38"""

    location: Location | None = None
    index: int | None = None


class ThreadFlow(Node):
    """3.37"""

    locations: list[ThreadFlowLocation] | None = None


class CodeFlow(Node):
    """3.36"""

    thread_flows: list[ThreadFlow] | None = None


class Component(Node):
    """toolComponentReference (3.54)"""

    name: str | None = None
    index: int | None = None
    guid: str | None = None


class Reference(Node):
    """reportingDescriptorReference (3.52)"""

    id: str | None = None
    index: int | None = None
    guid: str | None = None
    tool_component: Component | None = None


class Suppression(Node):
    """3.35"""

    kind: str | None = None
    status: str | None = None
    justification: str | None = None


class Fix(Node):
    """3.55"""

    description: Text | None = None


class WebRequest(Node):
    """3.46"""

    index: int | None = None
    method: str | None = None
    target: str | None = None
    protocol: str | None = None
    version: str | None = None
    headers: dict[str, str] | None = None
    body: Content | None = None


class WebResponse(Node):
    """3.47"""

    index: int | None = None
    status_code: int | None = None
    reason_phrase: str | None = None
    protocol: str | None = None
    version: str | None = None
    headers: dict[str, str] | None = None
    body: Content | None = None


class Result(Node):
    """3.27"""

    rule_id: str | None = None
    rule_index: int | None = None
    rule: Reference | None = None
    kind: str | None = None
    level: str | None = None
    message: Text | None = None
    locations: list[Location] | None = None
    guid: str | None = None
    correlation_guid: str | None = None
    fingerprints: dict[str, str] | None = None
    partial_fingerprints: dict[str, str] | None = None
    code_flows: list[CodeFlow] | None = None
    suppressions: list[Suppression] | None = None
    baseline_state: str | None = None
    rank: float | None = None
    hosted_viewer_uri: str | None = None
    work_item_uris: list[str] | None = None
    fixes: list[Fix] | None = None
    taxa: list[Reference] | None = None
    web_request: WebRequest | None = None
    web_response: WebResponse | None = None
    properties: dict[str, Any] | None = None


class Configuration(Node):
    """reportingConfiguration (3.50)"""

    enabled: bool | None = None
    level: str | None = None


class Relationship(Node):
    """reportingDescriptorRelationship (3.53)"""

    target: Reference | None = None


class Descriptor(Node):
    """reportingDescriptor (3.49): a rule, a notification or a taxon"""

    id: str | None = None
    guid: str | None = None
    name: str | None = None
    deprecated_ids: list[str] | None = None
    short_description: Text | None = None
    full_description: Text | None = None
    help: Text | None = None
    help_uri: str | None = None
    message_strings: dict[str, Text] | None = None
    default_configuration: Configuration | None = None
    relationships: list[Relationship] | None = None
    properties: dict[str, Any] | None = None


class ToolComponent(Node):
    """3.19"""

    name: str | None = None
    guid: str | None = None
    version: str | None = None
    semantic_version: str | None = None
    rules: list[Descriptor] | None = None
    taxa: list[Descriptor] | None = None
    global_message_strings: dict[str, Text] | None = None


class Tool(Node):
    """3.18"""

    driver: ToolComponent | None = None
    extensions: list[ToolComponent] | None = None


class Artifact(Node):
    """3.24"""

    location: ArtifactLocation | None = None
    contents: Content | None = None
    roles: list[str] | None = None


class Override(Node):
    """configurationOverride (3.51)"""

    descriptor: Reference | None = None
    configuration: Configuration | None = None


class Notification(Node):
    """3.58"""

    level: str | None = None
    message: Text | None = None


class Invocation(Node):
    """3.20"""

    execution_successful: bool | None = None
    exit_code: int | None = None
    exit_signal_name: str | None = None
    exit_signal_number: int | None = None
    process_start_failure_message: str | None = None
    start_time_utc: str | None = None
    end_time_utc: str | None = None
    working_directory: ArtifactLocation | None = None
    tool_execution_notifications: list[Notification] | None = None
    tool_configuration_notifications: list[Notification] | None = None
    rule_configuration_overrides: list[Override] | None = None


class AutomationDetails(Node):
    """3.17"""

    id: str | None = None


class Provenance(Node):
    """versionControlDetails (3.23)"""

    repository_uri: str | None = None
    revision_id: str | None = None
    branch: str | None = None
    mapped_to: ArtifactLocation | None = None


class Run(Node):
    """3.14"""

    tool: Tool | None = None
    artifacts: list[Artifact] | None = None
    logical_locations: list[LogicalLocation] | None = None
    original_uri_base_ids: dict[str, ArtifactLocation] | None = None
    invocations: list[Invocation] | None = None
    taxonomies: list[ToolComponent] | None = None
    automation_details: AutomationDetails | None = None
    version_control_provenance: list[Provenance] | None = None
    column_kind: str | None = None
    web_requests: list[WebRequest] | None = None
    web_responses: list[WebResponse] | None = None
    thread_flow_locations: list[ThreadFlowLocation] | None = None
    external_property_file_references: dict[str, Any] | None = None
    properties: dict[str, Any] | None = None
