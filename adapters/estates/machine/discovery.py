"""This machine as one dataset: hardware, what runs, what is installed, some metrics."""

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from adapters.estates.machine.findings import Findings
from adapters.estates.machine.host import find_host
from adapters.estates.machine.live_processes import UNREADABLE, Running, see_running
from adapters.estates.machine.metric_samples import METRICS, Sampler
from adapters.estates.machine.packages import DpkgFolders, find_packages, owners_of, read_packages
from adapters.estates.machine.processes import find_processes
from domain.estate.port import Discovery, EstateDataset
from domain.estate.records import ConfigurationItem, MetricPoint

_DPKG = DpkgFolders()


async def discover(
    *,
    now: datetime,
    sample_seconds: float = 3.0,
    progress: Callable[[str], None] = lambda _: None,
    dpkg: DpkgFolders = _DPKG,
) -> Discovery:
    """Return this machine's estate; `sample_seconds` from now on it is measured (0: not at all).

    It works without root and without dpkg; what could then not be seen is told in the warnings.
    `progress` is told in words what is being done.
    """
    progress("looking at the host")
    parts = [find_host()]
    progress("looking at processes, ports and connections")
    running = see_running(own_pid=os.getpid())
    progress("reading the installed packages and their log")
    parts += _software(running, dpkg)
    points: list[MetricPoint] = []
    problems: list[str] = []
    if sample_seconds > 0:
        progress(f"measuring for {sample_seconds:g} seconds")
        pids = {process.pid for process in running.processes}
        points, problems = await _measured(pids, now=now, seconds=sample_seconds)
    return _together([*parts, Findings(warnings=tuple(problems))], points)


async def _measured(
    pids: set[int], *, now: datetime, seconds: float
) -> tuple[list[MetricPoint], list[str]]:
    try:
        return await Sampler(pids).sample(now=now, seconds=seconds), []
    except UNREADABLE as error:
        return [], [f"metrics may not be measured: {error}"]


def _software(running: Running, dpkg: DpkgFolders) -> list[Findings]:
    try:
        graph = read_packages(dpkg)
    except OSError as error:
        warning = f"no packages: {dpkg.status}: {error.strerror}"
        return [find_processes(running, {}), Findings(warnings=(warning,))]
    paths = {path for process in running.processes for path in process.libraries}
    paths |= {process.exe for process in running.processes if process.exe is not None}
    owners = owners_of(paths, graph, folders=dpkg)
    return [find_processes(running, owners), find_packages(graph, dpkg)]


def _together(parts: Sequence[Findings], points: Iterable[MetricPoint]) -> Discovery:
    items = with_unique_codes([item for part in parts for item in part.items])
    known = {item.ci_id for item in items}
    dataset = EstateDataset(
        source="discover",
        cis=items,
        relations=[relation for part in parts for relation in part.relations],
        metrics=METRICS,
        metric_points=[point for point in points if point.ci_id in known],
        event_log=[entry for part in parts for entry in part.event_log],
    )
    warnings = [warning for part in parts for warning in part.warnings]
    if hidden := [item.ci_code for item in items if "\ufffd" in item.ci_name]:
        warnings.append(f"U+FFFD stands for what is no text in the names of {', '.join(hidden)}")
    return Discovery(dataset, warnings)


def with_unique_codes(items: Iterable[ConfigurationItem]) -> list[ConfigurationItem]:
    """Return the items; a code that an earlier one has, in any case, gets the subtype added."""
    taken: set[str] = set()
    unique = []
    for item in items:
        candidates = (item.ci_code, f"{item.ci_code}:{item.ci_subtype}", item.ci_id)
        code = next(code for code in candidates if code.casefold() not in taken)
        taken.add(code.casefold())
        unique.append(item.model_copy(update={"ci_code": code}))
    return unique
