"""Golden runs and their checks, as text and as JSON."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from rich.text import Text

from adapters.cli.options import ListFormat, TextFormat
from adapters.cli.screen import Screen, printable
from adapters.cli.text.tables import fields_of, number_text, table_of
from domain.replay.golden.pinned import Golden
from domain.replay.golden.rules import Grade
from domain.replay.golden.thresholds import Thresholds
from domain.services.goldens import Checked
from domain.times import to_the_second

_COLUMNS: Final = ("name", "run", "outcome", "pinned at", "pinned by", "question")
_STYLES: Final = {Grade.PASS: "green", Grade.WARN: "yellow", Grade.FAIL: "bold red"}


def show_goldens(screen: Screen, goldens: Sequence[Golden], output: ListFormat) -> None:
    """Print golden runs."""
    match output:
        case ListFormat.JSON:
            screen.show_json(goldens)
        case ListFormat.IDS:
            for golden in goldens:
                screen.show(golden.run_id)
        case ListFormat.TABLE if goldens:
            screen.show(table_of(_COLUMNS, [_row(golden) for golden in goldens]))
        case ListFormat.TABLE:
            screen.tell("No golden runs.")


def show_golden(screen: Screen, golden: Golden, output: TextFormat) -> None:
    """Print one golden run and what it is compared by."""
    if output is TextFormat.JSON:
        screen.show_json(golden)
        return
    screen.show(
        fields_of(
            [
                ("name", golden.name),
                ("run", golden.run_id),
                ("question", golden.question),
                ("outcome", golden.status),
                ("pinned at", golden.pinned_at),
                ("pinned by", golden.pinned_by),
            ]
        ),
        "",
        table_of(("threshold", "value"), list(_thresholds(golden))),
    )


def show_checked(screen: Screen, checked: Sequence[Checked], output: TextFormat) -> None:
    """Print each judgement with its reasons, and how many there are of each grade."""
    if output is TextFormat.JSON:
        screen.show_json(checked)
        return
    for each in checked:
        screen.show(*_lines(each))
    counts = Counter(each.judgement.grade for each in checked)
    screen.show("", ", ".join(f"{counts[grade]} {grade}" for grade in Grade if counts[grade]))


def _lines(checked: Checked) -> Iterator[Text]:
    golden, judgement = checked.golden, checked.judgement
    runs = f"{golden.run_id} -> {checked.run_id}" if checked.run_id else golden.run_id
    yield Text.assemble(
        (judgement.grade, _STYLES[judgement.grade]), f"  {printable(golden.name)}  {runs}"
    )
    for reason in judgement.reasons:
        line = f"      {reason.grade} {reason.rule}: {reason.sentence}"
        yield Text(printable(line), style=_STYLES[reason.grade])


def _row(golden: Golden) -> tuple[str, ...]:
    return (
        golden.name,
        golden.run_id,
        golden.status,
        to_the_second(golden.pinned_at),
        golden.pinned_by,
        golden.question,
    )


def _thresholds(golden: Golden) -> Iterator[tuple[str, str]]:
    """Yield every threshold; what this opstrail does not know was pinned by a newer one."""
    for name, field in Thresholds.model_fields.items():
        given = golden.thresholds.get(name)
        yield name, _value(given) if given is not None else f"{_value(field.default)} (default)"
    for name in golden.thresholds.keys() - Thresholds.model_fields.keys():
        yield name, f"{golden.thresholds[name]} (unknown)"


def _value(value: object) -> str:
    match value:
        case None:
            return "not given"
        case float():
            return number_text(value)
        case _:
            return str(value)
