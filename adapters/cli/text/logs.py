"""What verifications of the log have found, as text and as JSON."""

from collections.abc import Iterator

from adapters.cli.screen import Screen
from adapters.cli.text.tables import fields_of
from domain.views.log import LogReport, hash_sentence
from domain.views.record import RunProof


def show_log_report(screen: Screen, report: LogReport) -> None:
    """Print what was found in the log."""
    first, last = report.after.position + 1, report.verified_to.position
    if last >= first:
        screen.show(f"Nothing is wrong with positions {first} to {last}.")
    screen.show(hash_sentence(report.verified_to), *_payloads_text(report))
    if report.is_sound:
        screen.show("Sound.")
    screen.show_problems(report.problems)


def show_run_proof(screen: Screen, proof: RunProof) -> None:
    """Print that a run is sound."""
    facts: list[tuple[str, str | int]] = [
        ("run_id", proof.run_id),
        ("version", proof.version),
        ("head_hash", proof.head_hash),
        ("erased_results", proof.erased_results),
    ]
    screen.show(fields_of(facts), "", "Sound.")


def _payloads_text(report: LogReport) -> Iterator[str]:
    found = report.payloads
    if found is None or found.present_count + found.erased_count + found.missing_count == 0:
        return
    erased = f", {found.erased_count} erased" if found.erased_count else ""
    missing = f", {found.missing_count} missing" if found.missing_count else ""
    yield f"Large results that events name: {found.present_count} there{erased}{missing}."
