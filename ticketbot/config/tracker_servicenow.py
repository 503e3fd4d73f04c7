"""The configuration of a tracker of type servicenow. Credentials are references: `${NAME}`.

What an instance calls its states, close codes and columns is its own: every name can be said here, and
what is left out is what a table has as delivered (`trackers.servicenow_table`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from ticketbot.config.tracker_base import Strict, TrackerEntry, Url
from ticketbot.model.ticket import Resolution


def _text(values: dict[str, str | int]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


def _texts(values: list[str | int]) -> list[str]:
    return [str(value) for value in values]


Row = Annotated[dict[str, str | int], AfterValidator(_text)]
"""Column → value. YAML reads a state as a number; ServiceNow has texts alone."""
Values = Annotated[list[str | int], AfterValidator(_texts)]
Value = Annotated[str | int, AfterValidator(str)]


class ServiceNowAuth(Strict):
    """User and password, OAuth client credentials, or a bearer token."""

    user: str | None = Field(None, description="With `password`.")
    password: str | None = Field(None, description="With `user`.")
    client_id: str | None = Field(
        None, description="OAuth client credentials, with `client_secret`."
    )
    client_secret: str | None = Field(None, description="With `client_id`.")
    token: str | None = Field(None, description="A bearer token.")
    token_file: str | None = Field(
        None, description="A file that holds the bearer token alone; read again when it is refused."
    )

    @model_validator(mode="after")
    def _enough(self) -> ServiceNowAuth:
        ways = [
            bool(self.user and self.password),
            bool(self.client_id and self.client_secret),
            bool(self.token),
            bool(self.token_file),
        ]
        if sum(ways) != 1:
            raise ValueError(
                "expected one of `user` and `password`, `client_id` and `client_secret`,"
                " `token`, `token_file`"
            )
        return self


class ServiceNowTracker(TrackerEntry):
    """Records of one table of a ServiceNow instance."""

    type: Literal["servicenow"] = Field(description="Which kind of tracker it is.")
    url: Url = Field(description="The instance, as https://acme.service-now.com.")
    table: str = Field(
        "incident",
        pattern=r"^[a-z][a-z0-9_]*$",
        description="Where records are made: incident, sn_si_incident, problem, any other table.",
    )
    auth: ServiceNowAuth = Field(description="Credentials, as references to variables.")
    id_field: str = Field("correlation_id", description="The column for the flaw's UUID.")
    mark_field: str = Field(
        "correlation_display",
        description="The column that says whose the record is: `ticketbot:<target>;`, of 100 characters.",
    )
    marker_field: str | None = Field(
        None,
        description="A column of type string, of 4,000 characters or more, for the marker, as"
        " u_ticketbot: it is written together with each change. Without it the marker is an"
        " attachment, ticketbot.json.",
    )
    labels_field: str | None = Field(
        None,
        description="A column of type string for labels, as u_labels; without it none are set.",
    )
    title_field: str | None = Field(
        None, description="The column for the title, else short_description."
    )
    body_field: str | None = Field(None, description="The column for the text, else description.")
    comment_field: str | None = Field(
        None,
        description="The journal that comments go to: work_notes (the default) is internal, comments is"
        " seen by customers.",
    )
    due_field: str | None = Field(
        None, description="The column for the due date, of type date/time, else due_date."
    )
    notes_field: str | None = Field(
        None, description="The column for why a record was closed, else close_notes."
    )
    parent_field: str | None = Field(
        None,
        description="The column for the record that this one duplicates, else parent_incident (incident),"
        " duplicate_of (problem), parent (others).",
    )
    open_state: Value | None = Field(None, description="The state of a record that is reopened.")
    closed_states: Values | None = Field(
        None, description="The states in which a record is closed."
    )
    resolutions: dict[Resolution, Row] = Field(
        {},
        description="How a record is closed: resolution → columns, as"
        " `fixed: {state: 6, close_code: Solution provided}`. Each is read back the same way. What is"
        " left out is as the table is delivered.",
    )
    read_as: dict[str, Resolution | Literal["done"]] = Field(
        {},
        description="Close code → what it means where a person chose it, as `Not reproducible:"
        " false_positive`; `done` says nothing of why.",
    )
    priorities: dict[str, Row] = Field(
        {}, description="Priority → columns, as `critical: {impact: 1, urgency: 1}`."
    )
    references: dict[str, str] = Field(
        {},
        description="Further columns that refer to a table, as `business_service: cmdb_ci_service`:"
        " their values may be names.",
    )
    import_set: str | None = Field(
        None,
        description="A staging table, as u_ticketbot_staging, whose transform map coalesces on the"
        " column of the UUID: records are made through it, and none twice. Its columns are those of"
        " the table, with u_ before names that have none.",
    )
