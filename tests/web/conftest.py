"""The pages in a real browser: the system's Chromium, driven by Playwright; skipped where it is not."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest

from adapters.web.pages import MISSING, Pages
from tests.adapters.http.conftest import copy_of, fill
from tests.estate_fixture import TENANT
from tests.served import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM: Final = shutil.which("chromium") or shutil.which("google-chrome")
SECONDS: Final = 20
"""So long it may take on a busy machine until something is seen."""
QUESTION: Final = "How many servers are there?"
FAILING: Final = {
    "intent": "LIST",
    "list": {"enabled": True, "limit": 2},
    "calls": [
        {
            "call_id": "odd",
            "tool": "ci",
            "operation": "get_by_code",
            "params": {"ci_code": "no-such-item"},
        }
    ],
}
"""A plan of which one call answers and one fails."""


@dataclass(frozen=True)
class Web:
    """A browser at the pages of a server; it keeps what its console and network said."""

    url: str
    page: "Page"
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> "Page":
        self.page.goto(self.url + path)
        return self.page

    def post(self, path: str, **body: object) -> Any:  # noqa: ANN401 - JSON
        headers = {"Prefer": "wait=30"}
        answer = httpx.post(f"{self.url}/v1{path}", json=body, headers=headers, timeout=40)
        assert answer.is_success, answer.text
        return answer.json()

    def ask(self, question: str = QUESTION, **more: object) -> str:
        """Ask, and return the id of the run that has ended."""
        return str(self.post("/runs", question=question, **more)["run_id"])

    def listen(self) -> "Web":
        page = self.page
        page.set_default_timeout(SECONDS * 1000)
        page.on("console", lambda said: self._heard(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", lambda asked: self._asked(asked.url))
        return self

    def _heard(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and "Failed to load resource" not in text:
            self.complaints.append(f"{kind}: {text}")

    def _asked(self, url: str) -> None:
        if not url.startswith((self.url, "data:", "blob:")):
            self.complaints.append(f"asked {url}")


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """A browser for a module: while Playwright is open its event loop runs, and bars all others."""
    sync_api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("there is no chromium")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium
        sync_api.expect.set_options(timeout=SECONDS * 1000)
        browser = chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def pages() -> Pages:
    pages = Pages()
    if not pages.are_built:
        pytest.skip(MISSING)
    return pages


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("web") / "filled.db"
    fill(f"sqlite:///{path}")
    return path


@pytest.fixture
def web(browser: "Browser", pages: Pages, filled: Path, tmp_path: Path) -> Iterator[Web]:
    """A browser at the pages of a single user; nothing may go wrong beside what a test expects."""
    with served(copy_of(filled, tmp_path), TENANT, pages) as url:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        web = Web(url, context.new_page()).listen()
        yield web
        context.close()
    assert web.complaints == []
