"""Golden runs and their checks, as text."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from rich.text import Text

from adapters.cli.screen import Screen, printable
from adapters.cli.text.tables import ListText, fields_of, number_text, table_of
from adapters.cli.text.verify import divergence_lines
from domain.times import to_the_second
from domain.views.golden import Checked, Golden, Grade, Pinned, Thresholds, Unpinned
from domain.views.verdict import build_text

_STYLES: Final = {Grade.PASS: "green", Grade.WARN: "yellow", Grade.FAIL: "bold red"}


def _outcome(golden: Golden) -> str:
    return f"{golden.status}, but wrong" if golden.is_wrong else golden.status


GOLDENS_TEXT: Final[ListText[Golden]] = ListText(
    {
        "name": lambda golden: golden.name,
        "run": lambda golden: golden.run_id,
        "outcome": _outcome,
        "pinned at": lambda golden: to_the_second(golden.pinned_at),
        "pinned by": lambda golden: golden.pinned_by,
        "question": lambda golden: golden.question,
    },
    id_of=lambda golden: golden.run_id,
    when_empty="No golden runs.",
    leave_out=("pinned by", "pinned at", "run", "outcome"),
    ids=("run",),
)


def show_pinned(screen: Screen, pinned: Pinned) -> None:
    """Print which run has the name, and tell what lost its name by that."""
    run_id, name = pinned.golden.run_id, pinned.golden.name
    if pinned.former_name:
        screen.tell(f"{run_id} was golden run {pinned.former_name!r}; it no longer is")
    for other in pinned.moved_from:
        screen.tell(f"{name!r} was {other}; it no longer is")
    told = ", kept until it is right" if pinned.golden.is_wrong else ""
    screen.show(f"{run_id} at version {pinned.golden.version} is golden run {name}{told}")


def show_unpinned(screen: Screen, unpinned: Unpinned) -> None:
    """Print the runs that had the name."""
    for run_id in unpinned.run_ids:
        screen.show(f"{run_id} is no longer golden run {unpinned.name}")


def show_golden(screen: Screen, golden: Golden) -> None:
    """Print one golden run and what it is compared by."""
    facts = [
        ("name", golden.name),
        ("run", f"{golden.run_id} at version {golden.version}"),
        ("question", golden.question),
        ("outcome", _outcome(golden)),
        ("recorded by", build_text(golden.engine_version)),
        ("pinned at", golden.pinned_at),
        ("pinned by", golden.pinned_by),
    ]
    thresholds = table_of(("threshold", "value"), list(_thresholds(golden)))
    screen.show(fields_of(facts), "", thresholds)


def show_checked(screen: Screen, checked: Sequence[Checked], *, has_details: bool = False) -> None:
    """Print each judgement with its reasons and causes, and how many there are of each grade."""
    for each in checked:
        screen.show(*_lines(each, has_details=has_details))
    counts = Counter(each.judgement.grade for each in checked)
    screen.show("", ", ".join(f"{counts[grade]} {grade}" for grade in Grade if counts[grade]))


def _lines(checked: Checked, *, has_details: bool) -> Iterator[Text]:
    golden, judgement = checked.golden, checked.judgement
    runs = f"{golden.run_id} -> {checked.run_id}" if checked.run_id else golden.run_id
    yield Text.assemble(
        (judgement.grade, _STYLES[judgement.grade]), f"  {printable(golden.name)}  {runs}"
    )
    for reason in judgement.reasons:
        line = f"      {reason.grade} {reason.rule}: {reason.sentence}"
        yield Text(printable(line), style=_STYLES[reason.grade])
    for divergence in checked.divergences if has_details else checked.untold:
        lines = divergence_lines(divergence, has_details=has_details)
        yield from (Text(printable(f"      {line}")) for line in lines)
    recorded, judged = build_text(golden.engine_version), build_text(checked.checked_by)
    yield Text(f"      recorded by {recorded}, checked by {judged}", style="dim")


def _thresholds(golden: Golden) -> Iterator[tuple[str, str]]:
    """Yield every threshold; what this opstrail does not know was pinned by a newer one."""
    for name, field in Thresholds.model_fields.items():
        given = golden.thresholds.get(name)
        yield name, _value(given) if given is not None else f"{_value(field.default)} (default)"
    for name in golden.thresholds.keys() - Thresholds.model_fields.keys():
        yield name, f"{golden.thresholds[name]} (unknown)"


def _value(value: object) -> str:
    if value is None:
        return "not given"
    return number_text(value) if isinstance(value, float) else str(value)
