"""The plans of the how-to run as they stand, and make the calls that it says."""

import json
import re

import pytest

from tests.acceptance.cli import ROOT
from tests.acceptance.plans.running import Plans

PAGE = (ROOT / "docs" / "how-to" / "write-a-plan.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```json\n(.*?)```\n\nCalls: (.*?)\.\n", PAGE, re.DOTALL)


def test_every_plan_of_the_page_is_found() -> None:
    assert len(SHOWN) == PAGE.count("```json") == 8


@pytest.mark.parametrize(("plan", "calls"), SHOWN)
def test_a_plan_of_the_page_makes_the_calls_that_it_says(
    plans: Plans, plan: str, calls: str
) -> None:
    done = plans.run(json.loads(plan))
    assert (done.started, done.status) == (re.findall("`(.*?)`", calls), "success")
