"""The built pages are served as browsers keep them, and with what lets in nothing from elsewhere."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from adapters.bootstrap import open_service
from adapters.http.identity import Users
from adapters.http.serving import application
from adapters.http.workroom import Workroom
from adapters.web.pages import Pages
from domain.identity.principal import local_principal

Get = Callable[..., httpx.Response]
BROWSER = "text/html,*/*"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "built"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>opstrail</title>")
    (folder / "assets/a-1.js").write_text("whole")
    (folder / "assets/a-1.js.gz").write_text("gz!")
    return folder


@pytest.fixture
def get(folder: Path, tmp_path: Path) -> Iterator[Get]:
    with open_service(f"sqlite:///{tmp_path}/a.db") as opstrail, asyncio.Runner() as runner:
        identity, workroom = opstrail.identity, Workroom(opstrail, 1)
        who = Users(identity.keys, identity.sessions, local_principal("ada", "acme"))
        transport = httpx.ASGITransport(application(opstrail, workroom, who, Pages(folder)))

        async def asked(path: str, method: str, headers: dict[str, str]) -> httpx.Response:
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as web:
                return await web.request(method, path, headers=headers)

        yield lambda path, method="GET", **headers: runner.run(asked(path, method, headers))
        workroom.close()


def test_a_file_with_a_digest_in_its_name_is_kept_for_ever(get: Get) -> None:
    file = get("/assets/a-1.js", **{"Accept-Encoding": "identity"})
    assert (file.text, file.headers["Cache-Control"].split()[-1]) == ("whole", "immutable")
    assert file.headers["Content-Type"].startswith("text/javascript")


def test_a_browser_gets_what_was_compressed_beforehand(get: Get) -> None:
    head = get("/assets/a-1.js", "HEAD", **{"Accept-Encoding": "gzip"}).headers
    assert (head["Content-Encoding"], head["Content-Length"]) == ("gzip", "3")


@pytest.mark.parametrize("path", ["/", "/runs", "/runs/run-1?v=3", "/estate"])
def test_every_path_that_a_browser_opens_is_a_page(path: str, get: Get) -> None:
    page = get(path, Accept=BROWSER)
    assert (page.status_code, page.text) == (200, "<title>opstrail</title>")
    assert page.headers["Cache-Control"] == "no-cache"
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/v1/nothing", "/assets/none.js", "/../pyproject.toml"])
def test_what_programs_ask_for_and_is_not_there_is_a_problem(path: str, get: Get) -> None:
    refused = get(path, Accept=BROWSER if path.startswith("/v1") else "*/*")
    assert (refused.status_code, refused.json()["code"]) == (404, "no-such-path")


def test_nothing_is_posted_to_a_page(get: Get) -> None:
    assert get("/", "POST", Accept=BROWSER).status_code == 404


def test_answers_of_the_interface_are_still_kept_by_nobody(get: Get) -> None:
    assert get("/v1/runs").headers["Cache-Control"] == "no-store"


def test_pages_that_are_not_built_say_how_to_build_them(tmp_path: Path) -> None:
    assert not Pages(tmp_path / "nothing").are_built
