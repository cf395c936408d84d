"""The report of golden runs in JUnit's XML."""

import os
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from adapters.exporters import junit
from adapters.exporters.junit import junit_report, write_junit
from domain.views.golden import Checked, Golden, Grade, Judgement, Mode, Reason
from domain.views.verdict import Divergence, DivergenceClass

FAILING = {Grade.FAIL}
ALLOWED = {
    "testsuites": {"name", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped"},
    "testcase": {"name", "classname"},
    "failure": {"type", "message"},
    "system-out": set[str](),
}
"""What the report may hold, of what the schema of Jenkins' xUnit plugin allows."""


def checked(
    grade: Grade, *sentences: str, name: str = "servers", question: str = "Which?"
) -> Checked:
    """Return a judgement with these reasons."""
    golden = Golden(
        name=name,
        tenant_id="acme",
        run_id="run-1",
        question=question,
        status="success",
        pinned_at="2026-03-01T12:00:00.000000Z",
        pinned_by="person ada",
        thresholds={},
        position=1,
        version=3,
    )
    reasons = tuple(Reason("answer", grade, sentence) for sentence in sentences)
    return Checked(golden, Mode.RERUN, Judgement(grade, reasons), "run-2", checked_by="1.2+b")


PASSED = checked(Grade.PASS, name="a")
WARNED = checked(Grade.WARN, "a bit", name="b")
FAILED = checked(Grade.FAIL, "first", "second", name="c")


def parsed(*of: Checked, failing: set[Grade] = FAILING) -> ET.Element:
    return ET.fromstring(junit_report(of, failing=failing))  # noqa: S314 - our own report


def test_a_report_has_a_suite_with_a_case_for_each_golden() -> None:
    root = parsed(PASSED, WARNED, FAILED)
    (suite,) = root
    assert (root.tag, suite.tag) == ("testsuites", "testsuite")
    assert [case.attrib for case in suite] == [
        {"name": name, "classname": "opstrail.golden.rerun"} for name in ("a", "b", "c")
    ]


@pytest.mark.parametrize(
    ("failing", "failures"), [(FAILING, "1"), ({Grade.WARN, Grade.FAIL}, "2")]
)
def test_a_report_counts_cases_and_failures(failing: set[Grade], failures: str) -> None:
    root = parsed(PASSED, WARNED, FAILED, failing=failing)
    for counting in (root, root[0]):
        assert (counting.get("tests"), counting.get("failures"), counting.get("errors")) == (
            "3",
            failures,
            "0",
        )


def test_a_failure_has_the_heaviest_reason_as_its_message_and_all_as_its_text() -> None:
    (failure,) = parsed(FAILED).iter("failure")
    assert failure.attrib == {"type": "FAIL", "message": "answer: first"}
    assert failure.text == "FAIL answer: first\nFAIL answer: second"


def test_the_causes_stand_below_the_reasons_that_do_not_tell_them() -> None:
    causes = [
        Divergence(
            kind=DivergenceClass.DATA,
            version=7,
            expected=None,
            actual=None,
            pointers=(),
            sentence=sentence,
        )
        for sentence in ("first", "the plan: limit 5 -> 10")
    ]
    (failure,) = parsed(replace(FAILED, divergences=tuple(causes))).iter("failure")
    assert (failure.text or "").splitlines()[2:] == [
        "diverged (data) at version 7: the plan: limit 5 -> 10"
    ]
    assert list(replace(PASSED, divergences=tuple(causes)).untold) == []


def test_what_is_no_failure_is_told_in_the_output_of_its_case() -> None:
    root = parsed(WARNED)
    (output,) = root.iter("system-out")
    assert list(root.iter("failure")) == []
    assert output.text == (
        "question: Which?\ngolden run: run-1\nrecorded by an unnamed build, checked by 1.2+b\n"
        "rerun: run-2\nWARN answer: a bit"
    )


def test_elements_and_attributes_are_those_of_the_schema() -> None:
    for element in parsed(PASSED, WARNED, FAILED).iter():
        assert set(element.attrib) == ALLOWED[element.tag]


def test_in_a_case_the_failure_is_before_the_output() -> None:
    assert [child.tag for child in parsed(FAILED)[0][0]] == ["failure", "system-out"]


def test_a_report_says_its_encoding() -> None:
    report = junit_report([checked(Grade.PASS, question="Größe?")], failing=FAILING)
    assert report.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    assert "Größe?" in report.decode()


@pytest.mark.parametrize("text", ["<b>&\"'", "]]>", "a\x00b\x1b[31m", "\ud800", "\uffff", "😀"])
def test_any_text_can_be_in_a_report(text: str) -> None:
    root = parsed(checked(Grade.FAIL, text, question=text))
    (failure,) = root.iter("failure")
    assert failure.text == f"FAIL answer: {junit._text(text)}"


def test_what_xml_cannot_hold_is_replaced() -> None:
    assert junit._text("a\x00b\ud800c\uffffd\te\n") == "a�b�c�d\te\n"


def test_a_report_replaces_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "golden.xml"
    path.write_text("old", encoding="utf-8")
    write_junit(path, [PASSED], failing=FAILING)
    assert path.read_bytes() == junit_report([PASSED], failing=FAILING)


def test_a_report_that_is_not_finished_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "golden.xml"
    path.write_text("old", encoding="utf-8")

    def disk_full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", disk_full)
    with pytest.raises(OSError, match="No space left"):
        write_junit(path, [PASSED], failing=FAILING)
    assert [each.name for each in tmp_path.iterdir()] == ["golden.xml"]
    assert path.read_text(encoding="utf-8") == "old"


def test_a_pipe_or_a_device_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_junit(pipe, [PASSED], failing=FAILING)
    assert os.read(reader, 1 << 16) == junit_report([PASSED], failing=FAILING)
    assert pipe.is_fifo()
    os.close(reader)
