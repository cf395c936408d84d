"""The configuration items that a metric question is about."""

from typing import NamedTuple

from pydantic import JsonValue

from adapters.tools.ci_scope import existing_ids, limit_ids, matching_ids
from adapters.tools.metric_question import MetricOfCisParams
from domain.estate.port import Estate


class MetricCis(NamedTuple):
    """The ids to ask for (None = all that have the metric), and what became of those given."""

    ids: tuple[str, ...] | None
    requested: int | None
    is_truncated: bool
    warnings: list[str]

    def as_json(self) -> dict[str, JsonValue]:
        """Return the counts as plain JSON; None where they do not apply."""
        return {
            "ci_requested": self.requested,
            "ci_count_used": None if self.ids is None else len(self.ids),
            "ci_ids_truncated": self.is_truncated,
        }


def metric_cis(estate: Estate, tenant_id: str, *, params: MetricOfCisParams) -> MetricCis:
    """Return the items of the ids and filters given. Raises `ToolFailure` for unknown ids."""
    matching = matching_ids(estate, tenant_id, filters=params.filters) if params.filters else None
    if params.ci_ids is None:
        return MetricCis(matching, None, is_truncated=False, warnings=[])
    limited, cut = limit_ids(params.ci_ids)
    known, unknown = existing_ids(estate, tenant_id, ci_ids=limited)
    passing = set(known if matching is None else matching)
    return MetricCis(
        ids=tuple(ci_id for ci_id in known if ci_id in passing),
        requested=len(set(params.ci_ids)),
        is_truncated=bool(cut),
        warnings=[*cut, *unknown],
    )
