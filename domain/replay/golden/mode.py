"""How golden runs are checked."""

from enum import StrEnum


class Mode(StrEnum):
    """How a golden run is checked.

    verify: the engine of today goes over its record, nothing is called. rerun: its plan is run
    again, all calls live.
    """

    VERIFY = "verify"
    RERUN = "rerun"
