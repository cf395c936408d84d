"""The rules in the documentation are rules."""

import json
import re
from pathlib import Path

import pytest

from domain.plan.plan import Plan
from domain.rules.rule import Rule

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "test-a-rule.md"
BLOCKS = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS)
def test_what_the_page_shows_is_taken(block: str) -> None:
    content = json.loads(block)
    model = Rule if "trigger_type" in content else Plan
    assert isinstance(model.model_validate(content), model)
