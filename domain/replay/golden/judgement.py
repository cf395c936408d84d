"""The judgement of a run by a golden one: PASS, WARN or FAIL, with every reason."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.replay.golden.rules import REST, RULES, Grade, Rule
from domain.replay.golden.trial import Trial


@dataclass(frozen=True, slots=True)
class Reason:
    """What a rule, by its name, has found."""

    rule: str
    grade: Grade
    sentence: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """The grade of a run, and all reasons for it, the heaviest first; PASS has none."""

    grade: Grade
    reasons: tuple[Reason, ...] = ()


def judge(trial: Trial) -> Judgement:
    """Return the judgement by all rules; the heaviest that finds something gives the grade."""
    reasons = tuple(reason for rule in RULES for reason in _reasons(rule, trial))
    reasons = reasons or tuple(_reasons(REST, trial))
    return Judgement(reasons[0].grade if reasons else Grade.PASS, reasons)


def not_checked(why: str) -> Judgement:
    """Return the judgement of a golden run that cannot be checked: it fails."""
    return Judgement(Grade.FAIL, (Reason("not-checked", Grade.FAIL, why),))


def _reasons(rule: Rule, trial: Trial) -> Iterator[Reason]:
    return (Reason(rule.name, rule.grade, sentence) for sentence in rule.found(trial))
