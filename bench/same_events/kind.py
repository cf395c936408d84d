"""What kinds of runs are made of: commands, plans, and what tools and planner answer."""

from dataclasses import asdict, dataclass, field
from typing import Any, Final

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """A command, and what tools and planner answer meanwhile.

    `{1}` in a command is the first run's id. A step that `dies` ends its process in the middle.
    """

    do: list[str]
    script: Json
    dies: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """Commands that make runs of one kind; `shows` is found in its log, or it made something else.

    `files` are there for the commands, as JSON.
    """

    name: str
    shows: str
    steps: list[Step]
    files: Json = field(default_factory=dict)

    def plain(self) -> Json:
        """Return it as the driver takes it."""
        return asdict(self)


ITEM: Final[Json] = {
    "ci_id": "0000c1",
    "ci_code": "srv-1",
    "ci_name": 'Größter "Server" \\ 1',
    "ci_type": "SYSTEM",
    "load": 0.1 + 0.2,
}
FOUND: Final[Json] = {
    "data": {"rows": [ITEM], "total": 1},
    "references": [{"kind": "ci", "id": "0000c1"}, {"kind": "ci", "id": "0000c1"}],
    "metadata": {"row_count": 1, "source_revision": "r7"},
}
WINDOW: Final[Json] = {"start": "2020-01-19T12:00:00+00:00", "end": "2020-01-20T12:00:00+00:00"}
VALUE: Final[Json] = {
    "data": {"metric_name": "cpu", "agg": "avg", "value": 100 / 3, "sample_count": 3},
    "metadata": {"window": WINDOW},
}
GRAPH: Final[Json] = {
    "view": "IMPACT",
    "root": "0000c1",
    "nodes": [{"id": "0000c1", "code": "srv-1"}, {"id": "0000c2", "code": "app-1"}],
    "edges": [{"source": "0000c2", "target": "0000c1", "type": "RUNS_ON"}],
    "ids": ["0000c1", "0000c2"],
    "truncated": False,
    "beyond_depth": 3,
    "meta": {"depth": 1, "max_depth": 4, "limits": {"max_nodes": 200, "max_edges": 400}},
}
RECORDS: Final[Json] = {"rows": [{"time": "2020-01-20T09:00:00+00:00", "text": "disk full"}]}
GROUPS: Final[Json] = {"rows": [{"ci_type": "SYSTEM", "count": 2}], "total_groups": 3}
EMPTY: Final[Json] = {"gives": {"data": {"rows": [], "total": 0}}}
LARGE: Final[Json] = {"gives": {"data": {"rows": [{**ITEM, "n": n} for n in range(60)]}}}
_ROWS: Final[Json] = {"gives": FOUND}
_COUNTS: Final[Json] = {"gives": {"data": GROUPS}}
_DATED: Final[Json] = {"gives": {"data": RECORDS, "warnings": ["1 record was left out"]}}
ANSWERS: Final[Json] = {
    "ci.resolve": _ROWS,
    "ci.search": _ROWS,
    "ci.list_preview": _ROWS,
    "ci.aggregate": _COUNTS,
    "history.aggregate": _COUNTS,
    "history.work_and_maintenance": _DATED,
    "metric.aggregate": {"gives": VALUE},
    "archive.aggregate": {"gives": VALUE},
    "metric.aggregate_by_ci": {"gives": {"data": {"rows": [{**ITEM, "value": 2 / 3}]}}},
    "metric.series": {"gives": {"data": {"rows": [{"time": WINDOW["start"], "value": 0.7}]}}},
    "graph.expand": {"gives": {"data": GRAPH}},
    "graph.path": {"gives": {"data": {**GRAPH, "view": "PATH", "paths": [["0000c2", "0000c1"]]}}},
    "document.search": {"gives": {"data": {"rows": [{"title": "Runbook", "score": 0.9}]}}},
    "cep.simulate": {"gives": {"data": {"rule_id": "r1", "fires": True, "conditions": []}}},
}
"""What the tools answer, unless a step says otherwise."""
DOWN: Final[Json] = {"fails": "UPSTREAM_UNAVAILABLE", "message": "nobody is there"}

LOOKUP: Final[Json] = {"primary": {"keywords": ["srv-1"]}}
METRIC: Final[Json] = {**LOOKUP, "metric": {"metric_name": "cpu"}}
WHOLE: Final[Json] = {
    **METRIC,
    "intent": "EXPAND",
    "graph": {"view": "IMPACT", "depth": 9},
    "history": {"enabled": True, "limit": 999},
    "cep": {"rule_id": "r1", "dry_run": False},
}


def steps(*parts: Json, **plan: object) -> Json:
    """Return a plan with these parts as its steps."""
    numbered = [
        {"step_id": f"s{number}", "name": f"Step {number}", "intent": "SEARCH", **part}
        for number, part in enumerate(parts, start=1)
    ]
    return {"enable_multistep": True, "steps": numbered, **plan}


def search(word: str) -> Json:
    """Return the part of a plan that searches for a word."""
    return {"primary": {"keywords": [word], "tool_type": "ci_search"}}


FIVE: Final = steps(*(search(f"k{number}") for number in range(5)))
DEPENDENT: Final = steps(
    search("a"),
    {"metric": {"metric_name": "cpu"}},
    search("b"),
    tool_dependencies=[
        {
            "tool_id": "s2:metric",
            "depends_on": ["s1:primary"],
            "output_mapping": {"ci_ids": "{s1:primary.rows[*].ci_id}"},
        }
    ],
)
UNRESOLVED: Final = {
    **DEPENDENT,
    "tool_dependencies": [
        {"tool_id": "s2:metric", "output_mapping": {"ci_ids": "{s1:primary.rows[7].nothing}"}}
    ],
}
DEMO_ENDS_AT: Final = "2020-01-20T12:00:00Z"
START: Final = ("run", "start", "--plan", "plan.json", "--anchor", "data")


def does(*words: str, script: Json | None = None, dies: bool = False) -> Step:
    """Return a step; what its script says of calls comes before the usual answers."""
    said = script or {}
    return Step([*words], {"is_real": False, **said, **ANSWERS, **said}, dies)


def start(*words: str, script: Json | None = None, dies: bool = False) -> Step:
    """Return the step that runs the kind's plan."""
    return does(*START, *words, script=script, dies=dies)


def then(*words: str, script: Json | None = None) -> Step:
    """Return a step that takes a reason."""
    return does(*words, "--reason", "to see", script=script)


def planned(name: str, shows: str, plan: Json, *made: Step, **files: Json) -> Kind:
    """Return a kind of runs with a given plan; without steps, it is run once."""
    named = {f"{name}.json": content for name, content in files.items()}
    return Kind(name, shows, [*(made or (start(),))], {"plan.json": plan, **named})


def asked(name: str, shows: str, plans: Json) -> Kind:
    """Return a kind of runs that begin with a question, of which the planner makes this."""
    question = ("ask", "What runs on srv-1?", "--anchor", "data")
    return Kind(name, shows, [does(*question, script={"plans": plans})])


COMPLETED, FAILED = "run-completed", "run-failed"
PARTIAL, DEGRADED = r"\"status\":\"partial\"", r"\"status\":\"degraded\""
PLAN_OUTPUT: Final[Json] = {"kind": "plan", "plan": METRIC, "confidence": 0.7, "reasoning": "r"}
DIRECT: Final[Json] = {"kind": "direct", "direct_answer": {"answer": "Hello.", "confidence": 0.9}}
REJECT: Final[Json] = {"kind": "reject", "reject_payload": {"reason": "secret", "policy": "p1"}}


def asked_of_demo(name: str, shows: str, *questions: str) -> Kind:
    """Return a kind of runs with the real planner and tools, on the demo estate."""
    real = {"is_real": True}
    demo = does("estate", "demo", "--anchor", DEMO_ENDS_AT, script=real)
    asking = [does("ask", question, "--anchor", "data", script=real) for question in questions]
    return Kind(name, shows, [demo, *asking])
