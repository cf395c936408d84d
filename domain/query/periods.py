"""Periods of time as people read them."""

import re

_LAST = re.compile(r"last_(\d+)([mhdw])")
_EVER = "1970-01-01"
_UNITS = {"m": ("min", "min"), "h": ("h", "h"), "d": ("day", "days"), "w": ("week", "weeks")}


def period(label: str, preposition: str) -> str:
    """Return the words for a time range: " over the last 24 h"; no words for all time."""
    last = _LAST.fullmatch(label.lower())
    if last:
        unit = _UNITS[last[2]][int(last[1]) != 1]
        return f" {preposition} the last {last[1]} {unit}"
    if label.lower() in {"", "all_time"}:
        return ""
    if label.lower() in {"today", "yesterday"}:
        return f" {label.lower()}"
    start, dots, end = label.partition("..")
    if dots and start == _EVER:
        return f" up to {'' if 'T' in end else 'the end of '}{end}"
    if dots:
        return f" from {start} to {end}"
    is_day = label.count("-") > 1
    return f" {'on' if is_day else 'in'} {label}"
