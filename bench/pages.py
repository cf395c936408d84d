"""The pages in the system's Chromium: what is loaded first, and a run of 5,000 events."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from adapters.web.pages import Pages
from bench.harness import HEAD, NotMeasured, Options, Rows, Table, Workload, measured
from bench.large_run import append_large_run
from bench.noop import BY, noop_bench
from tests.served import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_EVENTS: Final = 5_000
_FRAMES: Final = 60
_LOADED: Final = """performance.getEntries()
    .filter((each) => /navigation|assets/.test(each.entryType + each.name))
    .map((each) => each.encodedBodySize)"""
_PAN: Final = """async (frames) => {
  const drawing = document.querySelector(".drawing");
  for (let frame = 0; frame < frames; frame++) {
    const deltaX = frame % 2 ? -40 : 30;
    drawing.dispatchEvent(new WheelEvent("wheel", { deltaX, bubbles: true, cancelable: true }));
    await new Promise(requestAnimationFrame);
  }
}"""
_NOTES: Final = (
    f"A run of {_EVENTS:,} events, on SQLite, at 1440 x 900; server and browser share the machine."
    " Asked for is a first page of at most 60 KB, the lanes of the run after at most 1,000 ms, 8 ms"
    " of work a frame while the zoomed timeline is panned, and a heap of 150 MB.",
)


def table(options: Options) -> Table:
    """Measure on a new database; without Chromium, Playwright or built pages it says so."""
    with TemporaryDirectory(dir=options.folder) as folder:
        url = f"sqlite:///{folder}/bench.db"
        with noop_bench(url) as bench:
            run_id = append_large_run(bench, event_count=_EVENTS)
        try:
            with _browser() as browser, served(url, BY.tenant_id, Pages()) as server:
                rows = _rows(browser, server, run_id, options.rounds)
        except NotMeasured as reason:
            rows = [("the pages", f"not measured: {reason}", "")]
    return Table("The pages", _NOTES, HEAD, rows)


@contextmanager
def _browser() -> Iterator["Browser"]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None or not Pages().are_built:
        why = "no chromium, or no built pages"
        raise NotMeasured(why)
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - it may not be there
    except ImportError as error:
        raise NotMeasured(str(error)) from error
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--enable-precise-memory-info"]
        yield playwright.chromium.launch(executable_path=chromium, args=arguments)


def _rows(browser: "Browser", server: str, run_id: str, rounds: int) -> Rows:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    run = f"{server}/runs/{run_id}?tab=Events"
    workloads = [
        Workload("first page, compressed", "KB", partial(_size, browser, server), ".1f"),
        Workload("first page, files", "requests", partial(_files, browser, server)),
        Workload("run page, until its lanes are seen", "ms", partial(_until, page, run, ".lane")),
        Workload("run page, until its events are seen", "ms", partial(_until, page, run, ".event")),
        Workload("run page, heap", "MB", partial(_heap, page), ".1f"),
        Workload("panning, work a frame", "ms", partial(_panning, page), ".2f"),
    ]
    return measured(workloads, rounds=rounds)


def _loaded(browser: "Browser", server: str) -> list[int]:
    page = browser.new_page()
    page.goto(server)
    page.wait_for_selector("main input")
    sizes: list[int] = page.evaluate(_LOADED)
    page.close()
    return sizes


def _size(browser: "Browser", server: str) -> float:
    return sum(_loaded(browser, server)) / 1000


def _files(browser: "Browser", server: str) -> float:
    return len(_loaded(browser, server))


def _until(page: "Page", url: str, selector: str) -> float:
    page.goto(url)
    page.wait_for_selector(selector)
    return float(page.evaluate("performance.now()"))


def _heap(page: "Page") -> float:
    page.context.new_cdp_session(page).send("HeapProfiler.collectGarbage")
    return float(page.evaluate("performance.memory.usedJSHeapSize / 1e6"))


def _panning(page: "Page") -> float:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.get_by_role("button", name="Zoom in").click()
    before = _work(session.send("Performance.getMetrics"))
    page.evaluate(_PAN, _FRAMES)
    return 1000 * (_work(session.send("Performance.getMetrics")) - before) / _FRAMES


def _work(told: Mapping[str, Any]) -> float:
    return float(next(each["value"] for each in told["metrics"] if each["name"] == "TaskDuration"))
