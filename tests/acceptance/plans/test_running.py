"""The helper that the tests of plans use does what it says."""

from tests.acceptance.plans.running import Plans

METRIC = {
    "primary": {"keywords": ["srv-erp-01"]},
    "metric": {"metric_name": "cpu_usage", "agg": "max"},
}


def test_a_plan_is_run_verified_forked_and_taken_over(plans: Plans) -> None:
    done = plans.run(METRIC)
    assert (done.ended.code, done.status, done.started) == (0, "success", ["primary", "metric"])
    assert plans.verdict(done) == "same"
    assert plans.forked(done, "--patch", "metric.agg=min").data["metric"]["agg"] == "min"
    left = plans.killed(METRIC, "metric")
    assert left.started == ["primary", "metric"]
    taken_over = plans.recovered(left)
    assert (taken_over.status, plans.tools.asked) == ("success", ["metric"])
    assert taken_over.answer == done.answer


def test_a_plan_that_is_refused_says_why(plans: Plans) -> None:
    assert "asks for nothing" in plans.refused({"intent": "LOOKUP"})
