"""What every command prints with `-o json`: from this its JSON Schemas are made and tested."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import TypeAdapter, create_model

from adapters.bootstrap import ProjectionStatus, RebuildReport, RebuiltRunList
from adapters.cli.text.estate import PrintedLoad, PrintedSummary
from adapters.cli.text.logs import PrintedLogReport, PrintedRunProof
from adapters.cli.text.lost_runs import PrintedLostRun
from adapters.cli.text.preview import PrintedPreview
from adapters.cli.text.trace import PrintedTrace
from adapters.database_work import DatabaseReport, Examination, Swept
from domain.audit.event_lines import EventLine
from domain.json import JsonMap
from domain.ports import ErrorGroup, RunSummary
from domain.replay.compare.compare import Comparison
from domain.replay.compare.state_change import StateChangeView
from domain.replay.diagnosis.diagnose import Diagnosis
from domain.replay.golden.pinned import Golden
from domain.replay.verify.ablation import Ablated
from domain.services.goldens import Checked
from domain.tools.contracts import ToolResult
from domain.tools.registry import ToolInfo
from domain.views.bulk_replay import BulkPreview, BulkReplayView, ReplayedRun, VerifiedRuns
from domain.views.bundle import ExportedBundle, ImportedRun, VerifiedBundle
from domain.views.lineage import Lineage
from domain.views.response import RunResponse
from domain.views.run import RunDetails
from domain.views.state import RunStateView
from domain.views.timeline import Timeline
from domain.views.verdict import Verdict


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


_SOUND: Final = {"is_sound": bool}

PRINTED: Final[Mapping[str, Printed]] = {
    "response": Printed(
        RunResponse,
        ("ask", "run start", "run response", "run resume", "run fork", "run rerun"),
    ),
    "preview": Printed(
        PrintedPreview, ("run resume --preview", "run fork --preview", "run rerun --preview")
    ),
    "runs": Printed(list[RunSummary], ("run list", "run search")),
    "errors": Printed(list[ErrorGroup], ("run list --by error",)),
    "run": Printed(RunDetails, ("run show",)),
    "events": Printed(list[EventLine], ("run events",)),
    "timeline": Printed(Timeline, ("run timeline",)),
    "trace": Printed(PrintedTrace, ("run trace",)),
    "state": Printed(RunStateView, ("run state",)),
    "state-change": Printed(StateChangeView, ("run state --diff",)),
    "verdict": Printed(Verdict, ("run verify",)),
    "bundled-verdicts": Printed(list[Verdict], ("run verify --bundle",)),
    "verdicts": Printed(VerifiedRuns, ("run verify --all",)),
    "lost-runs": Printed(list[PrintedLostRun], ("run recover",)),
    "ablation": Printed(list[Ablated], ("run ablate",)),
    "compare": Printed(Comparison, ("run compare",)),
    "diagnose": Printed(Diagnosis, ("run diagnose",)),
    "lineage": Printed(Lineage, ("run lineage",)),
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
    "estate-load": Printed(PrintedLoad, ("estate discover", "estate demo", "estate import")),
    "estate-summary": Printed(PrintedSummary, ("estate summary",)),
    "tool": Printed(ToolInfo, ("tool describe",)),
    "tools": Printed(list[ToolInfo], ("tool list",)),
    "tool-result": Printed(ToolResult, ("tool call",)),
    "log-report": Printed(PrintedLogReport, ("log verify",)),
    "run-proof": Printed(PrintedRunProof, ("log verify --run",)),
    "projections": Printed(list[ProjectionStatus], ("projection list", "projection status")),
    "rebuild": Printed(RebuildReport, ("projection rebuild",), {"is_equal": bool}),
    "run-list-rebuild": Printed(RebuiltRunList, ("projection rebuild-run-list",)),
    "database": Printed(DatabaseReport, ("db check",), _SOUND),
    "swept": Printed(Swept, ("db sweep",), {"is_dry_run": bool}),
    "doctor": Printed(Examination, ("doctor",), _SOUND),
}
"""The types by the names of their schemas."""
