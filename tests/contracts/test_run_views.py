"""Every run list shows the summaries that the event store keeps."""

import dataclasses

import pytest
from msgspec import structs

from domain.errors import NotFound
from domain.ports import EventStore, RunViews
from domain.run_filter.filter import EVERY_RUN, Compare, Operator, RunFilter, all_of, equal
from tests.contracts.event_samples import STREAM, TENANT, about, request, summary


def ids(views: RunViews, where: RunFilter = EVERY_RUN) -> list[str]:
    return [each.run_id for each in views.summaries(TENANT, where, limit=100).summaries]


def asking(text: str) -> RunFilter:
    return Compare("question", Operator.CONTAINS, text)


def keep(store: EventStore, *runs: str) -> None:
    """Begin runs, one a second."""
    for second, run in enumerate(runs, start=10):
        at = f"2026-03-01T12:00:{second}.000000Z"
        store.append(about(summary(run, requested_at=at)))


def test_a_summary_is_kept_as_it_was_appended(store: EventStore, views: RunViews) -> None:
    full = dataclasses.replace(
        summary(state="completed"),
        route="lookup",
        ended_at="2026-03-01T12:00:01.000000Z",
        duration_ms=1000,
        waited_ms=2000,
        call_count=3,
        failed_call_count=1,
        error_code="TOOL_TIMEOUT",
        error="too slow",
        fingerprint="ab12",
        worker="runner",
        origin="fork",
        parent_run_id="run-0",
        golden="daily",
    )
    store.append(about(full))
    assert views.summary(TENANT, STREAM) == full


def test_the_summary_is_that_of_the_last_append(store: EventStore, views: RunViews) -> None:
    head = store.append(request()).head
    last = structs.replace(
        request(after=head), summary=summary(version=2, state="completed", question="Changed?")
    )
    store.append(last)
    assert views.summary(TENANT, STREAM) == last.summary
    assert ids(views) == [STREAM]


def test_a_run_that_does_not_exist_has_no_summary(views: RunViews) -> None:
    assert views.summary(TENANT, STREAM) is None


def test_the_newest_runs_come_first(store: EventStore, views: RunViews) -> None:
    keep(store, "run-b", "run-c", "run-a")
    assert ids(views) == ["run-a", "run-c", "run-b"]


def test_runs_of_the_same_instant_are_in_order_of_their_ids(
    store: EventStore, views: RunViews
) -> None:
    for run in ("run-b", "run-c", "run-a"):
        store.append(about(summary(run)))
    assert ids(views) == ["run-c", "run-b", "run-a"]


def test_pages_show_every_run_once(store: EventStore, views: RunViews) -> None:
    for number in range(5):
        keep(store, f"run-{number}a", f"run-{number}b")
    found: list[str] = []
    while page := views.summaries(
        TENANT, EVERY_RUN, limit=3, before=found[-1] if found else None
    ).summaries:
        found += [each.run_id for each in page]
    assert found == ids(views)
    assert len(found) == 10


def test_a_page_before_an_unknown_run_is_refused(store: EventStore, views: RunViews) -> None:
    store.append(about(summary(tenant="umbrella")))
    with pytest.raises(NotFound) as refused:
        views.summaries(TENANT, EVERY_RUN, limit=3, before=STREAM)
    assert refused.value.run_id == STREAM


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (equal("state", "completed"), ["run-2"]),
        (equal("state", "requested"), ["run-3", "run-1"]),
        (equal("status", "success"), ["run-2"]),
        (all_of(equal("state", "requested"), equal("status", "success")), []),
        (asking("SLOW"), ["run-2", "run-1"]),
        (asking("größe"), ["run-3"]),
        (asking("%"), ["run-3"]),
        (asking("_"), []),
        (all_of(asking("slow"), equal("state", "requested")), ["run-1"]),
    ],
)
def test_a_filter_restricts_the_list(
    where: RunFilter, found: list[str], store: EventStore, views: RunViews
) -> None:
    store.append(about(summary("run-1", question="Why is it slow?")))
    store.append(about(summary("run-2", question="How slow is it?", state="completed")))
    store.append(about(summary("run-3", question="Which GRÖSSE has 5%? GRÖßE!")))
    assert ids(views, where) == found


def test_a_filtered_page_continues_where_the_one_before_ended(
    store: EventStore, views: RunViews
) -> None:
    keep(store, "run-1", "run-2", "run-3")
    where = equal("state", "requested")
    page = views.summaries(TENANT, where, limit=5, before="run-3")
    assert [each.run_id for each in page.summaries] == ["run-2", "run-1"]


def test_a_tenant_sees_its_own_runs_alone(store: EventStore, views: RunViews) -> None:
    store.append(about(summary(tenant="umbrella", question="ours")))
    assert views.summary(TENANT, STREAM) is None
    assert ids(views) == []
    assert views.matching(TENANT, "run") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("run-ab", ["run-ab1", "run-ab2"]),
        ("b2", ["run-ab2"]),
        ("RUN-AB1", ["run-ab1"]),
        ("run-c3", ["run-c3"]),
        ("ab", ["run-ab1", "run-ab2"]),
        ("un-ab", []),
        ("%", []),
        ("run_", []),
    ],
)
def test_a_run_is_found_by_how_its_id_begins_or_ends(
    text: str, found: list[str], store: EventStore, views: RunViews
) -> None:
    keep(store, "run-ab1", "run-ab2", "run-c3")
    assert list(views.matching(TENANT, text)) == found


def test_a_run_is_found_by_its_whole_id(store: EventStore, views: RunViews) -> None:
    whole = f"run-{'0' * 36}"
    keep(store, whole, "run-0")
    assert list(views.matching(TENANT, whole)) == [whole]
    assert list(views.matching(TENANT, f"{whole}0")) == []


def test_at_most_ten_ids_match(store: EventStore, views: RunViews) -> None:
    keep(store, *(f"run-{number:02}" for number in range(12)))
    assert list(views.matching(TENANT, "run-")) == [f"run-{number:02}" for number in range(10)]
