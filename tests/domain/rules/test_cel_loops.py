"""Loops in CEL conditions: which are taken, and that what would take hours is refused at once."""

import pytest

from domain.rules.cel_condition import evaluate

HUNDRED = f"[{', '.join(['1'] * 100)}]"


@pytest.mark.parametrize(
    "condition",
    [
        "[1].all(x, [1].all(y, true))",
        "[1].all(x, metric.rows.exists(y, true))",
        "metric.rows.all(x, x.tags.all(y, x.tags.all(z, true)))",
        "[1].map(x, [1].filter(y, true)).size() == 1",
        "[1] . all ( x , (([1])).exists_one (y, true))",
        r"r'\' == '' || [1].all(x, [1].all(y, ' ' != r'\'))",
        "// '\n[1].all(x, [1].all(y, true)) // '",
        "'''it's''' == '' || [1].all(x, ')' == '' || [1].all(y, true))",
        "[1].all(x, x.f().all(y, true))",
        "[1].all(x, {'a': 1}.all(y, true))",
    ],
)
def test_a_loop_inside_of_another_one_is_refused(condition: str) -> None:
    found = evaluate(condition, {"metric": {"rows": [{"tags": [1]}]}})
    assert found.is_triggered is None
    assert "inside of another one; allowed: one over a part" in str(found.reason)


@pytest.mark.parametrize(
    "condition",
    [
        "metric.rows.all(row, row.tags.exists(tag, tag == 1))",
        "metric.rows.all(row, row.all(key, key == 'tags'))",
        "metric.rows.filter(row, true).map(row, row.tags).exists(tag, tag == [1])",
        "metric.rows.all(x, true) && (metric.rows.exists(y, size(y.tags) == 1))",
        "'[1].all(x, [1].all(y, true))' != ''",
        "[[1]].all(x, x[0] == 1) || true",
    ],
)
def test_loops_beside_each_other_and_over_parts_of_an_item_are_taken(condition: str) -> None:
    found = evaluate(condition, {"metric": {"rows": [{"tags": [1]}]}})
    assert (found.is_triggered, found.reason) == (True, None)


def test_a_condition_that_would_take_hours_is_refused() -> None:
    condition = "true"
    for depth in range(6):
        condition = f"{HUNDRED}.all(x{depth}, {condition})"
    assert evaluate(condition, {}).is_triggered is None
