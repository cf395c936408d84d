"""What looks at one item of several that were found says at which."""

from typing import Any

import pytest

from domain.json import JsonMap
from domain.run.facts import RunOptions
from tests.domain.stages.running import Running, plan_output, ran
from tests.fakes import ScriptedTool, answering

SEVERAL = {"keywords": ["srv"], "tool_type": "ci_search"}
SERIES = {"metric_name": "cpu", "mode": "series"}
TOLD = "only srv-1 was looked at further, the first of 39 configuration items of primary"
FOUND: list[JsonMap] = [{"ci_id": "1", "ci_code": "srv-1"}, {"ci_id": "2", "ci_code": "srv-2"}]
UNKNOWN: JsonMap = {"rule_id": "r", "condition_evaluated": False, "reason": "it reads nothing"}


def said(plan: dict[str, Any], rows: list[JsonMap], **options: Any) -> str:  # noqa: ANN401 - its fields
    running = Running(
        ScriptedTool("ci", search=answering({"rows": [*rows], "total": 39})),
        ScriptedTool("metric", series=answering({"rows": []})),
        ScriptedTool("graph", expand=answering({"nodes": [], "edges": []})),
        ScriptedTool("cep", simulate=answering(UNKNOWN)),
        planned=plan_output(primary=SEVERAL, **plan),
    )
    return str(ran(running, options=RunOptions(**options)).response["answer"])


@pytest.mark.parametrize(
    "plan",
    [{"metric": SERIES}, {"graph": {"view": "IMPACT"}}, {"cep": {"rule_id": "r"}}],
    ids=lambda plan: next(iter(plan)),
)
def test_of_several_items_it_is_told_which_is_looked_at(plan: dict[str, Any]) -> None:
    assert TOLD in said(plan, FOUND, edition=3)
    assert TOLD not in said(plan, FOUND)
    assert "looked at further" not in said(plan, FOUND[:1], edition=3)


def test_a_plan_that_names_the_item_itself_knows_it() -> None:
    mapping = {"ci_id": "{primary.rows[0].ci_id}"}
    explicit = [{"tool_id": "metric", "output_mapping": mapping}]
    assert TOLD not in said({"metric": SERIES, "tool_dependencies": explicit}, FOUND, edition=3)
