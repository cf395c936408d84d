"""Takes the pictures of pages that the docs show: `python docs/screenshots.py`; needs Chromium."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from adapters.web.pages import Pages
from tests.served import served

_IMAGES: Final = Path(__file__).parent / "images"
_WIDE: Final[ViewportSize] = {"width": 1440, "height": 900}
_NARROW: Final[ViewportSize] = {"width": 390, "height": 844}
_QUESTIONS: Final = (
    "How many servers are there?",
    "top 5 servers by number of events in the last 7 days",
    "What is the weather?",
    "average cpu of srv-erp-01 per hour in the last 24 h",
    "path from srv-erp-01 to srv-mes-01",
)
_AFFECTED: Final = "What is affected if srv-erp-01 fails?"
_PLAN: Final = {
    "intent": "LIST",
    "list": {"enabled": True, "limit": 5},
    "calls": [
        {
            "call_id": "peak",
            "tool": "metric",
            "operation": "series",
            "params": {"metric_name": "cpu_usage", "time_range": "last_24h", "limit": 3},
            "output_mapping": {"ci_id": "{list.rows[each].ci_id}"},
        },
        {
            "call_id": "owner",
            "tool": "ci",
            "operation": "get_by_code",
            "params": {"ci_code": "srv-erp-99"},
        },
    ],
}
"""A plan of which one call fails."""


def main() -> None:
    """Fill a database, serve it, and take the pictures."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with (
        TemporaryDirectory() as folder,
        served(f"sqlite:///{folder}/demo.db", "demo", Pages()) as server,
        sync_playwright() as playwright,
    ):
        paths = _filled(server)
        _IMAGES.mkdir(exist_ok=True)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, path in paths.items():
            _take(browser, f"{name}.png", server + path, _WIDE, is_dark=False)
        _take(browser, "run-narrow.png", server + paths["run"], _NARROW, is_dark=True)


def _filled(server: str) -> dict[str, str]:
    """Ask, and return the paths of the pages by their names."""
    _post(server, "/estate/demo", days=3)
    for question in _QUESTIONS:
        _post(server, "/runs", question=question)
    failed = _post(server, "/runs", question="Peaks of five items, and an owner", plan=_PLAN)
    affected = _post(server, "/runs", question=_AFFECTED)
    return {
        "ask": f"/?runs={affected['run_id']}",
        "run": f"/runs/{failed['run_id']}",
    }


def _post(server: str, path: str, **body: object) -> Any:  # noqa: ANN401 - JSON
    headers = {"Prefer": "wait=60"}
    return httpx.post(f"{server}/v1{path}", json=body, headers=headers, timeout=120).json()


def _take(browser: Browser, name: str, url: str, size: ViewportSize, *, is_dark: bool) -> None:
    page = browser.new_page(viewport=size, color_scheme="dark" if is_dark else "light")
    page.goto(url)
    page.wait_for_selector(".status")
    page.wait_for_timeout(2000)  # until what is asked for after that is there, too
    page.screenshot(path=_IMAGES / name)
    page.close()


if __name__ == "__main__":
    main()
