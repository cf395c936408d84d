"""Where what a place shows of all runs of a tenant is not as the reference says."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

from domain.run_filter.filter import EVERY_RUN
from domain.run_filter.parser import parse_filter
from domain.views.lineage import LINEAGE
from domain.views.run_list import RUNS
from tests.reference_fold import failures, lists
from tests.reference_fold.agreement import differ, of_parts, of_run
from tests.reference_fold.place import NEW_YEAR, Place
from tests.reference_fold.rows import Row, histories_of

Json = Any
WRONG_SO_FAR: tuple[str, ...] = ()
"""Beginnings of what is known to be wrong: to be mended, and then to be taken away here."""
_LOOKED_AT = 3


def after_a_step(place: Place, tenant: str, chance: Random) -> list[str]:
    """Return where the views are not as the reference says; of filters, some are tried."""
    filters = chance.sample(sorted(lists.FILTERS), _LOOKED_AT)
    return _disagreements(place, tenant, filters, chance.sample(lists.WORDS, 1), chance)


def at_the_end(place: Place, tenant: str, chance: Random) -> list[str]:
    """Return where the views are not as the reference says, whatever is asked of them."""
    found = _disagreements(place, tenant, lists.FILTERS, lists.WORDS, chance)
    return found + _known([*_of_statistics(place, tenant), *_of_verdicts(place, tenant)])


def _disagreements(
    place: Place,
    tenant: str,
    filters: Collection[str],
    words: Collection[str],
    chance: Random,
) -> list[str]:
    for name in place.opstrail.projections.names:
        place.opstrail.projections.catch_up(name)
    histories = histories_of(place.opstrail.engine, tenant)
    found = [*_of_lists(place, tenant, histories), *_of_filters(place, tenant, histories, filters)]
    found += _of_search(place, tenant, histories, words)
    for run_id in histories:
        found += _of_run(place, tenant, histories, run_id, chance)
    return _known(found)


def _known(found: Iterable[str]) -> list[str]:
    return [each for each in found if not each.startswith(WRONG_SO_FAR)]


def _of_run(
    place: Place, tenant: str, histories: lists.Histories, run_id: str, chance: Random
) -> Iterator[str]:
    """Yield what is wrong with the views of a run, now and as it was at some version."""
    rows = histories[run_id]
    entries = place.opstrail.reader.history(tenant, run_id)
    yield from of_run(entries, rows)
    before = chance.randint(1, len(rows))
    yield from (
        f"{each} (at version {before} of {run_id})"
        for each in of_run(entries[:before], rows[:before])
    )
    lineage: Json = LINEAGE.to_json(place.opstrail.reader.lineage(tenant, run_id))
    yield from differ(
        "lineage", _tree(lineage["root"], histories), lists.family_of(run_id, histories)
    )


def _of_filters(
    place: Place, tenant: str, histories: lists.Histories, filters: Collection[str]
) -> Iterator[str]:
    listed = lists.listed(histories)
    for text in filters:
        where = parse_filter(text, now=NEW_YEAR)
        found = place.opstrail.views.summaries(tenant, where, limit=1000).summaries
        ids = [each.run_id for each in found]
        yield from differ("list", {text: ids}, {text: lists.filtered(listed, text)})


def _of_lists(place: Place, tenant: str, histories: lists.Histories) -> Iterator[str]:
    reader, views = place.opstrail.reader, place.opstrail.views
    found = reader.summaries(tenant, EVERY_RUN, limit=1000).summaries
    expected = [each.run for each in lists.listed(histories)]
    yield from of_parts("list run", RUNS.to_json(found), expected)
    shown = defaultdict[tuple[str, str], list[int]](lambda: [0, 0])
    for group in views.failures(tenant, EVERY_RUN, limit=1000).groups:
        shown[group.code, group.message][0] += group.run_count
        shown[group.code, group.message][1] += group.call_count
    counts = {kind: tuple(counted) for kind, counted in shown.items()}
    yield from differ("failures", {"all": counts}, {"all": failures.failures_of(histories)})
    named = place.opstrail.goldens.all(tenant)
    goldens = {golden.name: (golden.run_id, golden.position) for golden in named}
    yield from differ("goldens", {"all": goldens}, {"all": lists.goldens_of(histories)})


def _of_search(
    place: Place, tenant: str, histories: lists.Histories, words: Collection[str]
) -> Iterator[str]:
    for text in words:
        found = place.opstrail.reader.search(tenant, text, limit=1000).summaries
        ids = {each.run_id for each in found}
        yield from differ("search", {text: ids}, {text: lists.found_by(text, histories)})


def _of_statistics(place: Place, tenant: str) -> Iterator[str]:
    """Yield where the statistics of tools are not as the reference says."""
    statistics = place.opstrail.workshop.statistics
    hours = statistics.hours(tenant, since=datetime(1970, 1, 1, tzinfo=UTC)) if statistics else []
    shown = {
        (hour.hour, hour.tool, hour.operation): (
            hour.call_count,
            hour.error_count,
            round(hour.total_ms * 1000),
        )
        for hour in hours
    }
    expected = lists.statistics_of(histories_of(place.opstrail.engine, tenant))
    yield from differ("statistics", {"hours": shown}, {"hours": expected})


def _of_verdicts(place: Place, tenant: str) -> Iterator[str]:
    """Yield which runs are said to have been decided otherwise than this opstrail decides."""
    for run_id in histories_of(place.opstrail.engine, tenant):
        verdict = asyncio.run(place.opstrail.replays.verify(tenant, run_id))
        divergence = verdict.divergence
        if divergence is not None:
            yield f"verify {divergence.kind} {run_id}: {divergence.sentence}"


def rebuild(place: Place) -> None:
    """Build the run list and every projection anew."""
    projections = place.opstrail.projections
    projections.rebuild_run_list()
    for name in projections.names:
        projections.rebuild(name)


def _tree(node: Json, histories: lists.Histories) -> Json:
    run_id = node["summary"]["run_id"]
    return {
        "run": run_id,
        "parent_version": node["parent_version"],
        "reason": node["reason"],
        "notes": [_note(note, histories[run_id]) for note in node["notes"]],
        "children": [_tree(child, histories) for child in node["children"]],
    }


def _note(note: Json, rows: list[Row]) -> Json:
    """Return a note; behind the reason of a resumption stands what it changed."""
    why = rows[note["version"] - 1]["data"].get("why", note["about"])
    about = note["about"] and note["about"][: len(why)]
    return note["version"], note["kind"], about
