"""A run is planned with the words of its tenant as they were."""

from domain.run.asset_events import AssetApplied
from domain.run.events import StageStarted
from domain.run.lifecycle import Stage
from domain.views.words import OwnWord
from tests.acceptance.desk import Desk


def test_a_run_is_planned_with_the_words_that_it_had(any_desk: Desk) -> None:
    desk = any_desk
    desk.do("words.add", word="Affected", meaning="hit")
    first = desk.ask()
    desk.do("words.add", word="affected", meaning="broken")
    assert desk.do("words.list") == [OwnWord("affected", "broken")]
    (applied,) = desk.events(first, AssetApplied)
    starts = {each.stage: each.applied_assets for each in desk.events(first, StageStarted)}
    label = f"1 sha256:{applied.digest[:12]}"
    assert (applied.key, applied.stage) == ("words:default", Stage.ROUTE_PLAN)
    assert (starts[Stage.ROUTE_PLAN], starts[Stage.VALIDATE]) == ({"words:default": label}, {})
    forked = desk.do("run.fork", run=first)["run_id"]
    rerun = desk.do("run.rerun", run=first)["run_id"]
    without = desk.ask(assets={"words:default": "0"})
    versions = [
        [each.version for each in desk.events(run_id, AssetApplied)]
        for run_id in (forked, rerun, without)
    ]
    # A rerun takes the plan over: the question is not read again.
    assert versions == [[1], [], []]
    verdicts = [desk.verdict(run_id) for run_id in (first, forked, rerun, without)]
    assert verdicts == ["same"] * 4


def test_a_question_without_the_words_has_nothing_more_on_record(desk: Desk) -> None:
    desk.do("words.add", word="kaputt", meaning="failed")
    assert desk.events(desk.ask(), AssetApplied) == []
