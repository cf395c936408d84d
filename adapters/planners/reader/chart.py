"""A bottom-up chart over spans: senses are combined by rules until they cover the question."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import fsum
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from adapters.planners.reader.senses import Sense

BEST: Final = 8
"""How many meanings of a span are kept in each category."""
_MOST_EDGES: Final = 20_000
"""A question that has more meanings than this is refused: it is no question any more."""

_PART: Final = re.compile(r"(?P<name>\w+?)(?:\.(?P<place>\d))?(?P<may>\??)")
_UNPRICED: Final = 2

Build = Callable[..., Any]


class Rule(NamedTuple):
    """A way to make a category of others.

    Those in capitals are given to `build`, which returns None where they do not fit together.
    """

    category: str
    parts: tuple[str, ...]
    build: Build
    cost: float


class Costly(NamedTuple):
    """A value that a rule made at an extra cost, and what the answer says of that."""

    value: Any
    cost: float
    notes: tuple[str, ...] = ()


class Edge(NamedTuple):
    """A value with its cost and notes."""

    value: Any
    cost: float
    notes: tuple[str, ...]


def rules_in(module: str, functions: Mapping[str, Any]) -> list[Rule]:
    """Return the rules that stand in the file beside a module, made by the module's functions.

    A line at the margin has a category, the name of a function without its underscore, and what
    the rule costs; the lines below it are forms.
    """
    found, head = list[Rule](), list[str]()
    for line in Path(module).with_suffix(".rules").read_text("utf-8").splitlines():
        if line[:1].strip() and not line.startswith("#"):
            head = line.split()
        elif line.startswith(" "):
            cost = float(head[2]) if len(head) > _UNPRICED else 0.0
            build = functions.get(f"_{head[1]}") or functions[head[1]]
            found += rules_of(head[0], line, build, cost=cost)
    return found


def rules_of(category: str, forms: str, build: Build, *, cost: float = 0.0) -> list[Rule]:
    """Return the rules of a category: forms are lines of parts, `part?` may be left out.

    Values that are left out are given as None; `PART.1` is given as the second value.
    """
    return [
        rule for form in forms.strip().splitlines() for rule in _rules(category, form, build, cost)
    ]


def _rules(category: str, form: str, build: Build, cost: float) -> Iterable[Rule]:
    written = [_PART.fullmatch(part) for part in form.split()]
    parts = [(each["name"], each["place"], bool(each["may"])) for each in written if each]
    valued = [place for name, place, _ in parts if name[0].isupper()]
    places = iter([int(place) if place else at for at, place in enumerate(valued)])
    named = [(name, next(places) if name[0].isupper() else None, may) for name, _, may in parts]
    for chosen in product(*([True, False] if may else [True] for _, _, may in named)):
        kept = [
            (name, place)
            for (name, place, _), is_kept in zip(named, chosen, strict=True)
            if is_kept
        ]
        order = [place for _, place in kept if place is not None]
        is_plain = order == [*range(len(valued))]
        ordered = build if is_plain else _in_order(build, order, len(valued))
        yield Rule(category, tuple(name for name, _ in kept), ordered, cost)


def _in_order(build: Build, order: Sequence[int], count: int) -> Build:
    def built(*values: Any) -> Any:  # noqa: ANN401 - the values of any rule
        given = dict(zip(order, values, strict=True))
        return build(*(given.get(at) for at in range(count)))

    return built


@dataclass(slots=True)
class Node:
    """How far rules have come: the parts that may follow, and the rules that are complete."""

    follow: dict[str, "Node"] = field(default_factory=dict)
    complete: list[Rule] = field(default_factory=list)


class Grammar:
    """Rules, in a tree by their parts."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Put the rules into the tree."""
        self.root = Node()
        for rule in rules:
            node = self.root
            for part in rule.parts:
                node = node.follow.setdefault(part, Node())
            node.complete.append(rule)


class TooManyMeanings(Exception):
    """A question has more meanings than can be looked through."""


class Chart:
    """All meanings of all spans of one question."""

    def __init__(self, grammar: Grammar, length: int) -> None:
        """Begin with nothing; places go from 0 to `length`."""
        self._root, self._length, self._count = grammar.root, length, 0
        # What begins at a place: its end, its category, and its meanings by value.
        self._cells: list[dict[tuple[int, str], dict[Any, Edge]]] = [{} for _ in range(length)]

    def fill(self, senses: Iterable[Sense]) -> None:
        """Combine the senses, from the end of the question to its begin."""
        starting: dict[int, list[Sense]] = {}
        for sense in senses:
            starting.setdefault(sense.start, []).append(sense)
        for start in range(self._length - 1, -1, -1):
            self._fill(start, starting.get(start, ()))

    def meanings(self, category: str, start: int, end: int) -> list[Edge]:
        """Return the meanings of a span in a category, the cheapest first."""
        found = self._cells[start].get((end, category), {}) if start < self._length else {}
        return sorted(found.values(), key=lambda edge: edge.cost)

    def longest(self, categories: Iterable[str]) -> Mapping[tuple[int, int], Sequence[Edge]]:
        """Return the meanings of these categories by their spans."""
        wanted = {*categories}
        return {
            (start, end): list(found.values())
            for start, cell in enumerate(self._cells)
            for (end, category), found in cell.items()
            if category in wanted
        }

    def _fill(self, start: int, senses: Sequence[Sense]) -> None:
        cell = self._cells[start]
        agenda: list[tuple[str, int, Edge]] = []
        for sense in senses:
            notes = (sense.note,) if sense.note else ()
            edge = Edge(sense.value, sense.cost, notes)
            if self._add(cell, sense.end, sense.category, edge):
                agenda.append((sense.category, sense.end, edge))
        while agenda:
            category, end, edge = agenda.pop()
            node = self._root.follow.get(category)
            # By identity: to hash a value takes long.
            if node is not None and any(e is edge for e in cell[end, category].values()):
                self._walk(start, node, end, (edge,), agenda)

    def _walk(
        self, start: int, node: Node, end: int, edges: tuple[Edge, ...], agenda: list[Any]
    ) -> None:
        for rule in node.complete:
            made = _made(rule, edges)
            if made is not None and self._add(self._cells[start], end, rule.category, made):
                agenda.append((rule.category, end, made))
        if not node.follow or end >= self._length:
            return
        for (last, category), found in self._cells[end].items():
            after = node.follow.get(category)
            if after is not None:
                for edge in tuple(found.values()):
                    self._walk(start, after, last, (*edges, edge), agenda)

    def _add(self, cell: dict[tuple[int, str], dict[Any, Edge]], end: int, category: str,
             edge: Edge) -> bool:  # fmt: skip
        known = cell.setdefault((end, category), {})
        is_full = len(known) >= BEST
        if is_full and max(each.cost for each in known.values()) <= edge.cost:
            return False
        before = known.get(edge.value)
        if before is not None and before.cost <= edge.cost:
            return False
        if before is None and is_full:
            del known[max(known.items(), key=lambda each: each[1].cost)[0]]
        self._count += 1
        if self._count > _MOST_EDGES:
            raise TooManyMeanings
        known[edge.value] = edge
        return True


def _made(rule: Rule, edges: Sequence[Edge]) -> Edge | None:
    parts = [edge.value for part, edge in zip(rule.parts, edges, strict=True) if part[0].isupper()]
    try:
        value = rule.build(*parts)
    except ValidationError:  # what no query can have, as the top 600
        return None
    if value is None:
        return None
    cost, notes = rule.cost + fsum(e.cost for e in edges), tuple(n for e in edges for n in e.notes)
    while isinstance(value, Costly):
        value, cost, notes = value.value, cost + value.cost, notes + value.notes
    return None if value is None else Edge(value, cost, notes)
