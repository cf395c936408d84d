"""Asks questions of a grammar of their own, judges the answers by value, counts them by kind.

python -m bench.generated_questions [FOLDER] [--count N] [--seed N] [--estate NAME] [--only KIND]
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any, Final

from bench.generated_questions import COVERAGE
from bench.generated_questions.asking import Judged, asked
from bench.generated_questions.estates import SHARES, made
from bench.generated_questions.kinds import ASKINGS, generated
from bench.generated_questions.tables import Tables
from bench.generated_questions.vocabulary import vocabulary
from bench.questions.truth_kinds import Refusal

_VERDICTS: Final = ("right", "wrong", "hint", "refused", "error")


def main() -> None:
    """Ask, judge and tell; details.jsonl in the folder has every answer."""
    chosen = _arguments()
    folder = (chosen.folder or Path(tempfile.mkdtemp(prefix="questions-"))).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    estates = [chosen.estate] if chosen.estate else list(SHARES)
    share = sum(SHARES[each] for each in estates)
    judged: list[Judged] = []
    for name in estates:
        judged += _of_estate(name, folder, round(chosen.count * SHARES[name] / share), chosen)
    _write(folder / "details.jsonl", judged)
    _tell(judged)
    if chosen.store:
        COVERAGE.write_text(json.dumps(_coverage(judged, chosen), indent=1) + "\n", "utf-8")
    print(f"\nall answers: {folder / 'details.jsonl'}")
    sys.exit(any(each.verdict in {"wrong", "error"} for each in judged))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, help="where databases go; a new one else")
    parser.add_argument("--count", type=int, default=5000, help="how many questions")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same questions")
    parser.add_argument("--estate", choices=SHARES, help="ask only this one")
    parser.add_argument("--only", choices=ASKINGS, metavar="KIND", help=", ".join(ASKINGS))
    parser.add_argument("--store", action="store_true", help="as coverage.json, for the docs")
    parser.add_argument("--show", action="store_true", help="print questions and truths only")
    return parser.parse_args()


def _of_estate(name: str, folder: Path, count: int, chosen: argparse.Namespace) -> list[Judged]:
    path = made(name, folder)
    tables = Tables(path)
    endless = generated(name, tables, vocabulary(name), seed=chosen.seed, only=chosen.only)
    questions = list(islice(endless, count))
    names = tables.codes, tables.codes_by_name
    tables.close()
    if chosen.show:
        for each in questions:
            print(f"{each.kind:<16} {each.change:<8} {each.question}\n  {str(each.truth)[:150]}")
        return []
    return list(asked(path, names, questions))


def _write(path: Path, judged: Iterable[Judged]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for each in judged:
            line = {**asdict(each), "truth": str(each.question.truth)}
            line["question"]["truth"] = ""
            file.write(f"{json.dumps(line, ensure_ascii=False, default=str)}\n")


def _coverage(judged: Sequence[Judged], chosen: argparse.Namespace) -> dict[str, Any]:
    asked = [each for each in judged if not each.question.change]
    kinds: dict[str, dict[str, Any]] = {}
    for each in sorted(asked, key=_place):
        counts = kinds.setdefault(each.question.kind, {"example": each.question.question})
        counts[each.verdict] = counts.get(each.verdict, 0) + 1
    changed = Counter(each.verdict for each in judged if each.question.change)
    command = f"python -m bench.generated_questions --count {chosen.count} --seed {chosen.seed}"
    return {"command": f"{command} --store", "kinds": kinds, "changed": changed}


def _place(each: Judged) -> tuple[str, bool, int]:
    return each.question.kind, each.verdict != "right", len(each.question.question)


def _tell(judged: Sequence[Judged]) -> None:
    _show("kind", [(each.question.kind, each.verdict) for each in judged])
    _show("estate", [(each.question.estate, each.verdict) for each in judged])
    _show("changed by", [(each.question.change or "nothing", each.verdict) for each in judged])
    due = [each for each in judged if not isinstance(each.question.truth, Refusal)]
    refused = sum(each.verdict in {"refused", "hint"} for each in due)
    if due:
        print(
            f"refused of what can be answered: {refused} of {len(due)}, {refused / len(due):.1%}"
        )


def _show(title: str, verdicts: Sequence[tuple[str, str]]) -> None:
    print(f"{title:<18}{'all':>6}", *(f"{each:>8}" for each in _VERDICTS))
    for name in [*dict.fromkeys(name for name, _ in verdicts), "ALL"]:
        counts = Counter(verdict for each, verdict in verdicts if name in {each, "ALL"})
        print(
            f"{name:<18}{counts.total():>6}", *(f"{counts[each] or '':>8}" for each in _VERDICTS)
        )
    print()


if __name__ == "__main__":
    main()
