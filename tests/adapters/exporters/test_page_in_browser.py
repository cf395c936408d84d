"""The page in a real browser, from a file; without a browser on this machine this is skipped."""

import html
import re
import shutil
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.run.commands import RequestRun
from tests.adapters.exporters.pages import page_of
from tests.bundles import Log, two_runs
from tests.domain.desk import ASK
from tests.domain.run.samples import EXECUTING, call_started, call_succeeded
from tests.domain.views.histories import PARTIAL

_NAMES = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next(filter(None, map(shutil.which, _NAMES)), None)

pytestmark = pytest.mark.skipif(BROWSER is None, reason=f"no browser here: {', '.join(_NAMES)}")


@pytest.fixture
def shown(tmp_path: Path) -> "Browser":
    return Browser(tmp_path)


class Browser:
    """Opens a page without a window; what it says on its console fails the test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, made: str) -> str:
        """Return the document as the script has made it."""
        path = self._folder / "index.html"
        path.write_text(made, encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr"]
        profile = f"--user-data-dir={self._folder / 'profile'}"
        command = [str(BROWSER), *options, profile, "--dump-dom", path.as_uri()]
        ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        assert re.findall(r".*CONSOLE.*", ended.stderr) == []
        return re.sub("<script.*?</script>", "", ended.stdout, flags=re.DOTALL)


@pytest.fixture
def requests() -> Iterator[list[str]]:
    """Give what a server on this machine was asked; evil.test is where it listens."""
    asked = list[str]()

    class Listening(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            asked.append(str(self.request.recv(1000)))

    with socketserver.TCPServer(("127.0.0.1", 0), Listening) as server:
        asked.append(str(server.server_address[1]))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield asked
        server.shutdown()


def test_a_run_is_shown_with_answer_timeline_and_events(shown: Browser) -> None:
    document = shown(page_of(Log().record("run-1", ASK, PARTIAL[1:]), "run-1"))
    assert "<p>One.</p>" in document
    assert document.count('class="event"') == len(PARTIAL)
    assert len(re.findall('class="bar-row stage', document)) == 5


def test_each_attempt_of_a_call_has_a_bar_of_its_own(shown: Browser) -> None:
    document = shown(page_of(Log().record("run-1", ASK, PARTIAL[1:]), "run-1"))
    titles = re.findall(r'class="name" title="(ci\.search[^"]*)"', document)
    assert titles == ["ci.search (a)", "ci.search (b)", "ci.search #2 (b)"]


def test_idle_time_is_marked(shown: Browser) -> None:
    log = Log(step=timedelta(hours=3)).record("run-1", ASK, PARTIAL[1:])
    assert "3 h 00 min nothing was recorded" in shown(page_of(log, "run-1"))


def test_several_runs_can_be_chosen_from(shown: Browser) -> None:
    document = shown(page_of(two_runs(), "run-1", "run-2"))
    assert re.findall(r"<option[^>]*>([^<]*)<", document)[1] == "Wie groß? (run-2)"


def test_what_a_question_says_is_text_and_asks_no_server(
    shown: Browser, requests: list[str]
) -> None:
    address = f"http://127.0.0.1:{requests.pop()}"
    evil = f"</script><img src={address}/a><script src={address}/b></script><b>x</b>"
    document = shown(page_of(Log().record("run-1", RequestRun(question=evil)), "run-1"))
    assert f"<h1>{html.escape(evil, quote=False)}</h1>" in document
    assert requests == []


def test_what_a_question_hides_or_turns_is_seen_on_the_page(shown: Browser) -> None:
    asked = RequestRun(question="a\u202eb\u200bc\u2028d")
    document = shown(page_of(Log().record("run-1", asked), "run-1"))
    assert "<h1>a\ufffdb\ufffdc\ufffdd</h1>" in document


def test_the_server_would_notice(shown: Browser, requests: list[str]) -> None:
    shown(f"<img src=http://127.0.0.1:{requests.pop()}/a>")
    assert len(requests) == 1


def test_five_thousand_events_are_shown(shown: Browser) -> None:
    calls = [
        event
        for number in range(2500)
        for event in (call_started(f"c{number}"), call_succeeded(f"c{number}"))
    ]
    log = Log().record("run-1", ASK, [*EXECUTING[1:], *calls])
    document = shown(page_of(log, "run-1"))
    assert document.count('class="event"') == 5000 + len(EXECUTING)
    assert document.count('class="bar-row call') == 2500
