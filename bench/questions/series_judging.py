"""Whether an answer shows a figure for each of several: groups, spans of time, ranks."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from bench.questions.shown import Block, Shown, is_figure, row_count, says
from bench.questions.spelling import is_near, spelt
from bench.questions.truth_kinds import Buckets, Groups, Ranking


def shows_ranking(truth: Ranking, shown: Shown) -> bool:
    """Whether the first `count` stand first, in order; those of equal figures in any."""
    figures = {spelt(label): figure for label, figure in truth.ranked}
    best = sorted((figure for _, figure in truth.ranked[: truth.count]))
    for cells, _ in shown.columns():
        named = [spelt(shown.code_of(cell) or cell) for cell in cells]
        if _is_ranked(named[: truth.count], figures, truth):
            return len(named) == truth.count or truth.count == 1 or len(figures) <= truth.count
    said = _said_in_order(shown, [label for label, _ in truth.ranked])
    return bool(best) and _is_ranked(said[: truth.count], figures, truth)


def _is_ranked(named: list[str], figures: Mapping[str, float], truth: Ranking) -> bool:
    wanted = [figure for _, figure in truth.ranked[: truth.count]]
    if len(set(named)) != len(wanted) or not all(name in figures for name in named):
        return False
    return all(is_near(figures[name], each) for name, each in zip(named, wanted, strict=True))


def _said_in_order(shown: Shown, labels: list[str]) -> list[str]:
    text, places = shown.message.lower().replace("_", " "), {}
    for label in labels:
        word = re.escape(label.lower().replace("_", " "))
        if found := re.search(rf"(?<![\w-]){word}(?![\w-])", text):
            places[spelt(label)] = found.start()
    return sorted(places, key=places.__getitem__)


def shows_groups(truth: Groups, shown: Shown) -> bool:
    """Whether each label stands beside its figure, and few others do."""
    wanted = {spelt(label): figure for label, figure in truth.groups}
    if any(_has_groups(table, wanted, shown) for table in shown.tables):
        return True
    lines = [{spelt(label): figure for label, figure in line} for line in shown.series]
    if any(_fits(line, wanted) for line in lines):
        return True
    return all(_says_beside(shown, label, figure) for label, figure in truth.groups)


def _has_groups(table: Block, wanted: Mapping[str, float], shown: Shown) -> bool:
    rows = [(_words(row, shown), list(filter(is_figure, row))) for row in table["rows"]]
    hits = sum(
        any(label in words and any(is_near(each, figure) for each in figures)
            for words, figures in rows)
        for label, figure in wanted.items()
    )  # fmt: skip
    is_cut = row_count(table) == len(wanted) and hits == len(rows) >= 5
    return is_cut or (hits == len(wanted) and len(rows) <= len(wanted) + 1)


def _words(row: list[object], shown: Shown) -> set[str]:
    words = {spelt(str(cell)) for cell in row}
    return words | {spelt(code) for cell in row if (code := shown.code_of(str(cell)))}


def _says_beside(shown: Shown, label: str, figure: float) -> bool:
    for block in shown.of_type("number"):
        if says(str(block.get("label")).replace("_", " "), label.replace("_", " ")):
            return is_near(float(block.get("value") or 0), figure)
    text = shown.message.replace("_", " ")
    word = re.escape(label.replace("_", " "))
    near = re.findall(rf"(?<![\w-]){word}(?![\w-])[^\w\n]{{0,4}}([\d.,]*\d)", text, re.IGNORECASE)
    return any(is_near(float(each.replace(",", "")), figure) for each in near)


def shows_buckets(truth: Buckets, shown: Shown) -> bool:
    """Whether each span stands beside its figure, and no other span has any."""
    wanted = {key: figure for key, figure in truth.buckets if figure}
    lines: list[Iterator[tuple[str, float]]] = [iter(line) for line in shown.series]
    lines += [_bucket_rows(table) for table in shown.tables]
    size = len(truth.buckets[0][0])
    for line in lines:
        found = {_start(label, size): figure for label, figure in line if figure}
        if _fits(found, wanted):
            return True
    return all(_says_beside(shown, key, figure) for key, figure in wanted.items())


def _bucket_rows(table: Block) -> Iterator[tuple[str, float]]:
    for row in table["rows"]:
        figures = [cell for cell in row if is_figure(cell)]
        labels = [str(cell) for cell in row if re.match(r"\d{4}-(?:\d|W)", str(cell))]
        if figures and labels:
            yield labels[0], figures[-1]


def _start(label: str, size: int) -> str:
    if week := re.match(r"(\d{4})-?W(\d{2})", label):
        return date.fromisocalendar(int(week[1]), int(week[2]), 1).isoformat()
    return label.replace(" ", "T")[:size]


def _fits(found: Mapping[str, float], wanted: Mapping[str, float]) -> bool:
    return found.keys() == wanted.keys() and all(
        is_near(found[key], figure) for key, figure in wanted.items()
    )


def monday_of(day: str) -> str:
    """Return the Monday of a day's week, by which weeks are named."""
    at = date.fromisoformat(day)
    return (at - timedelta(days=at.weekday())).isoformat()
