"""What verifications of the log have found, as text and as JSON."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.text import Text

from adapters.cli.options import TextFormat
from adapters.cli.screen import Screen, printable
from adapters.cli.text.tables import fields_of
from adapters.database_work import LogMark, LogReport
from domain.views.record import RunProof


@dataclass(frozen=True, slots=True)
class PrintedMark:
    """A place between two batches of the log, and the log hash there in hex."""

    position: int
    log_hash: str


@dataclass(frozen=True, slots=True)
class PrintedPayloads:
    """How many events name a payload that is there, and how many one that was erased."""

    present_count: int
    erased_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedLogReport:
    """What was verified: the log after one mark, up to another, and the payloads that it names.

    `payloads` is null when the verification did not come to them.
    """

    after: PrintedMark
    verified_to: PrintedMark
    payloads: PrintedPayloads | None
    problems: tuple[str, ...]
    is_sound: bool


def show_log_report(screen: Screen, report: LogReport, output: TextFormat) -> None:
    """Print what was found in the log."""
    if output is TextFormat.JSON:
        screen.show_json(_printed(report))
        return
    first, last = report.after.position + 1, report.verified_to.position
    if last >= first:
        screen.show(f"Nothing is wrong with positions {first} to {last}.")
    screen.show(hash_text(report.verified_to), *_payloads_text(report))
    if report.is_sound:
        screen.show("Sound.")
    for problem in report.problems:
        screen.show(Text(printable(f"problem: {problem}"), style="red"))


def show_run_proof(screen: Screen, proof: RunProof) -> None:
    """Print that a run is sound."""
    facts: list[tuple[str, str | int]] = [
        ("run_id", proof.run_id),
        ("version", proof.version),
        ("head_hash", proof.head_hash),
        ("erased_results", proof.erased_results),
    ]
    screen.show(fields_of(facts), "", "Sound.")


def hash_text(mark: LogMark) -> str:
    """Return the log hash at a mark as a sentence."""
    return f"The log hash at position {mark.position} is {mark.log_hash.hex()}."


def _printed(report: LogReport) -> PrintedLogReport:
    found = report.payloads
    return PrintedLogReport(
        after=_printed_mark(report.after),
        verified_to=_printed_mark(report.verified_to),
        payloads=PrintedPayloads(found.present_count, found.erased_count) if found else None,
        problems=report.problems,
        is_sound=report.is_sound,
    )


def _printed_mark(mark: LogMark) -> PrintedMark:
    return PrintedMark(mark.position, mark.log_hash.hex())


def _payloads_text(report: LogReport) -> Iterator[str]:
    found = report.payloads
    if found is None or found.present_count + found.erased_count == 0:
        return
    erased = f", and {found.erased_count} erased ones" if found.erased_count else ""
    yield f"Events name {found.present_count} large results that are there{erased}."
