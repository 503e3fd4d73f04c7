"""The configuration of a tracker of type servicenow. Credentials are references: `${NAME}`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from ticketbot.config.tracker_base import Strict, TrackerEntry, Url


class ServiceNowAuth(Strict):
    """User and password, or a bearer token."""

    user: str | None = Field(None, description="With `password`.")
    password: str | None = Field(None, description="With `user`.")
    token: str | None = Field(None, description="A bearer token.")

    @model_validator(mode="after")
    def _enough(self) -> ServiceNowAuth:
        if not self.token and not (self.user and self.password):
            raise ValueError("expected `user` and `password`, or `token`")
        return self


class ServiceNowTracker(TrackerEntry):
    """Records of one table of a ServiceNow instance."""

    type: Literal["servicenow"] = Field(description="Which kind of tracker it is.")
    url: Url = Field(description="The instance, as https://acme.service-now.com.")
    table: str = Field("incident", description="Where records are made.")
    auth: ServiceNowAuth = Field(description="Credentials, as references to variables.")
