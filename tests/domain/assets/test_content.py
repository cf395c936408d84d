"""Content fits its kind, or it is told which field does not, its value, and what is allowed."""

import re

import pytest

from adapters.tools.builtin import declared_tools
from domain.assets.content import built_in_contents, check_content
from domain.assets.errors import WrongAsset
from domain.json import JsonMap
from domain.values.limits import ASSET_BYTES

VIEW: JsonMap = {"rel_types": ["DEPENDS_ON"], "direction": "in", "max_depth": 2}
RULE: JsonMap = {"trigger_type": "metric", "condition": "metric.value > 1.0"}
LOOPS = "history.rows.all(a, history.rows.all(b, a == b))"
FITTING: list[tuple[str, JsonMap]] = [
    ("view:NOC", VIEW),
    ("policy:default", {"tools": {"ci": {"max_retries": 0}}}),
    ("recipe:night", {"views": ["IMPACT"], "include_metric": True}),
    ("mapping:item", {"ci_id": "{primary.rows[0].ci_id}"}),
    ("rule:hot", RULE),
    ("words:house", {"words": {"box": "server", "kindly": ""}}),
    ("prompt:plan", {"scope": "plan", "template": "Ask {it}", "variables": ["it"]}),
]
TOOLS = declared_tools()


@pytest.mark.parametrize(("key", "content"), [*FITTING, *built_in_contents().items()])
def test_what_fits_its_kind_is_taken(key: str, content: JsonMap) -> None:
    assert check_content(key, content, TOOLS) is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize(("key", "content"), FITTING)
def test_content_of_one_kind_is_none_of_another(key: str, content: JsonMap) -> None:
    for other in {other for other, _ in FITTING} - {key}:
        with pytest.raises(WrongAsset, match=f"{other}: no {other.partition(':')[0]}: "):
            check_content(other, content, TOOLS)


@pytest.mark.parametrize(
    ("key", "content", "says"),
    [
        ("view:NOC", {**VIEW, "direction": "up"}, "direction: input should be 'out', 'in' or"),
        ("view:NOC", {**VIEW, "default_depth": 3}, "default_depth 3 is above max_depth 2"),
        (
            "view:NOC",
            {**VIEW, "rel_types": ["EATS"]},
            "rel_types.0: input should be 'COMPOSED_OF'",
        ),
        ("recipe:night", {"recipe": "other"}, "recipe: input should be None"),
        (
            "mapping:item",
            {"ci_id": "{primary.rows[}"},
            "ci_id: '{primary.rows[}' is not a mapping",
        ),
        ("mapping:item", {"a.b": "{primary.rows[0].ci_id}"}, "a.b.[key]: string should match"),
        ("policy:default", {"tools": {"ci": {"max_retries": 99}}}, "tools.ci.max_retries: "),
        ("policy:default", {"tools": {"cj": {}}}, "cj"),
        ("prompt:plan", {"scope": "plan", "template": "{it}"}, "variables must be those of"),
        ("rule:hot", {**RULE, "condition": "metric.value >"}, "condition: Failed to parse"),
        ("rule:hot", {**RULE, "condition": "cpu > 1.0"}, "condition: it reads cpu; allowed: ci, "),
        ("rule:hot", {**RULE, "condition": LOOPS}, "condition: the condition has a loop"),
        ("words:house", {"words": {"box": 1}}, "words.box: input should be a valid string"),
        ("words:house", {"words": {"-": "server"}}, "words have letters"),
        ("words:house", {"words": {"box": "a", "boxes": "b"}}, "'boxes' and 'box' are one word"),
        ("words:house", {"words": {"box": " "}}, "it may not be empty"),
        ("words:house", {"words": {"a": "x" * ASSET_BYTES}}, "and at most 1,048,576 are taken"),
    ],
)
def test_what_does_not_fit_is_told_by_field(key: str, content: JsonMap, says: str) -> None:
    with pytest.raises(WrongAsset, match=re.escape(says)):
        check_content(key, content, TOOLS)
