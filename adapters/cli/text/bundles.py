"""How bundles read."""

from typing import Final

from adapters.cli.screen import Screen
from adapters.cli.text.tables import table_of
from domain.views.bundle import ExportedBundle, ImportedRun, VerifiedBundle

_COLUMNS: Final = ("run", "events", "head hash")


def show_bundle(screen: Screen, bundle: ExportedBundle | VerifiedBundle) -> None:
    """Print the runs of a bundle."""
    rows = [(run.run_id, run.version, run.head_hash) for run in bundle.runs]
    screen.show(table_of(_COLUMNS, rows))


def show_sound(screen: Screen, bundle: VerifiedBundle) -> None:
    """Print the runs of a bundle whose every hash was recomputed."""
    show_bundle(screen, bundle)
    screen.show("", "Sound.")


def show_imported(screen: Screen, runs: list[ImportedRun]) -> None:
    """Print what came of each run."""
    rows = [(run.run_id, run.version, run.head_hash, run.outcome) for run in runs]
    screen.show(table_of((*_COLUMNS, "outcome"), rows))
