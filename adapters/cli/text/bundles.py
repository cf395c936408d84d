"""How bundles read."""

from rich.text import Text

from adapters.cli.screen import Screen, printable
from domain.run.facts import counted
from domain.views.bundle import ExportedBundle, ImportedRun, VerifiedBundle


def show_bundle(screen: Screen, bundle: ExportedBundle | VerifiedBundle) -> None:
    """Print the runs of a bundle."""
    for run in bundle.runs:
        _show_run(screen, f"{run.run_id}  {counted(run.version, 'event')}", run.head_hash)


def show_sound(screen: Screen, bundle: VerifiedBundle) -> None:
    """Print the runs of a bundle whose every hash was recomputed."""
    show_bundle(screen, bundle)
    screen.show("", "Sound.")


def show_imported(screen: Screen, runs: list[ImportedRun]) -> None:
    """Print what came of each run."""
    for run in runs:
        what = f"{counted(run.version, 'event')}, {run.outcome}"
        _show_run(screen, f"{run.run_id}  {what}", run.head_hash)


def _show_run(screen: Screen, said: str, head_hash: str) -> None:
    """Print what is said of a run, and below it its whole head hash, which is to be kept."""
    screen.show(Text(printable(said)), Text(f"  head hash {head_hash}"))
