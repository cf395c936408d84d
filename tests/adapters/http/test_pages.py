"""Lists come in pages, each with a link to the next."""

from collections.abc import Iterator

from tests.adapters.http.client import Client

WAIT = {"Prefer": "wait=20"}


def ask(http: Client, count: int) -> list[str]:
    """Ask as many runs, and return their ids, the newest first."""
    question = {"question": "How many servers are there?"}
    ids = [http.post("/runs", question, headers=WAIT).json()["run_id"] for _ in range(count)]
    return ids[::-1]


def next_of(path: str, http: Client) -> str:
    link = http.get(path).headers["Link"]
    return link.removeprefix("<").partition(">")[0]


def pages(http: Client, path: str) -> Iterator[list[str]]:
    while True:
        page = http.get(path)
        yield [run["run_id"] for run in page.json()]
        if "Link" not in page.headers:
            return
        path = page.headers["Link"].removeprefix("<").partition(">")[0]


def test_the_pages_together_are_the_list(http: Client) -> None:
    ids = ask(http, 3)
    assert [*pages(http, "/runs?limit=2&state=completed")] == [ids[:2], ids[2:]]


def test_a_cursor_is_of_its_filter(http: Client) -> None:
    ask(http, 2)
    cursor = next_of("/runs?limit=1", http).partition("cursor=")[2]
    refused = http.get(f"/runs?limit=1&state=failed&cursor={cursor}")
    assert (refused.status_code, refused.json()["code"]) == (422, "wrong-cursor")


def test_a_cursor_that_was_changed_is_refused(http: Client) -> None:
    ask(http, 2)
    path = next_of("/runs?limit=1", http)
    for changed in (f"{path}A", f"{path[:-3]}xyz", "/runs?cursor=", "/runs?cursor=ü"):
        assert http.get(changed).json()["code"] == "wrong-cursor"
