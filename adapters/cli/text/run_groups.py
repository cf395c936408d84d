"""Groups of runs, as text."""

from typing import Final

from adapters.cli.text.tables import ListText
from domain.run.groups import RunGroup
from domain.times import to_the_second


def _by(group: RunGroup) -> str:
    return ", ".join(f"{name}={value or '-'}" for name, value in group.by.items()) or "all"


GROUPS_TEXT: Final[ListText[RunGroup]] = ListText(
    {
        "since": lambda group: None if group.since is None else to_the_second(group.since),
        "group": _by,
        "runs": lambda group: group.count,
        "measured": lambda group: group.measured_count,
        "p50": lambda group: group.p50,
        "p90": lambda group: group.p90,
        "p99": lambda group: group.p99,
        "max": lambda group: group.max,
    },
    id_of=_by,
    when_empty="No runs.",
)
