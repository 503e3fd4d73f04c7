"""The `audit:` and `log:` of ticketbot.yaml: where events and log lines go. Nowhere, without it.

Describes and checks shapes only; sends nothing.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from ticketbot.config.tracker_base import Strict, Url


def _address(value: str) -> str:
    if "${" not in value and not (urlsplit(value).hostname and urlsplit(value).port != 0):
        raise ValueError("expected an address with a host, as https://splunk.example:8088")
    return value


def _token(value: str) -> str:
    """A variable that was read from a file often ends with a line's end."""
    if not re.fullmatch(r"[!-~]+", value.strip()):
        raise ValueError("expected a token: printable characters, and no spaces")
    return value.strip()


class Splunk(Strict):
    """Splunk's HTTP Event Collector."""

    url: Annotated[Url, AfterValidator(_address)] = Field(
        description="As https://splunk.example:8088; the collector's path is added."
    )
    token: Annotated[str, AfterValidator(_token)] = Field(
        description="The collector's token, as ${SPLUNK_HEC_TOKEN}."
    )
    index: str | None = Field(None, description="None: the token's default index.")
    source: str = Field("ticketbot", description="What Splunk notes as the source.")
    sourcetype: str = Field("_json", description="How Splunk reads the events.")
    verify: bool | str = Field(
        True, description="false: trust any certificate. A path: trust those in this file."
    )


class Audit(Strict):
    """Audit events (OCSF, one JSON object a line): who gets them."""

    file: str | None = Field(None, description="Appended to; only its owner may read it.")
    stdout: bool = Field(
        False, description="On standard output; the result then needs --output FILE."
    )
    splunk: Splunk | None = Field(None, description="Sent to Splunk, buffered; never in the way.")


class Log(Strict):
    """Log lines on standard error."""

    format: Literal["text", "json"] = Field("text", description="json: one object a line.")
    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="What is less is left out."
    )
