"""`opstrail estate`: what is retired goes in the same way, by an import or by a removal."""

from pathlib import Path

import pytest

from tests.adapters.cli.command import Command
from tests.adapters.cli.test_estate_changes import WHY, changes, counts, imported, write

ITEMS = ("ci_code,ci_name,ci_type", *(f"srv-{number},N,HW" for number in "1234"))
ENDS = "source_code,rel_type,target_code"


@pytest.fixture
def filled(fresh: Command, tmp_path: Path) -> Command:
    write(tmp_path / "f", "cis.csv", *ITEMS)
    write(tmp_path / "f", "relations.csv", ENDS, "srv-1,USES,srv-2")
    imported(fresh, str(tmp_path / "f"))
    return fresh


def test_a_removed_item_goes_with_its_relations(filled: Command) -> None:
    ended = filled("estate", "remove", "srv-2", *WHY, "-o", "json")
    assert counts(ended) == {"relations": (0, 0, 0, 1), "cis": (0, 0, 0, 1)}
    assert changes(filled, "--item", "srv-2")[:2] == [("retired", "srv-1"), ("retired", "srv-2")]
    assert filled("estate", "history", "-o", "json").json[0]["reason"] == WHY[1]


def test_all_that_a_source_has_brought_can_be_removed(filled: Command) -> None:
    assert counts(filled("estate", "remove", "--source", "files", *WHY, "-o", "json")) == {
        "relations": (0, 0, 0, 1),
        "cis": (0, 0, 0, 4),
    }


def test_a_replacement_retires_an_item_as_a_removal_does(filled: Command, tmp_path: Path) -> None:
    some = write(tmp_path / "f", "cis.csv", ITEMS[0], *ITEMS[3:])
    tried = filled("estate", "import", some, "--mode", "replace", "--dry-run", "-o", "json")
    assert [each["kind"] for each in tried.json["differing"]] == ["relations", "cis", "cis"]
    assert imported(filled, some, "--mode", "replace") == counts(tried)
    assert changes(filled, "--item", "srv-2")[:2] == [("retired", "srv-1"), ("retired", "srv-2")]
    again = write(tmp_path / "f", "cis.csv", *ITEMS)
    assert imported(filled, again) == {"cis": (2, 0, 2, 0)}
    assert filled("estate", "summary", "-o", "json").json["counts"]["relations"] == 0


def test_an_item_of_a_removed_source_takes_the_relations_of_others_along(
    filled: Command, tmp_path: Path
) -> None:
    others = write(tmp_path / "o", "relations.csv", ENDS, "srv-1,USES,srv-3")
    imported(filled, others, "--source", "dba")
    removed = filled("estate", "remove", "--source", "files", *WHY, "-o", "json")
    assert counts(removed) == {"relations": (0, 0, 0, 2), "cis": (0, 0, 0, 4)}
