"""People save filters and questions, and see them again."""

import pytest

from domain.operations.table import OPERATIONS
from tests.adapters.http.client import Client
from tests.adapters.http.conftest import Held

FAILED = {"of": "runs", "text": "status = failed"}
QUESTION = {"of": "question", "text": "How many servers are there?"}
WAIT = {"Prefer": "wait=20"}


def test_what_is_saved_is_listed_and_shown_with_its_owner(http: Client) -> None:
    http.post("/views/night", FAILED)
    http.post("/views/count", QUESTION)
    listed = http.get("/views").json()
    assert [(each["name"], each["of"], each["text"]) for each in listed] == [
        ("count", *QUESTION.values()),
        ("night", *FAILED.values()),
    ]
    assert http.get("/views/night").json() == listed[1]
    assert listed[1]["owner"]["id"] == "ada"


def test_who_saves_again_replaces_it_and_who_removes_it_frees_the_name(http: Client) -> None:
    http.post("/views/night", FAILED)
    http.post("/views/night", QUESTION)
    assert http.get("/views/night").json()["of"] == "question"
    assert http.post("/views/night/remove").json()["of"] == "question"
    assert (http.get("/views").json(), http.get("/views/night").status_code) == ([], 404)
    assert http.post("/views/night/remove").status_code == 404
    assert http.post("/views/night", FAILED).status_code == 200


@pytest.mark.parametrize(
    ("name", "saved", "code"),
    [
        ("a", {"of": "runs", "text": "colour = red"}, "filter-refused"),
        ("a", {"of": "audit", "text": "status = failed"}, "filter-refused"),
        ("1a", FAILED, "wrong-asset-name"),
        ("a", {"of": "hosts", "text": "x"}, "invalid-params"),
    ],
)
def test_what_cannot_be_saved_is_refused(
    name: str, saved: dict[str, str], code: str, http: Client
) -> None:
    refused = http.post(f"/views/{name}", saved)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert http.get("/views").json() == []


def test_nobody_sees_what_another_tenant_has_saved(http: Client, foreign: Client) -> None:
    http.post("/views/night", FAILED)
    assert foreign.get("/views").json() == []
    assert foreign.post("/views/night/remove").status_code == 404


def test_only_the_owner_or_who_publishes_changes_it(held: Held) -> None:
    first, other, admin = (
        held.nobody.sending(Authorization=f"Bearer {held.key(role, principal=who)}")
        for role, who in (("operator", "bo"), ("operator", "cy"), ("admin", "di"))
    )
    first.post("/views/night", FAILED)
    assert other.post("/views/night", QUESTION).json()["code"] == "wrong-asset"
    assert other.post("/views/night/remove").status_code == 422
    assert first.post("/views/night", QUESTION).status_code == 200
    assert admin.post("/views/night/remove").status_code == 200


def test_a_run_is_made_without_what_is_saved(http: Client) -> None:
    http.post("/views/servers", FAILED)
    run_id = http.post("/runs", {"question": QUESTION["text"]}, headers=WAIT).json()["run_id"]
    types = {each["type"] for each in http.get(f"/runs/{run_id}/events").json()}
    assert "asset-applied" not in types
    assert http.get("/log/timeline").json()["landmarks"][0]["kind"] == "restart"
    asked = {"question": QUESTION["text"], "assets": {"saved:servers": "1"}}
    assert http.post("/runs", asked, headers=WAIT).status_code == 422


def test_what_is_answered_reads_back(http: Client) -> None:
    http.post("/views/night", FAILED)
    for name, path in (("view.list", "/views"), ("view.show", "/views/night")):
        answer, view = http.get(path).json(), OPERATIONS[name].view
        assert view.to_json(view.from_json(answer)) == answer
