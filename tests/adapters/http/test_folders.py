"""Files that come as an archive: only they are read, and nobody hears where they were put."""

import io
import zipfile

import pytest

import adapters.http.folders
from tests.adapters.http.client import Client

IMPORT = "/estate/import?is_dry_run=true"
SENT = {"content-type": "application/zip"}
COLUMNS = "ci_code,ci_name,ci_type\n"


def archive(**files: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name, text in files.items():
            file.writestr(name, text)
    return content.getvalue()


def test_the_files_of_an_archive_are_imported(http: Client) -> None:
    content = archive(**{"new/cis.csv": f"{COLUMNS}srv-77,srv-77,server\n"})
    answer = http.post(f"{IMPORT}&paths=new", content=content, headers=SENT)
    assert (answer.status_code, answer.json()["by_kind"]["cis"]["added"]) == (200, 1)


def test_an_archive_of_which_no_part_is_named_is_imported_whole(http: Client) -> None:
    content = archive(**{"cis.csv": f"{COLUMNS}srv-77,srv-77,server\n"})
    answer = http.post(IMPORT, content=content, headers=SENT)
    assert (answer.status_code, answer.json()["by_kind"]["cis"]["added"]) == (200, 1)


def test_what_is_wrong_is_told_by_the_names_in_the_archive(http: Client) -> None:
    content = archive(**{"new/cis.csv": "colour\n"})
    answer = http.post(f"{IMPORT}&paths=new/cis.csv&paths=old", content=content, headers=SENT)
    assert (answer.status_code, "\nold: does not exist" in answer.json()["detail"]) == (422, True)
    assert "opstrail-" not in answer.text


@pytest.mark.parametrize("path", ["/etc", "../x", "a/../../x", "..\\x"])
def test_a_path_leads_to_nothing_else(http: Client, path: str) -> None:
    answer = http.post(f"{IMPORT}&paths={path}", content=archive(a=""), headers=SENT)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-params")


def test_a_name_in_an_archive_leads_to_nothing_outside(http: Client) -> None:
    content = archive(**{"../../cis.csv": f"{COLUMNS}srv-77,srv-77,server\n"})
    answer = http.post(f"{IMPORT}&paths=cis.csv", content=content, headers=SENT)
    assert answer.json()["by_kind"]["cis"]["added"] == 1


def test_what_is_no_archive_is_refused(http: Client) -> None:
    for content in (b"", b"ci_code\n", archive(a="b")[:-9]):
        answer = http.post(f"{IMPORT}&paths=a", content=content, headers=SENT)
        assert (answer.status_code, answer.json()["code"]) == (422, "wrong-archive")


def test_an_archive_that_grows_too_much_is_refused(
    http: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapters.http.folders, "MOST_BYTES", 1000)
    content = archive(**{"cis.csv": "a" * 1001})
    answer = http.post(f"{IMPORT}&paths=cis.csv", content=content, headers=SENT)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_an_estate_comes_as_an_archive_with_what_is_in_it_beside(http: Client) -> None:
    answer = http.post("/estate/export", {"suffix": "jsonl"})
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert (answer.headers["content-type"], "cis.jsonl" in names) == ("application/zip", True)
    assert '"cis":' in answer.headers["opstrail-answer"]
    assert "opstrail-" not in answer.headers["opstrail-answer"]


def test_the_zone_of_who_asks_must_be_one(http: Client) -> None:
    answer = http.get("/runs", {"Prefer": "timezone=Mars/Base"})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-time-zone")
