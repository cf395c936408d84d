"""The root of every event's data."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from domain.run.lifecycle import Trigger


class EventData(BaseModel):
    """The root of every event's data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stored_as: ClassVar[str]
    schema_version: ClassVar[int] = 1
    trigger: ClassVar[Trigger | None] = None
    """The lifecycle trigger that the event pulls; None for facts that do not move the run."""
