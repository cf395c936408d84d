"""Which run a run is compared with: the one before it, the last good one, or a golden one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from domain.errors import NotFound, Refused
from domain.replay.golden.pinned import golden_of
from domain.replay.record.recording import request_of
from domain.replay.record.terms import is_what_if
from domain.run.events import HistoryEntry
from domain.run.summary import RunSummary, summary_of
from domain.run_filter.filter import Not, RunFilter, all_of, equal
from domain.services.reader import RunReader

_ENDED: Final = Not(equal("ended", None))
_THE_GOLDEN: Final = "golden"
_GOLDEN: Final = Not(equal("golden", None))
_GOOD: Final = (equal("status", "success"), Not(equal("flag", "wrong")))
_PAGE: Final = 10


class NoCounterpart(NotFound):
    """There is no such run of the same question."""

    def __init__(self, run_id: str, *, wanted: str) -> None:
        super().__init__(run_id)
        self.wanted = wanted
        self.args = (f"run {run_id} has no {wanted} run of the same question to compare with",)


class StandsBesideARun(Refused):
    """A word that names the counterpart of a run stands where a run is named."""

    def __init__(self, word: str) -> None:
        self.word = word
        super().__init__(f"{word!r} stands beside a run: `latest..{word}` or `{word}..latest`")


def two_histories(
    reader: RunReader, tenant_id: str, one: str, other: str
) -> tuple[list[HistoryEntry], list[HistoryEntry]]:
    """Return what happened to two runs, each as a person types it.

    Either may be `previous` or `golden`: the counterpart of the other one, the golden one as it
    was when it was pinned. Raises `StandsBesideARun`, `NoCounterpart`, and what `RunReader.find`
    raises.
    """
    match one in _COUNTERPARTS, other in _COUNTERPARTS:
        case True, True:
            raise StandsBesideARun(one)
        case True, False:
            run = reader.find(tenant_id, other)
            return _counterpart(reader, run, one), run
        case False, True:
            run = reader.find(tenant_id, one)
            return run, _counterpart(reader, run, other)
        case _:
            return reader.find(tenant_id, one), reader.find(tenant_id, other)


def history_before(reader: RunReader, run: Sequence[HistoryEntry]) -> list[HistoryEntry]:
    """Return what happened to the run that asked the same before; empty when there is none."""
    try:
        previous = previous_run(reader, summary_of(run))
    except NoCounterpart:
        return []
    return reader.history(previous.tenant_id, previous.run_id)


def previous_run(reader: RunReader, run: RunSummary) -> RunSummary:
    """Return the last ended run of the same question before this one that is no what-if.

    Raises `NoCounterpart`.
    """
    return _required(_before(reader, run, _ENDED), run, wanted="previous")


def golden_run(reader: RunReader, run: RunSummary) -> RunSummary:
    """Return the golden run of the same question: the parent, else the newest other one.

    Raises `NoCounterpart`.
    """
    parent = run.parent_run_id
    wanted = [_GOLDEN, Not(equal("id", run.run_id))]
    found = _newest(reader, run, *wanted, equal("id", parent)) if parent else None
    return _required(found or _newest(reader, run, *wanted), run, wanted="golden")


def last_good_run(reader: RunReader, run: RunSummary) -> RunSummary | None:
    """Return the last run of the same question before this one that went well, or None.

    It succeeded, nobody thinks its answer wrong, and it is no what-if.
    """
    return _before(reader, run, *_GOOD)


_COUNTERPARTS: Final[Mapping[str, Callable[[RunReader, RunSummary], RunSummary]]] = {
    "previous": previous_run,
    _THE_GOLDEN: golden_run,
}


def _counterpart(reader: RunReader, run: Sequence[HistoryEntry], word: str) -> list[HistoryEntry]:
    counterpart = _COUNTERPARTS[word](reader, summary_of(run))
    history = reader.history(counterpart.tenant_id, counterpart.run_id)
    golden = golden_of(history) if word == _THE_GOLDEN else None
    return history if golden is None else history[: golden.version]


def _newest(reader: RunReader, run: RunSummary, *which: RunFilter) -> RunSummary | None:
    where = all_of(equal("question", run.question), *which)
    found = reader.summaries(run.tenant_id, where, limit=1).summaries
    return found[0] if found else None


def _before(reader: RunReader, run: RunSummary, *which: RunFilter) -> RunSummary | None:
    """Return the newest run before this one that such filters fit, and that is no what-if."""
    where = all_of(equal("question", run.question), *which)
    before = run.run_id
    while page := reader.summaries(run.tenant_id, where, limit=_PAGE, before=before).summaries:
        for each in page:
            if not any(map(is_what_if, _line_of_descent(reader, each))):
                return each
        before = page[-1].run_id
    return None


def _line_of_descent(reader: RunReader, run: RunSummary) -> Iterator[Sequence[HistoryEntry]]:
    """Yield the history of a run, and what it uses of that of its parent, and so on."""
    run_id: str | None = run.run_id
    version = None
    while run_id is not None:
        try:
            history = reader.history(run.tenant_id, run_id)[:version]
        except NotFound:  # the parent may be in another database
            return
        yield history
        origin = request_of(history).origin
        run_id, version = origin.parent_run_id, origin.parent_version


def _required(found: RunSummary | None, run: RunSummary, *, wanted: str) -> RunSummary:
    if found is None:
        raise NoCounterpart(run.run_id, wanted=wanted)
    return found
