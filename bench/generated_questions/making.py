"""Makes sets and conditions from what an estate has."""

from typing import Final

from bench.generated_questions.links import link_sqls, links_sql
from bench.generated_questions.pen import Pen
from bench.generated_questions.sets import Condition, Entries, Things
from bench.generated_questions.tables import Tables, quoted, text
from bench.generated_questions.vocabulary import Field, Kind, Link, Records, Vocabulary
from bench.generated_questions.windows import Window, whole_days, window
from bench.questions.reading_estates import Cell

EITHER: Final = "either"  # a condition that holds where one of two does stands alone
_HOW: Final = (
    (">", "more than|over|above|greater than"),
    (">=", "at least|no less than|not less than|minimum"),
    ("<", "less than|under|below|fewer than"),
    ("<=", "at most|no more than|not more than|up to|maximum"),
)
_COUNTS: Final = (("more than {}", ">"), ("at least {}", ">="), ("exactly {}", "="), ("no", "="))
_BUT: Final = ("except", "except for", "other than", "apart from", "excluding")
_HAVING: Final = (
    ("some-of", ""),
    ("some-of", ""),
    ("none-of", ""),
    ("more-than-of", "having count(*) > {n}"),
    ("at-least-of", "having count(*) >= {n}"),
    ("exactly-of", "having count(*) = {n}"),
)


class Maker:
    """Makes what questions are about, of one estate; the same seed makes the same."""

    def __init__(self, tables: Tables, vocabulary: Vocabulary, seed: object) -> None:
        self.tables, self.words = tables, vocabulary
        self.pen = Pen(seed)

    def values(self, field: Field, where: str, table: str = "ci c") -> list[Cell]:
        """Return the values that there are of a field."""
        # Nobody who says "all" means a value of this name.
        has = f"{field.sql} is not null and {field.sql} not in ('', 'all')"
        sql = f"select distinct {field.sql} from {table} where {where} and {has} order by 1"
        return self.tables.column(sql)

    def kind(self) -> Kind:
        """Return a kind of items; all items seldom."""
        kinds = [each for each in self.words.kinds if each.key != "item" or self.pen.is_so(0.3)]
        return self.pen.pick(kinds)

    def condition(self, kind: Kind, but: frozenset[str] = frozenset()) -> Condition | None:
        """Return a condition on items of a kind, not on some fields."""
        if self.pen.is_so(0.2 if kind.key == "item" else 0.03):
            return self._absent(kind)
        if not but and self.pen.is_so(0.05):
            return self._either(kind)
        fields = [
            each for each in self.words.fields_of(kind.key)
            if each.sql not in but and (each.after or each.amount)
        ]  # fmt: skip
        return self._on(self.pen.pick(fields), kind.where) if fields else None

    def entry_condition(self, kind: Records, but: frozenset[str]) -> Condition | None:
        """Return a condition on records of a kind, not on some fields."""
        fields = [each for each in kind.fields if each.sql not in but]
        if not fields:
            return None
        return self._on(self.pen.pick(fields), kind.where, f"{kind.view} h")

    def _on(self, field: Field, where: str, table: str = "ci c") -> Condition | None:
        values = self.values(field, where, table)
        if not values:
            return None
        value = self.pen.pick(values)
        is_compared = field.amount and (not field.after or self.pen.is_so(0.5))
        if is_compared and isinstance(value, (int, float)):
            return self.compared(field, value, values)
        if not field.after:
            return None
        if len(values) > 2 and self.pen.is_so(0.08) and "that {v}" not in field.after:
            return self._one_of(field, self.pen.chance.sample(values, 2))
        if field.predicate and len(values) > 1 and self.pen.is_so(0.1):
            return self._not(field, value)
        return self.equal(field, value)

    def equal(self, field: Field, value: Cell) -> Condition:
        """Return that a field has a value."""
        sql = f"{field.sql} = {quoted(value)}"
        before, after, predicate = (
            _filled(each, field, value) for each in (field.adjective, field.after, field.predicate)
        )
        return Condition(field.sql, (sql,), before, after, predicate)

    def compared(self, field: Field, value: Cell, values: list[Cell]) -> Condition:
        """Return that a number is more or less than a value, or between two."""
        sign, how = self.pen.pick(_HOW)
        sql = f"{field.sql} {sign} {value}"
        if len(values) > 2 and self.pen.is_so(0.15):
            low, value = sorted(self.pen.chance.sample([int(str(each)) for each in values], 2))
            how, sql = f"between {low} and", f"{field.sql} between {low} and {value}"
        amounts = [
            amount.format(how=each, v=value)
            for amount in field.amount.split("|") for each in how.split("|")
        ]  # fmt: skip
        return Condition(field.sql, (sql,), after="|".join(f"with {each}" for each in amounts))

    def _either(self, kind: Kind) -> Condition | None:
        fields = [each for each in self.words.fields_of(kind.key) if each.predicate]
        if len(fields) < 2:
            return None
        one, other = (
            self.equal(each, self.pen.pick(self.values(each, kind.where)))
            for each in self.pen.chance.sample(fields, 2)
        )
        said = f"{self.pen.one(one.predicate)} or {self.pen.one(other.predicate)}"
        after = f"that are {said}|which are {said}"
        return Condition(EITHER, (f"{one.sqls[0]} or {other.sqls[0]}",), after=after, is_long=True)

    def _absent(self, kind: Kind) -> Condition | None:
        fields = list(self.words.fields) if kind.key == "item" else self.words.fields_of(kind.key)
        if not (fields := [each for each in fields if each.is_group]):
            return None
        field = self.pen.pick(fields)
        has = field.name.split("|")[0]
        after = f"without {has}|with no {has}|that have no {has}"
        return Condition(field.sql, (f"coalesce({field.sql}, '') = ''",), after=after)

    def _one_of(self, field: Field, values: list[Cell]) -> Condition:
        said = " or ".join(self.pen.one(spoken(field, each)) for each in values)
        sql = f"{field.sql} in ({', '.join(map(quoted, values))})"
        after, predicate = (
            "|".join(each.format(v=said) for each in words.split("|")) if words else ""
            for words in (field.after, field.predicate)
        )
        return Condition(field.sql, (sql,), after=after, predicate=predicate)

    def _not(self, field: Field, value: Cell) -> Condition:
        if self.pen.is_so(0.3):
            after = _filled(field.after, field, value).split("|")
            after = "|".join(f"{how} those {each}" for each in after for how in _BUT)
            return Condition(
                field.sql, (f"coalesce({field.sql}, '') <> {quoted(value)}",), after=after,
                is_long=True,
            )  # fmt: skip
        predicates = _filled(field.predicate, field, value).split("|")
        after = "|".join(
            f"that are not {each}|not {each}|which are not {each}" for each in predicates
        )
        predicate = "|".join(f"not {each}" for each in predicates)
        sql = f"{field.sql} <> {quoted(value)}"
        return Condition(field.sql, (sql,), after=after, predicate=predicate)

    def things(self, most: int = 2, kind: Kind | None = None, *, may_link: bool = True) -> Things:
        """Return a set of items under at most so many conditions; seldom an empty one."""
        made = Things(kind or self.kind())
        for _ in range(
            self.pen.pick([0, *range(1, most + 1), *range(1, most + 1)]) if most else 0
        ):
            more = self.condition(made.kind, frozenset(each.about for each in made.conditions))
            if made.is_long:
                break
            if more and (self._some(made.with_(more)) or self.pen.is_so(0.1)):
                made = made.with_(more)
        if may_link and most and not made.is_long and self.pen.is_so(0.1):
            return self.related(made) or made
        return made

    def related(self, some: Things, *, may_be_deep: bool = False) -> Things | None:
        """Return those of some items that have a relation; it may be to items that have one."""
        link = self.link(some.kind)
        if link is None or (link.is_deep and not may_be_deep):
            return None
        kind = self.words.kind(self.pen.pick(link.objects))
        objects = self.item(kind) if self.pen.is_so(0.3) else self.things(1, kind)
        return some.with_(self.linked(link, objects))

    def chain(self, some: Things) -> Things | None:
        """Return those of some items that have a relation to items that have one themselves."""
        link = self.link(some.kind)
        objects = link and self.related(Things(self.words.kind(self.pen.pick(link.objects))))
        return some.with_(self.linked(link, objects)) if link and objects else None

    def _some(self, things: Things) -> bool:
        return self.tables.count(things.sqls[0]) > 0

    def item(self, kind: Kind) -> tuple[str, str]:
        """Return one item of a kind: its code, and how it is called."""
        unique = "c.name in (select name from ci group by 1 having count(*) = 1)"
        sql = f"select code, name from ci c where {kind.where} and {unique} order by code"
        code, name = self.pen.pick(self.tables.rows(sql))
        return str(code), str(code if self.pen.is_so(0.7) else name)

    def window(self) -> Window:
        """Return a span of time."""
        return window(self.pen, self.tables.now, self.words.months)

    def days(self) -> Window:
        """Return a span of some whole days."""
        return whole_days(self.pen, self.tables.now)

    def entries(self, most: int = 2, *, of: bool = True, is_timed: bool | None = None) -> Entries:
        """Return a set of records; seldom an empty one."""
        kind = self.pen.pick(self.words.records)
        made = Entries(kind)
        if is_timed or (is_timed is None and self.pen.is_so(0.6)):
            made = Entries(kind, window=self.window())
        for _ in range(self.pen.pick(range(most + 1))):
            but = frozenset(each.about for each in made.conditions)
            if more := self.entry_condition(kind, but):
                narrower = Entries(kind, (*made.conditions, more), window=made.window)
                made = narrower if self.tables.count(narrower.sqls[0]) else made
        if of and self.pen.is_so(0.5):
            return self._of_some(made)
        return made

    def _of_some(self, made: Entries) -> Entries:
        if self.pen.is_so(0.35):
            codes = self.tables.column(f"select distinct code from ({made.sqls[0]}) order by 1")
            if codes:
                code = str(self.pen.pick(codes))
                return Entries(made.kind, made.conditions, item=(code, code), window=made.window)
        of = self.things(1, self.kind())
        if of.kind.key == "item":
            return made
        return Entries(made.kind, made.conditions, of=of, window=made.window)

    def having(self) -> Condition:
        """Return that items have some records, or none, or so many."""
        made = self.entries(1, of=False)
        (how, test), number = self.pen.pick(_HAVING), self.pen.pick((2, 3, 4))
        codes = f"select code from ({made.sqls[0]}) group by code {test.format(n=number)}"
        after = self.pen.say(how, s=made.said(self.pen), n=number)
        sign = "not in" if how == "none-of" else "in"
        return Condition("has", (f"c.code {sign} ({codes})",), after=after, is_long=True)

    def linked(self, link: Link, objects: Things | tuple[str, str]) -> Condition:
        """Return that items have a relation to some others, or to so many of them."""
        if isinstance(objects, tuple):
            said, sqls, words = objects[1], link_sqls(link, text(objects[0])), link.after
            for verb in ("depend", "use", "protect"):
                words = words.replace(f"that {{o}} {verb}", f"that {{o}} {verb}s")
        else:
            said, words = objects.said(self.pen), link.after
            inside = self.tables.kept(objects.sqls[0])
            sqls = link_sqls(link, inside)
            if not link.is_deep and self.pen.is_so(0.25):
                (how, sign), number = self.pen.pick(_COUNTS), self.pen.pick((1, 2, 3))
                how, number = (how.format(number), number) if "{" in how else (how, 0)
                said = f"{how} {said}"
                sqls = (f"({links_sql(link, inside)}) {sign} {number}",)
        after = "|".join(each.format(o=said) for each in words.split("|"))
        return Condition("link", sqls, after=after, is_long=True)

    def link(self, kind: Kind | None = None) -> Link | None:
        """Return a relation, of items of a kind."""
        links = [each for each in self.words.links if kind is None or kind.key in each.subjects]
        return self.pen.pick(links) if links else None


def spoken(field: Field, value: Cell) -> str:
    """Return how a value is said."""
    written = str(value)
    plain = f"{written}|{written.replace('_', ' ')}" if "_" in written else written
    return field.said.get(written, plain)


def _filled(words: str, field: Field, value: Cell) -> str:
    said = spoken(field, value).split("|")
    return "|".join(each.format(v=v) for each in words.split("|") for v in said) if words else ""
