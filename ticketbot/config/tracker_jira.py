"""The configuration of a tracker of type jira. Credentials are references: `${NAME}`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from ticketbot.config.tracker_base import Strict, TrackerEntry, Url


class JiraAuth(Strict):
    """Cloud: email and API token, or an OAuth client. Data Center: a token, or user and password."""

    email: str | None = Field(None, description="Cloud: whose API token it is.")
    token: str | None = Field(
        None,
        description="With `email` an API token (Cloud); without it a personal access token, or any bearer"
        " token.",
    )
    token_file: str | None = Field(
        None, description="A file that holds the token alone; read again when it is refused."
    )
    user: str | None = Field(None, description="Data Center, with `password`.")
    password: str | None = Field(None, description="Data Center, with `user`.")
    client_id: str | None = Field(None, description="OAuth 2.0 client credentials.")
    client_secret: str | None = Field(None, description="With `client_id`.")
    token_url: Url = Field(
        "https://auth.atlassian.com/oauth/token", description="With `client_id`: who gives tokens."
    )

    @model_validator(mode="after")
    def _enough(self) -> JiraAuth:
        ways = (self.token, self.token_file, self.user and self.password)
        client = self.client_id and self.client_secret
        if sum(bool(way) for way in (*ways, client)) != 1:
            raise ValueError(
                "expected one of: `token` or `token_file` (with `email` on Cloud), `user` and"
                " `password`, `client_id` and `client_secret`"
            )
        return self


class JiraResolutions(Strict):
    """What the project calls them; the first that a transition offers is taken, all are understood."""

    fixed: list[str] = Field(
        ["Fixed", "Done", "Resolved", "Complete", "Completed"], description="As fixed."
    )
    wont_fix: list[str] = Field(
        ["Won't Fix", "Won't Do", "Declined", "Rejected"], description="As not worth it."
    )
    false_positive: list[str] = Field(
        ["False Positive", "Invalid", "Not a Bug", "Cannot Reproduce", "Known Error"],
        description="As no flaw at all.",
    )
    duplicate: list[str] = Field(["Duplicate"], description="As another ticket's twin.")
    accepted: list[str] = Field(
        ["Risk Accepted", "Accepted"], description="As a risk that somebody bears."
    )


class JiraLinkTypes(Strict):
    """Names of issue link types."""

    duplicates: str = Field("Duplicate", description="Between twins.")
    regression: str = Field("Relates", description="From a ticket to the older one it continues.")


class JiraTracker(TrackerEntry):
    """JIRA Cloud or Data Center."""

    type: Literal["jira"] = Field(description="Which kind of tracker it is.")
    url: Url = Field(description="As https://acme.atlassian.net; with the context path, if any.")
    link_url: Url | None = Field(
        None, description="For links to tickets, where `url` is only for programs."
    )
    deployment: Literal["cloud", "server"] | None = Field(
        None, description="Cloud, or Data Center (`server`); not given: the server is asked."
    )
    project: str = Field(description="The project's key, as SEC.")
    projects: list[str] = Field(
        [], description="Keys of further projects that `fields: {project: …}` sends tickets to."
    )
    issue_type: str = Field("Bug", description="Of new tickets, as the project names it.")
    security_level: str | None = Field(
        None,
        description="The issue security level of new tickets, by name; set in the create call.",
    )
    done_status: str | None = Field(
        None, description="Where closing leads to; not given: any status of the category Done."
    )
    open_status: str | None = Field(
        None, description="Where reopening leads to; not given: any status that is not done."
    )
    transition_fields: dict[str, Any] = Field(
        {}, description="Values for fields that transitions require, by the field's id or name."
    )
    resolutions: JiraResolutions = Field(
        JiraResolutions(), description="Names of resolutions for ours."
    )
    link_types: JiraLinkTypes = Field(JiraLinkTypes(), description="Names of issue link types.")
    marker: Literal["property", "description"] | None = Field(
        None,
        description="Where a ticket's marker stands: in an issue property alone (Cloud's default), or,"
        " unseen, in its description too (Data Center's default: its searches give no properties, and many"
        " tickets are to be read at once). Each change of a marker then stands in the ticket's history."
        " Whichever is set, both are understood.",
    )
    auth: JiraAuth = Field(description="Credentials, as references to variables.")
