"""Lists come in pages, each with a link to the next."""

import hashlib
from collections.abc import Iterator
from secrets import token_bytes

import pytest
from sqlalchemy import create_engine

from adapters.http.cursors import Cursors
from infrastructure.identity.server_secret import server_secret
from tests.adapters.http.client import Client
from tests.adapters.http.conftest import served
from tests.estate_fixture import TENANT

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


def changed(http: Client, count: int) -> None:
    for number in range(count):
        body = {"mode": "verify", "reason": f"look {number}", "filter": ""}
        assert http.post("/replays", body, WAIT).status_code == 200
        item = {"ci_code": f"srv-0{number + 1}", "reason": "scrapped"}
        assert http.post("/estate/remove", item).status_code == 200


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/runs/search?text=servers", "run_id"),
        ("/replays?", "replay_id"),
        ("/estate/history?", "change_id"),
    ],
)
def test_other_lists_have_a_next_page_too(http: Client, path: str, field: str) -> None:
    ask(http, 2)
    changed(http, 2)
    whole = http.get(path).json()
    first = http.get(f"{path}&limit=1")
    link = first.headers["Link"].removeprefix("<").partition(">")[0]
    assert [first.json()[0][field], http.get(link).json()[0][field]] == [
        each[field] for each in whole[:2]
    ]


def test_a_cursor_is_of_its_filter(http: Client) -> None:
    ask(http, 2)
    cursor = next_of("/runs?limit=1", http).partition("cursor=")[2]
    refused = http.get(f"/runs?limit=1&state=failed&cursor={cursor}")
    assert (refused.status_code, refused.json()["code"]) == (422, "wrong-cursor")


def test_a_cursor_is_of_its_list_whatever_the_length_of_a_page(http: Client) -> None:
    ids = ask(http, 2)
    cursor = next_of("/runs?limit=1", http).partition("cursor=")[2]
    assert [run["run_id"] for run in http.get(f"/runs?limit=9&cursor={cursor}").json()] == ids[1:]
    refused = http.get(f"/audit?limit=1&cursor={cursor}")
    assert (refused.status_code, refused.json()["code"]) == (422, "wrong-cursor")


def test_a_cursor_that_was_changed_is_refused(http: Client) -> None:
    ask(http, 2)
    path = next_of("/runs?limit=1", http)
    for changed in (f"{path}A", f"{path[:-3]}xyz", "/runs?cursor=", "/runs?cursor=ü"):
        assert http.get(changed).json()["code"] == "wrong-cursor"


def test_servers_of_one_database_take_each_others_cursors(url: str, http: Client) -> None:
    ids = ask(http, 2)
    path = next_of("/runs?limit=1", http)
    with served(url) as other:
        assert [run["run_id"] for run in other.get(path).json()] == ids[1:]


def test_who_knows_where_a_database_is_cannot_make_a_cursor(url: str, http: Client) -> None:
    ids = ask(http, 2)
    key = hashlib.sha256(b"opstrail cursor\x00" + url.encode()).digest()
    forged = Cursors(lambda: key).made(TENANT, {"": "run.list"}, ids[0])
    assert http.get(f"/runs?cursor={forged}").json()["code"] == "wrong-cursor"
    own = server_secret(create_engine(url), "cursors", token_bytes)
    made = Cursors(lambda: own).made(TENANT, {"": "run.list"}, ids[0])
    assert [run["run_id"] for run in http.get(f"/runs?cursor={made}").json()] == ids[1:]


def test_of_each_line_only_the_columns_come_that_are_chosen_on_every_page(http: Client) -> None:
    first, second = ask(http, 2)
    page = http.get("/runs?limit=1&columns=run_id,state")
    assert page.json() == [{"run_id": first, "state": "completed"}]
    following = page.headers["Link"].removeprefix("<").partition(">")[0]
    assert http.get(following).json() == [{"run_id": second, "state": "completed"}]
    entry = http.get("/audit?limit=1&columns=position,operation").json()
    assert [*entry[0]] == ["position", "operation"]
    step = http.get(f"/runs/{first}/steps?columns=version,event.type").json()[0]
    assert step == {"version": 1, "event.type": "run-requested"}


@pytest.mark.parametrize(
    ("columns", "told"),
    [("took", "there is no 'took'; there are "), ("state,state", "one is named twice"), ("", "")],
)
def test_columns_that_cannot_be_are_refused(http: Client, columns: str, told: str) -> None:
    refused = http.get(f"/runs?columns={columns}")
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (422, "invalid-params")
    assert problem["errors"][0]["pointer"].endswith("columns")
    assert told in problem["detail"]
