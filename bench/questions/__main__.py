"""Asks the exam of new estates, judges the answers, and prints how many of each kind are right.

python -m bench.questions [FOLDER] [--exam second] [--only ID,ID]
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from bench.questions.exam import EXAMS, Judged, questions, sit

_VERDICTS: Final = ("right", "wrong", "hint", "refused", "error")


def main() -> None:
    """Ask, judge and tell; details.jsonl in the folder has every answer."""
    asked = _arguments()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="questions-"))
    folder.mkdir(parents=True, exist_ok=True)
    wanted = set(asked.only.split(",")) if asked.only else None
    chosen = [each for each in questions(asked.exam) if wanted is None or each.id in wanted]
    judged = sit(folder.resolve(), chosen)
    _write(folder / "details.jsonl", judged)
    _show("kind", [(each.question.kind, each.verdict) for each in judged])
    _show("estate", [(each.question.estate, each.verdict) for each in judged])
    for each in judged:
        if each.verdict in {"wrong", "error"}:
            print(f"{each.verdict} {each.question.id} {each.question.question!r}")
            print(f"    shows: {str(each.asked.answer.get('answer'))[:200]!r}")
            print(f"    truth: {str(each.truth)[:200]}")
    print(f"\nall answers: {folder / 'details.jsonl'}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, help="where databases go; a new one else")
    parser.add_argument(
        "--exam", choices=EXAMS, default="first", help="which exam; else the first"
    )
    parser.add_argument("--only", metavar="ID,ID", help="ask only these")
    return parser.parse_args()


def _write(path: Path, judged: Iterable[Judged]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for each in judged:
            line = {**asdict(each), "truth": f"{each.truth}"}
            file.write(f"{json.dumps(line, ensure_ascii=False)}\n")


def _show(title: str, verdicts: Sequence[tuple[str, str]]) -> None:
    print(f"{title:<14}{'all':>5}", *(f"{each:>8}" for each in _VERDICTS))
    names = dict.fromkeys(name for name, _ in verdicts)
    for name in [*names, "ALL"]:
        counts = Counter(verdict for each, verdict in verdicts if name in {each, "ALL"})
        cells = (f"{counts[each] or '':>8}" for each in _VERDICTS)
        print(f"{name:<14}{counts.total():>5}", *cells)
    print()


if __name__ == "__main__":
    main()
