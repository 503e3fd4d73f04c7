"""What the configurations of all trackers share. Describes shapes; knows no HTTP."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _url(value: str) -> str:
    if not re.match(r"https?://\S+$|\$\{", value):
        raise ValueError(f"expected an address as https://acme.example, found {value!r}")
    return value


Url = Annotated[str, AfterValidator(_url)]


class Strict(BaseModel):
    """No unknown keys, no silent conversions, no changes afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TrackerEntry(Strict):
    """What every tracker has."""

    fields: dict[str, Any] = Field(
        {},
        description="Defaults for every ticket, constants or templates: `priority` and `assignee`, and"
        " what the tracker has under a name of its own.",
    )
    labels: list[str] = Field([], description="On every ticket.")
    timeout: int = Field(
        30,
        ge=1,
        le=300,
        description="Seconds to wait for an answer of a tracker on the network. After twice as long a"
        " request without an answer counts as over.",
    )
    allow_public: bool = Field(
        False,
        description="github: write to a public repository, where everybody can read the flaws.",
    )
