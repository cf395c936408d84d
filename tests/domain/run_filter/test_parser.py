"""What the text of a filter means, and what is said of one that means nothing."""

from datetime import UTC, datetime

import pytest

from domain.run_filter.filter import And, AnyCall, Compare, Not, Operator, Or, RunFilter, equal
from domain.run_filter.parser import parse_filter
from domain.run_filter.tokens import FilterRefused

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FAILED, PARTIAL = equal("status", "failed"), equal("status", "partial")
METRIC = equal("tool", "metric")
DAY = And(
    (
        Compare("started", Operator.AT_LEAST, "2026-03-01T00:00:00.000000Z"),
        Compare("started", Operator.LESS, "2026-03-02T00:00:00.000000Z"),
    )
)


def parsed(text: str) -> RunFilter:
    return parse_filter(text, now=NOW)


def started(operator: Operator, at: str) -> Compare:
    return Compare("started", operator, at)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("status = failed", FAILED),
        ("STATUS=Failed", FAILED),
        ("status != failed", Not(FAILED)),
        ("not status = failed", Not(FAILED)),
        ("status IN (failed, partial)", Or((FAILED, PARTIAL))),
        ("status NOT IN (failed)", Not(FAILED)),
        ("error = 'TOOL_TIMEOUT'", equal("error", "TOOL_TIMEOUT")),
        ('question ~ "it\'s"', Compare("question", Operator.CONTAINS, "it's")),
        (r"question ~ 'it\'s \\'", Compare("question", Operator.CONTAINS, "it's \\")),
        ("id ~ 7af-bb.9/x:é", Compare("id", Operator.CONTAINS, "7af-bb.9/x:é")),
        ("calls >= 3", Compare("calls", Operator.AT_LEAST, 3)),
        ("duration > 500ms", Compare("duration", Operator.MORE, 500)),
        ("duration > 1.5s", Compare("duration", Operator.MORE, 1500)),
        ("duration <= 2m", Compare("duration", Operator.AT_MOST, 120_000)),
        ("golden = none", equal("golden", None)),
        ("golden != none", Not(equal("golden", None))),
        ("golden = 'none'", equal("golden", "none")),
        ("golden ~ none", Compare("golden", Operator.CONTAINS, "none")),
        ("question = ''", equal("question", "")),
    ],
)
def test_a_comparison_means_what_it_says(text: str, meant: RunFilter) -> None:
    assert parsed(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("started > -24h", started(Operator.MORE, "2026-02-28T12:00:00.000000Z")),
        ("requested > -7d", started(Operator.MORE, "2026-02-22T12:00:00.000000Z")),
        ("started < now", started(Operator.LESS, "2026-03-01T12:00:00.000000Z")),
        (
            "started > 2026-03-01T12:00:00+02:00",
            started(Operator.MORE, "2026-03-01T10:00:00.000000Z"),
        ),
        ("started > 2026-03-01T10:00", started(Operator.MORE, "2026-03-01T10:00:00.000000Z")),
        ("started = today", DAY),
        ("started = 2026-03-01", DAY),
        ("started != 2026-03-01", Not(DAY)),
        ("started < 2026-03-01", started(Operator.LESS, "2026-03-01T00:00:00.000000Z")),
        ("started >= yesterday", started(Operator.AT_LEAST, "2026-02-28T00:00:00.000000Z")),
        ("started > 2026-03-01", started(Operator.AT_LEAST, "2026-03-02T00:00:00.000000Z")),
        ("started <= 2026-03-01", started(Operator.LESS, "2026-03-02T00:00:00.000000Z")),
        ("started < 2026-03", started(Operator.LESS, "2026-03-01T00:00:00.000000Z")),
        ("started > 2026-02", started(Operator.AT_LEAST, "2026-03-01T00:00:00.000000Z")),
    ],
)
def test_times_count_back_from_now_and_days_are_spans(text: str, meant: RunFilter) -> None:
    assert parsed(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("status = failed AND tool = metric", And((FAILED, AnyCall(METRIC)))),
        (
            "status = failed OR status = partial AND tool = metric",
            Or((FAILED, And((PARTIAL, AnyCall(METRIC))))),
        ),
        (
            "(status = failed or status = partial) and tool = metric",
            And((Or((FAILED, PARTIAL)), AnyCall(METRIC))),
        ),
        ("NOT NOT status = failed", Not(Not(FAILED))),
        ("NOT (status = failed)", Not(FAILED)),
    ],
)
def test_and_binds_closer_than_or(text: str, meant: RunFilter) -> None:
    assert parsed(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("tool = metric", AnyCall(METRIC)),
        ("call.error = X", AnyCall(equal("error", "X"))),
        ("tool != metric", Not(AnyCall(METRIC))),
        ("call.error = none", AnyCall(equal("error", None))),
        ("call.error != none", AnyCall(Not(equal("error", None)))),
        ("tool IN (metric, ci)", AnyCall(Or((METRIC, equal("tool", "ci"))))),
        ("call(tool = metric AND error = X)", AnyCall(And((METRIC, equal("error", "X"))))),
        ("CALL (tool != metric)", AnyCall(Not(METRIC))),
        ("call(call.status = failed)", AnyCall(FAILED)),
        ("call(tool = metric) and error = X", And((AnyCall(METRIC), equal("error", "X")))),
    ],
)
def test_in_a_scope_of_a_call_one_call_has_to_fit(text: str, meant: RunFilter) -> None:
    assert parsed(text) == meant


@pytest.mark.parametrize(
    ("text", "at", "why"),
    [
        ("", 1, "found the end, expected a field, NOT or '('"),
        ("AND", 1, "found 'AND', expected a field"),
        ("'x' = 1", 1, "found 'x', expected a field"),
        ("sttus = failed", 1, "no field 'sttus'; did you mean status?"),
        ("xyzzy = 1", 1, "no field 'xyzzy'\n"),
        ("call(question = x)", 6, "no field 'question'"),
        ("call(call(tool = x))", 6, "a call has no calls"),
        ("status failed", 8, "found 'failed', expected one of the operators"),
        ("status ~ fail", 8, "~ does not fit status, which is one of a few words"),
        ("tool < x", 6, "< does not fit tool, which is text"),
        ("status NOT = failed", 12, "found '=', expected IN"),
        ("status = faild", 10, "not 'faild'; did you mean failed?"),
        ("status =", 9, "found the end, expected one of a few words"),
        ("calls > many", 9, "calls is a whole number, not 'many'"),
        ("calls > -1", 9, "calls is a whole number, not '-1'"),
        ("calls > 12345678901", 9, "calls is a whole number"),
        ("duration > 5", 12, "duration is a duration such as 500ms"),
        ("duration > -5s", 12, "duration is a duration such as 500ms"),
        ("started > soon", 11, "started is a time such as -24h"),
        ("started > 2026-02-30", 11, "started is a time such as -24h"),
        ("started > -999999999w", 11, "started is a time such as -24h"),
        ("started > 0001-01-01T00:00:00+23:00", 11, "started is a time such as -24h"),
        ("started = 9999-12-31", 11, "started is a time such as -24h"),
        ("status = none", 10, "every run has a value of status"),
        ("question ~ and", 12, "and is a word of the grammar; as a value, put it in quotes"),
        ("question ~ 'x", 12, "the text that begins here has no closing '"),
        ("question ! x", 10, "found '!'; write != or NOT"),
        ("question ~ 'a\0b'", 14, "found U+0000 (a control character)"),
        ("question ~ 'a\u202eb'", 14, "found U+202E (right-to-left override)"),
        ("(status = failed", 17, "found the end, expected AND, OR or ')'"),
        ("status = failed)", 16, "found ')', expected AND, OR or the end"),
        ("status = failed failed", 17, "found 'failed', expected AND, OR or the end"),
        ("status IN failed", 11, "found 'failed', expected '('"),
        ("status IN ()", 12, "found ')', expected one of a few words"),
        ("(" * 60, 52, "nested more than 50 deep"),
        ("x" * 5000, 1, "it has 5000 characters, and at most 4000 are read"),
    ],
)
def test_a_filter_that_cannot_be_read_says_where_and_why(text: str, at: int, why: str) -> None:
    with pytest.raises(FilterRefused) as refused:
        parsed(text)
    assert f"at character {at}: " in str(refused.value)
    assert why in f"{refused.value}\n"


def test_a_refusal_marks_the_place_and_names_what_is_possible() -> None:
    with pytest.raises(FilterRefused) as refused:
        parsed("calls = 1 AND\tstate = done")
    assert str(refused.value).splitlines()[1:] == [
        "  calls = 1 AND state = done",
        "                        ^^^^",
        "possible: requested, waiting, route_plan, validate, execute, compose, present, resumed,"
        " completed, rejected, failed, cancelled",
    ]
