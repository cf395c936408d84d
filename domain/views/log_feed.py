"""Some events of the log, in its order, and where to read on."""

from dataclasses import dataclass
from typing import Final

from domain.audit.event_lines import LogLine
from domain.views.json_form import View


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """Events of a tenant in the order of the log.

    All up to the position `next` were looked at: what comes later comes after that. The log of all
    tenants ends at `end`.
    """

    events: list[LogLine]
    next: int
    end: int


LOG_PAGE: Final[View[LogPage]] = View("log-page", LogPage)
