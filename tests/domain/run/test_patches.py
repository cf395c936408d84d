"""Changes of a fork by paths."""

import pytest

from domain.json import JsonMap
from domain.run.facts import Patches, ResultPatch
from domain.run.patches import NotAParameter, patches_of


@pytest.mark.parametrize(
    ("change", "patches"),
    [
        ({"graph.depth": 1}, Patches(plan={"graph.depth": 1})),
        ({"graph": {"depth": 1}}, Patches(plan={"graph": {"depth": 1}})),
        ({"assets": "x"}, Patches(plan={"assets": "x"})),
        ({"params.ci.text": "x"}, Patches(params={"ci": {"text": "x"}})),
        ({"params.a.ci.text": "x"}, Patches(params={"a.ci": {"text": "x"}})),
        ({"params": {"ci": {"text": "x"}}}, Patches(params={"ci": {"text": "x"}})),
        ({"assets.present:prompt": "p2"}, Patches(assets={"present:prompt": "p2"})),
        ({"assets": {"present:prompt": "p2"}}, Patches(assets={"present:prompt": "p2"})),
    ],
)
def test_a_path_is_of_the_plan_or_of_a_parameter_or_of_an_asset(
    change: JsonMap, patches: Patches
) -> None:
    assert patches_of([change], {}) == patches


def test_a_later_change_goes_before_an_earlier_one() -> None:
    changes: list[JsonMap] = [
        {"graph.depth": 1, "params": {"ci": {"text": "x", "limit": 2}}},
        {"graph.depth": 2, "params.ci.text": "y"},
    ]
    expected = Patches(plan={"graph.depth": 2}, params={"ci": {"text": "y", "limit": 2}})
    assert patches_of(changes, {}) == expected


def test_results_are_patched_by_call() -> None:
    results = {"graph": ResultPatch(kind="empty")}
    assert patches_of([], results) == Patches(results=results)


@pytest.mark.parametrize(
    "change", [{"params.text": "x"}, {"params": "x"}, {"params": {"ci": "x"}}, {"params..x": 1}]
)
def test_a_path_that_names_no_parameter_is_refused(change: JsonMap) -> None:
    with pytest.raises(NotAParameter, match=r"is no parameter; write params\.CALL\.NAME=VALUE"):
        patches_of([change], {})
