"""Checks that this opstrail stores the same events as an older commit, and ends with 1 if not.

Makes runs of many kinds with both, from the same script; see `kind.py` and `comparison.py`. Then
lets the older one import the logs that were made here, and verify them.
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.checkouts import HERE, REFERENCE, NoSuchCommit, checkout
from bench.same_events.checking import import_problems, kind_problems, made_on
from bench.same_events.kinds import KINDS


def main() -> int:
    """Say of each kind what is not the same, and return the exit code."""
    asked = _parser().parse_args()
    kinds = [kind for kind in KINDS if not asked.only or kind.name in asked.only]
    try:
        reference, ours = checkout(asked.reference), checkout(asked.checkout)
    except NoSuchCommit as error:
        sys.exit(str(error))
    with TemporaryDirectory() as made:
        folder = asked.keep or Path(made)
        older = made_on(reference, folder / "older", kinds)
        newer = made_on(ours, folder / "newer", kinds)
        problems = {kind.name: kind_problems(kind, older, newer) for kind in kinds}
        imported = import_problems(reference, newer, kinds)
    for name, found in problems.items():
        for problem in [*found, *imported.get(name, [])]:
            print(f"{name}: {problem}")
    same = sum(not found for found in problems.values())
    sound = sum(not found for found in imported.values())
    print(f"{same} of {len(problems)} kinds of runs have the same events as at {asked.reference},")
    print(f"{sound} of {len(imported)} logs that it can read are sound there.")
    return 0 if (same, sound) == (len(problems), len(imported)) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.same_events", description=__doc__)
    commit = "a commit or a folder"
    parser.add_argument("--reference", default=REFERENCE, help=f"the older one, {commit}")
    parser.add_argument("--checkout", default=str(HERE), help=f"the one to check, {commit}")
    names = [kind.name for kind in KINDS]
    parser.add_argument("--only", nargs="+", choices=names, metavar="KIND", help=", ".join(names))
    parser.add_argument(
        "--keep", type=Path, help="make the databases in this folder and keep them"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
