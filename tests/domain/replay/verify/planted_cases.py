"""Planted changes, the runs that they show in, and what must be told of each."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pytest

from domain.views.verdict import DivergenceClass
from tests.domain.replay.verify import planted
from tests.domain.replay.verify.verifying import (
    Kind,
    answered,
    clamped,
    degraded,
    failed,
    looked_up,
    partial,
)

Plant = Callable[[pytest.MonkeyPatch], None]
DATA, PATH = DivergenceClass.DATA, DivergenceClass.PATH


class Found(NamedTuple):
    """A divergence as it must be found; `follow` is how many events follow from it."""

    kind: DivergenceClass
    type: str
    sentence: str
    follow: int = 0


CASES: Sequence[tuple[Plant, Kind, Found]] = (
    (
        planted.stricter_limit,
        clamped,
        Found(
            DATA,
            "plan-validated",
            "the validated plan: primary.limit 50 -> 40; decisions[0].effective 50 -> 40; "
            'decisions[0].why "primary.limit must be from 1 to 50" -> '
            '"primary.limit must be from 1 to 40"',
            1,
        ),
    ),
    (
        planted.other_default,
        looked_up,
        Found(
            PATH,
            "tool-call-started",
            "call primary (ci.resolve) asks otherwise: limit (none) -> 7",
            8,
        ),
    ),
    (
        planted.other_order_of_blocks,
        answered,
        Found(
            DATA,
            "response-composed",
            "the answer: blocks in another order: CI details, CI summary, srv-1, average cpu -> "
            "average cpu, srv-1, CI summary, CI details",
        ),
    ),
    (
        planted.other_mapping,
        answered,
        Found(
            PATH,
            "tool-call-started",
            'call metric (metric.aggregate) asks otherwise: ci_ids[0] "c1" -> ["c1"]',
            8,
        ),
    ),
    (
        planted.other_route,
        looked_up,
        Found(
            PATH,
            "route-chosen",
            'the route: route "lookup" -> "sections_loop"; route_config.description '
            '"Look up one configuration item" -> "Run each part of the plan"; '
            'route_config.execution_type "lookup" -> "sections"',
            1,
        ),
    ),
    (
        planted.other_quality,
        partial,
        Found(DATA, "stage-completed", "stage compose: confidence 0.75 -> 0.5", 1),
    ),
    (
        planted.other_label,
        looked_up,
        Found(
            PATH,
            "tool-call-started",
            'call primary (ci.resolve) asks otherwise: label "b9d730745c73e64e" -> '
            '"e46e37c547037d9b"',
            8,
        ),
    ),
    (
        planted.one_group_for_all,
        answered,
        Found(
            PATH,
            "tool-call-started",
            "call metric (metric.aggregate) asks otherwise: group 1 -> 0",
        ),
    ),
    (
        planted.no_fallback,
        degraded,
        Found(
            PATH,
            "tool-call-started",
            "call primary (ci.resolve), attempt 2: was made -> did not happen",
            7,
        ),
    ),
    (
        planted.other_wording,
        looked_up,
        Found(
            DATA,
            "stage-completed",
            'stage compose: answer "srv-1 (Server 1) is without a status." -> '
            '"ci.resolve: 1 row."',
            2,
        ),
    ),
    (
        planted.other_ranking,
        looked_up,
        Found(
            DATA,
            "tools-ranked",
            "the ranking of tools: candidates[0].score 0.627272727273 -> 0.854545454545; "
            "candidates[0].speed 0.227272727273 -> 0.454545454545",
        ),
    ),
    (
        planted.other_reason_to_skip,
        failed,
        Found(
            DATA,
            "tool-call-skipped",
            "call metric (metric.aggregate) is skipped otherwise: "
            'reason "Dependency \'primary\' failed" -> "primary gave nothing"',
        ),
    ),
    (
        planted.coarser_rounding,
        partial,
        Found(DATA, "stage-completed", "stage compose: confidence 0.75 -> 0.8", 1),
    ),
    (
        planted.other_next_action,
        answered,
        Found(
            DATA,
            "response-composed",
            'the answer: next_actions[5].label "cpu over the last 7 days" -> '
            '"cpu over the last 30 days"; next_actions[5].payload.patch.metric.time_range '
            '"last_7d" -> "last_30d"',
        ),
    ),
    (
        planted.no_references,
        answered,
        Found(
            DATA,
            "stage-completed",
            "stage compose: diagnostics.counts.references 1 -> 0; reference_count 1 -> 0",
            2,
        ),
    ),
    (
        planted.other_error_message,
        failed,
        Found(DATA, "stage-failed", 'stage execute: message "no answer" -> "it failed"', 1),
    ),
    (
        planted.other_status,
        partial,
        Found(DATA, "run-completed", 'the run: status "partial" -> "degraded"'),
    ),
    (
        planted.other_error_codes,
        partial,
        Found(
            DATA,
            "tool-call-failed",
            "call metric (metric.aggregate) fails otherwise: can_retry false -> true",
        ),
    ),
    (
        planted.one_more_warning,
        answered,
        Found(
            DATA,
            "stage-completed",
            'stage execute: diagnostics.status "ok" -> "warning"; diagnostics.warnings 0 -> 1 '
            'item, with "the estate is old"',
        ),
    ),
)
