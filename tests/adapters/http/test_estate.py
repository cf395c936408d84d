"""Items of the estate are listed, shown, surrounded, found in runs, and imported from a file."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from domain.operations.table import OPERATIONS
from tests.adapters.http.client import Client

WAIT = {"Prefer": "wait=20"}
IMPACT = {"question": "What is affected if srv-01 fails?"}
SENT = {"Content-Type": "application/zip"}
NEW = {"ci_code": "srv-77", "ci_name": "New", "ci_type": "HW", "ci_subtype": "server"}


def ask(http: Client) -> str:
    return str(http.post("/runs", IMPACT, headers=WAIT).json()["run_id"])


def upload(http: Client, *records: Mapping[str, str]) -> Any:  # noqa: ANN401 - tests look into it
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("cis.json", json.dumps(records))
    asked = "/estate/import?paths=cis.json&source=desk"
    return http.post(asked, content=made.getvalue(), headers=SENT)


def pages(http: Client, path: str) -> Iterator[list[dict[str, Any]]]:
    page = http.get(path)
    yield page.json()
    while "Link" in page.headers:
        page = http.get(page.headers["Link"].removeprefix("<").partition(">")[0])
        yield page.json()


def codes(http: Client, query: str) -> list[str]:
    return [each["ci_code"] for each in http.get(f"/estate/items?{query}").json()["items"]]


def test_the_pages_of_items_together_are_all_items_by_their_codes(http: Client) -> None:
    whole, total = codes(http, "limit=1000"), http.get("/estate/items?limit=1").json()["total"]
    paged = [code for at in range(0, total, 2) for code in codes(http, f"limit=2&offset={at}")]
    assert paged == whole == sorted(whole)
    assert len(whole) == total == http.get("/estate").json()["counts"]["cis"]


def test_items_are_those_that_fit_all_that_is_asked(http: Client) -> None:
    every = http.get("/estate/items").json()["items"]
    servers = [each["ci_code"] for each in every if each["ci_subtype"] == "server"]
    assert codes(http, "ci_subtype=server") == servers != []
    assert codes(http, "ci_subtype=server&text=SRV 01") == ["srv-01"]
    assert codes(http, "ci_subtype=server&owner=nobody") == []


def test_what_items_do_not_have_is_refused(http: Client) -> None:
    refused = http.get("/estate/items?colour=red")
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid-params")


@pytest.mark.parametrize("item", ["srv-01", "SRV-01", "id-srv-01"])
def test_an_item_is_found_by_its_code_in_any_case_and_by_its_id(item: str, http: Client) -> None:
    assert http.get(f"/estate/items/{item}").json()["ci_id"] == "id-srv-01"


def test_an_item_that_is_not_there_is_named(http: Client) -> None:
    refused = http.get("/estate/items/srv-99")
    assert (refused.status_code, "'srv-99'" in refused.json()["detail"]) == (404, True)


def test_what_is_around_an_item_grows_with_the_depth(http: Client) -> None:
    near = http.get("/estate/items/srv-01/relations").json()
    far = http.get("/estate/items/srv-01/relations?depth=5").json()
    assert {*near["distances"].values()} == {0, 1}
    assert near["items"][0]["ci_code"] == "srv-01"
    assert len(far["items"]) > len(near["items"])
    shown = {each["ci_code"] for each in near["items"]}
    assert {end for each in near["relations"] for end in (each["source"], each["target"])} == shown


def test_what_is_left_out_around_an_item_is_told(http: Client) -> None:
    cut = http.get("/estate/items/srv-01/relations?depth=5&limit=2")
    assert len(cut.json()["items"]) == 2
    assert "only 2 items are shown" in cut.headers["Opstrail-Remarks"]


def test_the_runs_that_read_an_item_are_found_page_by_page(http: Client) -> None:
    ids = [ask(http) for _ in range(3)][::-1]
    http.post("/runs", {"question": "How many servers are there?"}, headers=WAIT)
    found = [
        [run["run_id"] for run in page]
        for page in pages(http, "/estate/items/srv-01/runs?limit=2")
    ]
    assert found == [ids[:2], ids[2:]]
    assert http.get("/estate/items/srv-99/runs").json() == []


def test_nothing_of_the_estate_is_another_tenants(http: Client, foreign: Client) -> None:
    ask(http)
    assert foreign.get("/estate/items").json() == {"items": [], "total": 0}
    assert foreign.get("/estate/items/srv-01").status_code == 404
    assert foreign.get("/estate/items/srv-01/relations").status_code == 404
    assert foreign.get("/estate/items/srv-01/runs").json() == []


def test_runs_of_another_tenant_take_no_place_in_a_page(http: Client, foreign: Client) -> None:
    run_id = ask(http)
    upload(foreign, {**NEW, "ci_code": "srv-01", "ci_id": "id-srv-01"})
    ask(foreign)
    assert [run["run_id"] for run in http.get("/estate/items/srv-01/runs?limit=1").json()] == [
        run_id
    ]


def test_a_file_is_imported(http: Client) -> None:
    load = upload(http, NEW).json()
    assert (load["source"], load["by_kind"]["cis"]["added"]) == ("desk", 1)
    assert http.get("/estate/items/srv-77").json()["ci_name"] == "New"


def test_an_item_whose_code_has_slashes_is_found(http: Client) -> None:
    upload(http, {**NEW, "ci_code": "/dev/sda 1"})
    assert http.get("/estate/items/%2Fdev%2Fsda%201").json()["ci_code"] == "/dev/sda 1"
    assert http.get("/estate/items/%2Fdev%2Fsda%201/runs").json() == []


def test_the_history_of_a_golden_name_has_who_had_it(http: Client) -> None:
    first, second = ask(http), ask(http)
    for run_id in (first, second):
        http.post(f"/runs/{run_id}/pin", {"name": "impact/srv"})
    http.post("/goldens/impact/srv/unpin", {"reason": "no use"})
    steps = http.get("/goldens/impact/srv/history").json()
    assert [(each["run_id"], each["is_pinned"]) for each in steps] == [
        (first, True),
        (second, True),
        (first, False),
        (second, False),
    ]
    assert steps[-1]["reason"] == "no use"
    assert http.get("/goldens/other/history").status_code == 404


def test_the_history_of_a_golden_name_tells_that_it_broke(http: Client) -> None:
    http.post("/runs", {"question": "How many servers are there?"}, WAIT)
    http.post("/runs/latest/pin", {"name": "broken"})
    upload(http, {**NEW, "ci_code": "srv-78"})
    (checked,) = http.post("/goldens/check-live", {"names": ["broken"]}).json()
    last = http.get("/goldens/broken/history").json()[-1]
    assert (checked["judgement"]["grade"], last["is_broken"]) == ("FAIL", True)
    assert "answer" in last["reason"].split(", ")


def test_it_is_the_same_on_postgresql(http_on_postgres: Client) -> None:
    http = http_on_postgres
    assert codes(http, "text=srv-0") == ["srv-01", "srv-02"]
    run_id = ask(http)
    assert [run["run_id"] for run in http.get("/estate/items/SRV-01/runs").json()] == [run_id]
    http.post(f"/runs/{run_id}/pin", {"name": "impact"})
    assert len(http.get("/goldens/impact/history").json()) == 1


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("estate.items", "/estate/items"),
        ("estate.item", "/estate/items/srv-01"),
        ("estate.relations", "/estate/items/srv-01/relations?depth=2"),
        ("estate.runs", "/estate/items/srv-01/runs"),
        ("log.list", "/log"),
        ("golden.history", "/goldens/impact/history"),
    ],
)
def test_what_is_answered_reads_back(name: str, path: str, http: Client) -> None:
    http.post(f"/runs/{ask(http)}/pin", {"name": "impact"})
    answer, view = http.get(path).json(), OPERATIONS[name].view
    assert view.to_json(view.from_json(answer)) == answer
