"""Writing down what words name in an estate, so that a question finds it through an index."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple

import orjson
import sqlalchemy as sa

from domain.estate.fields import RecordKind
from domain.estate.named import EACH, NamedKind, Related, attribute_phrases, phrase_of, words_of
from domain.figures import whole_sum
from domain.values.text import code_key
from infrastructure.database.json_sql import values_of
from infrastructure.estate.columns import class_of, visible
from infrastructure.estate.names import MOST_VALUES, trigrams
from infrastructure.estate.tables import (
    CIS,
    ESTATE_TRIGRAMS,
    ESTATE_WORDS,
    METRIC_SERIES,
    RELATIONS,
)
from infrastructure.estate.word_tally import Counts, Tally, without_class

_MOST_CLASSES, _MOST_RELATIONS = 5, 60
_PEOPLE: Final = ("requested_by", "approved_by", "performer")
_CLASSES: Final = ("ci.ci_subtype", "ci.ci_type")
_CHUNK: Final = 5_000


class _Thing(NamedTuple):
    """What a phrase may name, and how many items of each class have it."""

    kind: NamedKind
    source: str
    value: str
    classes: Mapping[str, int]
    is_date: bool = False


class Naming(NamedTuple):
    """What was written for a tenant, and is small enough to be kept with its words."""

    tally: Tally
    relations: list[Related]


def write_names(
    connection: sa.Connection, tenant_id: str, counted: Mapping[str, Mapping[str, int]]
) -> Naming:
    """Write anew what words name for a tenant.

    `counted` has the values of the fields of records other than items, by source.
    """
    tally = Tally()
    for row in _items(connection, tenant_id):
        tally.count(row)
    for source in [each for each in tally.values if each.endswith(EACH)]:
        if _are_codes(connection, tenant_id, tally.values[source]):
            del tally.values[source]
    relations = _related(connection, tenant_id)
    things = [
        *_of_items(tally),
        *_of_records(counted),
        *_metrics(connection, tenant_id),
        *_of_relations(relations),
    ]
    rows = [row for thing in things for row in _rows(tenant_id, thing)]
    rows += [*_short_classes(tenant_id, things), *_short_names(tenant_id, tally)]
    words = tally.words.union(*(words_of(thing.value) for thing in things))
    _replace(connection, tenant_id, ESTATE_WORDS, rows)
    _replace(connection, tenant_id, ESTATE_TRIGRAMS, _trigram_rows(tenant_id, words))
    return Naming(tally, relations)


def _items(connection: sa.Connection, tenant_id: str) -> Iterator[Mapping[str, Any]]:
    # As text: what is JSON to SQLAlchemy is read by a slower parser, and most is empty.
    maps = (sa.cast(CIS.c[name], sa.Text).label(name) for name in ("tags", "attributes"))
    fields = CIS.c[
        *("ci_code", "ci_name", "ci_type", "ci_subtype", "ci_category", "status"),
        *("location", "owner", "environment"),
    ]
    statement = sa.select(class_of(CIS).label("class"), *fields, *maps)
    own = statement.where(*visible(RecordKind.CI, tenant_id))
    names = [str(column.key) for column in statement.selected_columns]
    for row in connection.execute(own, execution_options={"yield_per": _CHUNK}):
        yield dict(zip(names, row, strict=True))


def _of_items(tally: Tally) -> Iterator[_Thing]:
    for source, values in tally.values.items():
        yield from _few("value", source, values)
    for source, values in tally.odd.items():
        yield from _few("item", source, values)
    dates = {key.source for keys in tally.keys.values() for key in keys if key.type == "instant"}
    for source, classes in _keys(tally).items():
        yield _Thing("attribute", source, source.split(".", 2)[2], classes, source in dates)


def _keys(tally: Tally) -> dict[str, dict[str, int]]:
    """Return by attribute or tag how many items of each class have it; of a list, each value."""
    of_keys: dict[str, dict[str, int]] = {}
    for of, keys in tally.keys.items():
        for key in keys:
            of_keys.setdefault(key.source, {})[of] = key.count
    for source, values in tally.values.items():
        if source.endswith(EACH):
            lists = of_keys.setdefault(source.removesuffix(EACH), {})
            for each in values.values():
                lists.update({of: lists.get(of, 0) + count for of, count in each.items()})
    return of_keys


def _are_codes(connection: sa.Connection, tenant_id: str, values: Iterable[str]) -> bool:
    """Return whether some are codes of items: a list of those says how items are related."""
    keys = values_of(code_key(each) for each in values)
    named = sa.select(sa.literal(1)).where(*visible(RecordKind.CI, tenant_id))
    return connection.scalar(named.where(CIS.c.code_key.in_(keys)).limit(1)) is not None


def _few(kind: NamedKind, source: str, values: Counts) -> Iterator[_Thing]:
    if len(values) <= MOST_VALUES:
        yield from (_Thing(kind, source, value, classes) for value, classes in values.items())


def _of_records(counted: Mapping[str, Mapping[str, int]]) -> Iterator[_Thing]:
    for source, values in counted.items():
        kind: NamedKind = "person" if source.endswith(_PEOPLE) else "value"
        for value, count in values.items():
            yield _Thing(kind, source, value, {"": count})


def _metrics(connection: sa.Connection, tenant_id: str) -> Iterator[_Thing]:
    series, of = METRIC_SERIES.c, class_of(CIS).label("class")
    same_item = sa.and_(CIS.c.tenant_id == series.tenant_id, CIS.c.ci_id == series.ci_id)
    statement = (
        sa.select(series.metric_name, of, sa.func.count())
        .join_from(METRIC_SERIES, CIS, same_item)
        .where(*visible(RecordKind.CI, tenant_id))
        .group_by(series.metric_name, of)
    )
    found: dict[str, dict[str, int]] = {}
    for name, class_, count in connection.execute(statement):
        found.setdefault(name, {})[class_] = count
    yield from (_Thing("metric", "metric", name, classes) for name, classes in found.items())


def _related(connection: sa.Connection, tenant_id: str) -> list[Related]:
    source, target, ends = CIS.alias("source"), CIS.alias("target"), RELATIONS.c
    classes = class_of(source).label("source_class"), class_of(target).label("target_class")
    statement = (
        sa.select(ends.rel_type, *classes, sa.func.count())
        .join_from(RELATIONS, source, _is_end(source, ends.source_id))
        .join(target, _is_end(target, ends.target_id))
        .where(ends.tenant_id == tenant_id)
        .group_by(ends.rel_type, *classes)
    )
    found = [
        Related(rel_type=type_, source=one, target=other, count=count)
        for type_, one, other, count in connection.execute(statement)
    ]
    found.sort(key=lambda each: (-each.count, each.rel_type, each.source, each.target))
    return found[:_MOST_RELATIONS]


def _is_end(item: sa.FromClause, ci_id: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    same = item.c.tenant_id == RELATIONS.c.tenant_id
    return sa.and_(same, item.c.ci_id == ci_id, item.c.deleted_at.is_(None))


def _of_relations(relations: Iterable[Related]) -> Iterator[_Thing]:
    counts: dict[str, Counter[str]] = {}
    for each in relations:
        counts.setdefault(each.rel_type, Counter())[each.source] += each.count
    yield from (_Thing("relation", "relation", name, classes) for name, classes in counts.items())


def _rows(tenant_id: str, thing: _Thing) -> Iterator[dict[str, object]]:
    phrases = {phrase_of(thing.value)}
    if thing.kind == "attribute":
        phrases = attribute_phrases(thing.value, is_date=thing.is_date)
    yield from _named_so(tenant_id, thing, phrases)


def _named_so(
    tenant_id: str, thing: _Thing, phrases: Iterable[str]
) -> Iterator[dict[str, object]]:
    most = sorted(thing.classes.items(), key=lambda each: (-each[1], each[0]))
    classes = [name for name, _ in most[:_MOST_CLASSES] if name]
    for phrase in phrases:
        yield {
            "tenant_id": tenant_id,
            "phrase": phrase,
            "kind": thing.kind,
            "source": thing.source,
            "value": thing.value,
            "count": whole_sum(thing.classes.values()),
            "classes": orjson.dumps(classes).decode(),
        }


def _short_classes(tenant_id: str, things: Iterable[_Thing]) -> Iterator[dict[str, object]]:
    """Yield classes by what only their names end in: pump of infusion pump."""
    of_classes = [thing for thing in things if thing.source in _CLASSES]
    known = {phrase_of(thing.value) for thing in of_classes}
    ends = {each: [*_ends(each)] for each in known}
    counts = Counter(end for found in ends.values() for end in found)
    for thing in of_classes:
        for end in ends[phrase_of(thing.value)]:
            if counts[end] == 1 and end not in known:
                yield from _named_so(tenant_id, thing, {end})


def _short_names(tenant_id: str, tally: Tally) -> Iterator[dict[str, object]]:
    """Yield items by their names without their class, where these are words: ICU of ICU Ward."""
    for thing in _few("item", "ci.ci_name", tally.classed):
        for of in thing.classes:
            yield from _named_so(tenant_id, thing, {without_class(thing.value, of)})


def _ends(phrase: str) -> Iterator[str]:
    """Yield the words that a phrase of several ends in, where these are letters."""
    words = phrase.split(" ")
    ends = (words[at:] for at in range(1, len(words)))
    yield from (" ".join(end) for end in ends if all(map(str.isalpha, end)))


def _trigram_rows(tenant_id: str, words: Iterable[str]) -> Iterator[dict[str, object]]:
    for word in words:
        for trigram in trigrams(word):
            yield {"tenant_id": tenant_id, "trigram": trigram, "word": word}


def _replace(
    connection: sa.Connection,
    tenant_id: str,
    table: sa.Table,
    rows: Iterable[dict[str, object]],
) -> None:
    connection.execute(sa.delete(table).where(table.c.tenant_id == tenant_id))
    left = iter(rows)
    while some := list(islice(left, _CHUNK)):
        connection.execute(sa.insert(table), some)
