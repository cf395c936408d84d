"""`opstrail run export`, `import` and `verify-bundle`: runs that go from machine to machine."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import Output, TextFormat, example
from adapters.cli.session import session_of

if TYPE_CHECKING:
    from domain.audit.bundle import BundledRun, ImportedRun

EXPORT_EXAMPLE = example(
    "opstrail run export latest --bundle run.zip",
    "opstrail run export 01a20317 7b0c4df2 --with-parents --bundle incident-4711.zip",
)
IMPORT_EXAMPLE = example("opstrail --tenant demo run import run.zip")
VERIFY_EXAMPLE = example("opstrail run verify-bundle run.zip")

_RUN_COLUMNS = ("run", "events", "head hash")

BundlePath = Annotated[Path, typer.Argument(metavar="FILE", help="A file of `run export`.")]


def export(
    context: typer.Context,
    runs: Annotated[
        list[str],
        typer.Argument(metavar="RUN...", help="Ids, parts of ids, or `latest`."),
    ],
    bundle: Annotated[Path, typer.Option("--bundle", metavar="FILE", help="A new file.")],
    with_parents: Annotated[
        bool, typer.Option("--with-parents", help="Also the runs that these come from.")
    ] = False,
    output: Output = TextFormat.TEXT,
) -> None:
    """Write runs to one file that another machine can open, check and import.

    It has the events, large results, the proof, and a page that shows the runs in a browser,
    offline. Keep the head hashes elsewhere: they show that nothing was rewritten.
    """
    session = session_of(context)
    with session.screen.progress("Exporting"), session.open() as opstrail:
        tenant_id = session.tenant_id
        run_ids = [opstrail.reader.resolve(tenant_id, text) for text in runs]
        manifest = opstrail.bundles.export(
            bundle, run_ids, tenant_id=tenant_id, with_parents=with_parents
        )
    if output is TextFormat.JSON:
        session.screen.show_json(manifest)
    else:
        _show_runs(context, manifest.runs)
    session.screen.tell(f"Exported to {bundle}.")


def import_(context: typer.Context, file: BundlePath, output: Output = TextFormat.TEXT) -> None:
    """Read the runs of a bundle into the database: the same versions, event ids and hashes.

    What is there already stays; all of the rest is imported, or nothing.
    """
    from adapters.cli.text.tables import table_of

    session = session_of(context)
    with session.screen.progress("Importing"), session.open() as opstrail:
        imported = opstrail.bundles.import_file(file, tenant_id=session.tenant_id)
    if output is TextFormat.JSON:
        session.screen.show_json(imported)
        return
    rows = [(run.run_id, run.version, run.head_hash, _outcome(run)) for run in imported]
    session.screen.show(table_of((*_RUN_COLUMNS, "outcome"), rows))


def verify_bundle(
    context: typer.Context, file: BundlePath, output: Output = TextFormat.TEXT
) -> None:
    """Recompute every hash in a bundle, without any database.

    A changed byte is told with the member, the run and the version that it is in.
    """
    from adapters.bootstrap import read_bundle

    screen = session_of(context).screen
    with screen.progress("Verifying"):
        manifest = read_bundle(file).manifest
    if output is TextFormat.JSON:
        screen.show_json(manifest, is_sound=True)
        return
    _show_runs(context, manifest.runs)
    screen.show("", "Sound.")


def _show_runs(context: typer.Context, runs: "Iterable[BundledRun]") -> None:
    from adapters.cli.text.tables import table_of

    rows = [(run.run_id, run.version, run.head_hash) for run in runs]
    session_of(context).screen.show(table_of(_RUN_COLUMNS, rows))


def _outcome(run: "ImportedRun") -> str:
    if run.new_count == 0:
        return "was there already"
    if run.new_count == run.version:
        return "imported"
    return f"continued by {run.new_count} events"
