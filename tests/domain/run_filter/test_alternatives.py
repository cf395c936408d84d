"""A filter is a choice of lists of conditions, and fits the same runs as they do."""

import dataclasses
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from domain.run_filter.alternatives import MAX_ALTERNATIVES, alternatives_of
from domain.run_filter.fields import OUTCOMES
from domain.run_filter.filter import EVERY_RUN, And, Not, Or, equal
from domain.views.matching import Candidate, matches
from tests.contracts.event_samples import summary
from tests.domain.run_filter.random_runs import filter_of_runs, random_summary

FAILED, FORK = equal("status", "failed"), equal("origin", "fork")
GOLDEN = equal("golden", "daily")


@given(st.integers(0, 2**32))
def test_a_run_fits_a_filter_if_it_fits_one_of_the_alternatives(seed: int) -> None:
    chance = Random(seed)
    where = filter_of_runs(chance)
    run = Candidate(random_summary(chance, "run-1"), is_superseded=chance.random() < 0.5)
    fits = any(all(matches(each, run) for each in every) for every in alternatives_of(where))
    assert fits == matches(where, run)


def test_every_run_is_one_alternative_without_conditions() -> None:
    assert alternatives_of(EVERY_RUN) == [()]


def test_a_choice_of_nothing_has_no_alternative() -> None:
    assert alternatives_of(Or(())) == []


def test_an_or_below_an_and_becomes_alternatives() -> None:
    found = alternatives_of(And((GOLDEN, Or((FAILED, FORK)))))
    assert found == [(GOLDEN, FAILED), (GOLDEN, FORK)]


def test_what_is_not_one_of_a_few_words_is_one_of_the_others() -> None:
    found = alternatives_of(Not(FORK))
    assert found == [(equal("origin", each),) for each in ("new", "rerun", "follow_up")]


def test_other_negations_stay() -> None:
    assert alternatives_of(Not(GOLDEN)) == [(Not(GOLDEN),)]


def test_a_filter_with_too_many_alternatives_stays_whole() -> None:
    pairs = [Or((GOLDEN, equal("golden", str(number)))) for number in range(6)]
    where = And(tuple(pairs))
    assert 2 ** len(pairs) > MAX_ALTERNATIVES
    assert alternatives_of(where) == [(where,)]


def test_what_is_not_flagged_as_wrong_may_have_no_flag() -> None:
    others = alternatives_of(Not(equal("flag", "wrong")))
    assert (equal("flag", None),) in others
    assert (equal("flag", "right"),) in others


def test_every_status_fits_one_run() -> None:
    run = Candidate(dataclasses.replace(summary(state="completed"), status=OUTCOMES[1]))
    fitting = [word for word in OUTCOMES if matches(equal("status", word), run)]
    assert fitting == [OUTCOMES[1]]
