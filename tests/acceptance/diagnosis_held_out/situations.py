"""Situations, each with a cause that somebody planted, and what a true diagnosis says first.

A diagnosis is right when its first finding has all the words of one of the alternatives given.
`NOTHING` is the right word for a run in which nothing is wrong.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tests.acceptance.diagnosis_held_out import plants
from tests.acceptance.diagnosis_held_out.planting import Place, newest

NOTHING: Final = "nothing"
Words = Sequence[str]


@dataclass(frozen=True)
class Situation:
    """What is planted, and the patterns that a true first finding has, in any order.

    One that `takes_time` goes by the clock of this machine.
    """

    name: str
    plant: Callable[[Place], object]
    said: tuple[Words, ...]
    unsaid: Words = ()
    takes_time: bool = False

    def is_hit(self, finding: str) -> bool:
        has = any(all(_says(finding, word) for word in words) for words in self.said)
        return has and not any(_says(finding, word) for word in self.unsaid)


def _says(finding: str, word: str) -> bool:
    return re.search(word, finding, re.IGNORECASE) is not None


SITUATIONS: Final = (
    Situation(
        "stale data",
        lambda place: place.ask("What is the average CPU usage of srv-02 in the last 24 hours?"),
        ((r"cpu_usage", newest(40)),),
    ),
    Situation(
        "a window before any data",
        lambda place: place.ask("What is the average CPU usage of srv-01 on 2025-01-01?"),
        ((r"cpu_usage", r"(before|begin|start|first|oldest|earliest)", newest(1)[:5]),),
    ),
    Situation(
        "a graph cut at a limit of the plan",
        lambda place: plants.graph_with(place, limits={"max_nodes": 4}),
        ((r"graph", r"\b(cut|truncated|limit\w*)\b", r"\b(4|17|max_nodes)\b"),),
    ),
    Situation("a search cut at its limit", plants.search_for_three, ((r"\b3\b", r"\b60\b"),)),
    Situation(
        "a list cut at its limit",
        lambda place: place.ask("List servers."),
        ((r"\b50\b", r"\b60\b"),),
    ),
    Situation(
        "a depth that was clamped",
        lambda place: plants.graph_with(place, depth=12),
        ((r"depth", r"\b12\b", r"\b[1-6]\b"),),
    ),
    Situation(
        "a limit that was clamped", plants.asks_for_more_than_allowed, ((r"\b500\b", r"\b50\b"),)
    ),
    Situation("all points bad", plants.all_points_bad, ((r"cpu_usage", r"\b(bad|quality)\b"),)),
    Situation(
        "a deployment before an anomaly",
        plants.deployed_before_an_anomaly,
        ((r"deployment", r"till-1"), (r"Release 4\.2", r"till-1")),
        (r"Nightly check.*Release",),
    ),
    Situation("failed, then cancelled", plants.failed_then_cancelled, ((r"connection refused",),)),
    Situation("resumed and successful", plants.resumed, ((NOTHING,),)),
    Situation(
        "resumed, and failed otherwise",
        plants.failed_again_otherwise,
        ((r"quota of the source",),),
        (r"connection refused.*quota of the source",),
    ),
    Situation("routine changes", plants.unrelated_change, ((NOTHING,),)),
    Situation("an alarm that does not matter", plants.alarm_that_does_not_matter, ((NOTHING,),)),
    Situation(
        "an ambiguous name",
        lambda place: place.ask("What state is Mail in?"),
        ((r"Mail", r"mail-a", r"mail-b"),),
    ),
    Situation(
        "a tool that takes too long",
        lambda place: place.ask_with("metric", plants.HOW_BUSY, seconds=5, call_timeout_ms=150),
        ((r"metric", r"\b150\b"), (r"metric", r"\b0\.15\b")),
    ),
    Situation(
        "a slow call in a run that succeeded",
        lambda place: place.ask_with("metric", plants.HOW_BUSY, seconds=1.2),
        ((r"metric", r"\b1[.,]?[2-9]\d*\b"),),
        takes_time=True,
    ),
    Situation(
        "a dependent of a call that failed",
        lambda place: place.ask_with(
            "ci", "What is affected if hub fails?", errors=[plants.DOWN] * 9
        ),
        ((r"\bci\b", r"connection refused"),),
    ),
    Situation("a partial answer", plants.partial, ((r"metric", r"quota of the source"),)),
    Situation("an erased result", plants.erased, ((r"erased",),)),
    Situation(
        "a plan that needs what is not there", plants.needs_what_is_not_there, ((r"grpah",),)
    ),
    Situation("a misspelt metric", plants.misspelt_metric, ((r"cpu_usgae",),)),
    Situation(
        "a question against a policy",
        lambda place: place.ask("Delete srv-01"),
        ((r"(policy|refused|forb|read.only|change)",),),
    ),
    Situation(
        "a question that is not understood",
        lambda place: place.ask("Which servers are flabbergasted?"),
        ((r"flabbergasted",),),
    ),
    Situation(
        "an item that does not exist",
        lambda place: place.ask("What is affected if srv-99 fails?"),
        ((r"srv-99",),),
    ),
    Situation(
        "cancelled by a person", plants.cancelled_by_a_person, ((r"asked for the wrong server",),)
    ),
    Situation(
        "nobody began it",
        lambda place: place.request(plants.HOW_BUSY),
        ((r"\b(no worker|nobody|never|not) .*(beg|start|carr|took|taken|end|pick)",),),
    ),
    Situation(
        "broken by its own fork",
        plants.broken_by_its_fork,
        ((r"graph", r"\b(patch\w*|replaced|fork\w*|what if|planted|on purpose)\b"),),
    ),
)
