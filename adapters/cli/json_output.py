"""What every command prints with `-o json`: from this its JSON Schemas are made and tested."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import TypeAdapter, create_model

from domain.json import JsonMap
from domain.plan.plan import PlanOutput
from domain.views.bulk_replay import BulkPreview, BulkReplayView, ReplayedRun, VerifiedRuns
from domain.views.bundle import ExportedBundle, ImportedRun, VerifiedBundle
from domain.views.comparison import Comparison
from domain.views.database import DatabaseReport, Examination, Swept
from domain.views.diagnosis import Diagnosis
from domain.views.estate import ESTATE_LOAD, ESTATE_SUMMARY
from domain.views.golden import Checked, Golden
from domain.views.lineage import LINEAGE
from domain.views.log import LogReport
from domain.views.preview import PREVIEW
from domain.views.projection import ProjectionStatus, RebuildReport, RebuiltRunList
from domain.views.record import EVENTS, RUN_PROOF
from domain.views.response import RESPONSE
from domain.views.run import LOST_RUNS, RUN
from domain.views.run_list import ERRORS, RUNS
from domain.views.state import STATE
from domain.views.steps import STATE_CHANGE
from domain.views.timeline import TIMELINE
from domain.views.tool import TOOL, TOOL_RESULT, TOOLS
from domain.views.trace import TRACE
from domain.views.verdict import Ablated, Verdict


@dataclass(frozen=True, slots=True)
class Printed:
    """Values of a type that commands print; `beside` are more fields of the same object."""

    kind: Any
    commands: tuple[str, ...]
    beside: Mapping[str, Any] = field(default_factory=dict)

    def schema(self) -> JsonMap:
        """Return the JSON Schema of what is printed."""
        schema = _schema_of(self.kind)
        if not self.beside:
            return schema
        fields: Any = {name: (kind, ...) for name, kind in self.beside.items()}
        more = _schema_of(create_model("Beside", **fields))
        for part in ("properties", "$defs"):
            if part in more:
                schema[part] = {**schema.get(part, {}), **more[part]}
        schema["required"] = [*schema["required"], *more["required"]]
        return schema


def _schema_of(kind: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever pydantic knows
    return TypeAdapter(kind).json_schema(mode="serialization")


PRINTED: Final[Mapping[str, Printed]] = {
    "response": Printed(
        RESPONSE.kind,
        ("ask", "run start", "run response", "run resume", "run fork", "run rerun"),
    ),
    "planned": Printed(PlanOutput, ("ask --plan-only",)),
    "preview": Printed(
        PREVIEW.kind, ("run resume --preview", "run fork --preview", "run rerun --preview")
    ),
    "runs": Printed(RUNS.kind, ("run list", "run search")),
    "errors": Printed(ERRORS.kind, ("run list --by error",)),
    "run": Printed(RUN.kind, ("run show", "run annotate", "run cancel")),
    "events": Printed(EVENTS.kind, ("run events",)),
    "timeline": Printed(TIMELINE.kind, ("run timeline",)),
    "trace": Printed(TRACE.kind, ("run trace",)),
    "state": Printed(STATE.kind, ("run state",)),
    "state-change": Printed(STATE_CHANGE.kind, ("run state --diff",)),
    "verdict": Printed(Verdict, ("run verify",)),
    "bundled-verdicts": Printed(list[Verdict], ("run verify --bundle",)),
    "verdicts": Printed(VerifiedRuns, ("run verify --all",)),
    "lost-runs": Printed(LOST_RUNS.kind, ("run recover",)),
    "ablation": Printed(list[Ablated], ("run ablate",)),
    "compare": Printed(Comparison, ("run compare",)),
    "diagnose": Printed(Diagnosis, ("run diagnose",)),
    "lineage": Printed(LINEAGE.kind, ("run lineage",)),
    "bundle-manifest": Printed(ExportedBundle, ("run export",)),
    "imported-runs": Printed(list[ImportedRun], ("run import",)),
    "verified-bundle": Printed(VerifiedBundle, ("run verify-bundle",)),
    "replay": Printed(BulkReplayView, ("replay start", "replay continue", "replay show")),
    "replay-preview": Printed(BulkPreview, ("replay start --preview",)),
    "replays": Printed(list[BulkReplayView], ("replay list",)),
    "replay-results": Printed(list[ReplayedRun], ("replay results",)),
    "golden": Printed(Golden, ("golden show",)),
    "goldens": Printed(list[Golden], ("golden list",)),
    "golden-check": Printed(list[Checked], ("golden check",)),
    "estate-load": Printed(ESTATE_LOAD.kind, ("estate discover", "estate demo", "estate import")),
    "estate-summary": Printed(ESTATE_SUMMARY.kind, ("estate summary",)),
    "tool": Printed(TOOL.kind, ("tool describe",)),
    "tools": Printed(TOOLS.kind, ("tool list",)),
    "tool-result": Printed(TOOL_RESULT.kind, ("tool call",)),
    "log-report": Printed(LogReport, ("log verify",)),
    "run-proof": Printed(RUN_PROOF.kind, ("log verify --run",)),
    "projections": Printed(list[ProjectionStatus], ("projection list", "projection status")),
    "rebuild": Printed(RebuildReport, ("projection rebuild",)),
    "run-list-rebuild": Printed(RebuiltRunList, ("projection rebuild-run-list",)),
    "database": Printed(DatabaseReport, ("db check",)),
    "swept": Printed(Swept, ("db sweep",)),
    "doctor": Printed(Examination, ("doctor",)),
}
"""The types by the names of their schemas."""
