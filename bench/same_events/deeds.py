"""Kinds of runs with which something is done later: resumed, forked, judged, replayed."""

from typing import Final

from bench.same_events.kind import (
    COMPLETED,
    DEPENDENT,
    DOWN,
    EMPTY,
    FIVE,
    FOUND,
    LARGE,
    METRIC,
    VALUE,
    WHOLE,
    Kind,
    does,
    planned,
    start,
    then,
)

DEEDS: Final[list[Kind]] = [
    planned(
        "same-key",
        "idempotency_key",
        METRIC,
        start("--key", "k1"),
        start("--key", "k1"),
        start("--key", "k1", "--question", "Another?"),
    ),
    planned(
        "resumed",
        "run-resumed",
        {**FIVE, "budget": {"timeout_seconds": 0.3}},
        start(script={"ci.search k1": {"gives": FOUND, "sleeps": 30}}),
        then("run", "resume", "{1}"),
    ),
    planned(
        "resumed-in-vain",
        "run-resumed",
        METRIC,
        start(script={"metric.aggregate": DOWN, "ci.resolve": DOWN}),
        then("run", "resume", "{1}", script={"metric.aggregate": DOWN}),
    ),
    planned(
        "recovered",
        "run-recovered",
        DEPENDENT,
        start(dies=True, script={"metric.aggregate": {"crashes": 9}}),
        does("run", "recover"),
    ),
    planned(
        "recovered-twice",
        "run-recovered",
        FIVE,
        start(dies=True, script={"ci.search k2": {"crashes": 9}}),
        does("run", "recover", dies=True, script={"ci.search k2": {"crashes": 9}}),
        does("run", "recover", script={"ci.search k2": DOWN}),
    ),
    planned(
        "cancelled-by-hand",
        "asked by mistake",
        METRIC,
        start(dies=True, script={"metric.aggregate": {"crashes": 9}}),
        does("note", "cancel", "{1}", "asked by mistake"),
    ),
    planned(
        "forked",
        r"\"kind\":\"fork\"",
        WHOLE,
        start(),
        then(
            "run", "fork", "{1}", "--patch", "graph.depth=2", "--patch", "assets.compose:text=t2"
        ),
        then("run", "fork", "{1}", "--patch", "params.metric.agg=max", "--at", "12"),
        then("run", "fork", "{2}", "--action", "1"),
    ),
    planned(
        "forked-results",
        r"\"answered_by\":\"patch\"",
        WHOLE,
        start(),
        then("run", "fork", "{1}", "--result", "metric=empty"),
        then("run", "fork", "{1}", "--result", "primary=error:DATA_NOT_FOUND"),
        then("run", "fork", "{1}", "--result", "history=other.json"),
        then("run", "fork", "{1}", "--blocked", "--patch", "params.metric.agg=min"),
        other={"rows": [], "total": 0},
    ),
    planned(
        "forked-large",
        r"\"answered_by\":\"record\"",
        METRIC,
        start(script={"ci.resolve": LARGE}),
        then("run", "fork", "{1}"),
    ),
    planned(
        "rerun",
        r"\"kind\":\"rerun\"",
        METRIC,
        start(),
        then("run", "rerun", "{1}", script={"metric.aggregate": EMPTY}),
        then("run", "rerun", "{2}"),
        does("run", "compare", "{1}", "{2}"),
    ),
    planned("remarks", "run-annotated", METRIC, start(), does("note", "annotate", "{1}", "ä")),
    planned(
        "goldens",
        "golden-unpinned",
        METRIC,
        start(),
        does("golden", "pin", "{1}", "--name", "cpu", "--threshold", "values_percent=10"),
        does("golden", "check"),
        does("golden", "check", "--mode", "rerun", script={"ci.resolve": EMPTY}),
        does("golden", "pin", "{2}", "--name", "cpu"),
        then("golden", "unpin", "cpu"),
    ),
    planned(
        "read-only",
        COMPLETED,
        WHOLE,
        start(),
        does("run", "verify", "{1}"),
        does("run", "ablate", "{1}"),
        does("run", "diagnose", "{1}"),
    ),
    *(
        planned(
            f"bulk-{mode}",
            "bulk-replay-completed",
            METRIC,
            start(),
            start(script={"metric.aggregate": DOWN}),
            start("--question", "Large?", script={"ci.resolve": LARGE}),
            then(
                *("replay", "start", "--mode", mode, "-q", "state = completed"),
                *(() if mode == "verify" else ("--concurrency", "1")),
                *(("--patch", "metric.agg=max") if mode == "fork" else ()),
            ),
        )
        for mode in ("verify", "rerun", "fork")
    ),
    *(
        planned(
            f"bulk-{name}",
            shows,
            METRIC,
            start(),
            start("--question", "Again?"),
            then(
                *("replay", "start", "--mode", "rerun", "-q", "state = completed"),
                *("--concurrency", "1"),
                script={"metric.aggregate": [{"gives": VALUE}, {"interrupts": 2, "gives": VALUE}]},
            ),
            after,
        )
        for name, shows, after in (
            ("continued", "bulk-replay-continued", does("replay", "continue", "latest")),
            ("aborted", "bulk-replay-aborted", then("replay", "abort", "latest")),
        )
    ),
]
