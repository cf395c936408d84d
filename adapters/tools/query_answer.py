"""The answer to what is asked of sets of records."""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from adapters.tools.answer import Reference, answer, cut_warning
from adapters.tools.references import MOST_REFERENCES, query_reference
from domain.figures import whole_sum
from domain.plan.time_range import parse_time_range
from domain.query.checks import checks
from domain.query.fields import OF_SERVICE
from domain.query.in_words import ask_in_words
from domain.query.model import Ask, ListWant, Query, TopWant
from domain.query.selection import QueriedEstate, Selection
from domain.query.set_words import set_in_words
from domain.query.sets import FieldCondition, SetKind
from domain.query.verdict import verdict_of
from domain.times import Window
from domain.tools.contracts import (
    ToolContext,
    ToolErrorCode,
    ToolFailure,
    ToolParams,
    ToolResult,
)


def answered(
    estate: QueriedEstate, context: ToolContext, params: ToolParams, ask: Ask
) -> ToolResult:
    """Return what came out. Raises `ToolFailure` for parts that do not fit, `EstateError`."""
    if problems := checks(Query(asks=(ask,))):
        message = "; ".join(map(str, problems))
        raise ToolFailure(ToolErrorCode.INVALID_PARAMS, message)
    asked = _without_own(ask, context.request_id)
    selections = estate.select(context.tenant_id, asked, now=context.now)
    shown = [row for each in selections for row in each.rows]
    newest = (each.newest_at for each in selections)
    data: dict[str, JsonValue] = {
        **_table(ask, selections),
        "verdict": verdict_of(ask, selections),
        "unit": _unit(estate, context.tenant_id, ask),
        "reading": ask_in_words(ask),
    }
    return answer(
        {name: value for name, value in data.items() if value is not None},
        row_count=len(shown),
        references=_references(params, selections),
        warnings=[*_cut(ask, selections)],
        window=_window(context, ask),
        newest=None if _is_of_service(ask) else max(filter(None, newest), default=None),
    )


def _without_own(ask: Ask, run_id: str | None) -> Ask:
    """Return what is asked without the run that asks it, which has not ended yet."""
    if run_id is None or not _is_of_service(ask):
        return ask
    names = {SetKind.RUN: "id", SetKind.CALL: "run"}
    others = {
        kind: FieldCondition(field=name, op="!=", value=run_id) for kind, name in names.items()
    }
    of = [
        each.model_copy(update={"where": (*each.where, others[each.kind])})
        if each.kind in others
        else each
        for each in ask.of
    ]
    return ask.model_copy(update={"of": tuple(of)})


def _is_of_service(ask: Ask) -> bool:
    return any(each.kind in OF_SERVICE for each in ask.of)


def _unit(estate: QueriedEstate, tenant_id: str, ask: Ask) -> str | None:
    """Return the unit of the metric, if values of just one are asked for."""
    names = {*_metrics(ask)}
    if len(names) != 1:
        return None
    known = {name.lower(): metric for name, metric in estate.metrics(tenant_id).items()}
    metric = known.get(names.pop().lower())
    return metric.unit if metric else None


def _table(ask: Ask, selections: Sequence[Selection]) -> dict[str, JsonValue]:
    """Return the rows; of several sets, each row begins with what its set is."""
    if len(selections) == 1:
        (one,) = selections
        return {
            "columns": [*one.columns],
            "rows": [*one.rows],
            "total": one.total,
            "total_groups": one.total_groups,
            "value": one.value,
            "part": one.part,
        }
    named = zip(map(set_in_words, ask.of), selections, strict=True)
    return {
        "columns": ["set", *selections[0].columns],
        "rows": [[name, *row] for name, each in named for row in each.rows],
        "total": whole_sum(each.total for each in selections),
        "values": [each.value for each in selections],
        "totals": [each.total for each in selections],
        "parts": [each.part for each in selections],
    }


def _references(params: ToolParams, selections: Sequence[Selection]) -> list[Reference]:
    """Return a reference to each record shown, or to the query that counted them."""
    shown = [
        _reference(key, each.columns, row)
        for each in selections
        for key, row in zip(each.keys or (), each.rows, strict=bool(each.keys))
    ]
    if shown:
        return shown[:MOST_REFERENCES]
    total = whole_sum(each.total for each in selections)
    return [query_reference("query", "select", params=params, total_records=total)]


def _reference(key: str, columns: Sequence[str], row: Sequence[JsonValue]) -> Reference:
    payload = dict(zip(columns, row, strict=True))
    titles = (payload.get(name) for name in ("ci_name", "title", "summary", "rule_name"))
    title = next((str(each) for each in titles if each), key.partition(":")[2])
    return {"id": key, "kind": "row", "title": title, "payload": payload}


def _cut(ask: Ask, selections: Sequence[Selection]) -> Iterator[str]:
    yield from dict.fromkeys(each.unread for each in selections if each.unread)
    for each in selections:
        if isinstance(ask.want, ListWant) and not ask.want.offset:
            yield from cut_warning(len(each.rows), total=each.total, noun="records")
        elif each.total_groups is not None and not isinstance(ask.want, TopWant):
            groups = [] if len(each.rows) >= each.total_groups else [f"{len(each.rows)}"]
            yield from (f"{n} of {each.total_groups} groups shown" for n in groups)


def _metrics(ask: Ask) -> Iterator[str]:
    """Yield the metrics whose values are shown."""
    measured = [ask.want.by.of] if ask.want.do == "top" else []
    measured += [each.of for each in ask.want.measures] if ask.want.do == "measure" else []
    for members in [*ask.of, *(each for each in measured if each is not None)]:
        if members.kind is SetKind.POINT:
            for each in members.where:
                if isinstance(each, FieldCondition) and each.field == "metric":
                    yield str(each.value)


def _window(context: ToolContext, ask: Ask) -> Window | None:
    """Return the time that all sets are asked of, if it is the same."""
    times = {members.time for members in ask.of}
    (time,) = times if len(times) == 1 else (None,)
    return parse_time_range(time, now=context.now).window if time else None
