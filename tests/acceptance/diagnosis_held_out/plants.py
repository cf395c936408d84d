"""What is planted: the estate of all situations, and how each run comes about."""

from typing import TYPE_CHECKING

from adapters.bootstrap import open_service
from domain.tools.contracts import ToolErrorCode, ToolFailure
from tests.acceptance.diagnosis_held_out.planting import TENANT, WHY, Place, Row, ago
from tests.domain.large import record_erasures

if TYPE_CHECKING:
    from domain.json import JsonMap

HOW_BUSY = "What is the average CPU usage of srv-01?"
DOWN = ToolFailure(ToolErrorCode.UPSTREAM_UNAVAILABLE, "connection refused by probe.example")
QUOTA = ToolFailure(ToolErrorCode.UPSTREAM_UNAVAILABLE, "the quota of the source is used up")
LOOKUP: "JsonMap" = {"intent": "LOOKUP", "primary": {"keywords": ["srv-01"]}}


def estate() -> dict[str, list[Row]]:
    """Return the estate of all situations; more may be imported on top of it."""
    servers: list[Row] = [
        {
            "ci_code": f"srv-{n:02}",
            "ci_name": f"Server {n}",
            "ci_type": "HW",
            "ci_subtype": "server",
        }
        for n in range(60)
    ]
    apps: list[Row] = [
        {"ci_code": code, "ci_name": name, "ci_type": "SW", "ci_subtype": "app"}
        for code, name in (
            ("till-1", "Till"),
            ("mail-a", "Mail"),
            ("mail-b", "Mail"),
            ("hub", "Hub"),
        )
    ]
    return {
        "cis": servers + apps,
        "relations": [
            {"source_code": f"srv-{n:02}", "rel_type": "USES", "target_code": "hub"}
            for n in range(20)
        ],
        "metrics": [{"metric_name": "cpu_usage", "unit": "%"}],
        "metric_points": [*_points("srv-01", days=0), *_points("srv-02", days=40)],
    }


def _points(code: str, *, days: float, value: float = 20, quality: str = "good") -> list[Row]:
    """Return a day of hourly points that ends so many days ago."""
    return [
        {
            "ci_code": code,
            "metric_name": "cpu_usage",
            "measured_at": ago(days=days, hours=hour, minutes=1),
            "value": value + hour % 3,
            "quality": quality,
        }
        for hour in range(24)
    ]


def _entry(code: str, number: int, **fields: object) -> Row:
    return {"ci_code": code, "entry_id": f"{code}-{number}", "severity": 1, **fields}


def all_points_bad(place: Place) -> None:
    place.estate(metric_points=_points("till-1", days=0, quality="bad"))
    place.ask("What is the average CPU usage of till-1?")


def deployed_before_an_anomaly(place: Place) -> None:
    """A release two hours before; since then only what happens every day, and the alarm."""
    released = _entry("till-1", 0, event_type="deployment", severity=2, occurred_at=ago(hours=2))
    usual = [
        _entry(
            "till-1", n, event_type="login", title="Nightly check", occurred_at=ago(minutes=9 * n)
        )
        for n in range(2, 10)
    ]
    alarm = _entry(
        "till-1", 1, event_type="threshold_alarm", severity=5, occurred_at=ago(minutes=4)
    )
    events = [{**released, "title": "Release 4.2"}, *usual, {**alarm, "title": "CPU at 97 %"}]
    points = [*_points("till-1", days=1 / 12, value=15), *_busy("till-1")]
    place.estate(event_log=events, metric_points=points)
    place.ask("What is the highest CPU usage of till-1 in the last 24 hours?")


def _busy(code: str) -> list[Row]:
    at = [ago(minutes=10 * n + 3) for n in range(6)]
    usual = {"ci_code": code, "metric_name": "cpu_usage", "value": 97.0}
    return [{**usual, "measured_at": each} for each in at]


def failed_then_cancelled(place: Place) -> None:
    place.ask_with("metric", HOW_BUSY, errors=[DOWN] * 9)
    place.run("run", "cancel", "latest", "--reason", "not needed any more")


def resumed(place: Place) -> None:
    place.ask_with("ci", "What state is srv-01 in?", errors=[DOWN] * 9)
    place.run("run", "resume", "latest", *WHY)


def failed_again_otherwise(place: Place) -> None:
    place.ask_with("ci", "What state is srv-01 in?", errors=[DOWN] * 9)
    run_id = place.run("run", "list", "-o", "ids").split()[0]
    place.resume_with("ci", run_id, errors=[QUOTA] * 9)


def unrelated_change(place: Place) -> None:
    """A routine login on another server, and one piece of work that went well, hours before."""
    work: Row = {
        "work_id": "w-1",
        "ci_code": "srv-01",
        "work_type": "cleaning",
        "summary": "Dust removed",
        "started_at": ago(hours=5),
        "result": "success",
    }
    place.estate(
        event_log=[_entry("srv-07", 1, event_type="login", occurred_at=ago(hours=3))],
        work_history=[work],
    )
    place.ask("What state is srv-01 in?")


def alarm_that_does_not_matter(place: Place) -> None:
    """A grave alarm on one of sixty servers, and a question only for their number."""
    alarm = _entry("srv-09", 1, event_type="threshold_alarm", severity=5, occurred_at=ago(hours=1))
    place.estate(event_log=[alarm])
    place.ask("How many servers are there?")


def erased(place: Place) -> None:
    place.ask("What is affected if hub fails?")
    with open_service(f"sqlite:///{place.database}") as opstrail:
        run_id = opstrail.reader.resolve(TENANT, "latest")
        record_erasures(opstrail.store, run_id, TENANT)
    place.execute("DELETE FROM payloads")


def partial(place: Place) -> None:
    plan: JsonMap = {
        "enable_multistep": True,
        "steps": [
            {"step_id": "who", "name": "who", **LOOKUP},
            {"step_id": "busy", "name": "busy", **LOOKUP, "metric": {"metric_name": "cpu_usage"}},
        ],
    }
    place.start_with("metric", plan, errors=[QUOTA] * 9)


def broken_by_its_fork(place: Place) -> None:
    place.ask("What is affected if hub fails?")
    place.run("run", "fork", "latest", "--result", "graph=error", "--reason", "what if")


def graph_with(place: Place, **graph: object) -> None:
    place.start(intent="EXPAND", primary={"keywords": ["hub"]}, graph={"view": "IMPACT", **graph})


def misspelt_metric(place: Place) -> None:
    place.start(**LOOKUP, metric={"metric_name": "cpu_usgae", "agg": "avg"})


def needs_what_is_not_there(place: Place) -> None:
    needing = {"tool_id": "metric", "depends_on": ["grpah"]}
    place.start(**LOOKUP, metric={"metric_name": "cpu_usage"}, tool_dependencies=[needing])


def search_for_three(place: Place) -> None:
    place.start(
        intent="SEARCH", primary={"keywords": ["srv"], "tool_type": "ci_search", "limit": 3}
    )


def asks_for_more_than_allowed(place: Place) -> None:
    place.start(intent="LIST", list={"enabled": True, "limit": 500})


def cancelled_by_a_person(place: Place) -> None:
    place.request(HOW_BUSY)
    place.run("run", "cancel", "latest", "--reason", "asked for the wrong server")
