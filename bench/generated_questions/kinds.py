"""The kinds of questions, how often each is asked, and how one is made and changed by one word."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Final

from bench.generated_questions import about_documents as documents
from bench.generated_questions import about_groups as groups
from bench.generated_questions import about_items as items
from bench.generated_questions import about_metrics as metrics
from bench.generated_questions import about_pairs as pairs
from bench.generated_questions import about_ranks as ranks
from bench.generated_questions import about_records as records
from bench.generated_questions import about_verbs as verbs
from bench.generated_questions.conditions import EITHER
from bench.generated_questions.making import Maker
from bench.generated_questions.nonsense import NONSENSE, STRANGE
from bench.generated_questions.pen import Pen
from bench.generated_questions.sets import Entries, Things
from bench.generated_questions.tables import Tables
from bench.generated_questions.vocabulary import Kind, Vocabulary
from bench.questions.truth_kinds import Refusal, Truth

Subject = Any  # Things, Entries, a pair of them, or nothing
_CHANGES: Final = ("more", "more", "less", "other", "reworded", "nonsense", "nonsense", "strange")


@dataclass(frozen=True, slots=True)
class Asking:
    """A kind of questions: how often, what it is about, and how it is said with its truth."""

    weight: int
    about: Callable[[Maker], Subject]
    build: Callable[[Maker, Pen, Subject], items.Made]


@dataclass(frozen=True, slots=True)
class Question:
    """A question of an estate with its truth; `change` says how it came from another one."""

    id: str
    estate: str
    kind: str
    change: str
    question: str
    truth: Truth


def _things(most: int) -> Callable[[Maker], Things]:
    return lambda maker: maker.things(most)


def _bare(maker: Maker) -> Things:
    return maker.things(0)


def _metered(most: int) -> Callable[[Maker], Things]:
    def about(maker: Maker) -> Things:
        metric = maker.pen.pick(maker.words.metrics)
        return maker.things(most, maker.words.kind(maker.pen.pick(metric.kinds)))

    return about


def _having(maker: Maker) -> Things:
    some = maker.things(1, maker.pen.pick(_own_kinds(maker)), may_link=False)
    return some if some.is_long else some.with_(maker.having())


def _own_kinds(maker: Maker) -> list[Kind]:
    """Return the kinds that are no values as well: "systems" may be those of other items."""
    fields = {name for each in maker.words.fields for name in each.name.split("|")}
    return [each for each in maker.words.kinds if each.key not in fields]


def _linked(maker: Maker) -> Things | None:
    kind = maker.words.kind(maker.pen.pick(maker.pen.pick(maker.words.links).subjects))
    some = maker.things(1, kind, may_link=False)
    return some if some.is_long else maker.related(some, may_be_deep=True)


def _chained(maker: Maker) -> Things | None:
    kind = maker.words.kind(maker.pen.pick(maker.pen.pick(maker.words.links).subjects))
    return maker.chain(maker.things(0, kind))


def _entries(
    most: int, *, of: bool = True, is_timed: bool | None = None
) -> Callable[[Maker], Entries]:
    return lambda maker: maker.entries(most, of=of, is_timed=is_timed)


def _by_days(maker: Maker) -> Entries:
    made = maker.entries(1)
    return replace(made, window=maker.days() if maker.pen.is_so(0.6) else maker.window())


def _both(maker: Maker) -> tuple[Things, Entries]:
    return maker.things(1, maker.pen.pick(_own_kinds(maker))), maker.entries(1, of=False)


def _happened(maker: Maker) -> Entries:
    kind = maker.pen.pick([each for each in maker.words.records if each.verb])
    return Entries(kind, window=maker.window())


def _two(maker: Maker) -> tuple[Things, Things]:
    return maker.things(1), maker.things(1)


ASKINGS: Final[Mapping[str, Asking]] = {
    "count": Asking(10, _things(3), items.count),
    "list": Asking(9, _things(3), items.listed),
    "exists": Asking(4, _things(2), items.exists),
    "claim": Asking(2, _things(1), items.claimed),
    "all-any-none": Asking(5, _things(1), items.every),
    "is": Asking(4, _bare, items.one_is),
    "field": Asking(9, _bare, items.field_of),
    "two-fields": Asking(2, _bare, items.two_fields),
    "find": Asking(1, _bare, items.found_by),
    "age": Asking(2, _things(1), items.age),
    "top": Asking(4, _things(1), items.top),
    "figure": Asking(3, _things(1), groups.measure),
    "share": Asking(3, _things(1), groups.share),
    "group": Asking(4, _things(1), groups.group),
    "top-group": Asking(3, _things(1), groups.top_group),
    "distinct": Asking(3, _things(1), groups.distinct),
    "compare": Asking(3, _things(1), metrics.compared),
    "several": Asking(3, _two, metrics.several),
    "record-count": Asking(9, _entries(2), records.count),
    "record-list": Asking(5, _entries(2), records.listed),
    "record-exists": Asking(3, _entries(2), records.exists),
    "first-last": Asking(4, _entries(1), records.last),
    "last-few": Asking(3, _entries(1), records.last_few),
    "who": Asking(3, _entries(1), records.who),
    "duration": Asking(3, _entries(1), records.figure),
    "record-share": Asking(2, _entries(1), records.share),
    "record-group": Asking(4, _entries(1), records.group),
    "record-top-group": Asking(3, _entries(1), records.top_group),
    "bucket": Asking(4, _by_days, records.buckets),
    "compare-periods": Asking(4, _entries(1, of=False, is_timed=False), records.compared),
    "verb": Asking(
        4, lambda maker: (maker.things(1, may_link=False), _happened(maker)), verbs.of_set
    ),
    "verb-item": Asking(4, _happened, verbs.of_item),
    "since-last": Asking(2, lambda maker: (maker.entries(0), maker.entries(0)), verbs.since_last),
    "busiest": Asking(4, _both, records.busiest),
    "having": Asking(5, _having, metrics.having),
    "which-had": Asking(7, _both, records.which_had),
    "item-had": Asking(3, _entries(1, of=False), records.item_had),
    "metric": Asking(4, _metered(0), metrics.of_item),
    "metric-set": Asking(3, _metered(1), metrics.of_set),
    "metric-top": Asking(3, _metered(1), metrics.top),
    "linked": Asking(5, _linked, metrics.having),
    "linked-to-one": Asking(5, _bare, metrics.linked_to_one),
    "needs-impact": Asking(2, _bare, metrics.needed),
    "path": Asking(1, _two, metrics.path),
    "chain": Asking(4, _chained, metrics.having),
    "have": Asking(4, _things(1), ranks.have),
    "populated": Asking(4, _things(1), ranks.populated),
    "nth": Asking(1, _both, ranks.nth),
    "busiest-day": Asking(3, _entries(1, is_timed=True), ranks.busiest_day),
    "more-of": Asking(3, _bare, pairs.more_of),
    "same": Asking(3, _bare, pairs.same),
    "two-lists": Asking(3, _two, pairs.lists),
    "of-them": Asking(3, _things(1), pairs.of_them),
    "had-both": Asking(4, _both, pairs.had_both),
    "difference": Asking(4, _entries(1, of=False, is_timed=False), pairs.difference),
    "documents": Asking(3, lambda _: None, documents.asked),
}


def generated(
    estate: str, tables: Tables, vocabulary: Vocabulary, *, seed: int, only: str | None = None
) -> Iterator[Question]:
    """Yield questions without end, none twice; the same seed yields the same."""
    asked: set[str] = set()
    names, weights = list(ASKINGS), [each.weight for each in ASKINGS.values()]
    for number in count(1):
        sample = _Sample(estate, tables, vocabulary, f"{seed}-{estate}-{number}")
        kind = only or Pen(f"{sample.seed}-kind").chance.choices(names, weights)[0]
        for question in sample.questions(kind, f"{estate}-{number}"):
            if question.question.lower() not in asked:
                asked.add(question.question.lower())
                yield question


@dataclass(frozen=True, slots=True)
class _Sample:
    """One seed: what it asks about, and the same changed by one word."""

    estate: str
    tables: Tables
    vocabulary: Vocabulary
    seed: str

    def maker(self, purpose: str) -> Maker:
        return Maker(self.tables, self.vocabulary, f"{self.seed}-{purpose}")

    def questions(self, kind: str, id_: str) -> Iterator[Question]:
        about = ASKINGS[kind].about(self.maker("about"))
        made = self.made(kind, about)
        if made is None:
            return
        yield Question(id_, self.estate, kind, "", *made)
        pen = Pen(f"{self.seed}-change")
        if not pen.is_so(0.5):
            return
        change = pen.pick(_CHANGES)
        changed = self._changed(kind, about, change, pen)
        if changed and changed[0] != made[0]:
            yield Question(f"{id_}-{change}", self.estate, kind, change, *changed)

    def made(self, kind: str, about: Subject) -> items.Made:
        made = ASKINGS[kind].build(self.maker("build"), Pen(f"{self.seed}-words"), about)
        return made and (Pen(f"{self.seed}-haste").in_haste(made[0]), made[1])

    def _changed(self, kind: str, about: Subject, change: str, pen: Pen) -> items.Made:
        if change == "strange" and kind == "documents":
            return None  # "documents on anything" are about it
        if change in {"nonsense", "strange"}:
            made = ASKINGS[kind].build(self.maker("build"), Pen(f"{self.seed}-words"), about)
            return made and _spoilt(made[0], change, pen, self.vocabulary)
        if change == "reworded":
            return replace(self, seed=f"{self.seed}-again").made(kind, about)
        other = _other(about, change, self.maker("change"))
        return self.made(kind, other) if other else None


def _spoilt(question: str, change: str, pen: Pen, vocabulary: Vocabulary) -> tuple[str, Truth]:
    words = question.split(" ")
    if change == "strange":
        return f"{question} {pen.pick((*vocabulary.strange, *STRANGE))}", Refusal()
    at = pen.chance.randrange(1, len(words) + 1)
    return " ".join([*words[:at], pen.pick(NONSENSE), *words[at:]]), Refusal()


def _other(about: Subject, change: str, maker: Maker) -> Subject:
    if not isinstance(about, (Things, Entries)) or (change != "more" and not about.conditions):
        return None
    if any(each.about == EITHER for each in about.conditions):
        return None
    kept = about.conditions[: len(about.conditions) - (change != "more")]
    if change == "less":
        return replace(about, conditions=kept)
    but = frozenset(each.about for each in kept)
    drawn: Any = maker.condition if isinstance(about, Things) else maker.entry_condition
    more = drawn(about.kind, but)
    return replace(about, conditions=(*kept, more)) if more else None
