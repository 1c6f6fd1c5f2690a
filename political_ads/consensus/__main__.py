"""`python -m political_ads.consensus LABELS.csv --gold GOLD.csv --method online --out OUT.csv`."""

import argparse
import csv
import sys
import time
from pathlib import Path

from political_ads.consensus.answers import Answers, Found, read_answers, read_gold
from political_ads.consensus.dawid_skene import dawid_skene
from political_ads.consensus.majority import majority
from political_ads.consensus.online import Replay, replay


def parse(arguments: list[str]) -> argparse.Namespace:
    """What is to be read, how, and where the result goes."""
    parser = argparse.ArgumentParser("python -m political_ads.consensus", description=__doc__)
    parser.add_argument("labels", type=Path, help="CSV with the columns task, worker, label")
    parser.add_argument("--gold", type=Path, help="CSV with the columns task, label: prints the accuracy")
    parser.add_argument("--method", choices=["majority", "dawid-skene", "online"], default="dawid-skene")
    parser.add_argument(
        "--gold-share", type=float, default=0.05, help="share of tasks known beforehand (online)"
    )
    parser.add_argument("--seed", type=int, default=0, help="of what is left to chance")
    parser.add_argument("--out", type=Path, help="CSV to write: task, label, confidence")
    options = parser.parse_args(arguments)
    if not 0 <= options.gold_share <= 1:
        parser.error("--gold-share must be between 0 and 1")
    return options


def find(answers: Answers, gold: dict[str, str], options: argparse.Namespace) -> Found:
    """By the method asked for."""
    if options.method == "majority":
        return majority(answers, seed=options.seed)
    if options.method == "dawid-skene":
        return dawid_skene(answers)
    return replay(answers, gold, gold_share=options.gold_share, seed=options.seed)


def write(path: Path, answers: Answers, found: Found) -> None:
    """A row a task."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["task", "label", "confidence"])
        for task, label, confidence in zip(answers.tasks, found.label, found.confidence, strict=True):
            rows.writerow([task, answers.labels[label], f"{confidence:.6f}"])


def main(arguments: list[str]) -> int:
    """Read, find, say how well, write."""
    options = parse(arguments)
    try:
        answers = read_answers(options.labels)
        gold = read_gold(options.gold) if options.gold else {}
    except (OSError, ValueError) as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        return 2
    began = time.perf_counter()
    found = find(answers, gold, options)
    seconds = time.perf_counter() - began
    if gold:
        known = found.hidden_gold if isinstance(found, Replay) else frozenset()
        left = f" (leaving out {len(known)} tasks of hidden gold)" if known else ""
        print(f"accuracy {found.accuracy(answers, gold, leaving_out=known):.4f}{left}")
    share = found.answers_used / len(answers)
    print(f"answers used {found.answers_used} of {len(answers)} ({share:.0%})")
    print(f"seconds {seconds:.2f}")
    if options.out:
        write(options.out, answers, found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
