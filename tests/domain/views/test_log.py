"""A place in the log is stored as JSON, and is refused when it is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.views.log import LOG_MARK, LOG_REPORT, LogMark, LogReport, PayloadFindings, log_mark

MARKS = st.builds(log_mark, st.integers(min_value=0), st.binary(min_size=32, max_size=32))
COUNTS = st.integers(min_value=0)
PROBLEMS = st.lists(st.text()).map(tuple)
REPORTS = st.builds(
    LogReport,
    after=MARKS,
    verified_to=MARKS,
    payloads=st.none() | st.builds(PayloadFindings, COUNTS, COUNTS, PROBLEMS),
    problems=PROBLEMS,
    is_sound=st.booleans(),
)


@given(MARKS)
def test_a_mark_reads_back(mark: LogMark) -> None:
    assert LOG_MARK.from_json(LOG_MARK.to_json(mark)) == mark


@given(REPORTS)
def test_a_report_reads_back(report: LogReport) -> None:
    assert LOG_REPORT.from_json(LOG_REPORT.to_json(report)) == report


@pytest.mark.parametrize(
    "mark",
    [
        {"position": 1},
        {"log_hash": "0" * 64},
        {"position": -1, "log_hash": "0" * 64},
        {"position": 1, "log_hash": "0" * 63},
        {"position": 1, "log_hash": "x" * 64},
    ],
)
def test_what_is_no_mark_is_refused(mark: dict[str, str | int]) -> None:
    with pytest.raises(ValidationError):
        LOG_MARK.from_json({**mark})
