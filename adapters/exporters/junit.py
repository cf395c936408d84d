"""Checks of golden runs as a report in JUnit's XML, which build servers read."""

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from domain.values.text import replaced
from domain.views.golden import Checked, Grade
from domain.views.verdict import build_text

_SUITE: Final = "opstrail golden check"
_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(path: Path, checked: Sequence[Checked], *, failing: Collection[Grade]) -> None:
    """Write the report to a file, which has all of it or is as it was before.

    Grades that are `failing` become failures; reasons of all others are in the output of their
    test cases. Raises `OSError`.
    """
    report = junit_report(checked, failing=failing)
    if path.exists() and not path.is_file():
        path.write_bytes(report)  # a device or a pipe is written to, and stays what it is
        return
    beside = path.with_name(f"{path.name}.part")
    try:
        beside.write_bytes(report)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def junit_report(checked: Sequence[Checked], *, failing: Collection[Grade]) -> bytes:
    """Return the report: one suite with a test case for each golden run."""
    failures = sum(each.judgement.grade in failing for each in checked)
    counts = {"tests": str(len(checked)), "failures": str(failures), "errors": "0"}
    root = ET.Element("testsuites", {"name": _SUITE, **counts})
    suite = ET.SubElement(root, "testsuite", {"name": _SUITE, **counts, "skipped": "0"})
    for each in checked:
        _add_case(suite, each, has_failed=each.judgement.grade in failing)
    ET.indent(root)
    report: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return report


def _add_case(suite: ET.Element, checked: Checked, *, has_failed: bool) -> None:
    classname, reasons = f"opstrail.golden.{checked.mode}", checked.judgement.reasons
    case = ET.SubElement(suite, "testcase", name=_text(checked.golden.name), classname=classname)
    if has_failed:
        first = reasons[0]
        message = _text(f"{first.rule}: {first.sentence}")
        failure = ET.SubElement(case, "failure", type=checked.judgement.grade, message=message)
        failure.text = _text("\n".join(_told(checked)))
    lines = [f"question: {checked.golden.question}", f"golden run: {checked.golden.run_id}"]
    builds = build_text(checked.golden.engine_version), build_text(checked.checked_by)
    lines.append("recorded by {}, checked by {}".format(*builds))
    if checked.run_id:
        lines.append(f"rerun: {checked.run_id}")
    if not has_failed:
        lines.extend(_told(checked))
    ET.SubElement(case, "system-out").text = _text("\n".join(lines))


def _told(checked: Checked) -> Iterator[str]:
    """Yield the reasons, and the causes that none of them tells."""
    for reason in checked.judgement.reasons:
        yield f"{reason.grade} {reason.rule}: {reason.sentence}"
    for each in checked.untold:
        yield f"diverged ({each.kind}) at version {each.version}: {each.told}"


def _text(text: str) -> str:
    """Replace what XML cannot hold."""
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", replaced(text))
